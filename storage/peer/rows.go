package peer

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/peer/wire"
)

// The most that is kept of the rows of a run.
const (
	maxQueries = 8
	maxCells   = 5_000_000
	maxStarts  = 1 << 14
)

// keptRows is rows of one run that were read, and will not change: those of whole steps. What is asked
// for again is then no more than what came since. The zero value is empty.
type keptRows struct {
	of      model.Key
	queries map[rowQuery]*oldRows
	cells   int                    // in all of them
	starts  map[model.Key]runStart // of runs of AgentSociety 2
}

// runStart is what is another where a run has begun again.
type runStart struct {
	created time.Time
	done    int64
}

// again reports whether a run that is so now has begun again.
func (s runStart) again(now runStart) bool {
	return !s.created.Equal(now.created) || now.done < s.done
}

// rowQuery is what was asked for.
type rowQuery struct {
	dataset string
	model.RowQuery
}

// oldRows is the rows of a query of the steps below one.
type oldRows struct {
	step      int
	columns   []text.Text
	cells     [][]text.Value // never changed
	ambiguous []int
	before    int64 // how many there are, whatever the limit
}

// get returns what is kept of a query; nil: nothing.
func (k *keptRows) get(of model.Key, q rowQuery) *oldRows {
	if k.of != of {
		return nil
	}
	return k.queries[q]
}

// put keeps rows of a query, instead of those that were kept of it. Only those of one run are kept.
func (k *keptRows) put(of model.Key, q rowQuery, o *oldRows) {
	k.drop(of, q)
	size := len(o.cells) * (len(o.columns) + 1)
	if k.of != of || len(k.queries) >= maxQueries || k.cells+size > maxCells {
		k.clear()
	}
	k.of = of
	if size == 0 || size > maxCells {
		return
	}
	if k.queries == nil {
		k.queries = map[rowQuery]*oldRows{}
	}
	k.queries[q] = o
	k.cells += size
}

// drop forgets rows of a query.
func (k *keptRows) drop(of model.Key, q rowQuery) {
	if o := k.get(of, q); o != nil {
		k.cells -= len(o.cells) * (len(o.columns) + 1)
		delete(k.queries, q)
	}
}

// clear forgets all rows.
func (k *keptRows) clear() { k.queries, k.cells = nil, 0 }

// see forgets the rows of a run that has begun again, or of which that is not known.
func (k *keptRows) see(ch *model.Changes) {
	for i := range ch.Put {
		s := &ch.Put[i]
		if s.Dir == nil {
			continue
		}
		now := runStart{s.Created, s.Dir.Done}
		if before, known := k.starts[s.Key]; s.Key == k.of && (!known || before.again(now)) {
			k.clear()
		}
		if k.starts == nil || len(k.starts) >= maxStarts {
			k.starts = map[model.Key]runStart{}
		}
		k.starts[s.Key] = now
	}
}

// Rows reads rows of a dataset. Of those that were read before, only what is new is asked for.
func (r runData) Rows(ctx context.Context, dataset string, q model.RowQuery) (model.Rows, error) {
	asked := rowQuery{dataset, q}
	r.c.mu.Lock()
	old := r.c.rows.get(r.key, asked)
	r.c.mu.Unlock()
	got, err := r.rows(ctx, asked, old)
	if err != nil {
		return model.Rows{}, err
	}
	out, err := got.Model()
	if err == nil && got.Since > 0 {
		var ok bool
		if out, ok = old.join(got, out, q); !ok { // what was whole is another
			if got, err = r.rows(ctx, asked, nil); err != nil {
				return model.Rows{}, err
			}
			old = nil
			out, err = got.Model()
		}
	} else {
		old = nil
	}
	if err == nil && (old == nil && got.Since > 0 || q.Limit > 0 && len(out.Cells) > q.Limit) {
		err = errors.New("it has other rows than were asked for")
	}
	if err != nil {
		return model.Rows{}, r.c.wrong(err)
	}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	if keep := kept(got, &out, old, q); keep != nil {
		r.c.rows.put(r.key, asked, keep)
	} else {
		r.c.rows.drop(r.key, asked)
	}
	return out, nil
}

// rows asks for rows, without those that are kept.
func (r runData) rows(ctx context.Context, asked rowQuery, old *oldRows) (*wire.Rows, error) {
	q := url.Values{"dataset": {asked.dataset}}
	for name, n := range map[string]int{"from": asked.From, "to": asked.To, "limit": asked.Limit} {
		if n > 0 {
			q.Set(name, strconv.Itoa(n))
		}
	}
	if !asked.Entity.Empty() {
		q.Set("entity", asked.Entity.Raw())
	}
	if asked.Newest {
		q.Set("newest", "1")
	}
	if old != nil {
		q.Set("have", strconv.Itoa(old.step))
	}
	var got wire.Rows
	req := r.ask("rows", q)
	req.Most = maxLong
	if err := r.c.askNewer(ctx, req, &got); err != nil {
		return nil, err
	}
	return &got, nil
}

// join returns all rows of a query: the old ones and those of later steps. ok is false where they
// don't go together.
func (o *oldRows) join(got *wire.Rows, later model.Rows, q model.RowQuery) (all model.Rows, ok bool) {
	if o == nil || got.Since != int64(o.step) || got.Skipped != o.before || !slices.Equal(o.columns, later.Columns) {
		return all, false
	}
	all = later
	all.Cells = slices.Concat(o.cells, later.Cells)
	all.Ambiguous = slices.Clone(o.ambiguous)
	for _, i := range later.Ambiguous {
		all.Ambiguous = append(all.Ambiguous, i+len(o.cells))
	}
	if q.Limit > 0 && len(all.Cells) > q.Limit {
		cut := 0
		if q.Newest {
			cut = len(all.Cells) - q.Limit
		}
		all.Cells = slices.Clone(all.Cells[cut : cut+q.Limit])
		all.Ambiguous = within(all.Ambiguous, cut, cut+q.Limit)
	}
	want := all.Total
	if q.Limit > 0 {
		want = min(want, q.Limit)
	}
	return all, len(all.Cells) == want
}

// within is the indices from one to another, as those of rows that begin there.
func within(indices []int, from, to int) (out []int) {
	for _, i := range indices {
		if from <= i && i < to {
			out = append(out, i-from)
		}
	}
	return out
}

// kept is what of all rows of a query will not change; nil where nothing of it is worth to be kept.
func kept(got *wire.Rows, all *model.Rows, old *oldRows, q model.RowQuery) *oldRows {
	n := int(got.Old)
	if old != nil {
		n += len(old.cells)
	}
	if old != nil && q.Newest && q.Limit > 0 {
		n -= max(len(old.cells)+len(got.Cells)-q.Limit, 0)
	}
	n = min(n, len(all.Cells))
	if !got.Ordered || n <= 0 {
		return nil
	}
	step := all.Whole
	if q.To > 0 {
		step = min(step, q.To)
	}
	return &oldRows{
		step: step, columns: all.Columns, cells: slices.Clip(all.Cells[:n]),
		ambiguous: within(all.Ambiguous, 0, n), before: got.Before,
	}
}
