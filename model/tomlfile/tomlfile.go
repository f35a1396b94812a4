// Package tomlfile reads small files of TOML that people write, so that each value has its line and
// each error is a sentence. It bounds what a file may hold before the decoder sees it.
package tomlfile

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"societop/model/text"
)

// File is a decoded file.
type File struct {
	Root Table
	md   toml.MetaData
}

// Table is the values of a table by their keys.
type Table = map[string]Value

// Value is a value of a file that is not decoded yet.
type Value = toml.Primitive

// Error is what is wrong at a place of a file.
type Error struct {
	Line int // 0: it has none
	Text string
}

// Error is the sentence, with the line before it.
func (e *Error) Error() string {
	if e.Line < 1 {
		return e.Text
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Text)
}

// What a file may have: the decoder takes minutes for one that is nested deeper.
const (
	maxLine   = 1000
	maxInline = 1000 // tables in braces
)

// Parse decodes a file of at most so many bytes. what is what such a file is, for its error.
func Parse(data []byte, most int, what string) (*File, error) {
	if err := bounded(data, most, what); err != nil {
		return nil, err
	}
	var f File
	var err error
	if f.md, err = toml.Decode(strings.TrimPrefix(string(data), "\ufeff"), &f.Root); err != nil {
		return nil, plain(explain(err), data)
	}
	return &f, nil
}

// bounded refuses a file that nobody has written by hand.
func bounded(data []byte, most int, what string) error {
	if len(data) > most {
		return fmt.Errorf("it is larger than %d KiB, so it is no %s", most>>10, what)
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return errors.New("it is UTF-16; save it as UTF-8")
	}
	for i, line := range bytes.Split(data, []byte("\n")) {
		if len(line) > maxLine {
			return &Error{i + 1, fmt.Sprintf("longer than %d bytes", maxLine)}
		}
	}
	if bytes.Count(data, []byte("{")) > maxInline {
		return fmt.Errorf("it has more than %d tables in braces", maxInline)
	}
	return nil
}

// Table returns the table that a value is, and reports whether it is one.
func (f *File) Table(v Value) (t Table, ok bool) {
	err := f.md.PrimitiveDecode(v, &t)
	return t, err == nil && t != nil
}

// Raw returns a value as the decoder makes it: a string, an int64, a float64, a bool, a []any, a
// map[string]any or a time.
func (f *File) Raw(v Value) (raw any, err error) {
	if err := f.md.PrimitiveDecode(v, &raw); err != nil {
		return nil, explain(err)
	}
	return raw, nil
}

// refusal is a value that takes none; decoding into it fails at the place of what is decoded.
type refusal struct{ error }

// UnmarshalTOML fails.
func (r refusal) UnmarshalTOML(any) error { return r.error }

// Refuse returns an *Error for a value of the file, with its line.
func (f *File) Refuse(v Value, format string, args ...any) error {
	err := explain(f.md.PrimitiveDecode(v, &refusal{fmt.Errorf(format, args...)}))
	var at *Error
	if errors.As(err, &at) && at.Line < 1 {
		at.Line = f.Line(v)
	} else if at == nil {
		if line := f.Line(v); line > 0 {
			return &Error{line, err.Error()}
		}
	}
	return err
}

// Line returns the line of a value. That of a table without a heading of its own is the first line of
// what it holds. It is 0 if the value has none.
func (f *File) Line(v Value) (line int) {
	var at *Error
	if err := explain(f.md.PrimitiveDecode(v, &refusal{errors.New("here")})); errors.As(err, &at) && at.Line > 0 {
		return at.Line
	}
	table, _ := f.Table(v)
	for _, inner := range table {
		if n := f.Line(inner); n > 0 && (line == 0 || n < line) {
			line = n
		}
	}
	return line
}

// explain makes one sentence of an error of the decoder, without its own name of the place.
func explain(err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return errors.New(text.Clean(strings.TrimPrefix(err.Error(), "toml: ")).String())
	}
	said := text.Clean(at.Message).String()
	line := at.Position.Line
	if strings.Contains(said, "to end table name") {
		said = `the name of the table is not closed by "]"`
		if strings.Contains(at.Message, `got '\n'`) {
			line-- // where it begins
		}
	}
	return &Error{line, said}
}

// Ordered returns the keys of a table in an order that does not change.
func Ordered(t Table) []string { return slices.Sorted(maps.Keys(t)) }

// Quote returns a name of a file in quotes, short and clean.
func Quote(name string) string { return strconv.Quote(text.Clip(text.Clean(name).String(), 80)) }
