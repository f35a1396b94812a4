package bolt

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"societop/storage/bolt/labfile"
	"societop/storage/bolt/page"
	"societop/storage/bolt/txn"
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
	txid, err := txn.Do(s.path, f, func(tx *bbolt.Tx) error {
		if err := txn.Protect(func() error { return txn.Migrate(tx, l.Format.Schema, txn.Migrations) }); err != nil {
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
	err := txn.Protect(func() (err error) {
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
	return txn.Protect(b.write)
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
	_, err = txn.Do(f.Name(), f, func(tx *bbolt.Tx) error {
		if err := txn.Initialize(tx); err != nil {
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
	return txn.Publish(f.Name(), s.path)
}
