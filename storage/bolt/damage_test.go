package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
	"societop/storage/storagetest"
)

// What pages begin with, and how long the head of an element is.
const (
	headerSize  = 16
	elementHead = 16
	leafPage    = 0x02
)

var machine = binary.NativeEndian

// pageMap says where the pages of a file are, for tests that spoil it.
type pageMap struct {
	path  string
	meta  page.Meta
	roots map[string]uint64
}

func mapOf(t testing.TB, path string) *pageMap {
	t.Helper()
	l := &pageMap{path: path, roots: make(map[string]uint64)}
	err := Open(path, Options{}).read(context.Background(), func(open *lease) error {
		l.meta = open.Meta
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			l.roots[string(name)] = uint64(b.Root())
			return nil
		})
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return l
}

// root is the page that a bucket's tree begins with.
func (l *pageMap) root(b *layout.Bucket) uint64 { return l.roots[b.Name] }

// at is where an element of a page is in the file.
func (l *pageMap) at(page uint64, element int) int64 {
	return int64(page)*int64(l.meta.PageSize) + headerSize + int64(element)*elementHead
}

// child is the page below an element of a branch.
func (l *pageMap) child(t testing.TB, page uint64, element int) uint64 {
	t.Helper()
	b, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	return machine.Uint64(b[l.at(page, element)+8:])
}

// put writes bytes into the file.
func (l *pageMap) put(t testing.TB, at int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(l.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(b, at)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func u64(n uint64) []byte { return machine.AppendUint64(nil, n) }
func u16(n uint16) []byte { return machine.AppendUint16(nil, n) }

// found fails t unless a check finds a problem in whose sentence words are, and gives the
// report.
func found(t *testing.T, path, words string) model.CheckReport {
	t.Helper()
	var report model.CheckReport
	within(t, func() {
		var err error
		if report, err = check.Lab(context.Background(), path, nil); err != nil {
			t.Errorf("check: %v", err)
		}
	})
	for _, p := range report.Problems {
		if strings.Contains(p.String(), words) {
			return report
		}
	}
	t.Errorf("check finds %q, want %q", report.Problems, words)
	return report
}

// crossings spoil the structure of a file; words are in what the check says of it.
var crossings = map[string]struct {
	spoil func(t *testing.T, l *pageMap) // and where to
	words string
}{
	"a branch that points to itself": {func(t *testing.T, l *pageMap) {
		root := l.root(layout.Index)
		l.put(t, l.at(root, 0)+8, u64(root))
	}, "used twice"},
	"its last child is itself": {func(t *testing.T, l *pageMap) {
		root := l.root(layout.Index)
		l.put(t, l.at(root, 2)+8, u64(root))
	}, "used twice"},
	"a branch that points outside": {func(t *testing.T, l *pageMap) {
		l.put(t, l.at(l.root(layout.Index), 0)+8, u64(l.meta.High+5))
	}, "outside of the file"},
	"a branch that points far outside": {func(t *testing.T, l *pageMap) {
		l.put(t, l.at(l.root(layout.Index), 1)+8, u64(1<<60))
	}, "outside of the file"},
	"a branch that points to a meta page": {func(t *testing.T, l *pageMap) {
		l.put(t, l.at(l.root(layout.Index), 0)+8, u64(0))
	}, "page 0"},
	"a branch that points to another bucket": {func(t *testing.T, l *pageMap) {
		l.put(t, l.at(l.root(layout.Index), 1)+8, u64(l.root(layout.Keys)))
	}, "used twice"},
	"the same child twice": {func(t *testing.T, l *pageMap) {
		root := l.root(layout.Index)
		l.put(t, l.at(root, 1)+8, u64(l.child(t, root, 0)))
	}, "used twice"},
	"a leaf that is a free page": {func(t *testing.T, l *pageMap) {
		l.put(t, l.at(l.root(layout.Index), 1)+8, u64(l.meta.Freelist))
	}, "is no branch and no leaf"},
	"a leaf that is no leaf": {func(t *testing.T, l *pageMap) {
		leaf := l.child(t, l.root(layout.Index), 1)
		l.put(t, l.at(leaf, 0)-headerSize+8, u16(0x40))
	}, "is no branch and no leaf"},
	"a leaf with too many elements": {func(t *testing.T, l *pageMap) {
		leaf := l.child(t, l.root(layout.Index), 1)
		l.put(t, l.at(leaf, 0)-headerSize+10, u16(60000))
	}, "can't hold 60000 elements"},
	"a leaf with too few elements": {func(t *testing.T, l *pageMap) {
		leaf := l.child(t, l.root(layout.Index), 1)
		l.put(t, l.at(leaf, 0)-headerSize+10, u16(1))
	}, ""},
	"a branch without children": {func(t *testing.T, l *pageMap) {
		l.put(t, l.at(l.root(layout.Index), 0)-headerSize+10, u16(0))
	}, "a branch without children"},
	"a page without an end": {func(t *testing.T, l *pageMap) {
		leaf := l.child(t, l.root(layout.Index), 1)
		l.put(t, l.at(leaf, 0)-headerSize+12, []byte{0xFF, 0xFF, 0xFF, 0xFF})
	}, "goes on beyond the end"},
	"a page with the id of another": {func(t *testing.T, l *pageMap) {
		leaf := l.child(t, l.root(layout.Index), 1)
		l.put(t, l.at(leaf, 0)-headerSize, u64(7777))
	}, "says that it is page 7777"},
	"an element outside of its page": {func(t *testing.T, l *pageMap) {
		leaf := l.child(t, l.root(layout.Index), 1)
		l.put(t, l.at(leaf, 2)+4, []byte{0xFF, 0xFF, 0xFF, 0x7F})
	}, "reaches outside of its page"},
	"keys out of order": {func(t *testing.T, l *pageMap) {
		leaf := l.child(t, l.root(layout.Index), 1)
		b, err := os.ReadFile(l.path)
		if err != nil {
			t.Fatal(err)
		}
		one, two := l.at(leaf, 1), l.at(leaf, 2)
		first, second := b[one:one+elementHead], b[two:two+elementHead]
		swapped := append(append([]byte{}, second...), first...)
		machine.PutUint32(swapped[4:], machine.Uint32(swapped[4:])+elementHead)
		machine.PutUint32(swapped[elementHead+4:], machine.Uint32(swapped[elementHead+4:])-elementHead)
		l.put(t, one, swapped)
	}, "keys out of order"},
}

// TestCrossedPages spoils the structure of the file: no reading and no batch loops, panics
// or takes it for data, and the check names the page.
func TestCrossedPages(t *testing.T) {
	for name, tc := range crossings {
		t.Run(name, func(t *testing.T) {
			path, _ := newLab(t, 400)
			l := mapOf(t, path)
			tc.spoil(t, l)
			within(t, func() { notServed(t, path) })
			found(t, path, tc.words)
		})
	}
}

// notServed fails t where a listing of a damaged file comes to an end, or a batch is written
// to it.
func notServed(t *testing.T, path string) {
	s := Open(path, Options{Write: true})
	var err error
	for c, more := (model.Cursor{}), true; more && err == nil; {
		var ch model.Changes
		ch, err = s.Changes(context.Background(), c, model.Budget{Errors: true})
		c, more = ch.Next, ch.More
	}
	if !errors.Is(err, model.ErrDamaged) {
		t.Errorf("a listing: %v, want %v", err, model.ErrDamaged)
	}
	_ = s.Update(context.Background(), func(b *Batch) error { // must end, whatever it says
		_, err := b.Put(storagetest.Experiments(401)[400])
		return err
	})
}

func TestABatchOnACrossedFileIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(l *pageMap){
		"a branch that points to itself": func(l *pageMap) {
			l.put(t, l.at(l.root(layout.Keys), 0)+8, u64(l.root(layout.Keys)))
		},
		"a branch that points outside": func(l *pageMap) {
			l.put(t, l.at(l.root(layout.Keys), 0)+8, u64(l.meta.High+5))
		},
		"a free page that is in use": func(l *pageMap) {
			l.put(t, l.at(l.meta.Freelist, 0), u64(l.root(layout.Keys)))
		},
		"a list of free pages that is none": func(l *pageMap) {
			l.put(t, l.at(l.meta.Freelist, 0)-headerSize+8, u16(leafPage))
		},
		"more free pages than it can hold": func(l *pageMap) {
			l.put(t, l.at(l.meta.Freelist, 0)-headerSize+10, u16(0xFFFE))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := newLab(t, 400)
			spoil(mapOf(t, path))
			untouched(t, path, func() {
				err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
					_, err := b.Put(storagetest.Experiments(401)[400])
					return err
				})
				if !errors.Is(err, model.ErrDamaged) {
					t.Errorf("%v, want %v", err, model.ErrDamaged)
				}
			})
			if r := found(t, path, ""); len(r.Problems) == 0 {
				t.Error("the check finds nothing")
			}
		})
	}
}

// TestAFileCutAtEveryPage cuts a file short, also within its pages.
func TestAFileCutAtEveryPage(t *testing.T) {
	path, want := newLab(t, 60)
	l := mapOf(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.db")
	for n := range int(l.meta.High) + 2 {
		for _, size := range []int{n * l.meta.PageSize, n*l.meta.PageSize + 1000} {
			if err := os.WriteFile(cut, whole[:min(size, len(whole))], 0o600); err != nil {
				t.Fatal(err)
			}
			if size >= int(l.meta.High)*l.meta.PageSize {
				r := newReader(cut)
				r.follow(t)
				r.Same(t, want, false)
				continue
			}
			expected := model.ErrDamaged
			if size == 0 {
				expected = model.ErrNotLab
			}
			untouched(t, cut, func() {
				for what, err := range everything(cut) {
					if what == "check" && size > 0 {
						continue
					}
					if !errors.Is(err, expected) {
						t.Fatalf("cut to %d bytes, %s: %v, want %v", size, what, err, expected)
					}
				}
			})
			if size > 0 {
				found(t, cut, "cut")
			}
		}
	}
}

// TestEveryByteFlippedInTurn spoils single bytes, a sample of all: what is read is what was
// written or an error, and what can't be read, or would be lost, the check finds.
func TestEveryByteFlippedInTurn(t *testing.T) {
	path, want := newLab(t, 60)
	l := mapOf(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := int64(l.meta.High) * int64(l.meta.PageSize)
	const samples = 1500
	within(t, func() {
		for i := range int64(samples) {
			at := i * end / samples
			if i%3 == 0 { // a third of them where the headers are
				at = at/int64(l.meta.PageSize)*int64(l.meta.PageSize) + i/3%128
			}
			if err := flip(path, at); err != nil {
				t.Error(err)
				return
			}
			one := want[storagetest.Experiments(60)[i%60].Key]
			flipped(t, path, at, want, one, at < 2*int64(l.meta.PageSize))
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Error(err)
				return
			}
		}
	})
}

// flipped reads, checks and writes to a file with one wrong byte. With a wrong meta page,
// the state before the last batch is what a reading may find.
func flipped(t *testing.T, path string, at int64, want map[model.Key]model.Experiment, one model.Experiment, inMeta bool) {
	report, err := check.Lab(context.Background(), path, nil)
	checked := err != nil || len(report.Problems) > 0
	s := Open(path, Options{Write: true})
	s.pace.rest = 0
	var m storagetest.Mirror
	for more := true; more; {
		ch, err := s.Changes(context.Background(), m.Cursor, model.Budget{Errors: true})
		if err != nil {
			if !checked {
				t.Errorf("byte %d: %v, but the check is content", at, err)
			}
			break
		}
		m.Apply(ch)
		if more = ch.More; !more && !inMeta {
			m.Same(t, want, true)
		}
	}
	got, err := s.Experiment(context.Background(), one.Key)
	switch {
	case err != nil && !checked:
		t.Errorf("byte %d: %v, but the check is content", at, err)
	case err == nil && !inMeta && (got.Config != one.Config || got.Name != one.Name || got.Error != one.Error):
		t.Errorf("byte %d: served %+v, want %+v", at, got, one)
	}
	_ = s.Update(context.Background(), func(b *Batch) error { // must end, whatever it says
		_, err := b.Put(storagetest.Experiments(61)[60])
		return err
	})
}
