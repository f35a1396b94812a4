package serve

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// smallest is the length of an answer that is worth being compressed.
const smallest = 1 << 10

var compressors = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.DefaultCompression) // fails for a level that is none
	return z
}}

// write writes an answer, compressed where its client asks for that. An answer that is sent while it
// is read is compressed as it goes, row by row within the same limits.
func (s *sender) write(a answer) error {
	if !s.gzip || a.status != http.StatusOK || (a.rest == nil && len(a.body) < smallest) {
		a.head(s.w)
		return a.write(s)
	}
	z, _ := compressors.Get().(*gzip.Writer)
	defer compressors.Put(z)
	s.w.Header().Set("Content-Encoding", "gzip")
	if a.rest != nil {
		a.head(s.w)
		z.Reset(s)
		if err := a.write(z); err != nil {
			return err
		}
		return z.Close()
	}
	var packed bytes.Buffer
	z.Reset(&packed)
	if _, err := z.Write(a.body); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	a.body = packed.Bytes()
	a.head(s.w)
	return a.write(s)
}

// write writes the answer without its head.
func (a *answer) write(w io.Writer) error {
	_, err := w.Write(a.body)
	if err == nil && a.rest != nil {
		err = a.rest(w)
	}
	return err
}

// takesGzip reports whether a client says that it understands gzip.
func takesGzip(h http.Header) bool {
	for _, entry := range strings.Split(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, parameters, _ := strings.Cut(entry, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, weighted := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !weighted || (err == nil && weight > 0)
	}
	return false
}
