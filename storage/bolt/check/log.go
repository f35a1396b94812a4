package check

import (
	"bytes"
	"errors"

	"societop/model"
	"societop/storage/bolt/layout"
)

// checkLog makes sure that the log has no gap, and that its newest changes agree with the
// index.
func (c *checker) checkLog() error {
	f, all := &c.snapshot.Format, layout.Changes{}
	n := f.Oldest
	cur := c.snapshot.Cursor(layout.Log)
	for cur.Seek(nil); cur.Valid(); cur.Next() {
		if string(cur.Key) != string(layout.LogKey(n)) {
			c.problem("the log has %s where change %d should be", layout.Log.Describe(cur.Key), n)
			return nil
		}
		payload, _ := layout.Log.Open(cur.Key, cur.Value)
		change, ok := layout.ParseChange(payload, f.Schema)
		if !ok {
			c.problem("%s is no change", layout.Log.Describe(cur.Key))
			return nil
		}
		all.Add(change)
		n++
	}
	if n != f.Newest+1 {
		c.problem("the log ends with change %d, the counters with %d", n-1, f.Newest)
	}
	if f.Schema < layout.EntriesSince {
		return nil
	}
	for _, change := range all {
		if err := c.lastChange(change); err != nil {
			return err
		}
	}
	return nil
}

// lastChange compares the newest change of an experiment with the index.
func (c *checker) lastChange(last layout.Change) error {
	var entry []byte
	created, err := c.snapshot.Created(last.Bare())
	switch {
	case err == nil:
		entry = c.snapshot.Cursor(layout.Index).Get(layout.IndexKey(created, last.Bare()))
	case errors.Is(err, model.ErrDamaged):
		return nil // it is known by now
	case !errors.Is(err, model.ErrNoExperiment):
		return err
	}
	if !bytes.Equal(entry, last.Entry) {
		c.problem("the log has another state of %s", layout.Keys.Describe(last.Bare()))
	}
	return nil
}
