package page

import (
	"bytes"

	"societop/model"
)

// Cursor walks the keys of one bucket in order. It ends on any damage: no tree makes it
// walk deeper than maxDepth, and every key must be greater than the one before it.
type Cursor struct {
	pages *Reader
	ref   Root

	Key, Value []byte // of the current element; they hold until the cursor moves
	bucket     bool   // it is a bucket
	Err        error

	levels [maxDepth]level
	depth  int // levels in use; 0: at the end
	last   []byte
}

// level is a page on the way from the root to a leaf. Its page stays when the cursor goes
// elsewhere, so that keys near to each other are found without reading it again.
type level struct {
	page page
	i    int
}

// Valid reports whether the cursor is at an element.
func (c *Cursor) Valid() bool { return c.Key != nil && c.Err == nil }

// Seek moves to the first key that is at least key.
func (c *Cursor) Seek(key []byte) {
	c.depth, c.Key, c.last = 0, nil, c.last[:0]
	if !c.descend(c.ref.root, key) {
		return
	}
	c.settle()
	if c.Key != nil && bytes.Compare(c.Key, key) < 0 {
		c.fail(model.Damaged("page %d: keys out of order", c.levels[c.depth-1].page.id))
	}
}

// Get returns the value under a key, nil when there is none.
func (c *Cursor) Get(key []byte) []byte {
	c.Seek(key)
	if !c.Valid() || !bytes.Equal(c.Key, key) || c.bucket {
		return nil
	}
	return c.Value
}

// Next moves to the next key.
func (c *Cursor) Next() {
	if !c.Valid() {
		return
	}
	if l := &c.levels[c.depth-1]; l.i+1 >= l.page.count {
		c.last = append(c.last[:0], c.Key...)
	}
	previous := c.Key
	c.levels[c.depth-1].i++
	c.settle()
	if c.Key == nil {
		return
	}
	if len(c.last) > 0 {
		previous = c.last
	}
	if bytes.Compare(previous, c.Key) >= 0 {
		c.fail(model.Damaged("page %d: keys out of order", c.levels[c.depth-1].page.id))
	}
	c.last = c.last[:0]
}

// settle makes the element at the current place the current one; at the end of a page it
// goes on with the next page.
func (c *Cursor) settle() {
	for {
		l := &c.levels[c.depth-1]
		if l.i < l.page.count {
			break
		}
		if !c.nextPage() {
			return
		}
	}
	l := &c.levels[c.depth-1]
	key, value, isBucket, err := l.page.leafElement(l.i)
	if err != nil {
		c.fail(err)
		return
	}
	c.Key, c.Value, c.bucket = key, value, isBucket
}

// nextPage goes up until there is a next child, and down to its first leaf.
func (c *Cursor) nextPage() bool {
	c.Key, c.Value = nil, nil
	for c.depth--; c.depth > 0; c.depth-- {
		l := &c.levels[c.depth-1]
		if l.i++; l.i >= l.page.count {
			continue
		}
		_, child, err := l.page.branchElement(l.i)
		if err != nil {
			c.fail(err)
			return false
		}
		return c.descend(child, nil)
	}
	return false
}

// descend goes down from a page to the leaf where key is, or would be.
func (c *Cursor) descend(id uint64, key []byte) bool {
	for {
		p, err := c.load(id)
		if err != nil {
			c.fail(err)
			return false
		}
		i, exact, err := p.search(key)
		if err == nil && !p.leaf() {
			if !exact && i > 0 {
				i--
			}
			_, id, err = p.branchElement(i)
		}
		if err != nil {
			c.fail(err)
			return false
		}
		c.levels[c.depth-1].i = i
		if p.leaf() {
			return true
		}
	}
}

// load puts a page on the next level.
func (c *Cursor) load(id uint64) (*page, error) {
	if c.depth == maxDepth {
		return nil, model.Damaged("page %d: the tree has no end", id)
	}
	l := &c.levels[c.depth]
	c.depth++
	if l.page.b != nil && l.page.id == id {
		return &l.page, nil
	}
	p, err := c.fetch(id, l.page.b)
	if err == nil {
		err = p.tree()
	}
	if err != nil {
		l.page = page{}
		return nil, err
	}
	l.page = p
	return &l.page, nil
}

// fetch reads a page of the bucket: its only one when that is inline.
func (c *Cursor) fetch(id uint64, buf []byte) (page, error) {
	if c.ref.inline == nil {
		return c.pages.read(id, buf)
	}
	p := c.ref.page()
	if !p.leaf() {
		return p, model.Damaged("an inline bucket that is no leaf")
	}
	return p, nil
}

func (c *Cursor) fail(err error) {
	c.Key, c.Value, c.Err = nil, nil, err
}
