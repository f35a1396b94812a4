package labfile

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// noWait is for systems on which a path of a folder may lead to a FIFO.
const noWait = 0

// fullErrors are the errors of a full disk, brokenErrors other errors of a disk.
var (
	fullErrors   = []syscall.Errno{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED, windows.ERROR_FILE_TOO_LARGE}
	brokenErrors = []syscall.Errno{windows.ERROR_CRC, windows.ERROR_IO_DEVICE, windows.ERROR_WRITE_PROTECT}
)

// The bytes of a file that stand for its locks, far beyond its end. bbolt locks the last one
// for itself, also where this process has it: an exclusive lock has the one before it only.
const (
	lastByte = ^uint64(0)
	ownByte  = lastByte - 1
)

// Lock takes the exclusive lock on an open file, or a shared one, and does not wait for it.
// Closing the file ends it.
func Lock(f *os.File, how LockKind) error {
	if how == Exclusive {
		return lockByte(f, ownByte, windows.LOCKFILE_EXCLUSIVE_LOCK)
	}
	if err := lockByte(f, ownByte, 0); err != nil {
		return err
	}
	return lockByte(f, lastByte, 0)
}

func lockByte(f *os.File, at uint64, flags uint32) error {
	place := windows.Overlapped{Offset: uint32(at), OffsetHigh: uint32(at >> 32)}
	return windows.LockFileEx(windows.Handle(f.Fd()), flags|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &place)
}

// Held reports whether a file can't be had, or locked, because another process has it: virus
// scanners and backups keep others out while they read.
func Held(err error) bool {
	return errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
}

// WithoutLinks reports whether err is that of a file system without hard links.
func WithoutLinks(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_FUNCTION) || errors.Is(err, errors.ErrUnsupported)
}

// Discard closes a locked file and removes it. An open file can't be removed: one that
// somebody has locked meanwhile stays.
func Discard(f *os.File) error {
	err := f.Close()
	_ = os.Remove(f.Name())
	return err
}
