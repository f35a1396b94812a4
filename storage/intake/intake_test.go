package intake

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/rundir"
	"societop/storage/rundir/rundirtest"
	"societop/storage/storagetest"
)

// TestDirectoriesAreImported as they are recorded, and again without a change.
func TestDirectoriesAreImported(t *testing.T) {
	root, lab := rundirtest.Unpack(t, "2.9.2-completed", "2.1.5-completed"), filepath.Join(t.TempDir(), "lab.db")
	paths := []string{filepath.Join(root, "2.9.2-completed"), filepath.Join(root, "2.1.5-completed")}
	report, err := Import(t.Context(), paths, lab, nil, nil)
	if err != nil || report.Experiments != 2 || report.Changed != 2 || report.Frames == 0 || len(report.LeftOut) > 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	if r, err := check.Lab(t.Context(), lab, nil); err != nil || len(r.Problems) > 0 {
		t.Fatalf("%v, %v", r.Problems, err)
	}
	if again, err := Import(t.Context(), paths, lab, nil, nil); err != nil || again.Experiments != 2 || again.Frames != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	got := bolt.Open(lab, bolt.Options{})
	for _, path := range paths {
		src := rundir.New(path, rundir.Options{})
		var all storagetest.Mirror
		all.Read(t, src, model.Budget{})
		for k := range all.Known {
			storagetest.SameRunData(t, got.RunData(k), src.RunData(k))
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestADirectoryWithoutRuns leaves no lab, whatever else there is to import.
func TestADirectoryWithoutRuns(t *testing.T) {
	root, lab := rundirtest.Unpack(t, "2.9.2-completed"), filepath.Join(t.TempDir(), "lab.db")
	_, err := Import(t.Context(), []string{filepath.Join(root, "2.9.2-completed"), t.TempDir()}, lab, nil, nil)
	if _, made := os.Stat(lab); err == nil || !errors.Is(made, os.ErrNotExist) {
		t.Errorf("%v, %v", err, made)
	}
	report, err := Import(t.Context(), []string{root}, lab, []string{"x"}, nil)
	if err != nil || report.Experiments != 0 || len(report.LeftOut) != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}
