package page

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
)

// FuzzPages walks arbitrary bytes as if they were a file's pages.
func FuzzPages(f *testing.F) {
	const size = MinPageSize
	path := filepath.Join(f.TempDir(), "lab.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: size})
	if err != nil {
		f.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{"one", "two", "three"} {
			b, err := tx.CreateBucket([]byte(name))
			if err != nil {
				return err
			}
			for i := range len(name) * len(name) {
				key := []byte(fmt.Sprintf("%s %03d", name, i))
				if err := b.Put(key, bytes.Repeat(key, 1+i%5*20)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	m, err := ReadMeta(bytes.NewReader(data), size)
	if err != nil || !m.Valid {
		f.Fatal(err)
	}
	f.Add(data[:int(m.High)*size], m.Root, m.Freelist)
	f.Fuzz(func(t *testing.T, data []byte, root, freelist uint64) {
		ps := NewReader(bytes.NewReader(data), size, uint64(len(data)/size))
		w := NewWalker(context.Background(), ps, Meta{Root: root, Freelist: freelist})
		w.Report = func(string, ...any) {}
		w.Visit = func([]string, []byte, []byte) {}
		if err := w.Walk(); err != nil {
			t.Fatal(err)
		}
		err := ps.EachBucket(root, func(_ string, r Root) {
			c := ps.Cursor(r)
			last := []byte(nil)
			for c.Seek(nil); c.Valid(); c.Next() {
				if last != nil && bytes.Compare(last, c.Key) >= 0 {
					t.Fatalf("%q comes after %q", c.Key, last)
				}
				last = bytes.Clone(c.Key)
			}
			c.Get(last)
		})
		if err != nil && !errors.Is(err, model.ErrDamaged) && !errors.Is(err, model.ErrNotLab) {
			t.Fatal(err)
		}
	})
}
