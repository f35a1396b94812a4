package input

import (
	"bytes"
	"io"
	"regexp"
	"time"
	"unicode/utf8"
)

// File is a terminal.
type File interface {
	io.ReadWriteCloser
	Fd() uintptr
	Name() string
}

// How long what has begun is waited for. A terminal sends its answers in one piece, and a link
// that stalls goes on within seconds, or not at all.
const (
	escTime   = 100 * time.Millisecond // an ESC by itself is a key, too
	introTime = time.Second            // ESC and one more character are a key with Alt
	restTime  = 10 * time.Second       // what has begun so can be nothing else
	lateTime  = 500 * time.Millisecond // after the key Esc, its sequence can be told from keys
)

// growth is the largest number of bytes that Read returns for one that it reads: those of
// escapeKey.
const growth = len(escapeKey)

// escapeKey is the key Esc in a form with which no other sequence begins, so that nothing waits
// for more. It is part of the sequences that Bubble Tea decodes for every terminal.
const escapeKey = "\x1b[27u"

// The marks around a paste.
const (
	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
)

// late is the rest of a sequence whose ESC was taken for a key.
var late = regexp.MustCompile(`^(\[[?<>=]|\[[A-DFHIO]$|\[\d+[;~u]|\]\d+;|P[01]?[$+]r|P[>!]\|)`)

// Reader is a terminal whose Read never ends inside a sequence. It holds an incomplete sequence
// until the rest comes, and drops it if that does not come in time. The time is checked when
// there is something to read, so that nothing runs meanwhile. It must not be used by several
// goroutines at once.
type Reader struct {
	File

	now  func() time.Time
	more func(time.Duration) bool // reports whether there is something to read within a time

	held    []byte    // what has begun
	since   time.Time // when that came
	escaped time.Time // when an ESC by itself was handed on as a key
	mode    mode
}

// mode is what the next bytes are part of.
type mode int

const (
	typing   mode = iota // keys and answers
	pasting              // a paste
	skipping             // a string that is too long
)

// NewReader returns a Reader of a terminal.
func NewReader(f File) *Reader {
	return &Reader{File: f, now: time.Now, more: func(d time.Duration) bool { return readable(f.Fd(), d) }}
}

// MinRead is the least size of the buffer of Read.
const MinRead = maxSequence + growth*mostPasted

// How many bytes are read at once. Of those typed each may become an Esc.
const (
	mostTyped  = 64
	mostPasted = 512
)

// Read returns complete sequences, or 0 and no error if there are none. It waits for input, and
// for a moment after a lone ESC. It fails with io.ErrShortBuffer if p has less than MinRead
// bytes.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) < MinRead {
		return 0, io.ErrShortBuffer
	}
	var buffer [mostPasted]byte
	raw := buffer[:mostTyped]
	if r.mode == pasting {
		raw = buffer[:]
	}
	n, err := r.File.Read(raw)
	out := r.take(make([]byte, 0, len(p)), raw[:n])
	if err == nil && r.mode == typing && len(r.held) == 1 && r.held[0] == esc && !r.more(escTime) {
		out = append(out, escapeKey...)
		r.held, r.escaped = nil, r.now()
	}
	return copy(p, out), err
}

// take adds bytes to what is held, and complete sequences to out.
func (r *Reader) take(out, fresh []byte) []byte {
	now := r.now()
	if now.Sub(r.since) > patience(r.held) {
		r.held = nil
		if r.mode == skipping {
			r.mode = typing
		}
	}
	if len(r.held) == 0 && r.mode != skipping {
		r.since = now
		if now.Sub(r.escaped) <= lateTime && late.Match(fresh) {
			r.held = []byte{esc}
		}
	}
	r.escaped = time.Time{}
	b := append(r.held, fresh...)
	all := len(b)
	for left := -1; len(b) > 0 && len(b) != left; { // until no more of it can be used
		left = len(b)
		switch r.mode {
		case pasting:
			out, b = r.paste(out, b)
		case skipping:
			b = r.skip(b)
		default:
			out, b = r.key(out, b)
		}
	}
	if len(b) < all {
		r.since = now
	}
	r.held = bytes.Clone(b)
	return out
}

// key adds the first character or sequence of b to out, and returns the rest.
func (r *Reader) key(out, b []byte) ([]byte, []byte) {
	n, v := next(b)
	switch {
	case v == part && n > maxSequence:
		r.mode = skipping
		return out, b[n-1:] // its end may have begun
	case v == part:
		return out, b
	case v == broken:
	case n == 1 && b[0] == esc:
		out = append(out, escapeKey...)
	default:
		out = append(out, b[:n]...)
		if string(b[:n]) == pasteBegins {
			r.mode = pasting
		}
	}
	return out, b[n:]
}

// skip returns the part of b after the end of a string.
func (r *Reader) skip(b []byte) []byte {
	for i, c := range b {
		switch {
		case c == bel:
			r.mode = typing
			return b[i+1:]
		case c == esc && i+1 < len(b):
			r.mode = typing
			if b[i+1] == '\\' {
				i += 2
			}
			return b[i:]
		case c == esc:
			return b[i:]
		}
	}
	return nil
}

// paste adds the pasted part of b to out, without characters that begin a sequence, and returns
// the rest.
func (r *Reader) paste(out, b []byte) ([]byte, []byte) {
	for len(b) > 0 {
		switch {
		case bytes.HasPrefix(b, []byte(pasteEnds)):
			r.mode = typing
			return append(out, pasteEnds...), b[len(pasteEnds):]
		case bytes.HasPrefix([]byte(pasteEnds), b) || !utf8.FullRune(b):
			return out, b
		}
		c, size := utf8.DecodeRune(b)
		if c == esc || c == utf8.RuneError && size == 1 || c >= 0x80 && c < 0xa0 {
			out = append(out, sub)
		} else {
			out = append(out, b[:size]...)
		}
		b = b[size:]
	}
	return out, b
}

// patience returns how long to wait for the rest of a sequence.
func patience(held []byte) time.Duration {
	if n := len(held); n > 0 && n <= 2 && held[0] == esc {
		return introTime
	}
	return restTime
}
