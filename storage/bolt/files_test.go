package bolt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
	"societop/storage/storagetest"
)

// newLab makes a lab file of the suite's experiments, in three batches.
func newLab(t testing.TB, n int) (path string, want map[model.Key]model.Experiment) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lab.db")
	all := storagetest.Experiments(n)
	writeLab(t, path, all[:n/2])
	writeLab(t, path, all[n/2:])
	all[0].Now.Day++
	writeLab(t, path, all[:1])
	want = make(map[model.Key]model.Experiment, n)
	for _, e := range all {
		want[e.Key] = e
	}
	return path, want
}

// everything tries all that can be done with a path, and returns the errors by what was
// tried.
func everything(path string) map[string]error {
	ctx := context.Background()
	s := Open(path, Options{Write: true})
	errs := make(map[string]error)
	_, errs["changes"] = s.Changes(ctx, model.Cursor{}, model.Budget{})
	_, errs["experiment"] = s.Experiment(ctx, model.Key{})
	_, errs["report"] = s.Report(ctx)
	_, errs["check"] = check.Lab(ctx, path, nil)
	errs["update"] = s.Update(ctx, func(b *Batch) error {
		_, err := b.Put(storagetest.Experiments(1)[0])
		return err
	})
	return errs
}

// refused fails t unless all that can be done with a path fails with want, in a sentence
// with the given words.
func refused(t *testing.T, path string, want error, words string) {
	t.Helper()
	within(t, func() {
		for what, err := range everything(path) {
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
				continue
			}
			if text := model.Explain(err).String(); !strings.Contains(text, words) || !strings.Contains(text, path) {
				t.Errorf("%s: %q, want the path and %q in it", what, text, words)
			}
		}
	})
}

// untouched fails t where fn changes a file.
func untouched(t *testing.T, path string, fn func()) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fn()
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the file was written to")
	}
}

func TestWhatIsNoLabFileIsRefusedAndLeftAlone(t *testing.T) {
	for name, tc := range map[string]struct{ content, words string }{
		"empty":             {"", "empty"},
		"one byte":          {"x", "a text file"},
		"text":              {strings.Repeat("a text\n", 3000), "neither a lab file nor AgentSociety's database: it is a text file"},
		"zeros":             {strings.Repeat("\x00", 20000), "unknown kind"},
		"SQLite":            {"SQLite format 3\x00" + strings.Repeat("\x00", 8000), "SQLite"},
		"SQLite, only head": {"SQLite format 3\x00", "SQLite"},
		"zip":               {"PK\x03\x04" + strings.Repeat("z", 8000), "zip"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lab.db")
			if err := os.WriteFile(path, []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			untouched(t, path, func() { refused(t, path, model.ErrNotLab, tc.words) })
		})
	}
}

func TestAForeignBoltFileIsRefusedAndLeftAlone(t *testing.T) {
	for name, fill := range map[string]func(*bbolt.Tx) error{
		"without buckets": func(*bbolt.Tx) error { return nil },
		"etcd's": func(tx *bbolt.Tx) error {
			for _, name := range []string{"key", "meta", "lease", "auth"} {
				b, err := tx.CreateBucket([]byte(name))
				if err == nil {
					err = b.Put([]byte("consistent_index"), []byte("\x00\x00\x00\x01"))
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "member.db")
			edit(t, path, fill)
			untouched(t, path, func() { refused(t, path, model.ErrNotLab, "another program") })
		})
	}
}

// edit changes a file behind the Store's back.
func edit(t testing.TB, path string, fn func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: labfile.MinWait})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestANewerSchemaIsRefusedAndLeftAlone(t *testing.T) {
	path, _ := newLab(t, 10)
	edit(t, path, func(tx *bbolt.Tx) error { return txn.PutSchema(tx, layout.Schema+1) })
	untouched(t, path, func() { refused(t, path, model.ErrNewer, "newer societop") })
}

func TestAnOlderSchemaIsMigratedByTheNextBatch(t *testing.T) {
	path, _ := newLab(t, 10)
	var taken []int
	step := func(n int) func(*bbolt.Tx) error {
		return func(*bbolt.Tx) error { taken = append(taken, n); return nil }
	}
	var steps []func(*bbolt.Tx) error
	for n := range layout.Schema {
		steps = append(steps, step(n+1))
	}
	edit(t, path, func(tx *bbolt.Tx) error { return txn.Migrate(tx, layout.Schema-1, steps) })
	if want := []int{layout.Schema - 1, layout.Schema}; !slices.Equal(taken, want) {
		t.Errorf("steps %v, want %v", taken, want)
	}
	if _, err := Open(path, Options{}).Report(context.Background()); !errors.Is(err, model.ErrNewer) {
		t.Errorf("after steps to a version to come: %v, want %v", err, model.ErrNewer)
	}
	boom := errors.New("boom")
	edit(t, path, func(tx *bbolt.Tx) error {
		if err := txn.Migrate(tx, 1, []func(*bbolt.Tx) error{func(*bbolt.Tx) error { return boom }}); !errors.Is(err, boom) {
			t.Errorf("a step that fails: %v, want %v", err, boom)
		}
		return txn.Migrate(tx, layout.Schema+1, steps)
	})
}

func TestNoLabYet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "lab.db")
	s := Open(path, Options{})
	if _, err := s.Changes(context.Background(), model.Cursor{}, model.Budget{}); !errors.Is(err, model.ErrNoLab) {
		t.Errorf("changes: %v, want %v", err, model.ErrNoLab)
	}
	if _, err := check.Lab(context.Background(), path, nil); !errors.Is(err, model.ErrNoLab) {
		t.Errorf("check: %v, want %v", err, model.ErrNoLab)
	}
	put := func(b *Batch) error {
		_, err := b.Put(storagetest.Experiments(1)[0])
		return err
	}
	if err := s.Update(context.Background(), put); !errors.Is(err, model.ErrReadOnly) {
		t.Errorf("a batch of a Store for reading: %v, want %v", err, model.ErrReadOnly)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a Store for reading made a directory: %v", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	writer := Open(path, Options{Write: true})
	boom := errors.New("boom")
	if err := writer.Update(context.Background(), func(b *Batch) error { return errors.Join(put(b), boom) }); !errors.Is(err, boom) {
		t.Errorf("a batch that fails: %v, want %v", err, boom)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
		t.Errorf("a batch that failed left %v (%v)", left, err)
	}
	if err := writer.Update(context.Background(), put); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]os.FileMode{path: 0o600} {
		if info, err := os.Stat(p); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v (%v), want %v", p, info.Mode(), err, want)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("beside the lab file there is %v (%v)", left, err)
	}
	checkLab(t, path)
}

func TestAPathThroughAFile(t *testing.T) {
	path, _ := newLab(t, 1)
	path = filepath.Join(path, "lab.db")
	for what, err := range everything(path) {
		want := model.ErrUnreadable
		if what == "update" {
			want = model.ErrReadOnly
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
}

// labOf and countersOf read the meta bucket.
func labOf(t testing.TB, path string) layout.LabID         { return formatOf(t, path).Lab }
func countersOf(t testing.TB, path string) layout.Counters { return formatOf(t, path).Counters }

func formatOf(t testing.TB, path string) (f layout.Format) {
	t.Helper()
	err := Open(path, Options{}).read(context.Background(), func(l *lease) error {
		f = l.Format
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// dropLog takes the n oldest changes out of the log, as a batch does in a long log.
func dropLog(n uint64) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		b, err := newBatch(Open("", Options{}), tx)
		if err != nil {
			return err
		}
		for range n {
			b.tables[layout.Log].Drop(layout.LogKey(b.format.Oldest))
			b.format.Oldest++
		}
		return b.write()
	}
}
