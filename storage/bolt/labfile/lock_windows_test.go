package labfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"

	"societop/model"
)

func TestErrorsOfTheSystem(t *testing.T) {
	for _, tc := range []struct {
		op    string
		errno syscall.Errno
		want  error
	}{
		{OpRead, windows.ERROR_ACCESS_DENIED, model.ErrUnreadable},
		{OpRead, windows.ERROR_CRC, model.ErrUnreadable},
		{OpRead, windows.ERROR_PATH_NOT_FOUND, model.ErrNoLab},
		{OpRead, windows.ERROR_SHARING_VIOLATION, model.ErrLocked},
		{OpWrite, windows.ERROR_ACCESS_DENIED, model.ErrReadOnly},
		{OpWrite, windows.ERROR_WRITE_PROTECT, model.ErrReadOnly},
		{OpWrite, windows.ERROR_DISK_FULL, model.ErrFull},
		{OpWrite, windows.ERROR_HANDLE_DISK_FULL, model.ErrFull},
	} {
		for _, err := range []error{tc.errno, &os.PathError{Op: "x", Path: "y", Err: tc.errno}} {
			if got := Explain(tc.op, "lab.db", err); !errors.Is(got, tc.want) {
				t.Errorf("%s: %v is explained as %v, want %v", tc.op, err, got, tc.want)
			}
		}
	}
}

// TestLocksKeepOthersOut: also from a second handle of the same process.
func TestLocksKeepOthersOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	open := func() *os.File {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	a, b := open(), open()
	if err := errors.Join(Lock(a, Shared), Lock(b, Shared)); err != nil {
		t.Fatalf("two shared locks: %v", err)
	}
	if err := Lock(open(), Exclusive); !Held(err) {
		t.Errorf("an exclusive lock over shared ones: %v", err)
	}
	_, _ = a.Close(), b.Close()
	only := open()
	if err := Lock(only, Exclusive); err != nil {
		t.Fatalf("an exclusive lock: %v", err)
	}
	for _, how := range []LockKind{Shared, Exclusive} {
		if err := Lock(open(), how); !Held(err) {
			t.Errorf("lock %v over an exclusive one: %v", how, err)
		}
	}
}
