//go:build unix

package bolt

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"societop/model"
)

func TestWhatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	fifo, sock := filepath.Join(dir, "fifo"), filepath.Join(dir, "s")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", sock)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for path, words := range map[string]string{
		dir: "directory", fifo: "pipe", sock: "socket", "/dev/zero": "device", "/dev/null": "device",
	} {
		refused(t, path, model.ErrNotLab, words)
	}
}

func TestErrorsOfTheSystem(t *testing.T) {
	for _, tc := range []struct {
		op    string
		errno syscall.Errno
		want  error
	}{
		{opRead, syscall.EACCES, model.ErrUnreadable},
		{opRead, syscall.EIO, model.ErrUnreadable},
		{opRead, syscall.ENOENT, model.ErrNoLab},
		{opWrite, syscall.EACCES, model.ErrReadOnly},
		{opWrite, syscall.EROFS, model.ErrReadOnly},
		{opWrite, syscall.EIO, model.ErrReadOnly},
		{opWrite, syscall.ENOSPC, model.ErrFull},
		{opWrite, syscall.EDQUOT, model.ErrFull},
		{opWrite, syscall.EFBIG, model.ErrFull},
	} {
		for _, err := range []error{tc.errno, &os.PathError{Op: "x", Path: "y", Err: tc.errno}} {
			if got := explain(tc.op, "lab.db", err); !errors.Is(got, tc.want) {
				t.Errorf("%s: %v is explained as %v, want %v", tc.op, err, got, tc.want)
			}
		}
	}
	if got := explain(opWrite, "lab.db", errors.New("file resize error: "+syscall.ENOSPC.Error())); !errors.Is(got, model.ErrFull) {
		t.Errorf("bbolt's words for a full disk are explained as %v", got)
	}
}
