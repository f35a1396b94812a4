//go:build unix

package labfile

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"societop/model"
)

func TestErrorsOfTheSystem(t *testing.T) {
	for _, tc := range []struct {
		op    string
		errno syscall.Errno
		want  error
	}{
		{OpRead, syscall.EACCES, model.ErrUnreadable},
		{OpRead, syscall.EIO, model.ErrUnreadable},
		{OpRead, syscall.ENOENT, model.ErrNoLab},
		{OpWrite, syscall.EACCES, model.ErrReadOnly},
		{OpWrite, syscall.EROFS, model.ErrReadOnly},
		{OpWrite, syscall.EIO, model.ErrReadOnly},
		{OpWrite, syscall.ENOSPC, model.ErrFull},
		{OpWrite, syscall.EDQUOT, model.ErrFull},
		{OpWrite, syscall.EFBIG, model.ErrFull},
	} {
		for _, err := range []error{tc.errno, &os.PathError{Op: "x", Path: "y", Err: tc.errno}} {
			if got := Explain(tc.op, "lab.db", err); !errors.Is(got, tc.want) {
				t.Errorf("%s: %v is explained as %v, want %v", tc.op, err, got, tc.want)
			}
		}
	}
	if got := Explain(OpWrite, "lab.db", errors.New("file resize error: "+syscall.ENOSPC.Error())); !errors.Is(got, model.ErrFull) {
		t.Errorf("bbolt's words for a full disk are explained as %v", got)
	}
}

// TestAFileThatCanNotBeRead: an error of the disk is not taken for damage of the file, which
// might be thrown away for it.
func TestAFileThatCanNotBeRead(t *testing.T) {
	for _, err := range []error{syscall.EIO, &os.PathError{Op: "read", Path: "lab.db", Err: syscall.EIO}} {
		got := Explain(OpRead, "lab.db", err)
		if !errors.Is(got, model.ErrUnreadable) || !strings.Contains(model.Explain(got).String(), "disk") {
			t.Errorf("%v", model.Explain(got))
		}
	}
}
