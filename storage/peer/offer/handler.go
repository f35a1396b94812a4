package offer

import (
	"compress/gzip"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	pack "github.com/klauspost/compress/gzip"

	"societop/model"
)

// smallest is the length of an answer that is worth being compressed.
const smallest = 512

// ServeHTTP answers one request.
func (o *Offer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	a := o.Answer(r.Context(), strings.TrimPrefix(r.URL.Path, "/"), r.URL.Query())
	body, err := a.body()
	if err != nil {
		a = failed(err, "")
		body, _ = a.body()
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Server", model.ServerName)
	if a.Status == http.StatusOK {
		if asOf := o.asOf(r.Context()); asOf != "" {
			h.Set(model.AsOfHeader, asOf)
		}
	}
	if a.Long {
		h.Set("Content-Encoding", "gzip")
		w.WriteHeader(a.Status)
		z, _ := pack.NewWriterLevel(w, gzip.DefaultCompression) // fails for a level that is none
		if err := a.Write(z); err != nil || z.Close() != nil {
			panic(http.ErrAbortHandler) // so that nobody takes it for whole
		}
		return
	}
	if len(body) >= smallest {
		h.Set("Content-Encoding", "gzip")
		body = packed(body)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.Status)
	_, _ = w.Write(body) // whoever has gone needs no answer
}

// body is the body of an answer that is not long.
func (a *Answer) body() ([]byte, error) {
	if a.Long {
		return nil, nil
	}
	return json.Marshal(a.Value)
}

// packed is a body, compressed.
func packed(body []byte) []byte {
	var out sliceWriter
	z, _ := pack.NewWriterLevel(&out, gzip.DefaultCompression) // fails for a level that is none
	_, _ = z.Write(body)                                       // memory takes all
	_ = z.Close()
	return out
}

// sliceWriter appends.
type sliceWriter []byte

func (s *sliceWriter) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}

// asOf is what the answers say of a source that is not live.
func (o *Offer) asOf(ctx context.Context) string {
	lively, ok := o.src.(model.Lively)
	if !ok {
		return ""
	}
	l, err := lively.Liveness(ctx)
	if err != nil { // then other answers fail, too
		return ""
	}
	s, _ := l.MarshalText() // never fails
	return string(s)
}
