//go:build unix

package importer

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"societop/model"
)

// Files that can't be read at all.
func TestUnreadable(t *testing.T) {
	dir, lab := t.TempDir(), newLab(t)
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		filepath.Join(dir, "none"):      model.ErrUnreadable,
		filepath.Join(exportZip, "sub"): model.ErrUnreadable,
		dir:                             model.ErrImport,
		fifo:                            model.ErrImport,
		"/dev/null":                     model.ErrImport,
	} {
		if _, err := Import(t.Context(), []string{path}, lab, nil, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Import(t.Context(), nil, lab, nil, nil); !errors.Is(err, model.ErrUsage) {
		t.Errorf("no file: %v", err)
	}
	if _, err := os.Stat(lab); !os.IsNotExist(err) {
		t.Errorf("lab: %v", err)
	}
}
