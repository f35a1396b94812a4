package runfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), PID)
	if _, at, err := Read(path, 3); !errors.Is(err, fs.ErrNotExist) || at != (Stamp{}) {
		t.Errorf("no file: %v, %v", at, err)
	}
	if err := os.WriteFile(path, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, at, err := Read(path, 3)
	if string(b) != "{}\n" || at != StampOf(path) || at.Size != 3 || err != nil {
		t.Errorf("got %q, %v, %v", b, at, err)
	}
	if _, at, err := Read(path, 2); !errors.Is(err, ErrTooLong) || at.Size != 3 {
		t.Errorf("a file that is too long: %v, %v", at, err)
	}
	if _, at, err := Read(filepath.Dir(path), 100); !errors.Is(err, fs.ErrNotExist) || at != (Stamp{}) {
		t.Errorf("a directory: %v, %v", at, err)
	}
}

func TestResolve(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(root, "link")
	if err := os.Symlink(root, link); err != nil {
		t.Skip(err)
	}
	for path, want := range map[string]string{
		link: root, filepath.Join(link, "new"): filepath.Join(root, "new"), filepath.Join(root, "a", "b"): filepath.Join(root, "a", "b"),
	} {
		if got := Resolve(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
