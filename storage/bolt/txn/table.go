package txn

import (
	"bytes"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"societop/storage/bolt/layout"
)

// Table is a bucket with changes that are not in it yet. They go in sorted: bbolt is fast
// at that, and needs quadratic time for a bulk in the opposite order.
type Table struct {
	*layout.Bucket
	Stored  *bbolt.Bucket
	pending map[string][]byte // by key, sealed; nil: to be deleted
}

// NewTable returns a bucket of a transaction without changes.
func NewTable(b *layout.Bucket, stored *bbolt.Bucket) *Table {
	return &Table{b, stored, make(map[string][]byte)}
}

// Get returns the payload under a key, verified; nil when there is none. It must not be changed.
func (t *Table) Get(key []byte) ([]byte, error) {
	value := t.Sealed(key)
	if value == nil {
		return nil, nil
	}
	return t.Open(key, value)
}

// Sealed returns the value under a key; nil when there is none.
func (t *Table) Sealed(key []byte) []byte {
	if value, ok := t.pending[string(key)]; ok {
		return value
	}
	return t.Stored.Get(key)
}

// Put puts a payload under a key.
func (t *Table) Put(key, payload []byte) { t.pending[string(key)] = t.Seal(key, payload) }

// Drop deletes the value under a key.
func (t *Table) Drop(key []byte) { t.pending[string(key)] = nil }

// Keep puts a payload where it differs from what is there.
func (t *Table) Keep(key, payload []byte) (changed bool, err error) {
	old, err := t.Get(key)
	if err != nil || (old != nil && bytes.Equal(old, payload)) {
		return false, err
	}
	t.Put(key, payload)
	return true, nil
}

// Under returns the keys that begin with a prefix, in order.
func (t *Table) Under(prefix []byte) (keys []string) {
	c := t.Stored.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		if _, ok := t.pending[string(k)]; !ok {
			keys = append(keys, string(k))
		}
	}
	for k, value := range t.pending {
		if value != nil && strings.HasPrefix(k, string(prefix)) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// Flush moves the pending changes into the bucket.
func (t *Table) Flush() error {
	keys := make([]string, 0, len(t.pending))
	for k := range t.pending {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		var err error
		if value := t.pending[k]; value == nil {
			err = t.Stored.Delete([]byte(k))
		} else {
			err = t.Stored.Put([]byte(k), value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
