//go:build unix

package ssh

import (
	"testing"

	"societop/model"
	"societop/storage/storagetest"
)

// TestALabOf10000CostsWhatHasChanged, in bytes over the pipe.
func TestALabOf10000CostsWhatHasChanged(t *testing.T) {
	m := newMachine(t, nil)
	l := m.lab(t, "lab-7")
	all := storagetest.Experiments(10_000)
	l.Write(t, all, nil)
	src := l.Open(t).(*Source)
	defer src.Close()
	var at model.Cursor
	read := func() (rows int, bytes int64) {
		t.Helper()
		before := src.heard()
		for more := true; more; {
			ch, err := src.Changes(t.Context(), at, model.Budget{Rows: 1000, Errors: true})
			if err != nil {
				t.Fatal(err)
			}
			rows, at, more = rows+len(ch.Put), ch.Next, ch.More
		}
		return rows, src.heard() - before
	}
	rows, list := read()
	if rows != len(all) {
		t.Fatalf("%d rows", rows)
	}
	_, idle := read()
	for i := range 3 {
		all[5000+i].Name = all[0].Name
	}
	l.Write(t, all[5000:5003], nil)
	changed, some := read()
	t.Logf("the list %d bytes, nothing %d, %d changes %d", list, idle, changed, some)
	if list > 100*int64(len(all)) || idle > 500 || changed != 3 || some > idle+1500 {
		t.Errorf("the list takes %d bytes, nothing %d, %d changes %d", list, idle, changed, some)
	}
}

// heard is how many bytes of the other machine came.
func (s *Source) heard() int64 {
	s.to.mu.Lock()
	defer s.to.mu.Unlock()
	if s.to.newest == nil || s.to.newest.process == nil {
		return 0
	}
	return s.to.newest.process.heard.Load()
}
