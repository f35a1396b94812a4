package bolt

import (
	"context"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/labfile"
	"societop/storage/storagetest"
)

func TestSource(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		path := filepath.Join(t.TempDir(), "lab.db")
		write := func(t *testing.T, put []model.Experiment, gone []model.Key) {
			t.Helper()
			writeLab(t, path, put, gone...)
		}
		write(t, nil, nil)
		return storagetest.Lab{
			Open:  func(*testing.T) model.Source { return Open(path, Options{}) },
			Write: write,
			Fill: func(t *testing.T, e model.Experiment, s storagetest.RunData) {
				t.Helper()
				fillLab(t, path, e.Key, s)
			},
			Check: func(t *testing.T) { checkLab(t, path) },
		}
	})
}

// writeLab writes one batch.
func writeLab(t testing.TB, path string, put []model.Experiment, gone ...model.Key) {
	t.Helper()
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error { return storagetest.Write(b, put, gone) })
	if err != nil {
		t.Fatal(err)
	}
}

// fillLab writes all data of an experiment in one batch.
func fillLab(t testing.TB, path string, k model.Key, s storagetest.RunData) {
	t.Helper()
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error { return s.Write(b, k) })
	if err != nil {
		t.Fatal(err)
	}
}

// checkLab fails t unless a lab file is whole, by our own check and by bbolt's.
func checkLab(t testing.TB, path string) model.CheckReport {
	t.Helper()
	report, err := check.Lab(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Problems {
		t.Errorf("check: %s", p)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: labfile.MinWait})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("bbolt's check: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}
