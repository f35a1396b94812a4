package pycsv

import (
	"bufio"
	"io"
	"strings"
)

// Writer writes rows. Its first error is that of every write after it.
type Writer struct {
	w *bufio.Writer
}

// NewWriter returns a writer of rows to w.
func NewWriter(w io.Writer) *Writer { return &Writer{bufio.NewWriterSize(w, 1<<16)} }

// Row writes one row. Bytes that are not UTF-8 become U+FFFD: a table with some would be taken for
// one in another encoding.
func (w *Writer) Row(cells ...string) error {
	for i, c := range cells {
		if i > 0 {
			_ = w.w.WriteByte(',') // its error comes again
		}
		c = strings.ToValidUTF8(c, "\uFFFD")
		if strings.ContainsAny(c, ",\"\r\n") || (c == "" && len(cells) == 1) {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		_, _ = w.w.WriteString(c)
	}
	_, err := w.w.WriteString("\r\n")
	return err
}

// Flush writes what is buffered.
func (w *Writer) Flush() error { return w.w.Flush() }
