//go:build unix

package labfile

import (
	"errors"
	"os"
	"syscall"
)

// noWait opens a FIFO or a device without waiting for who writes to it.
const noWait = syscall.O_NONBLOCK

// fullErrors are those of a disk that takes no more, brokenErrors others of a disk.
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

// Held reports whether a file can't be had, or locked, because somebody else has it.
func Held(err error) bool {
	return errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR)
}

// WithoutLinks reports whether err is that of a file system without hard links.
func WithoutLinks(err error) bool {
	return errors.Is(err, syscall.EPERM) || errors.Is(err, errors.ErrUnsupported)
}

// Discard removes a locked file and closes it. It goes while it is still locked: nobody can
// have locked it meanwhile.
func Discard(f *os.File) error { return errors.Join(os.Remove(f.Name()), f.Close()) }
