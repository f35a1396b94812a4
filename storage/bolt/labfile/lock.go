package labfile

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"societop/model"
)

// LockKind is how a file is locked.
type LockKind int

// The kinds of locks.
const (
	Shared    LockKind = iota // many may have it at once
	Exclusive                 // nobody else has one
)

// How locks are waited for.
const (
	MinWait     = time.Second          // nobody gives up on a lock sooner
	DefaultWait = 2 * time.Second      // how long a reading waits for the lock
	PollEvery   = 5 * time.Millisecond // between two attempts
)

// Stat makes sure that a path leads to a regular file before anything opens it: opening
// a FIFO or a device may block or do something.
func Stat(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	kind := ""
	switch m := info.Mode(); {
	case m.IsRegular():
		_ = os.SameFile(info, info) // which file it is Windows looks up at the first comparison
		return info, nil
	case m.IsDir():
		kind = "a directory"
	case m&fs.ModeNamedPipe != 0:
		kind = "a named pipe"
	case m&fs.ModeSocket != 0:
		kind = "a socket"
	case m&fs.ModeDevice != 0:
		kind = "a device"
	default:
		kind = "no regular file"
	}
	return nil, fmt.Errorf("%w: it is %s", model.ErrNotSource, kind)
}

// Open opens a regular file. It does not block if the file has become something else.
func Open(path string, flag int, mode fs.FileMode) (*os.File, error) {
	return os.OpenFile(path, flag|noWait, mode)
}

// Acquire opens a file and locks it. Closing the file ends the lock. It waits for the
// lock at most as long as given.
func Acquire(ctx context.Context, path string, flag int, how LockKind, wait time.Duration) (*os.File, os.FileInfo, error) {
	until := time.Now().Add(max(wait, MinWait))
	for {
		f, info, err := tryLock(path, flag, how)
		if err == nil && f != nil {
			return f, info, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if time.Now().After(until) {
			return nil, nil, model.ErrLocked
		}
		if err := model.Sleep(ctx, PollEvery); err != nil {
			return nil, nil, err
		}
	}
}

// tryLock tries once. It returns no file and no error while another process has the lock.
func tryLock(path string, flag int, how LockKind) (*os.File, os.FileInfo, error) {
	if _, err := Stat(path); err != nil {
		return nil, nil, err
	}
	f, err := Open(path, flag, 0)
	if Held(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if err = Lock(f, how); err == nil {
		var info os.FileInfo
		if info, err = StillThere(f, path); err == nil && info != nil {
			return f, info, nil
		}
	}
	_ = f.Close()
	if Held(err) {
		err = nil
	}
	return nil, nil, err
}

// StillThere returns the state of a locked file, or nil where its path leads to another file by now:
// a lock on a file that was replaced protects nothing.
func StillThere(f *os.File, path string) (os.FileInfo, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	named, err := Stat(path)
	if err != nil || !os.SameFile(info, named) {
		return nil, err
	}
	return info, nil
}
