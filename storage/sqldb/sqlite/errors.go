package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"zombiezen.com/go/sqlite"

	"societop/model"
)

var (
	// errNotSQLite is the error of a file that is no database.
	errNotSQLite = errors.New("it is no database of SQLite")
	// errChanging is that of one that was written while it was copied.
	errChanging = fmt.Errorf("%w: it is being written; try again", model.ErrUnreadable)
)

// Damage says what an error of SQLite means for the file: that it is in use, that it can't be read, or
// that it is damaged. Of errors of others, sentinel is nil.
func Damage(err error) (detail string, sentinel error) {
	switch code := sqlite.ErrCode(err); code.ToPrimary() {
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return "", model.ErrWriting
	case sqlite.ResultReadOnly:
		return "its writer ended in the middle of a write; try again", model.ErrUnreadable
	case sqlite.ResultInterrupt:
		return fmt.Sprintf("one statement took more than %v, which the engine can't wait for; read a copy of the file", statementLimit), model.ErrUnreadable
	case sqlite.ResultIOErr, sqlite.ResultCantOpen, sqlite.ResultPerm, sqlite.ResultAuth:
		return code.Message(), model.ErrUnreadable
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return code.Message(), model.ErrDatabase
	default:
		return "", nil
	}
}

// Explain makes an error of this package one that says what failed. Errors that do so already, and
// those of contexts, stay as they are.
func (d *DB) Explain(err error) error {
	var done *model.Error
	if err == nil || errors.As(err, &done) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &model.Error{Op: "read", Address: d.path, Err: model.ErrUnreadable, Detail: err.Error()}
	var system *fs.PathError
	if detail, sentinel := Damage(err); sentinel != nil {
		e.Err, e.Detail = sentinel, detail
	} else if errors.As(err, &system) {
		e.Detail = system.Err.Error()
	} else if errors.Is(err, errNotSQLite) {
		e.Err = model.ErrNotSociety
	}
	return e
}

// Missing reports whether an error is one of the table that was read: it is gone, is none, or has
// other columns now.
func (d *DB) Missing(err error) bool {
	code := sqlite.ErrCode(err).ToPrimary()
	return code == sqlite.ResultError || code == sqlite.ResultSchema
}

// needsCopy reports whether an error means that the database has a journal to be played back,
// which a reader may not do, or so many tables that only to look at them takes longer than a statement
// may.
func needsCopy(err error) bool {
	code := sqlite.ErrCode(err).ToPrimary()
	return code == sqlite.ResultReadOnly || code == sqlite.ResultCantOpen || code == sqlite.ResultInterrupt
}

// broken reports whether a connection is of no use after an error.
func broken(err error) bool {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultIOErr, sqlite.ResultCorrupt, sqlite.ResultNotADB, sqlite.ResultInterrupt:
		return true
	default:
		return false
	}
}
