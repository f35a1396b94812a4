package page

import (
	"bytes"

	"societop/model"
)

// VerifyAbsent makes sure that the bucket has nothing between the two neighbours of key, whose values
// it gives to verify. A key that a flipped bit hides lies next to where it should be, with a wrong
// checksum, or out of order.
func (c *Cursor) VerifyAbsent(key []byte, verify func(key, value []byte) error) error {
	if !c.descend(c.ref.root, key) {
		return c.Err
	}
	if err := c.ordered(); err != nil {
		return err
	}
	if c.settle(); c.Valid() {
		if err := c.neighbour(bytes.Compare(key, c.Key) <= 0, verify); err != nil {
			return err
		}
	}
	c.depth = 0
	if c.Err != nil || !c.descend(c.ref.root, key) {
		return c.Err
	}
	if c.previous(); c.Valid() {
		return c.neighbour(bytes.Compare(c.Key, key) < 0, verify)
	}
	return c.Err
}

// neighbour verifies the current element, which is next to a missing key.
func (c *Cursor) neighbour(inOrder bool, verify func(key, value []byte) error) error {
	if !inOrder {
		return model.Damaged("page %d: keys out of order", c.levels[c.depth-1].page.id)
	}
	return verify(c.Key, c.Value)
}

// ordered makes sure that the keys of the leaf ascend, within the bounds of the pages above it.
func (c *Cursor) ordered() error {
	leaf := &c.levels[c.depth-1].page
	low, high, err := c.limits()
	if err != nil {
		return err
	}
	for i := range leaf.count {
		key, err := leaf.key(i)
		if err != nil {
			return err
		}
		d := bytes.Compare(key, low)
		if (d < 0) || (i > 0 && d == 0) || (high != nil && bytes.Compare(key, high) >= 0) {
			return model.Damaged("page %d, element %d: keys out of order", leaf.id, i)
		}
		low = key
	}
	return nil
}

// limits returns the bounds of the leaf's keys by the pages above it: at least low, and below high
// where that is not nil.
func (c *Cursor) limits() (low, high []byte, err error) {
	for i := c.depth - 2; i >= 0; i-- {
		l := &c.levels[i]
		if low == nil {
			if low, _, err = l.page.branchElement(l.i); err != nil {
				return nil, nil, err
			}
		}
		if high == nil && l.i+1 < l.page.count {
			if high, _, err = l.page.branchElement(l.i + 1); err != nil {
				return nil, nil, err
			}
		}
	}
	return low, high, nil
}

// previous moves to the element before the current place; to none where that is the first.
func (c *Cursor) previous() {
	c.Key, c.Value = nil, nil
	for c.depth > 0 && c.levels[c.depth-1].i == 0 {
		c.depth--
	}
	if c.depth == 0 {
		return
	}
	for {
		l := &c.levels[c.depth-1]
		l.i--
		if l.page.leaf() {
			c.settle()
			return
		}
		_, child, err := l.page.branchElement(l.i)
		if err == nil {
			var p *page
			if p, err = c.load(child); err == nil {
				c.levels[c.depth-1].i = p.count
			}
		}
		if err != nil {
			c.fail(err)
			return
		}
	}
}
