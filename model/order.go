package model

import "slices"

// rowID names a row of a lab: its place in the lab's store.
type rowID int32

// order is a sorted sequence of rows in blocks, so that putting in and taking out cost the
// logarithm of its length and one short move, however long it is.
type order struct {
	compare func(a, b rowID) int
	blocks  [][]rowID // none is empty
	n       int
}

// blockRows is the most rows of a block.
const blockRows = 1024

// find is the block and the place in it where r is, or belongs.
func (o *order) find(r rowID) (block, place int, found bool) {
	block, _ = slices.BinarySearchFunc(o.blocks, r, func(b []rowID, r rowID) int {
		return o.compare(b[len(b)-1], r)
	})
	if block == len(o.blocks) {
		return block, 0, false
	}
	place, found = slices.BinarySearchFunc(o.blocks[block], r, o.compare)
	return block, place, found
}

// insert puts r in; it must not be there.
func (o *order) insert(r rowID) {
	o.n++
	if o.append(r) {
		return
	}
	block, place, _ := o.find(r)
	b := slices.Insert(o.blocks[block], place, r)
	if len(b) < blockRows {
		o.blocks[block] = b
		return
	}
	half := slices.Clone(b[len(b)/2:])
	o.blocks[block] = b[:len(b)/2]
	o.blocks = slices.Insert(o.blocks, block+1, half)
}

// append puts r after the last row, if it belongs there: rows of a listing mostly do.
func (o *order) append(r rowID) bool {
	last := len(o.blocks) - 1
	if last >= 0 {
		b := o.blocks[last]
		if o.compare(b[len(b)-1], r) > 0 {
			return false
		}
		if len(b) < blockRows {
			o.blocks[last] = append(b, r)
			return true
		}
	}
	o.blocks = append(o.blocks, append(make([]rowID, 0, blockRows), r))
	return true
}

// remove takes r out, which must still compare as it did when it was put in.
func (o *order) remove(r rowID) {
	block, place, found := o.find(r)
	if !found {
		return
	}
	o.n--
	b := slices.Delete(o.blocks[block], place, place+1)
	o.blocks[block] = b
	if len(b) == 0 {
		o.blocks = slices.Delete(o.blocks, block, block+1)
	}
}

// window is the rows from the i-th on, n at most.
func (o *order) window(i, n int) []rowID {
	var out []rowID
	for _, b := range o.blocks {
		if i >= len(b) {
			i -= len(b)
			continue
		}
		out = append(out, b[i:min(i+n-len(out), len(b))]...)
		if i = 0; len(out) == n {
			break
		}
	}
	return out
}

// rank is the place of r in the order.
func (o *order) rank(r rowID) (int, bool) {
	block, place, found := o.find(r)
	if !found {
		return 0, false
	}
	for _, b := range o.blocks[:block] {
		place += len(b)
	}
	return place, true
}
