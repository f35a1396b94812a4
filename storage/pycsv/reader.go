// Package pycsv reads and writes tables as Python's csv module writes them: rows end in CR LF, and
// a cell is quoted where it has to be, with everything in it as it is. encoding/csv would change the
// ends of lines within cells.
package pycsv

import (
	"bufio"
	"errors"
	"io"
)

// Reader reads rows as Python writes them, or a program that has changed their ends: LF, CR LF,
// or CR. encoding/csv would drop each CR before an LF in a cell, knows no CR by itself, and has
// no bound on the length of a row.
type Reader struct {
	r     *bufio.Reader
	limit int // bytes of a row
	cell  []byte
	size  int // bytes of the row so far
	begin int // the line on which the row begins
	ends  int // of lines so far
}

// NewReader returns a reader of the rows in r, of which none is longer than a limit in bytes.
func NewReader(r io.Reader, limit int) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 1<<16), limit: limit}
}

var (
	// ErrLongRow is returned for a row beyond the limit. The next one can be read.
	ErrLongRow = errors.New("it is too long")
	// ErrOpenCell is returned for a last row that ends in a quoted cell.
	ErrOpenCell = errors.New("it has no end")
)

// Row reads the next row, io.EOF after the last. Empty lines are no rows.
func (c *Reader) Row() (cells []string, err error) {
	for {
		c.size, c.begin = 0, c.ends+1
		switch cells, err = c.line(); {
		case err != nil:
			return nil, err
		case c.size > c.limit:
			return nil, ErrLongRow
		case len(cells) > 0:
			return cells, nil
		}
	}
}

// Line is the line on which the last row began, from 1.
func (c *Reader) Line() int { return c.begin }

// line reads one line; an empty one has no cells.
func (c *Reader) line() (cells []string, err error) {
	for first := true; ; first = false {
		last, empty, err := c.field()
		if errors.Is(err, io.EOF) && first && empty {
			return nil, io.EOF
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if last && first && empty {
			return nil, nil
		}
		if c.size <= c.limit {
			cells = append(cells, string(c.cell))
		}
		if last {
			return cells, nil
		}
	}
}

// field reads one cell, and reports whether it is the last of its row, and whether it is nothing
// at all. Its error is io.EOF where the text ends after it.
func (c *Reader) field() (last, empty bool, err error) {
	c.cell = c.cell[:0]
	c.size++
	for empty = true; ; empty = false {
		b, err := c.r.ReadByte()
		switch {
		case err != nil:
			return true, empty, err
		case b == ',':
			return false, false, nil
		case b == '\n':
			c.ends++
			return true, empty, nil
		case b == '\r':
			if c.peek() == '\n' {
				_, _ = c.r.Discard(1)
			}
			c.ends++
			return true, empty, nil
		case b == '"' && empty:
			if err := c.quoted(); err != nil {
				return true, false, err
			}
		default:
			c.keep(b)
		}
	}
}

// quoted reads what stands between quotes; two of them are one.
func (c *Reader) quoted() error {
	for {
		b, err := c.r.ReadByte()
		if errors.Is(err, io.EOF) {
			return ErrOpenCell
		}
		if err != nil {
			return err
		}
		if b == '"' {
			if c.peek() != '"' {
				return nil
			}
			_, _ = c.r.Discard(1)
		}
		if b == '\n' || (b == '\r' && c.peek() != '\n') {
			c.ends++
		}
		c.keep(b)
	}
}

// keep adds a byte to the cell, as long as the row is within its limit.
func (c *Reader) keep(b byte) {
	if c.size++; c.size <= c.limit {
		c.cell = append(c.cell, b)
	}
}

// peek is the next byte, 0 at the end.
func (c *Reader) peek() byte {
	b, err := c.r.Peek(1)
	if err != nil {
		return 0
	}
	return b[0]
}
