//go:build unix

package labfile

import (
	"errors"
	"os"
	"syscall"
)

// noWait opens a FIFO or a device without waiting for its writer.
const noWait = syscall.O_NONBLOCK

// fullErrors are the errors of a full disk, brokenErrors other errors of a disk.
var (
	fullErrors   = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}
	brokenErrors = []syscall.Errno{syscall.EIO, syscall.EROFS}
)

// Lock takes the exclusive lock on an open file, or a shared one, and does not wait for it.
// Closing the file ends it.
func Lock(f *os.File, how LockKind) error {
	kind := syscall.LOCK_SH
	if how == Exclusive {
		kind = syscall.LOCK_EX
	}
	return syscall.Flock(int(f.Fd()), kind|syscall.LOCK_NB)
}

// Held reports whether a file can't be had, or locked, because another process has it.
func Held(err error) bool {
	return errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR)
}

// WithoutLinks reports whether err is that of a file system without hard links.
func WithoutLinks(err error) bool {
	return errors.Is(err, syscall.EPERM) || errors.Is(err, errors.ErrUnsupported)
}

// Discard removes a locked file and closes it. It removes it while it is still locked, so that
// nobody else can have locked it.
func Discard(f *os.File) error { return errors.Join(os.Remove(f.Name()), f.Close()) }
