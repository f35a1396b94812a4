package model

import (
	"math/rand/v2"
	"testing"
)

// TestTableAgainstAMap adds and removes at random, with hashes that collide.
func TestTableAgainstAMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	table, want := newTable(), map[rowID]uint32{}
	hashOf := func(r rowID) uint32 { return uint32(r%97) * 0x10000001 }
	for range 200_000 {
		r := rowID(rng.IntN(2000))
		hash := hashOf(r)
		got, ok := table.find(hash, func(o rowID) bool { return o == r })
		if _, there := want[r]; there != ok || (ok && got != r) {
			t.Fatalf("row %d: found %d %v, want %v", r, got, ok, there)
		}
		if ok {
			table.remove(hash, r)
			delete(want, r)
		} else {
			table.insert(hash, r)
			want[r] = hash
		}
		if table.used != len(want) {
			t.Fatalf("%d rows, want %d", table.used, len(want))
		}
	}
}
