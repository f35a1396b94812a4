package peer

import (
	"context"
	"errors"
	"io"

	"github.com/go-json-experiment/json"

	"societop/model"
	"societop/storage/peer/wire"
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
	if a, ok := into.(*answer); ok {
		return a.read(body)
	}
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

// rows reads a list.
func rows[A, B any](ctx context.Context, c *Client, r link.Request, row func(A) B) ([]B, error) {
	return list(ctx, c.ask, r, row)
}

// about reads a list about a run.
func about[A, B any](ctx context.Context, r runData, req link.Request, row func(A) B) ([]B, error) {
	return list(ctx, r.unlessSame(r.c.ask), req, row)
}

// newer reads a list about a run that former versions don't have.
func newer[A, B any](ctx context.Context, r runData, req link.Request, row func(A) B) ([]B, error) {
	return list(ctx, r.unlessSame(r.c.askNewer), req, row)
}

// list reads a list by a way to ask.
func list[A, B any](ctx context.Context, ask asking, r link.Request, row func(A) B) ([]B, error) {
	var got wire.Data[wire.List[A]]
	r.Most = maxLong
	if err := ask(ctx, r, &got); err != nil {
		return nil, err
	}
	return wire.Map[[]B](got.Data, row), nil
}
