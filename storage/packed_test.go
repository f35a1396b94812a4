package storage

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/importer"
)

// gzipped writes data, compressed, to a file of a name.
func gzipped(t *testing.T, name string, data []byte) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestALabThatIsCompressed: it is told by its content, read as it is, and leaves nothing.
func TestALabThatIsCompressed(t *testing.T) {
	lab := filepath.Join(t.TempDir(), "lab.db")
	if _, err := importer.Import(t.Context(), []string{"importer/testdata/export.zip"}, lab, nil, nil); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(lab)
	if err != nil {
		t.Fatal(err)
	}
	path := gzipped(t, "backup", data)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	s, err := openOne(t.Context(), path, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	changes, err := s.Changes(t.Context(), model.Cursor{}, model.Budget{})
	if err != nil || len(changes.Put) != 1 || s.Info().Address.Raw() != path || !s.Info().Local {
		t.Errorf("%+v, %+v, %v", changes, s.Info(), err)
	}
	profiles, err := s.RunData(changes.Put[0].Key).Profiles(t.Context())
	if err != nil || len(profiles) != 25 {
		t.Errorf("%d profiles, %v", len(profiles), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if report, err := Report(t.Context(), path); err != nil || report.Experiments != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	if report, err := Check(t.Context(), path, nil); err != nil || report.Experiments != 1 || len(report.Problems) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
	other := gzipped(t, "other.gz", []byte("no lab at all"))
	if _, err := Check(t.Context(), other, nil); !errors.Is(err, model.ErrNotLab) || !strings.Contains(err.Error(), other) {
		t.Errorf("%v", err)
	}
	if err := bolt.Open(path, bolt.Options{Write: true}).Update(t.Context(), func(*bolt.Batch) error { return nil }); !errors.Is(err, model.ErrNotLab) || !strings.Contains(err.Error(), "`gunzip` unpacks it") {
		t.Errorf("written to: %v", err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v %v", left, err)
	}
}

// TestFilesThatCannotBeUnpacked: a sentence, and nothing left.
func TestFilesThatCannotBeUnpacked(t *testing.T) {
	temp := t.TempDir()
	bomb := gzipped(t, "bomb.gz", make([]byte, 150<<20))
	cut := gzipped(t, "cut.gz", bytes.Repeat([]byte("societop"), 1<<10))
	if err := os.Truncate(cut, 40); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temp)
	for path, want := range map[string]struct {
		err    error
		detail string
	}{
		bomb: {model.ErrNotLab, "far longer than its gzip file"},
		cut:  {model.ErrDamaged, "the gzip file is damaged"},
	} {
		if _, err := Check(t.Context(), path, nil); !errors.Is(err, want.err) {
			t.Errorf("check %s: %v", path, err)
		}
		if _, err := openOne(t.Context(), path, model.Access{}); !errors.Is(err, want.err) || !strings.Contains(err.Error(), want.detail) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v %v", left, err)
	}
}
