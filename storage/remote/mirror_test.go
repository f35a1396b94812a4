package remote

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
)

// TestDeletionsAreForgotten: a server whose experiments come and go costs no memory for what
// has gone, and who has seen too little of it reads everything again.
func TestDeletionsAreForgotten(t *testing.T) {
	m := newMirror()
	for i := range 20 * maxGone {
		k := model.Key{ID: uuid.UUID{1, byte(i), byte(i >> 8), byte(i >> 16)}}
		m.put(model.Summary{Key: k}, time.Time{}, false)
		m.remove(m.entries[k])
	}
	if n := len(m.entries); n > 2*maxGone || m.count() != 0 {
		t.Errorf("%d are remembered, %d are there", n, m.count())
	}
	if n := len(m.log); n > 5*maxGone {
		t.Errorf("%d entries in the log", n)
	}
	if m.floor == 0 {
		t.Error("nobody is told that deletions are forgotten")
	}
}
