//go:build unix

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

func TestBadInput(t *testing.T) {
	whole := read(t, lab(t))
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	files := map[string]struct {
		path string
		says string
	}{
		"none":      {filepath.Join(dir, "none.db"), "no file yet"},
		"empty":     {write(t, "empty.db", nil), "it is empty"},
		"text":      {write(t, "text.db", []byte("hello")), "it is a text file"},
		"cut":       {write(t, "cut.db", whole[:len(whole)/2]), "damaged"},
		"a sqlite":  {foreignSQLite(t), "database"},
		"directory": {dir, "a directory"},
		"pipe":      {fifo, "a named pipe"},
	}
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			info, _ := os.Stat(f.path)
			for _, args := range [][]string{{"list", f.path}, {"show", f.path, "x"}, {"config", f.path, "x"}, {"check", f.path}, {"info", f.path}} {
				_, errs, code := program.Run(t, args...)
				if code != 6 || !strings.Contains(errs, f.says) || strings.Count(errs, "\n") != 1 {
					t.Errorf("societop %q: exit code %d: %s", args[0], code, errs)
				}
			}
			if after, _ := os.Stat(f.path); info != nil && (after.Size() != info.Size() || !after.ModTime().Equal(info.ModTime())) {
				t.Error("the file was touched")
			}
		})
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
		t.Error("a reading made a file")
	}
}

// foreignSQLite is a database of SQLite that is not AgentSociety's.
func foreignSQLite(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "foreign.db")
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(sqlitex.ExecuteTransient(conn, "CREATE TABLE notes (words TEXT)", nil), conn.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestALockedLab(t *testing.T) {
	path := lab(t)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := program.Run(t, "list", path); code != 5 || !strings.Contains(errs, "locked by another process") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
