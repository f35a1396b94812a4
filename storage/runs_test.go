package storage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"societop/model"
	"societop/storage/rundir/rundirtest"
	"societop/storage/storagetest"
)

// names are the experiments of a source.
func names(t *testing.T, src model.Source) map[string]model.Summary {
	t.Helper()
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	all := map[string]model.Summary{}
	for _, s := range m.Known {
		all[s.Name.Raw()] = s
	}
	return all
}

// TestOpenDirectory: a directory is one of runs, as is a sqlite.db of version 2.
func TestOpenDirectory(t *testing.T) {
	root := rundirtest.Unpack(t)
	for path, runs := range map[string]int{"": len(rundirtest.Names), "2.9.2-workspace": 3, "2.5.4-killed": 1, "2.5.4-killed/sqlite.db": 1, "2.1.5-completed/sqlite.db": 1} {
		src, err := openOne(t.Context(), filepath.Join(root, path), model.Access{})
		if err != nil {
			t.Fatal(err)
		}
		if all := names(t, src); len(all) != runs {
			t.Errorf("%s: %d runs, want %d", path, len(all), runs)
		}
		if info := src.Info(); info.Kind != "run directory" || !info.Local {
			t.Errorf("%s: %+v", path, info)
		}
		if _, ok := src.(model.Prober); ok {
			t.Errorf("%s is probed as a database of version 1", path)
		}
		if c := src.(model.Controller); c.Forbids(model.ControlDelete) == nil {
			t.Error("runs can be deleted")
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestOpenDirectoryLater: what is not there yet may come to be a directory, and that one of another kind.
func TestOpenDirectoryLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs")
	src, err := openOne(t.Context(), path, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := src.Changes(context.Background(), model.Cursor{}, model.Budget{}); !errors.Is(err, model.ErrNoLab) {
		t.Errorf("%v", err)
	}
	if err := os.Rename(rundirtest.Run(t, "2.9.2-completed"), path); err != nil {
		t.Fatal(err)
	}
	all := names(t, src)
	if s, ok := all["runs"]; !ok || s.Status != model.Finished {
		t.Errorf("%v", all)
	}
}

// TestOpenDirectories: several are one source, and no run is in both.
func TestOpenDirectories(t *testing.T) {
	root := rundirtest.Unpack(t)
	src, err := Open(t.Context(), []model.SourceSpec{{Address: root}, {Address: filepath.Join(root, "2.9.2-workspace")}, {Address: root + "/."}})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	if want := len(rundirtest.Names) + 3; len(m.Known) != want {
		t.Errorf("%d runs, want %d", len(m.Known), want)
	}
}
