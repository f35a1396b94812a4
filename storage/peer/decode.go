package peer

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json"

	"societop/model"
	"societop/storage/remote/link"
)

// watched is a reader that keeps what went wrong.
type watched struct {
	io.Reader
	err error
}

// Read reads on.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// decode decodes an answer. What went wrong on its way stays as it is; what can't be decoded is a fault.
func decode(body io.Reader, into any) error {
	from := &watched{Reader: body}
	err := json.UnmarshalRead(from, into)
	switch {
	case err == nil:
		return nil
	case from.err != nil:
		return from.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	}
	return &link.Fault{Kind: model.ErrAnswer, Detail: err.Error()}
}
