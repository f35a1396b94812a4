package bolt

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
)

// runData is the run of one experiment: everything but its summary.
type runData struct {
	store *Store
	key   model.Key
}

var (
	_ model.RunData         = runData{}
	_ model.AllAgentsReader = runData{}
	_ model.Agent           = agent{}
)

// RunData returns the data of one experiment. It reads nothing. Its methods fail with ErrNotRecorded
// where the lab was never given data of that kind, and otherwise like every reading. It
// implements model.AllAgentsReader, too.
func (s *Store) RunData(k model.Key) model.RunData { return runData{s, k} }

// Agent returns one agent's own data.
func (o runData) Agent(id int64) model.Agent { return agent{o, id} }

// agent is one agent of a run.
type agent struct {
	runData
	id int64
}

// farItems is how many values are worth a lease of their own.
const farItems = 8

// leases takes leases on data of a run, one after another until take has no more, and yields
// after each: what take copied is decoded there, without a lease. first says that take has
// copied nothing yet of this run: of another one what was copied before doesn't count.
func (o runData) leases(ctx context.Context, kind layout.Kinds, take func(l *lease, r *layout.Run, first bool) (more bool, err error)) iter.Seq2[bool, error] {
	return func(yield func(first bool, err error) bool) {
		var number uint64
		for first, more := true, true; more; {
			err := o.store.read(ctx, func(l *lease) error {
				r, err := l.run(o.key)
				if err == nil {
					err = l.has(&r, kind)
				}
				if err != nil {
					return err
				}
				first, number = r.Number != number, r.Number
				more, err = take(l, &r, first)
				return err
			})
			if !yield(first, err) || err != nil {
				return
			}
		}
	}
}

// once reads data of a run that fits into a lease.
func (o runData) once(ctx context.Context, kind layout.Kinds, take func(l *lease, r *layout.Run) error) error {
	for _, err := range o.leases(ctx, kind, func(l *lease, r *layout.Run, _ bool) (bool, error) { return false, take(l, r) }) {
		if err != nil {
			return err
		}
	}
	return nil
}

// bounds say where in a bucket the data of a run lies: from a key on, as long as keys begin
// with a prefix.
type bounds func(*layout.Run) (from, prefix []byte)

// ofRun are the bounds of all of a run.
func ofRun(r *layout.Run) (from, prefix []byte) {
	key := layout.RunKey(r.Number)
	return key, key
}

// scan reads all that lies within bounds of one bucket.
func (o runData) scan(ctx context.Context, kind layout.Kinds, b *layout.Bucket, within bounds, enough func(*labfile.Items) bool) (*labfile.Items, error) {
	all := &labfile.Items{Bucket: b}
	for _, err := range o.leases(ctx, kind, func(l *lease, r *layout.Run, first bool) (bool, error) {
		if first {
			all.Clear()
		}
		from, prefix := within(r)
		return l.collect(all, from, prefix, enough)
	}) {
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// each reads all values of a run in a bucket and gives them to fn, which reports whether it could
// decode them.
func (o runData) each(ctx context.Context, kind layout.Kinds, b *layout.Bucket, fn func(key, payload []byte) bool) error {
	list, err := o.scan(ctx, kind, b, ofRun, nil)
	if err != nil {
		return err
	}
	return o.explain(list.Each(fn))
}

// A join reads the keys of one bucket, the index, and from another what belongs to each of them.
type join struct {
	index, values *labfile.Items
	within        bounds                    // of the index
	enough        func(*labfile.Items) bool // of the index; may be nil
	// find moves a cursor of the other bucket to what belongs to a key; ok is false where
	// there is nothing.
	find func(l *lease, c *page.Cursor, key []byte) (ok bool, err error)

	indexed bool
	found   int // keys of the index
}

// restart begins at the first key of the index again.
func (j *join) restart() {
	j.index.Clear()
	j.values.Clear()
	j.indexed, j.found = false, 0
}

// take reads as much as there is time for in a lease.
func (j *join) take(l *lease, r *layout.Run, first bool) (more bool, err error) {
	if first {
		j.restart()
	}
	if !j.indexed {
		from, prefix := j.within(r)
		if more, err := l.collect(j.index, from, prefix, j.enough); more || err != nil {
			return more, err
		}
		j.indexed = true
	}
	c := l.Cursor(j.values.Bucket)
	for n := 0; j.found < j.index.Len(); j.found++ {
		if n > 0 && l.over(n >= farItems) {
			return true, nil
		}
		key, _ := j.index.Raw(j.found)
		ok, err := j.find(l, c, key)
		if err := cmp.Or(c.Err, err); err != nil {
			return false, err
		}
		if ok {
			j.values.Add(c.Key, c.Value)
			n++
		}
	}
	return false, nil
}

// collect goes on with a scan: from a key, or after the last that it has, to the end of
// what begins with the prefix. more is true where the lease has lasted long enough. At both
// ends it makes sure that nothing is missing.
func (l *lease) collect(all *labfile.Items, from, prefix []byte, enough func(*labfile.Items) bool) (more bool, err error) {
	if last := all.Last(); last != nil {
		from = append(slices.Clone(last), 0)
	} else if err := l.VerifyAbsent(all.Bucket, from); err != nil {
		return false, err
	}
	c := l.Cursor(all.Bucket)
	n := 0
	for c.Seek(from); c.Valid() && bytes.HasPrefix(c.Key, prefix); c.Next() {
		if n > 0 && l.over(n >= farItems) {
			return true, nil
		}
		all.Add(c.Key, c.Value)
		if n++; enough != nil && enough(all) {
			return false, nil
		}
	}
	if c.Valid() {
		return false, all.Verify(c.Key, c.Value)
	}
	return false, c.Err
}

// explain gives an error of decoding the address of the file.
func (o runData) explain(err error) error { return labfile.Explain(labfile.OpRead, o.store.path, err) }
