package sqlite_test

import (
	"errors"
	"testing"
	"time"

	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/storage/sqldb/sqldbtest"
	"societop/storage/storagetest"
)

// TestAnExperimentInThePlaceOfAnother: one that only a reading of all keys finds, for it has the number of
// a row that is gone, is there after the first reading, and stays.
func TestAnExperimentInThePlaceOfAnother(t *testing.T) {
	path, c := sqldbtest.NewFile(t)
	exec, clock := sqldbtest.ExecOn(c), &clock{now: time.Now()}
	all := storagetest.Experiments(4)
	var err error
	for _, e := range all[:3] {
		err = errors.Join(err, sqldbtest.SQLite.Put(exec, e))
	}
	if err != nil {
		t.Fatal(err)
	}
	src := open(t, path, clock.Now)
	defer src.Close()
	var known storagetest.Mirror
	known.Read(t, src, model.Budget{})
	err = errors.Join(sqlitex.ExecuteTransient(c, "BEGIN", nil), sqldbtest.SQLite.Delete(exec, all[2].Key), sqldbtest.SQLite.Put(exec, all[3]), sqlitex.ExecuteTransient(c, "COMMIT", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, later := range []time.Duration{20 * time.Second, time.Hour} {
		clock.pass(later)
		known.Read(t, src, model.Budget{})
		if _, ok := known.Known[all[3].Key]; !ok || len(known.Known) != 3 {
			t.Errorf("after %v: %d experiments, the new one %v", later, len(known.Known), ok)
		}
	}
}
