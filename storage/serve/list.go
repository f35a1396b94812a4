package serve

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"societop/model"
	"societop/model/plan"
)

// pageRows is how many summaries are read at a time.
const pageRows = 1000

// listing is a list that is being sent while it is read.
type listing struct {
	h    *Handler
	ctx  context.Context
	w    io.Writer
	page model.Changes
	sent map[model.Key]bool
	away map[model.SourceName]bool // of several sources, those that did not answer, which are not asked again
	buf  []byte
}

// list is all experiments. The first page is read before the answer begins, so that what
// fails there is still a status.
func (h *Handler) list(ctx context.Context, _ *request) answer {
	l := listing{h: h, ctx: ctx, sent: make(map[model.Key]bool), away: make(map[model.SourceName]bool)}
	if err := l.read(model.Cursor{}); err != nil {
		return failed(err)
	}
	return answer{status: http.StatusOK, kind: jsonType, body: []byte(`{"data":[`), rest: l.write}
}

// read reads a page.
func (l *listing) read(since model.Cursor) (err error) {
	l.page, err = l.h.src.Changes(l.ctx, since, model.Budget{Rows: pageRows})
	return err
}

// write sends the rows of all pages, and the end.
func (l *listing) write(w io.Writer) error {
	l.w = w
	for {
		if err := l.rows(); err != nil {
			return err
		}
		if !l.page.More {
			break
		}
		if err := l.read(l.page.Next); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "]}")
	return err
}

// wholeRows is how many experiments are read whole at a time.
const wholeRows = 16

// rows sends the experiments of a page, newest first, each as it is now and once, though it
// may change while the list is read.
func (l *listing) rows() error {
	slices.SortStableFunc(l.page.Put, func(a, b model.Summary) int {
		return cmp.Or(b.Created.Compare(a.Created), a.Compare(b.Key))
	})
	put := slices.DeleteFunc(l.page.Put, func(s model.Summary) bool { return l.sent[s.Key] })
	for some := range slices.Chunk(put, wholeRows) {
		all, err := l.whole(some)
		if err != nil {
			return err
		}
		for _, e := range all {
			if err := l.send(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// whole reads experiments whole. Of several sources those that do not answer don't keep the others
// from it: of theirs there is what was last read, which has no config.
func (l *listing) whole(some []model.Summary) (all []model.Experiment, err error) {
	var keys []model.Key
	for i := range some {
		if !l.away[some[i].Source] {
			keys = append(keys, some[i].Key)
		}
	}
	found, err := model.ReadExperiments(l.ctx, l.h.src, keys)
	if err != nil && (!ofSeveral(l.h.src) || l.ctx.Err() != nil) {
		return nil, err
	}
	read := make(map[model.Key]model.Experiment, len(found))
	for _, e := range found {
		read[e.Key] = e
	}
	for _, s := range some {
		e, ok := read[s.Key]
		if !ok && err != nil && !l.away[s.Source] { // it is gone, or its source is away
			var failed error
			e, failed = l.h.src.Experiment(l.ctx, s.Key)
			ok, l.away[s.Source] = failed == nil, failed != nil && !errors.Is(failed, model.ErrNoExperiment)
		}
		if l.away[s.Source] && !ok {
			e, ok = model.Experiment{Summary: s}, true
		}
		if ok {
			all = append(all, e)
		}
	}
	return all, nil
}

// ofSeveral reports whether a source is made of several.
func ofSeveral(src model.Source) bool {
	joined, ok := src.(model.Joined)
	return ok && len(joined.Names()) > 0
}

// send sends one row.
func (l *listing) send(e model.Experiment) error {
	l.buf = l.buf[:0]
	if len(l.sent) > 0 {
		l.buf = append(l.buf, ',')
	}
	l.buf = appendJSON(l.buf, row(masked(e)))
	l.sent[e.Key] = true
	_, err := l.w.Write(l.buf)
	return err
}

func (h *Handler) one(ctx context.Context, q *request) answer {
	_, e, refusal := h.experiment(ctx, q)
	if refusal != nil {
		return *refusal
	}
	return data(row(masked(e)))
}

// masked is an experiment without the secrets of its config.
func masked(e model.Experiment) model.Experiment {
	e.Config = plan.MaskSecrets(e.Config)
	return e
}
