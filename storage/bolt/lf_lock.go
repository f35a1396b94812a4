package bolt

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"societop/model"
	"time"
)

// lockKind is how a file is locked.
type lockKind int

const (
	shared    lockKind = iota // many may have it at once
	exclusive                 // nobody else has one
)

// How locks are waited for.
const (
	minWait     = time.Second          // nobody gives up on a lock sooner
	defaultWait = 2 * time.Second      // how long a reading waits for the lock
	pollEvery   = 5 * time.Millisecond // between two attempts
)

// statFile makes sure that a path leads to a regular file before anything opens it: opening
// a FIFO or a device may block or do something.
func statFile(path string) (os.FileInfo, error) {
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
	return nil, fmt.Errorf("%w: it is %s", model.ErrNotLab, kind)
}

// openFile opens a regular file; should it have become something else, this does not block.
func openFile(path string, flag int, mode fs.FileMode) (*os.File, error) {
	return os.OpenFile(path, flag|noWait, mode)
}

// acquire opens a file and locks it. Closing the file ends the lock. It waits at most as long
// as given.
func acquire(ctx context.Context, path string, flag int, how lockKind, wait time.Duration) (*os.File, os.FileInfo, error) {
	until := time.Now().Add(max(wait, minWait))
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
		if err := model.Sleep(ctx, pollEvery); err != nil {
			return nil, nil, err
		}
	}
}

// tryLock tries once. It returns no file and no error while another process has the lock.
func tryLock(path string, flag int, how lockKind) (*os.File, os.FileInfo, error) {
	if _, err := statFile(path); err != nil {
		return nil, nil, err
	}
	f, err := openFile(path, flag, 0)
	if held(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if err = lock(f, how); err == nil {
		var info os.FileInfo
		if info, err = stillThere(f, path); err == nil && info != nil {
			return f, info, nil
		}
	}
	_ = f.Close()
	if held(err) {
		err = nil
	}
	return nil, nil, err
}

// stillThere returns the state of a locked file, or nothing where its path leads to another
// file by now: a lock on a file that was replaced protects nobody.
func stillThere(f *os.File, path string) (os.FileInfo, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	named, err := statFile(path)
	if err != nil || !os.SameFile(info, named) {
		return nil, err
	}
	return info, nil
}
