package txn

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/labfile"
)

// Do runs fn in a transaction of bbolt on a locked file and commits it, unless fn
// fails. It closes the file. It returns the number of the transaction.
//
// Panics and faults of bbolt are errors. They may leave its locks taken, and then its Close
// would wait for ever: closing the file is enough to end the lock on it. A file that somebody
// cuts meanwhile bbolt would make as long as it was, with nothing where there was data.
func Do(path string, f *os.File, fn func(*bbolt.Tx) error) (txid uint64, err error) {
	defer f.Close()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var db *bbolt.DB
	var tx *bbolt.Tx
	length, err := lengthOf(f)
	if err != nil {
		return 0, err
	}
	err = Protect(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout:      labfile.MinWait,
			FreelistType: bbolt.FreelistMapType,
			NoStatistics: true,
			OpenFile:     func(string, int, os.FileMode) (*os.File, error) { return f, nil },
		})
		if err == nil {
			tx, err = db.Begin(true)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	defer func() {
		rolledBack := Protect(func() error {
			if tx.DB() == nil {
				return nil // committed
			}
			return tx.Rollback()
		})
		if rolledBack == nil {
			err = errors.Join(err, db.Close())
		}
	}()
	txid = uint64(tx.ID())
	if err = fn(tx); err == nil {
		err = notCut(f, length)
	}
	if err == nil {
		err = Protect(tx.Commit)
	}
	if err == nil {
		err = notCut(f, length)
	}
	return txid, err
}

// notCut makes sure that a file is at least as long as it was.
func notCut(f *os.File, length int64) error {
	now, err := lengthOf(f)
	if err == nil && now < length {
		err = model.Damaged("it was cut to %d bytes while it was written to", now)
	}
	return err
}

func lengthOf(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Protect runs a step of bbolt's and makes damage of its panics and faults.
func Protect(step func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = model.Damaged("bbolt: %v", r)
		}
	}()
	return step()
}

// Publish gives a finished file its name, unless there is a file of that name by now.
func Publish(temporary, path string) error {
	err := os.Link(temporary, path)
	if labfile.WithoutLinks(err) {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // which not every file system can
		_ = d.Close()
	}
	return nil
}
