package journal

import (
	"testing"

	"github.com/google/uuid"

	"societop/model"
)

// TestDeletionsAreForgotten: a source whose experiments come and go costs no memory for what
// has gone, and who has seen too little of it reads everything again.
func TestDeletionsAreForgotten(t *testing.T) {
	j := New(func() *Row { return new(Row) })
	at := j.Place(model.Cursor{})
	j.Page(&at, model.Budget{})
	early := j.Cursor(at)
	if j.Place(early).First {
		t.Fatal("a cursor does not lead back to its place")
	}
	for i := range 20 * maxGone {
		k := model.Key{ID: uuid.UUID{1, byte(i), byte(i >> 8), byte(i >> 16)}}
		j.Put(model.Summary{Key: k})
		if !j.Remove(k) || j.Remove(k) {
			t.Fatal("what is there can be removed once")
		}
	}
	if n := len(j.rows); n > 2*maxGone || j.Count() != 0 {
		t.Errorf("%d are remembered, %d are there", n, j.Count())
	}
	if n := len(j.log); n > 5*maxGone {
		t.Errorf("%d entries in the log", n)
	}
	if !j.Place(early).First {
		t.Error("nobody is told that deletions are forgotten")
	}
}
