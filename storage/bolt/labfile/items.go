package labfile

import (
	"slices"

	"societop/storage/bolt/layout"
)

// Items are values of a bucket that were copied out of leases, to be verified and decoded after them.
type Items struct {
	*layout.Bucket
	blob []byte
	list []item
}

// item says where in the blob the key and the value of an entry end.
type item struct{ key, value int }

// Clear forgets the values.
func (i *Items) Clear() { i.blob, i.list = i.blob[:0], i.list[:0] }

// Len returns how many there are.
func (i *Items) Len() int { return len(i.list) }

// Add copies a value.
func (i *Items) Add(key, value []byte) {
	i.blob = append(i.blob, key...)
	at := len(i.blob)
	i.blob = append(i.blob, value...)
	i.list = append(i.list, item{at, len(i.blob)})
}

// Last returns the last key, nil where there is none.
func (i *Items) Last() []byte {
	if len(i.list) == 0 {
		return nil
	}
	key, _ := i.Raw(len(i.list) - 1)
	return key
}

// Raw returns the n-th key and value.
func (i *Items) Raw(n int) (key, value []byte) {
	start := 0
	if n > 0 {
		start = i.list[n-1].value
	}
	return i.blob[start:i.list[n].key], i.blob[i.list[n].key:i.list[n].value]
}

// At verifies the n-th value.
func (i *Items) At(n int) (key, payload []byte, err error) {
	key, value := i.Raw(n)
	payload, err = i.Bucket.Open(key, value)
	return key, payload, err
}

// Each verifies the values and gives them to fn, which says whether it could decode them.
func (i *Items) Each(fn func(key, payload []byte) bool) error {
	for n := range i.list {
		if err := i.give(n, fn); err != nil {
			return err
		}
	}
	return nil
}

// Backwards is Each from the last value to the first.
func (i *Items) Backwards(fn func(key, payload []byte) bool) error {
	for n := range slices.Backward(i.list) {
		if err := i.give(n, fn); err != nil {
			return err
		}
	}
	return nil
}

func (i *Items) give(n int, fn func(key, payload []byte) bool) error {
	key, payload, err := i.At(n)
	if err == nil && !fn(key, payload) {
		err = i.Bucket.Undecodable(key)
	}
	return err
}
