package layout

import (
	"encoding/binary"
	"math"
	"time"

	"societop/model/text"
)

// A coder encodes fields one after the other, or decodes them in the same order, so that one function
// says both. The zero coder encodes.
type coder struct {
	w []byte   // what was encoded
	d *decoder // what is decoded of, where that is not nil
}

// bad reports whether what was decoded was none.
func (c *coder) bad() bool { return c.d != nil && c.d.bad }

func (c *coder) text(t *text.Text) {
	if c.d != nil {
		*t = text.Clean(string(c.d.text()))
		return
	}
	c.w = appendText(c.w, t.Raw())
}

func (c *coder) lines(t *text.Lines) {
	if c.d != nil {
		*t = text.CleanLines(string(c.d.text()))
		return
	}
	c.w = appendText(c.w, t.Raw())
}

func (c *coder) string(s *string) {
	if c.d != nil {
		*s = string(c.d.text())
		return
	}
	c.w = appendText(c.w, *s)
}

// number encodes integers of any type.
func number[T ~int | ~int8 | ~int64](c *coder, n *T) {
	if c.d == nil {
		c.w = binary.AppendVarint(c.w, int64(*n))
		return
	}
	v := c.d.varint()
	*n = T(v)
	c.d.bad = c.d.bad || int64(*n) != v
}

func (c *coder) flag(b *bool) {
	n := int8(0)
	if *b {
		n = 1
	}
	number(c, &n)
	*b = n == 1
}

func (c *coder) float(f *float64) {
	if c.d == nil {
		c.w = binary.BigEndian.AppendUint64(c.w, math.Float64bits(*f))
	} else if b := c.d.take(8); b != nil {
		*f = math.Float64frombits(binary.BigEndian.Uint64(b))
	}
}

// time encodes a time, in UTC. That of the zero Time comes back.
func (c *coder) time(t *time.Time) {
	seconds, rest := t.Unix(), int64(t.Nanosecond())
	number(c, &seconds)
	number(c, &rest)
	if c.d != nil {
		c.d.bad = c.d.bad || rest < 0 || rest >= int64(time.Second)
		*t = time.Unix(seconds, rest).UTC()
	}
}

// list encodes a list: its length, then each of it, which takes a byte at least. An empty one is nil
// when it comes back.
func list[T any](c *coder, all *[]T, one func(*coder, *T)) {
	if c.d == nil {
		c.w = binary.AppendUvarint(c.w, uint64(len(*all)))
		for i := range *all {
			one(c, &(*all)[i])
		}
		return
	}
	*all = nil
	n := c.d.uvarint()
	c.d.bad = c.d.bad || n > uint64(len(c.d.b))
	for range n {
		if c.d.bad {
			return
		}
		var v T
		one(c, &v)
		*all = append(*all, v)
	}
}
