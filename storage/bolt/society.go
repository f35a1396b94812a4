package bolt

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"

	"societop/model"
)

// society is what the lab has of one experiment beside its summary.
type society struct {
	store *Store
	key   model.Key
}

var (
	_ model.RunData         = society{}
	_ model.AllAgentsReader = society{}
	_ model.Agent           = agent{}
)

// RunData is the data of one experiment. It reads nothing. Its methods fail with ErrNotRecorded
// where the lab was never given data of that kind, and otherwise like every reading. It
// implements model.AllAgentsReader, too.
func (s *Store) RunData(k model.Key) model.RunData { return society{s, k} }

// Agent is one agent's own data.
func (o society) Agent(id int64) model.Agent { return agent{o, id} }

// agent is one agent of a society.
type agent struct {
	society
	id int64
}

// farItems is how many values are worth a lease of their own.
const farItems = 8

// items are values copied out of leases, to be verified and decoded after them.
type items struct {
	*bucket
	blob []byte
	list []item
}

// item says where in the blob the key and the value of an entry end.
type item struct{ key, value int }

func (i *items) clear() { i.blob, i.list = i.blob[:0], i.list[:0] }

func (i *items) add(key, value []byte) {
	i.blob = append(i.blob, key...)
	at := len(i.blob)
	i.blob = append(i.blob, value...)
	i.list = append(i.list, item{at, len(i.blob)})
}

// last is the last key, nil where there is none.
func (i *items) last() []byte {
	if len(i.list) == 0 {
		return nil
	}
	key, _ := i.raw(len(i.list) - 1)
	return key
}

func (i *items) raw(n int) (key, value []byte) {
	start := 0
	if n > 0 {
		start = i.list[n-1].value
	}
	return i.blob[start:i.list[n].key], i.blob[i.list[n].key:i.list[n].value]
}

// open verifies a value.
func (i *items) open(n int) (key, payload []byte, err error) {
	key, value := i.raw(n)
	payload, err = i.bucket.open(key, value)
	return key, payload, err
}

// each verifies the values and gives them to fn, which says whether it could decode them.
func (i *items) each(fn func(key, payload []byte) bool) error {
	for n := range i.list {
		if err := i.give(n, fn); err != nil {
			return err
		}
	}
	return nil
}

// backwards is each from the last value to the first.
func (i *items) backwards(fn func(key, payload []byte) bool) error {
	for n := range slices.Backward(i.list) {
		if err := i.give(n, fn); err != nil {
			return err
		}
	}
	return nil
}

func (i *items) give(n int, fn func(key, payload []byte) bool) error {
	key, payload, err := i.open(n)
	if err == nil && !fn(key, payload) {
		err = i.bucket.undecodable(key)
	}
	return err
}

// leases takes leases on data of a run, one after another until take has no more, and yields
// after each: what take copied is decoded there, without a lease. first says that take has
// copied nothing yet of this run: of another one what was copied before doesn't count.
func (o society) leases(ctx context.Context, kind byte, take func(l *lease, r *run, first bool) (more bool, err error)) iter.Seq2[bool, error] {
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
				first, number = r.number != number, r.number
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
func (o society) once(ctx context.Context, kind byte, take func(l *lease, r *run) error) error {
	for _, err := range o.leases(ctx, kind, func(l *lease, r *run, _ bool) (bool, error) { return false, take(l, r) }) {
		if err != nil {
			return err
		}
	}
	return nil
}

// bounds say where in a bucket the data of a run lies: from a key on, as long as keys begin
// with a prefix.
type bounds func(*run) (from, prefix []byte)

// ofRun are the bounds of all of a run.
func ofRun(r *run) (from, prefix []byte) {
	key := runKey(r.number)
	return key, key
}

// scan reads all that lies within bounds of one bucket.
func (o society) scan(ctx context.Context, kind byte, b *bucket, within bounds, enough func(*items) bool) (*items, error) {
	all := &items{bucket: b}
	for _, err := range o.leases(ctx, kind, func(l *lease, r *run, first bool) (bool, error) {
		if first {
			all.clear()
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

// A join reads the keys of one bucket, the index, and from another what belongs to each of them.
type join struct {
	index, values *items
	within        bounds            // of the index
	enough        func(*items) bool // of the index; may be nil
	// find moves a cursor of the other bucket to what belongs to a key; ok is false where
	// there is nothing.
	find func(l *lease, c *cursor, key []byte) (ok bool, err error)

	indexed bool
	found   int // keys of the index
}

// take reads as much as there is time for in a lease.
func (j *join) take(l *lease, r *run, first bool) (more bool, err error) {
	if first {
		j.index.clear()
		j.values.clear()
		j.indexed, j.found = false, 0
	}
	if !j.indexed {
		from, prefix := j.within(r)
		if more, err := l.collect(j.index, from, prefix, j.enough); more || err != nil {
			return more, err
		}
		j.indexed = true
	}
	c := l.cursor(j.values.bucket)
	for n := 0; j.found < len(j.index.list); j.found++ {
		if n > 0 && l.over(n >= farItems) {
			return true, nil
		}
		key, _ := j.index.raw(j.found)
		ok, err := j.find(l, c, key)
		if err := cmp.Or(c.err, err); err != nil {
			return false, err
		}
		if ok {
			j.values.add(c.key, c.value)
			n++
		}
	}
	return false, nil
}

// collect goes on with a scan: from a key, or behind the last that it has, to the end of
// what begins with the prefix. more is true where the lease has lasted long enough. At both
// ends it makes sure that nothing is missing.
func (l *lease) collect(all *items, from, prefix []byte, enough func(*items) bool) (more bool, err error) {
	if last := all.last(); last != nil {
		from = append(slices.Clone(last), 0)
	} else if err := l.verifyAbsent(all.bucket, from); err != nil {
		return false, err
	}
	c := l.cursor(all.bucket)
	n := 0
	for c.seek(from); c.valid() && bytes.HasPrefix(c.key, prefix); c.next() {
		if n > 0 && l.over(n >= farItems) {
			return true, nil
		}
		all.add(c.key, c.value)
		if n++; enough != nil && enough(all) {
			return false, nil
		}
	}
	if c.valid() {
		return false, all.verify(c.key, c.value)
	}
	return false, c.err
}

// explain gives an error of decoding the address of the file.
func (o society) explain(err error) error { return explain(opRead, o.store.path, err) }
