package model

import "hash/maphash"

// table finds the row of a key: a hash table with open addressing that holds a row and a
// part of its hash in eight bytes, because a lab of a million has one for each of them and
// fills it at every start. The keys themselves are in the rows.
type table struct {
	seed  maphash.Seed
	slots []tableSlot // a power of two of them
	used  int
}

// tableSlot is one place of a table. An empty one is zero, so that a large table costs nothing
// until it is filled.
type tableSlot struct {
	hash uint32
	next rowID // the row after that of this place
}

func (s tableSlot) empty() bool { return s.next == 0 }
func (s tableSlot) row() rowID  { return s.next - 1 }

// minSlots is the size of the smallest table.
const minSlots = 64

func newTable() table {
	t := table{seed: maphash.MakeSeed()}
	t.resize(minSlots)
	return t
}

func (t *table) hash(k *Key) uint32 {
	h := maphash.Bytes(t.seed, k.ID[:])
	if !k.Tenant.Empty() {
		h ^= uint64(len(k.Tenant.Raw())) * 0x9E3779B97F4A7C15
	}
	if !k.Source.Empty() {
		h ^= maphash.Comparable(t.seed, k.Source)
	}
	return uint32(h ^ h>>32)
}

// first is the place where the search for a hash begins.
func (t *table) first(hash uint32) tableSlot { return t.slots[hash&uint32(len(t.slots)-1)] }

// find is the row of which is is true; ok is false when there is none.
func (t *table) find(hash uint32, is func(rowID) bool) (r rowID, ok bool) {
	mask := uint32(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s.empty() {
			return 0, false
		}
		if s.hash == hash && is(s.row()) {
			return s.row(), true
		}
	}
}

// insert adds a row that is not there.
func (t *table) insert(hash uint32, r rowID) {
	t.reserve(t.used + 1)
	t.used++
	t.place(tableSlot{hash, r + 1})
}

func (t *table) place(s tableSlot) {
	mask := uint32(len(t.slots) - 1)
	i := s.hash & mask
	for !t.slots[i].empty() {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}

// remove takes a row out and closes the gap.
func (t *table) remove(hash uint32, r rowID) {
	mask := uint32(len(t.slots) - 1)
	i := hash & mask
	for t.slots[i].row() != r {
		if t.slots[i].empty() {
			return
		}
		i = (i + 1) & mask
	}
	t.used--
	for j := (i + 1) & mask; ; j = (j + 1) & mask {
		s := t.slots[j]
		if s.empty() {
			break
		}
		if (j-s.hash)&mask >= (j-i)&mask { // it may stand as far ahead as i
			t.slots[i], i = s, j
		}
	}
	t.slots[i] = tableSlot{}
}

// reserve makes room for n rows.
func (t *table) reserve(n int) {
	size := len(t.slots)
	for n > size/4*3 {
		size *= 2
	}
	if size > len(t.slots) {
		t.resize(size)
	}
}

func (t *table) resize(size int) {
	old := t.slots
	t.slots = make([]tableSlot, size)
	for _, s := range old {
		if !s.empty() {
			t.place(s)
		}
	}
}
