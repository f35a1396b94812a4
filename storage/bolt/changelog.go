package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"

	"societop/model"
)

// change is a value of the log: what became of an experiment. Before version 3 of the schema
// the log had no entries, only keys.
type change struct {
	key   []byte // of the index; of an experiment that is gone, with no time of creation
	entry []byte // the value under that key, with its checksum; empty: it is gone, or not known
}

// append encodes a change: the length of the key, the key, the entry.
func (c change) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(c.key)))
	return append(append(b, c.key...), c.entry...)
}

// logged is the first version of the schema whose log has entries.
const logged = 3

// parseChange is the inverse of append, for any version of the schema.
func parseChange(payload []byte, schema int) (c change, ok bool) {
	if schema < logged {
		return change{key: payload}, len(payload) >= createdSize+idSize
	}
	d := decoder{b: payload}
	c.key = d.take(d.uvarint())
	c.entry = d.b
	return c, !d.bad && len(c.key) >= createdSize+idSize
}

// bare is the key of the experiment.
func (c change) bare() []byte { return c.key[createdSize:] }

// news are the newest changes of experiments.
type news map[string]change

// add takes note of a change, which it copies.
func (n news) add(c change) {
	key := append(make([]byte, 0, len(c.key)+len(c.entry)), c.key...)
	n[string(c.bare())] = change{key, append(key, c.entry...)[len(key):]}
}

// checkLog makes sure that the log is without a gap, and that its newest changes say what the
// index has.
func (c *checker) checkLog() error {
	f, all := &c.lease.format, news{}
	n := f.oldest
	cur := c.lease.cursor(logBucket)
	for cur.seek(nil); cur.valid(); cur.next() {
		if string(cur.key) != string(logKey(n)) {
			c.problem("the log has %s where change %d should be", describe(logBucket, cur.key), n)
			return nil
		}
		payload, _ := logBucket.open(cur.key, cur.value)
		change, ok := parseChange(payload, f.schema)
		if !ok {
			c.problem("%s is no change", describe(logBucket, cur.key))
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
	created, err := c.lease.created(last.bare())
	switch {
	case err == nil:
		entry = c.lease.cursor(indexBucket).get(indexKey(created, last.bare()))
	case isDamage(err):
		return nil // it is known by now
	case !errors.Is(err, model.ErrNoExperiment):
		return err
	}
	if !bytes.Equal(entry, last.entry) {
		c.problem("the log has another state of %s", describe(keysBucket, last.bare()))
	}
	return nil
}
