package bolt

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

// Bounds of one page of changes, in addition to the lease's.
const (
	maxCopied  = 8 << 20 // bytes copied out of the file
	maxChanges = 1000    // experiments of the log, some of which are looked up in the index
	checkEvery = 64      // rows between two looks at the clock
	farRows    = 2048    // rows that are worth a lease of their own
)

// seen is the state of the file that the last complete reading ended in.
type seen struct {
	state labfile.State
	token string
	total int
	asOf  model.Liveness // by the lab
	from  []layout.Origin
}

// rows are entries of the index copied out of a lease, to be verified and decoded after it.
type rows struct {
	blob []byte
	list []row
	gone [][]byte // bare keys
}

// row says where in the blob the key, the value and the error's value of an entry end.
type row struct{ key, value, text int }

var rowsPool = sync.Pool{New: func() any { return new(rows) }}

func (r *rows) reset() { r.blob, r.list, r.gone = r.blob[:0], r.list[:0], nil }

// add copies an entry, with the error that belongs to it where that is asked for.
func (r *rows) add(l *lease, key, value []byte, withError bool) error {
	r.blob = append(r.blob, key...)
	e := row{key: len(r.blob)}
	r.blob = append(r.blob, value...)
	e.value = len(r.blob)
	if withError && len(value) > 0 && value[0]&layout.HasError != 0 {
		c := l.Cursor(layout.Errors)
		text := c.Get(key[layout.CreatedSize:])
		if text == nil {
			return errors.Join(c.Err, layout.Errors.Missing(key[layout.CreatedSize:]))
		}
		r.blob = append(r.blob, text...)
	}
	e.text = len(r.blob)
	r.list = append(r.list, e)
	return nil
}

// full reports whether the page or the lease is at an end. There is always room for one row.
func (r *rows) full(l *lease, b model.Budget) bool {
	n := len(r.list)
	switch {
	case n == 0:
		return false
	case b.Rows > 0 && n >= b.Rows, len(r.blob) >= maxCopied:
		return true
	}
	return n%checkEvery == 0 && l.over(n >= farRows)
}

// Changes reads what has changed since a cursor, in one lease at most: where there is more,
// it says so even if the budget would have allowed it. The first page of a listing comes
// again (First) where the cursor is of another file, of an older copy of this one, or older
// than the log. Where nothing has changed, no lease is taken.
//
// A third of Budget.Time goes into the lease, the rest into decoding.
func (s *Store) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	if err := ctx.Err(); err != nil {
		return model.Changes{}, labfile.Explain(labfile.OpRead, s.path, err)
	}
	if last, ok := s.idle(since.Token()); ok {
		c := s.claims.Look(s.path)
		return model.Changes{Next: since, Total: last.total, Liveness: c.LivenessOf(last.asOf), Sources: c.Sources(last.from)}, nil
	}
	page := rowsPool.Get().(*rows)
	defer rowsPool.Put(page)
	page.reset()
	var ch model.Changes
	var g labfile.State
	var own model.Liveness
	var from []layout.Origin
	err := s.read(ctx, func(l *lease) (err error) {
		if b.Time > 0 {
			l.until = time.Now().Add(min(workLimit, b.Time/3))
		}
		g = l.State
		ch, err = l.changes(since.Token(), b, page)
		own = l.asOf()
		if err == nil {
			from, err = l.origins()
		}
		return err
	})
	if err == nil {
		err = labfile.Explain(labfile.OpRead, s.path, s.decodePage(&ch, page))
	}
	if err != nil {
		return model.Changes{}, err
	}
	if !ch.More {
		s.mu.Lock()
		s.seen = seen{g, ch.Next.Token(), ch.Total, own, from}
		s.mu.Unlock()
	}
	c := s.claims.Look(s.path)
	ch.Liveness, ch.Sources = c.LivenessOf(own), c.Sources(from)
	return ch, nil
}

// idle finds without a lease that nothing has changed since the reading that gave a token, which
// it returns: one stat and two small reads.
func (s *Store) idle(token string) (last seen, ok bool) {
	s.mu.Lock()
	last = s.seen
	s.mu.Unlock()
	if token == "" || last.token != token {
		return last, false
	}
	s.tally.stats.Add(1)
	info, err := labfile.Stat(s.path)
	if err != nil || !last.state.Unmoved(info) {
		return last, false
	}
	f, err := labfile.Open(s.path, os.O_RDONLY, 0)
	if err != nil {
		return last, false
	}
	defer f.Close()
	g, err := labfile.ReadState(countedReader{f, &s.tally.reads}, info)
	return last, err == nil && g.Same(&last.state)
}

// changes collects one page of changes.
func (l *lease) changes(token string, b model.Budget, page *rows) (ch model.Changes, err error) {
	at, ok := layout.ParsePlace(token)
	if !ok || !at.Holds(&l.Format) {
		at = layout.Place{Lab: l.Format.Lab, Seq: l.Format.Newest, Listing: true}
		ch.First = true
	}
	if at.Listing {
		err = l.list(&at, b, page)
	} else {
		err = l.follow(&at, b, page)
	}
	ch.Next, ch.Total = model.NewCursor(at.Token()), int(l.Format.Experiments)
	ch.More = at.Listing || at.Seq != l.Format.Newest
	return ch, err
}

// list continues a listing. At its end, the place is in the log, where it was when the listing
// began.
func (l *lease) list(at *layout.Place, b model.Budget, page *rows) error {
	c := l.Cursor(layout.Index)
	c.Seek(at.After)
	if c.Valid() && bytes.Equal(c.Key, at.After) {
		c.Next()
	}
	for ; c.Valid(); c.Next() {
		if page.full(l, b) {
			at.After = page.lastKey()
			at.Rows += uint64(len(page.list))
			return nil
		}
		if err := page.add(l, c.Key, c.Value, b.Errors); err != nil {
			return err
		}
	}
	at.Rows += uint64(len(page.list))
	if c.Err == nil && at.Seq == l.Format.Newest && at.Rows != l.Format.Experiments {
		return model.Damaged("%d experiments are listed, of %d", at.Rows, l.Format.Experiments)
	}
	at.Listing = false
	return c.Err
}

// lastKey returns the key of the last row.
func (r *rows) lastKey() []byte {
	start, n := 0, len(r.list)
	if n > 1 {
		start = r.list[n-2].text
	}
	return r.blob[start:r.list[n-1].key]
}

// follow reads the log from a place on: the newest state there of what changed.
func (l *lease) follow(at *layout.Place, b model.Budget, page *rows) error {
	limit := maxChanges
	if b.Rows > 0 {
		limit = min(limit, b.Rows)
	}
	all := make(layout.Changes)
	c := l.Cursor(layout.Log)
	for c.Seek(layout.LogKey(at.Seq + 1)); at.Seq < l.Format.Newest && len(all) < limit; c.Next() {
		if !c.Valid() || !bytes.Equal(c.Key, layout.LogKey(at.Seq+1)) {
			return errors.Join(c.Err, model.Damaged("change %d is not in the log", at.Seq+1))
		}
		payload, err := layout.Log.Open(c.Key, c.Value)
		if err != nil {
			return err
		}
		change, ok := layout.ParseChange(payload, l.Format.Schema)
		if !ok {
			return model.Damaged("%s is no change", layout.Log.Describe(c.Key))
		}
		all.Add(change)
		at.Seq++
	}
	sorted := slices.Collect(maps.Values(all))
	slices.SortFunc(sorted, func(a, b layout.Change) int { return bytes.Compare(a.Key, b.Key) })
	for _, change := range sorted {
		if err := l.tell(page, change, b.Errors); err != nil {
			return err
		}
	}
	return nil
}

// tell adds a change. Where its error is asked for, or where the log has only keys, it adds the
// present state instead.
func (l *lease) tell(page *rows, c layout.Change, withError bool) error {
	switch {
	case l.Format.Schema < layout.EntriesSince, withError && len(c.Entry) > 0 && c.Entry[0]&layout.HasError != 0:
		return l.present(page, c.Key, withError)
	case len(c.Entry) == 0:
		page.gone = append(page.gone, c.Bare())
		return nil
	}
	return page.add(l, c.Key, c.Entry, false)
}

// present adds the present state of an experiment that had an index key when it changed.
func (l *lease) present(page *rows, key []byte, withError bool) error {
	c := l.Cursor(layout.Index)
	value := c.Get(key)
	if value == nil && c.Err == nil {
		bare := key[layout.CreatedSize:]
		created, err := l.Created(bare)
		if errors.Is(err, model.ErrNoExperiment) {
			page.gone = append(page.gone, bare)
			return nil
		}
		if err != nil {
			return err
		}
		key = layout.IndexKey(created, bare)
		value = c.Get(key)
	}
	if value == nil {
		return errors.Join(c.Err, layout.Index.Missing(key))
	}
	return page.add(l, key, value, withError)
}
