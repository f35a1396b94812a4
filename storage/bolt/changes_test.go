package bolt

import (
	"slices"
	"testing"

	"societop/model"
	"societop/model/plan"
	"societop/storage/bolt/layout"
)

func TestAListingIsOrderedNewestFirst(t *testing.T) {
	path, _ := newLab(t, 50)
	var got []model.Summary
	for _, ch := range newReader(path).follow(t) {
		got = append(got, ch.Put...)
	}
	if !slices.IsSortedFunc(got, func(a, b model.Summary) int { return b.Created.Compare(a.Created) }) {
		t.Error("the listing is not ordered by the time of creation")
	}
}

// TestPlansAreShared makes sure that equal plans are one in memory.
func TestPlansAreShared(t *testing.T) {
	path, _ := newLab(t, 100)
	plans := make(map[*plan.Plan]bool)
	for _, ch := range newReader(path).follow(t) {
		for _, s := range ch.Put {
			plans[s.Plan] = true
		}
	}
	if len(plans) != 6 { // five configs, and none
		t.Errorf("%d plans in memory, want 6", len(plans))
	}
}

// FuzzToken takes bytes for a token of a cursor.
func FuzzToken(f *testing.F) {
	f.Add([]byte((&layout.Place{Seq: 5, Listing: true, After: []byte("x")}).Token()))
	f.Fuzz(func(t *testing.T, token []byte) {
		if p, ok := layout.ParsePlace(string(token)); ok && p.Token() != string(token) {
			t.Errorf("cursor %q comes back as %q", token, p.Token())
		}
	})
}
