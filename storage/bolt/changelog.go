package bolt

import (
	"bytes"
	"errors"

	"societop/model"
)

// checkLog makes sure that the log is without a gap, and that its newest changes say what the
// index has.
func (c *checker) checkLog() error {
	f, all := &c.snapshot.format, changes{}
	n := f.oldest
	cur := c.snapshot.cursor(logBucket)
	for cur.seek(nil); cur.valid(); cur.next() {
		if string(cur.key) != string(logKey(n)) {
			c.problem("the log has %s where change %d should be", logBucket.describe(cur.key), n)
			return nil
		}
		payload, _ := logBucket.open(cur.key, cur.value)
		change, ok := parseChange(payload, f.schema)
		if !ok {
			c.problem("%s is no change", logBucket.describe(cur.key))
			return nil
		}
		all.add(change)
		n++
	}
	if n != f.newest+1 {
		c.problem("the log ends with change %d, the counters with %d", n-1, f.newest)
	}
	if f.schema < logged {
		return nil
	}
	for _, change := range all {
		if err := c.lastChange(change); err != nil {
			return err
		}
	}
	return nil
}

// lastChange holds the newest change of an experiment against the index.
func (c *checker) lastChange(last change) error {
	var entry []byte
	created, err := c.snapshot.created(last.bare())
	switch {
	case err == nil:
		entry = c.snapshot.cursor(indexBucket).get(indexKey(created, last.bare()))
	case errors.Is(err, model.ErrDamaged):
		return nil // it is known by now
	case !errors.Is(err, model.ErrNoExperiment):
		return err
	}
	if !bytes.Equal(entry, last.entry) {
		c.problem("the log has another state of %s", keysBucket.describe(last.bare()))
	}
	return nil
}
