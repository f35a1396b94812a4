package bolt

import (
	"slices"

	"societop/storage/bolt/layout"
)

// items are values copied out of leases, to be verified and decoded after them.
type items struct {
	*layout.Bucket
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

// last returns the last key, nil where there is none.
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
	payload, err = i.Bucket.Open(key, value)
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

// backwards returns each from the last value to the first.
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
		err = i.Bucket.Undecodable(key)
	}
	return err
}
