package bolt

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"societop/model"
	"societop/storage/bolt/layout"
)

// formerLab unpacks a lab that was written by a former version.
func formerLab(t *testing.T, version int) string {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("testdata/schema%d.db.gz", version))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lab.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestALabOfEachFormerVersion is read as it is, and has all that it had after the first batch has
// brought it up to date.
func TestALabOfEachFormerVersion(t *testing.T) {
	for version := 1; version <= layout.Schema; version++ {
		path := formerLab(t, version)
		s := Open(path, Options{Write: true})
		state := func(schema int) (all string) {
			t.Helper()
			checkLab(t, path)
			r, err := s.Report(t.Context())
			if err != nil || r.Schema != schema || r.Experiments != 2 {
				t.Fatalf("version %d: %+v, %v", version, r, err)
			}
			ch, err := s.Changes(t.Context(), model.Cursor{}, model.Budget{Errors: true})
			if err != nil || len(ch.Put) != 2 {
				t.Fatalf("version %d: %d experiments, %v", version, len(ch.Put), err)
			}
			for _, e := range ch.Put {
				whole, err := s.Experiment(t.Context(), e.Key)
				text, _ := dumpOf(s, e.Key)
				all += fmt.Sprintf("%v %v %+v %s\n", err, whole.Config.Raw(), e.Now, text)
			}
			return all
		}
		before := state(version)
		e, err := s.Changes(t.Context(), model.Cursor{}, model.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		one := e.Put[0]
		one.InputTokens++
		if err := s.Update(t.Context(), func(b *Batch) error { return b.PutSummary(one) }); err != nil {
			t.Fatalf("version %d: %v", version, err)
		}
		if after := state(layout.Schema); after != before {
			t.Errorf("version %d: after the first batch it has\n%s, before\n%s", version, after, before)
		}
	}
}
