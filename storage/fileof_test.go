package storage

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"societop/model"
	"societop/storage/importer"
	"societop/storage/sqldb/sqldbtest"
	"societop/storage/storagetest"
)

// TestAFileOfAnotherKind: what is at a path is found out when it appears, and again when it is replaced.
func TestAFileOfAnotherKind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sqlite.db")
	src, err := openOne(t.Context(), path, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var m storagetest.Mirror
	reads := func(kind string, n int) {
		t.Helper()
		m.Read(t, src, model.Budget{})
		if len(m.Known) != n || src.Info().Kind != kind {
			t.Errorf("%d experiments of a %s", len(m.Known), src.Info().Kind)
		}
	}
	if _, err := src.Changes(t.Context(), model.Cursor{}, model.Budget{}); !errors.Is(err, model.ErrNoLab) {
		t.Errorf("nothing there: %v", err)
	}
	exec := sqldbtest.ExecOn(sqldbtest.Connect(t, path)) // an empty file at first
	if err := sqldbtest.SQLite.Create(exec); err != nil {
		t.Fatal(err)
	}
	for _, e := range sqldbtest.Large(3, 1, 500) {
		if err := sqldbtest.SQLite.Put(exec, e); err != nil {
			t.Fatal(err)
		}
	}
	reads("database", 3)
	if err := src.(model.Controller).Forbids(model.ControlDelete); !errors.Is(err, model.ErrNotOffered) {
		t.Errorf("delete: %v", err)
	}
	lab := filepath.Join(t.TempDir(), "lab.db")
	if _, err := importer.Import(t.Context(), []string{"importer/testdata/export.zip"}, lab, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Rename(path, path+".old"), os.Rename(lab, path)); err != nil {
		t.Fatal(err)
	}
	reads("lab file", 1)
	if err := errors.Join(os.Remove(path), os.Rename(path+".old", path)); err != nil {
		t.Fatal(err)
	}
	reads("database", 3)
}

// TestADatabaseThatIsCompressed: an unpacked copy is read, which goes away.
func TestADatabaseThatIsCompressed(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	const path = "importer/testdata/sqlite.db.gz"
	src, err := openOne(t.Context(), path, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	if len(m.Known) == 0 || src.Info().Kind != "database" || src.Info().Address.Raw() != path {
		t.Errorf("%d experiments, %+v", len(m.Known), src.Info())
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v %v", left, err)
	}
}
