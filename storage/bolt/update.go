package bolt

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
)

// Update writes one batch: fn fills it, and all of it is written or, where fn or the
// writing fails, nothing. Where there is no file one is made, with mode 0600. While another process has the file, Update waits: for ten seconds, or five
// times Options.Wait, or until ctx is done. fn runs with the lock held, so it must not take
// long nor use the Store; it may run twice where two make the same file at once.
//
// It fails with the error of fn, with ErrReadOnly (no permission, or a Store without
// Options.Write), ErrLocked, ErrFull, and ErrNotLab, ErrNewer or ErrDamaged, when the file
// stays as it is.
func (s *Store) Update(ctx context.Context, fn func(*Batch) error) error {
	if err := s.MayWrite(labfile.OpWrite); err != nil {
		return err
	}
	err := s.updateFile(ctx, fn)
	if errors.Is(err, fs.ErrNotExist) {
		err = s.updateNew(ctx, fn)
		if errors.Is(err, fs.ErrExist) {
			err = s.updateFile(ctx, fn)
		}
	}
	return labfile.Explain(labfile.OpWrite, s.path, err)
}

// updateFile writes a batch to the file that is there.
func (s *Store) updateFile(ctx context.Context, fn func(*Batch) error) error {
	f, info, err := labfile.Acquire(ctx, s.path, os.O_RDWR, labfile.Exclusive, writeWaits*s.wait)
	if err != nil {
		return err
	}
	defer f.Close()
	l, err := labfile.OpenSnapshot(f, info)
	if err != nil {
		return err
	}
	if !s.lastCommit.Load().left(info, l.Meta.TxID) {
		if err := page.VerifyStructure(l.Pages, l.Meta); err != nil {
			return err
		}
	}
	txid, err := transact(s.path, f, func(tx *bbolt.Tx) error {
		if err := protect(func() error { return migrate(tx, l.Format.Schema, migrations) }); err != nil {
			return err
		}
		return s.fillBatch(tx, fn)
	})
	if err == nil {
		s.lastCommit.Store(&commit{info, txid})
	}
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// fillBatch lets fn fill a batch, and writes it into the transaction. Nothing is committed
// where nothing has changed.
func (s *Store) fillBatch(tx *bbolt.Tx, fn func(*Batch) error) error {
	var b *Batch
	err := protect(func() (err error) {
		b, err = newBatch(s, tx)
		return err
	})
	if err != nil {
		return err
	}
	if err := fn(b); err != nil {
		return err
	}
	if b.err != nil {
		return b.err
	}
	if len(b.changed) == 0 && !b.dirty {
		return errUnchanged
	}
	return protect(b.write)
}

// errUnchanged ends a transaction that has nothing to commit.
var errUnchanged = errors.New("nothing to write")

// A commit is a state in which this Store left the file. As long as it is in that state, its
// structure need not be verified again before it is written to.
type commit struct {
	info os.FileInfo
	txid uint64
}

// left reports whether the commit left a file in this state. There may be no commit.
func (c *commit) left(info os.FileInfo, txid uint64) bool {
	return c != nil && os.SameFile(c.info, info) && c.txid == txid
}

// updateNew makes the file with its first batch in it. It takes its name only when it is
// whole, so nobody ever sees a file that is not.
func (s *Store) updateNew(ctx context.Context, fn func(*Batch) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), "."+filepath.Base(s.path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	_, err = transact(f.Name(), f, func(tx *bbolt.Tx) error {
		if err := initialize(tx); err != nil {
			return err
		}
		if err := s.fillBatch(tx, fn); !errors.Is(err, errUnchanged) {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	return publish(f.Name(), s.path)
}

// initialize makes a lab of an empty database.
func initialize(tx *bbolt.Tx) error {
	for _, b := range layout.Buckets {
		if _, err := tx.CreateBucket([]byte(b.Name)); err != nil {
			return err
		}
	}
	var lab layout.LabID
	_, _ = rand.Read(lab[:]) // never fails
	meta := tx.Bucket([]byte(layout.Meta.Name))
	for _, v := range []struct{ key, payload []byte }{
		{layout.FormatKey, []byte(layout.FormatName)},
		{layout.LabKey, lab[:]},
		{layout.CountersKey, layout.Counters{Oldest: 1}.Append(nil)},
	} {
		if err := meta.Put(v.key, layout.Meta.Seal(v.key, bytes.Clone(v.payload))); err != nil {
			return err
		}
	}
	return putSchema(tx, layout.Schema)
}

// publish gives a finished file its name, unless there is a file of that name by now.
func publish(temporary, path string) error {
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

// transact runs fn in a transaction of bbolt on a locked file and commits it, unless fn
// fails. It closes the file. It returns the number of the transaction.
//
// Panics and faults of bbolt are errors. They may leave its locks taken, and then its Close
// would wait for ever: closing the file is enough to end the lock on it. A file that somebody
// cuts meanwhile bbolt would make as long as it was, with nothing where there was data.
func transact(path string, f *os.File, fn func(*bbolt.Tx) error) (txid uint64, err error) {
	defer f.Close()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var db *bbolt.DB
	var tx *bbolt.Tx
	length, err := lengthOf(f)
	if err != nil {
		return 0, err
	}
	err = protect(func() (err error) {
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
		rolledBack := protect(func() error {
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
		err = protect(tx.Commit)
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

// protect runs a step of bbolt's and makes damage of its panics and faults.
func protect(step func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = model.Damaged("bbolt: %v", r)
		}
	}()
	return step()
}
