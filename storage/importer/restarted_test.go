package importer

import (
	"fmt"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

// theRun is the running experiment of testdata's sqlite.db that has agents.
func theRun(t *testing.T, lab string) (found model.Key) {
	t.Helper()
	most := 0
	all, _ := list(t, lab)
	for _, s := range all {
		if moments, err := bolt.Open(lab, bolt.Options{}).RunData(s.Key).Timeline(t.Context()); err == nil && len(moments) > most {
			found, most = s.Key, len(moments)
		}
	}
	if most < 3 {
		t.Fatalf("no run has more than %d moments", most)
	}
	return found
}

// TestAnImportOfARunThatBeganAgain takes the data of the run before away. What was imported again,
// or in another zone, is the same run.
func TestAnImportOfARunThatBeganAgain(t *testing.T) {
	for shift, again := range map[string]bool{"+0 minutes": false, "+480 minutes": false, "+491 minutes": true} {
		db, lab := fixture(t), newLab(t)
		mustImport(t, lab, db)
		k := theRun(t, lab)
		err := bolt.Open(lab, bolt.Options{Write: true}).Update(t.Context(), func(b *bolt.Batch) error { return b.AppendLog(k, "of the run before\n") })
		if err != nil {
			t.Fatal(err)
		}
		was, err := bolt.Open(lab, bolt.Options{}).RunData(k).Timeline(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		table := "as_" + strings.ReplaceAll(k.ID.String(), "-", "_")
		alter(t, db, fmt.Sprintf("UPDATE %s_agent_status SET created_at = datetime(created_at, '%s') || substr(created_at, 20)", table, shift))
		alter(t, db, fmt.Sprintf("DELETE FROM %[1]s_agent_status WHERE day * 86400 + t = (SELECT max(day * 86400 + t) FROM %[1]s_agent_status)", table))
		if !again {
			shortened := bolt.Open(lab, bolt.Options{})
			mustImport(t, lab, db)
			if now, err := shortened.RunData(k).Timeline(t.Context()); err != nil || len(now) != len(was) {
				t.Errorf("%s: %d moments of %d, %v", shift, len(now), len(was), err)
			}
			continue
		}
		mustImport(t, lab, db)
		fresh := newLab(t)
		mustImport(t, fresh, db)
		storagetest.SameRunData(t, bolt.Open(lab, bolt.Options{}).RunData(k), bolt.Open(fresh, bolt.Options{}).RunData(k))
		if log, err := bolt.Open(lab, bolt.Options{}).RunData(k).Log(t.Context(), model.LogBudget{}); err == nil {
			t.Errorf("the log of the run before is there: %q", log.Lines)
		}
	}
}
