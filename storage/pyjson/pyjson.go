// Package pyjson reads and writes JSON as Python does, in which numbers may be what JSON has no form
// for.
package pyjson

import (
	"bufio"
	"io"
)

// reader reads JSON in which Python's NaN and Infinity may stand. They become null, so that one
// of them does not spoil the answer around it.
type reader struct {
	src     *bufio.Reader
	quoted  bool   // within a text
	escaped bool   // after a backslash
	due     string // what stands for a word that was read
}

// NewReader returns a reader of the JSON in src with null for NaN and the infinities.
func NewReader(src io.Reader) io.Reader { return &reader{src: bufio.NewReaderSize(src, 32<<10)} }

// noNumbers are the words for what is no number, by how they begin.
var noNumbers = map[byte]string{'N': "NaN", 'I': "Infinity", '-': "-Infinity"}

// Read reads on.
func (f *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if f.due == "" {
		if _, err := f.src.Peek(1); err != nil {
			return 0, err
		}
		there, _ := f.src.Peek(min(f.src.Buffered(), len(p)))
		if n := f.plain(there); n > 0 {
			copy(p, there[:n])
			_, _ = f.src.Discard(n) // it is buffered
			return n, nil
		}
		f.due = f.word()
	}
	n := copy(p, f.due)
	f.due = f.due[n:]
	return n, nil
}

// plain is how many bytes there are before one with which a word may begin.
func (f *reader) plain(there []byte) int {
	for i, c := range there {
		switch {
		case f.escaped:
			f.escaped = false
		case f.quoted:
			f.quoted, f.escaped = c != '"', c == '\\'
		case c == '"':
			f.quoted = true
		case c == 'N' || c == 'I' || c == '-':
			return i
		}
	}
	return len(there)
}

// word is what stands for the word that is next, or the one byte that it is not.
func (f *reader) word() string {
	first, _ := f.src.ReadByte() // it is buffered
	rest := noNumbers[first][1:]
	for _, n := range []int{1, len(rest)} { // a number needs no more than a byte to be told apart
		if next, _ := f.src.Peek(n); string(next) != rest[:n] {
			return string(rune(first))
		}
	}
	_, _ = f.src.Discard(len(rest)) // it is buffered
	return "null"
}
