package importer

import (
	"bufio"
	"errors"
	"io"
)

// csvReader reads rows as Python writes them, or a program that has changed their ends: LF, CR LF,
// or CR. encoding/csv would drop each CR before an LF in a cell, knows no CR by itself, and has
// no bound on the length of a row.
type csvReader struct {
	r     *bufio.Reader
	limit int // bytes of a row
	cell  []byte
	size  int // bytes of the row so far
	begin int // the line on which the row begins
	ends  int // of lines so far
}

func newCSVReader(r io.Reader, limit int) *csvReader {
	return &csvReader{r: bufio.NewReaderSize(r, 1<<16), limit: limit}
}

var (
	// errLongRow is returned for a row beyond the limit. The next one can be read.
	errLongRow = errors.New("it is too long")
	// errOpenCell is returned for a last row that ends in a quoted cell.
	errOpenCell = errors.New("it has no end")
)

// row reads the next row, io.EOF after the last. Empty lines are no rows.
func (c *csvReader) row() (cells []string, err error) {
	for {
		c.size, c.begin = 0, c.ends+1
		switch cells, err = c.line(); {
		case err != nil:
			return nil, err
		case c.size > c.limit:
			return nil, errLongRow
		case len(cells) > 0:
			return cells, nil
		}
	}
}

// line reads one line; an empty one has no cells.
func (c *csvReader) line() (cells []string, err error) {
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
func (c *csvReader) field() (last, empty bool, err error) {
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
func (c *csvReader) quoted() error {
	for {
		b, err := c.r.ReadByte()
		if errors.Is(err, io.EOF) {
			return errOpenCell
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
func (c *csvReader) keep(b byte) {
	if c.size++; c.size <= c.limit {
		c.cell = append(c.cell, b)
	}
}

// peek is the next byte, 0 at the end.
func (c *csvReader) peek() byte {
	b, err := c.r.Peek(1)
	if err != nil {
		return 0
	}
	return b[0]
}
