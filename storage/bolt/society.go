package bolt

import (
	"bytes"
	"cmp"
	"context"
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
	payload, ok := i.bucket.open(key, value)
	if !ok {
		return nil, nil, wrongSum(i.bucket, key)
	}
	return key, payload, nil
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
		err = unreadable(i.bucket, key)
	}
	return err
}

// unreadable is the error of a value with a right checksum that can't be decoded.
func unreadable(b *bucket, key []byte) error {
	return damaged("%s can't be decoded", describe(b, key))
}

// gather reads data of a run in as many leases as it takes. take is called once a lease until
// it has no more; first says that nothing has been taken yet of this run. after is called
// behind each lease, to decode what was taken; it may be nil.
func (o society) gather(ctx context.Context, kind byte, take func(l *lease, r *run, first bool) (more bool, err error), after func() error) error {
	var number uint64
	for more := true; more; {
		err := o.store.read(ctx, func(l *lease) error {
			r, err := l.run(o.key)
			if err != nil {
				return err
			}
			if err := l.has(&r, kind); err != nil {
				return err
			}
			more, err = take(l, &r, r.number != number)
			number = r.number
			return err
		})
		if err == nil && after != nil {
			err = o.explain(after())
		}
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
	err := o.gather(ctx, kind, func(l *lease, r *run, first bool) (bool, error) {
		if first {
			all.clear()
		}
		from, prefix := within(r)
		return l.collect(all, from, prefix, enough)
	}, nil)
	return all, err
}

// pairs reads the keys of one bucket, the index, and of another what belongs to each of them.
type pairs struct {
	kind          byte
	index, values *items
	within        bounds            // of the index
	enough        func(*items) bool // of the index; may be nil

	// find moves a cursor of the other bucket to what belongs to a key; ok is false where
	// there is nothing.
	find func(l *lease, c *cursor, key []byte) (ok bool, err error)
	// reset is called where all begins anew, and after behind each lease. Both may be nil.
	reset func()
	after func() error
}

// follow reads pairs.
func (o society) follow(ctx context.Context, p *pairs) error {
	indexed, done := false, 0
	return o.gather(ctx, p.kind, func(l *lease, r *run, first bool) (bool, error) {
		if first {
			p.index.clear()
			p.values.clear()
			indexed, done = false, 0
			if p.reset != nil {
				p.reset()
			}
		}
		if !indexed {
			from, prefix := p.within(r)
			if more, err := l.collect(p.index, from, prefix, p.enough); more || err != nil {
				return more, err
			}
			indexed = true
		}
		c := l.cursor(p.values.bucket)
		for n := 0; done < len(p.index.list); done++ {
			if n > 0 && l.over(n >= farItems) {
				return true, nil
			}
			key, _ := p.index.raw(done)
			ok, err := p.find(l, c, key)
			if err := cmp.Or(c.err, err); err != nil {
				return false, err
			}
			if ok {
				p.values.add(c.key, c.value)
				n++
			}
		}
		return false, nil
	}, p.after)
}

// collect goes on with a scan: from a key, or behind the last that it has, to the end of
// what begins with the prefix. more is true where the lease has lasted long enough. At both
// ends it makes sure that nothing is missing.
func (l *lease) collect(all *items, from, prefix []byte, enough func(*items) bool) (more bool, err error) {
	if last := all.last(); last != nil {
		from = append(slices.Clone(last), 0)
	} else if err := l.sure(all.bucket, from); err != nil {
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
	if c.valid() && !all.verified(c.key, c.value) {
		return false, wrongSum(all.bucket, c.key)
	}
	return false, c.err
}

// explain gives an error of decoding the address of the file.
func (o society) explain(err error) error { return explain(opRead, o.store.path, err) }
