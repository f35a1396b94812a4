//go:build unix

package exporter

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"societop/model"
)

// TestErrorsOfTheDisk are told apart, wherever they happen.
func TestErrorsOfTheDisk(t *testing.T) {
	for errno, want := range map[syscall.Errno]error{
		syscall.ENOSPC: model.ErrFull, syscall.EDQUOT: model.ErrFull, syscall.EFBIG: model.ErrFull,
		syscall.EACCES: model.ErrUnwritable, syscall.EROFS: model.ErrUnwritable, syscall.EIO: model.ErrUnwritable,
		syscall.ENOENT: model.ErrUnwritable, syscall.EEXIST: model.ErrExists,
	} {
		err := failure("x.zip", fmt.Errorf("agent_status.csv: %w", &fs.PathError{Op: "write", Path: ".x.zip.1", Err: errno}))
		var e *model.Error
		if !errors.As(err, &e) || !errors.Is(err, want) || e.Address != "x.zip" {
			t.Errorf("%v is %v, want %v", errno, err, want)
		}
	}
	if err := failure("x.zip", &model.Error{Op: "read", Address: "lab.db", Err: model.ErrDamaged}); !errors.Is(err, model.ErrDamaged) {
		t.Error(err)
	}
}
