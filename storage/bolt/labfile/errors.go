package labfile

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	bbolterrors "go.etcd.io/bbolt/errors"

	"societop/model"
)

// Explain makes a *model.Error of what went wrong with a file.
func Explain(op, path string, err error) error {
	var known *model.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	sentinel, detail := classify(op, err), ""
	if sentinel != nil {
		detail = err.Error()
		if plain, ok := errors.AsType[*fs.PathError](err); ok {
			detail = plain.Err.Error()
		}
		if err = sentinel; errors.Is(err, model.ErrNoLab) {
			detail = ""
		}
	}
	return &model.Error{Op: op, Address: path, Err: err, Detail: detail}
}

// classify finds the sentinel for an error of the operating system; nil where the error has
// one already, or needs none.
func classify(op string, err error) error {
	errno := errnoOf(err)
	switch {
	case noRoom(errno):
		return model.ErrFull
	case errors.Is(err, fs.ErrNotExist):
		if op == OpWrite { // its folder is what is missing, and can't be made
			return model.ErrReadOnly
		}
		return model.ErrNoLab
	case Held(err) || errors.Is(err, bbolterrors.ErrTimeout):
		return model.ErrLocked
	case errno == 0:
		return nil
	case op == OpWrite:
		return model.ErrReadOnly
	}
	return model.ErrUnreadable
}

// errnoOf returns the number of an error of the operating system, 0 where it is none. bbolt keeps
// only the text of an error that it meets while it extends the file.
func errnoOf(err error) (errno syscall.Errno) {
	if errors.As(err, &errno) {
		return errno
	}
	for _, errno := range slices.Concat(fullErrors, brokenErrors) {
		if strings.HasSuffix(err.Error(), errno.Error()) {
			return errno
		}
	}
	return 0
}

// Full reports whether a write failed because the disk or a quota is full.
func Full(err error) bool { return noRoom(errnoOf(err)) }

// noRoom reports whether it is the number of such an error.
func noRoom(errno syscall.Errno) bool { return slices.Contains(fullErrors, errno) }

// The operations that errors name.
const (
	OpRead   = "read"
	OpWrite  = "write"
	OpCheck  = "check"
	OpRecord = "record"
)
