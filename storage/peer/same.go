package peer

import (
	"bytes"
	"context"
	"io"
	"maps"

	"github.com/go-json-experiment/json"

	"societop/model"
	"societop/storage/peer/wire"
	"societop/storage/remote/link"
)

// The most bytes that are kept of an answer, and of all answers.
const (
	maxAnswer  = 4 << 20
	maxAnswers = 24 << 20
)

// keptAnswers is the answers about one run, the last that was asked about. Of one that is asked for again
// and is the same, only that crosses the wire. The zero value is empty.
type keptAnswers struct {
	of     model.Key
	bodies map[string][]byte // by path and query
	size   int
}

// get returns an answer; nil where there is none.
func (k *keptAnswers) get(of model.Key, request string) []byte {
	if k.of != of {
		return nil
	}
	return k.bodies[request]
}

// put keeps an answer in place of the former one.
func (k *keptAnswers) put(of model.Key, request string, body []byte) {
	if k.of != of || k.bodies == nil || k.size+len(body) > maxAnswers {
		*k = keptAnswers{of: of, bodies: map[string][]byte{}}
	}
	k.size += len(body) - len(k.bodies[request])
	k.bodies[request] = body
}

// asking is a way to ask.
type asking func(ctx context.Context, r link.Request, into any) error

// unlessSame asks for an answer about a run; of one that is kept, for no more than whether it is the same.
func (r runData) unlessSame(ask asking) asking {
	return func(ctx context.Context, req link.Request, into any) error {
		request := req.Path + "?" + req.Query.Encode()
		r.c.mu.Lock()
		old := r.c.answers.get(r.key, request)
		r.c.mu.Unlock()
		if old != nil {
			req.Query = maps.Clone(req.Query)
			req.Query.Set("same", wire.Sum(old))
		}
		got := &answer{into: into, old: old}
		if err := ask(ctx, req, got); err != nil {
			return err
		}
		if got.body != nil {
			r.c.mu.Lock()
			r.c.answers.put(r.key, request, got.body)
			r.c.mu.Unlock()
		}
		return nil
	}
}

// answer is one that may be the same as an old one.
type answer struct {
	into any
	old  []byte
	body []byte // that was decoded, unless it is too long to be kept
}

// read reads an answer, and decodes it or the old one.
func (a *answer) read(body io.Reader) error {
	first, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err != nil {
		return err
	}
	if len(first) > maxAnswer {
		return decode(io.MultiReader(bytes.NewReader(first), body), a.into)
	}
	var same wire.Same
	if a.old != nil && len(first) < 100 && json.Unmarshal(first, &same) == nil && same.Same == wire.Sum(a.old) {
		first = a.old
	}
	if err := decode(bytes.NewReader(first), a.into); err != nil {
		return err
	}
	a.body = first
	return nil
}
