package bolt

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
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
			Dirs:  true,
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
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
		if err := s.Write(b, k); err != nil || s.Dir == nil {
			return err
		}
		return fillDir(b, k, s.Dir)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fillDir writes what only a run of AgentSociety 2 has.
func fillDir(b *Batch, k model.Key, d *storagetest.RunDir) error {
	err := errors.Join(
		PutDocument(b, k, &layout.DatasetsDoc, "", slices.SortedFunc(slices.Values(d.Datasets), func(a, b model.Dataset) int { return strings.Compare(a.ID.Raw(), b.ID.Raw()) })),
		PutDocument(b, k, &layout.LogsDoc, "", d.Logs), PutDocument(b, k, &layout.SurveysDoc, "", layout.Questionnaires(d.Surveys)),
	)
	if d.Activity != nil {
		err = errors.Join(err, PutDocument(b, k, &layout.ActivityDoc, "", *d.Activity))
	}
	if d.Health != nil {
		err = errors.Join(err, PutDocument(b, k, &layout.HealthDoc, "", *d.Health))
	}
	for i := range d.Datasets {
		err = errors.Join(err, b.PutRows(k, &d.Datasets[i], 0, 0, d.Rows[d.Datasets[i].ID.Raw()]))
	}
	for name, text := range d.LogText {
		err = errors.Join(err, b.AppendFileLog(k, name, text))
	}
	for id := range int64(5) {
		err = errors.Join(err, PutDocument(b, k, &layout.NotesDoc, layout.AgentName(id), d.Notes[id]))
	}
	return err
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
