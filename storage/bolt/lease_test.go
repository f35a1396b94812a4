package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// reader is a Store with what its reader knows of the lab.
type reader struct {
	*Store
	storagetest.Mirror
}

func newReader(path string) *reader { return &reader{Store: Open(path, Options{})} }

// follow reads what has changed, to the end.
func (r *reader) follow(t testing.TB) []model.Changes {
	t.Helper()
	return r.Read(t, r.Store, model.Budget{})
}

// counts are the leases, stats and reads since the last call.
func (r *reader) counts() [3]int64 {
	c := [3]int64{r.tally.leases.Load(), r.tally.stats.Load(), r.tally.reads.Load()}
	r.tally.leases.Store(0)
	r.tally.stats.Store(0)
	r.tally.reads.Store(0)
	return c
}

// TestBudget5AnIdleTick counts what a tick costs when nothing has changed.
func TestBudget5AnIdleTick(t *testing.T) {
	path, want := newLab(t, 20)
	r := newReader(path)
	r.follow(t)
	for range 3 {
		r.counts()
		page := r.follow(t)
		if got := r.counts(); got != [3]int64{0, 1, 2} {
			t.Errorf("an idle tick takes %d leases, %d stats and %d reads; want 0, 1 and 2", got[0], got[1], got[2])
		}
		if !page[0].Empty() {
			t.Errorf("an idle tick tells of a change: %+v", page[0])
		}
	}
	r.Same(t, want, false)
}

func TestATickSeesWhatHappensToTheFile(t *testing.T) {
	other, otherWant := newLab(t, 7)
	for name, tc := range map[string]struct {
		do   func(path string) error
		err  error // of the tick
		anew bool  // the listing begins anew
	}{
		"torn meta page":    {do: func(path string) error { return flipMeta(path, false) }},
		"last batch undone": {do: func(path string) error { return flipMeta(path, true) }, anew: true},
		"grown":             {do: func(path string) error { return resize(path, 4096) }},
		"removed":           {do: os.Remove, err: model.ErrNoLab},
		"replaced":          {do: func(path string) error { return replace(path, other) }, anew: true},
		"overwritten":       {do: func(path string) error { return overwrite(path, other) }, anew: true},
		"cut":               {do: func(path string) error { return os.Truncate(path, 3*4096) }, err: model.ErrDamaged},
		"emptied":           {do: func(path string) error { return os.Truncate(path, 0) }, err: model.ErrNotLab},
		"made a directory":  {do: func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }, err: model.ErrNotLab},
		"a link to itself":  {do: func(path string) error { return errors.Join(os.Remove(path), os.Symlink(path, path)) }, err: model.ErrUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := newLab(t, 20)
			r := newReader(path)
			r.follow(t)
			r.counts()
			if err := tc.do(path); err != nil {
				t.Fatal(err)
			}
			ch, err := r.Changes(context.Background(), r.Cursor, model.Budget{})
			if !errors.Is(err, tc.err) {
				t.Fatalf("%v, want %v", err, tc.err)
			}
			if err != nil {
				return
			}
			if r.counts()[0] == 0 {
				t.Error("the change was not noticed")
			}
			if ch.First != tc.anew {
				t.Errorf("First is %v, want %v", ch.First, tc.anew)
			}
			if r.Apply(ch); name == "replaced" || name == "overwritten" {
				r.Same(t, otherWant, false)
			}
		})
	}
}

// flip inverts a byte of a file.
func flip(path string, at int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	b := make([]byte, 1)
	_, readErr := f.ReadAt(b, at)
	b[0] ^= 0xFF
	_, writeErr := f.WriteAt(b, at)
	return errors.Join(readErr, writeErr, f.Close())
}

// flipMeta spoils the meta page that counts, or the other one.
func flipMeta(path string, current bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	info, statErr := f.Stat()
	g, lookErr := labfile.ReadState(f, info)
	if err := errors.Join(statErr, lookErr, f.Close()); err != nil {
		return err
	}
	at := int64(20)
	if (g.Metas[1].TxID > g.Metas[0].TxID) == current {
		at += int64(g.Metas[0].PageSize)
	}
	return flip(path, at)
}

func resize(path string, by int64) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()+by)
}

// replace puts a copy of another file in a file's place; overwrite writes it into the file.
func replace(path, by string) error {
	b, err := os.ReadFile(by)
	if err == nil {
		err = os.WriteFile(path+".new", b, 0o600)
	}
	return errors.Join(err, os.Rename(path+".new", path))
}

func overwrite(path, by string) error {
	b, err := os.ReadFile(by)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

func TestARemovedLabComesBack(t *testing.T) {
	path, _ := newLab(t, 20)
	r := newReader(path)
	r.follow(t)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Changes(context.Background(), r.Cursor, model.Budget{}); !errors.Is(err, model.ErrNoLab) {
		t.Fatalf("%v, want %v", err, model.ErrNoLab)
	}
	all := storagetest.Experiments(4)
	writeLab(t, path, all)
	r.follow(t)
	want := make(map[model.Key]model.Experiment)
	for _, e := range all {
		want[e.Key] = e
	}
	r.Same(t, want, false)
}

func TestAnOlderCopyIsReadAnew(t *testing.T) {
	path, want := newLab(t, 20)
	if err := overwrite(path+".copy", path); err != nil {
		t.Fatal(err)
	}
	writeLab(t, path, storagetest.Experiments(25)[20:])
	r := newReader(path)
	r.follow(t)
	if err := os.Rename(path+".copy", path); err != nil {
		t.Fatal(err)
	}
	if pages := r.follow(t); !pages[0].First {
		t.Error("an older copy is not listed anew")
	}
	r.Same(t, want, false)
}

func TestACursorOlderThanTheLog(t *testing.T) {
	path, want := newLab(t, 20)
	r := newReader(path)
	r.follow(t)
	edit(t, path, dropLog(5))
	writeLab(t, path, storagetest.Experiments(1), storagetest.Experiments(2)[1].Key)
	e := storagetest.Experiments(1)[0]
	want[e.Key] = e
	delete(want, storagetest.Experiments(2)[1].Key)
	if pages := r.follow(t); pages[0].First {
		t.Error("the log reaches back to the cursor, and yet all is read anew")
	}
	r.Same(t, want, false)
	r.Cursor = model.NewCursor((&layout.Place{Lab: labOf(t, path), Seq: 3}).Token())
	if pages := r.follow(t); !pages[0].First {
		t.Error("the log does not reach back to the cursor, and yet not all is read anew")
	}
	r.Same(t, want, false)
	checkLab(t, path)
}

func TestTheLogIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	all := summaries(layout.MaxLog + 3000)
	writeLab(t, path, all[:2000])
	writeLab(t, path, all[2000:layout.MaxLog+1000])
	writeLab(t, path, all[layout.MaxLog+1000:])
	c := countersOf(t, path)
	if n := c.Newest - c.Oldest + 1; n != layout.MaxLog || c.Newest != uint64(len(all)) {
		t.Errorf("the log has %d changes of %d, want %d", n, c.Newest, layout.MaxLog)
	}
	checkLab(t, path)
	writeLab(t, path, storagetest.Experiments(0)) // changes nothing
	if countersOf(t, path) != c {
		t.Error("a batch without changes has changed the file")
	}
}

// TestPutOfWhatIsThereWritesNothing holds an import that is run again to writing nothing.
func TestPutOfWhatIsThereWritesNothing(t *testing.T) {
	path, want := newLab(t, 30)
	r := newReader(path)
	r.follow(t)
	untouched(t, path, func() {
		err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
			for _, e := range want {
				if changed, err := b.Put(e); changed || err != nil {
					t.Errorf("experiment %v: changed is %v (%v)", e.ID, changed, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	if pages := r.follow(t); !pages[0].Empty() {
		t.Errorf("a reader is told of %+v", pages[0])
	}
}

func TestPutSummaryKeepsTheRest(t *testing.T) {
	path, want := newLab(t, 10)
	s := Open(path, Options{Write: true})
	var touched model.Experiment
	for _, e := range want {
		if !e.Config.Empty() && !e.Error.Empty() {
			touched = e
		}
	}
	touched.Status, touched.InputTokens = model.Running, 12345
	step := touched.Summary
	step.Plan, step.Error = nil, text.Lines{}
	err := s.Update(context.Background(), func(b *Batch) error { return b.PutSummary(step) })
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Experiment(context.Background(), touched.Key)
	if err != nil {
		t.Fatal(err)
	}
	storagetest.SameSummary(t, got.Summary, touched.Summary)
	if got.Config != touched.Config {
		t.Errorf("config %q, want %q", got.Config.Raw(), touched.Config.Raw())
	}
	step.Tenant = text.Clean("nobody")
	untouched(t, path, func() {
		for what, fn := range map[string]func(b *Batch) error{
			"step":   func(b *Batch) error { return b.PutSummary(step) },
			"delete": func(b *Batch) error { return b.Delete(step.Key) },
		} {
			if err := s.Update(context.Background(), fn); !errors.Is(err, model.ErrNoExperiment) {
				t.Errorf("%s of an unknown experiment: %v, want %v", what, err, model.ErrNoExperiment)
			}
		}
	})
	checkLab(t, path)
}

// TestOneBatchSeesItself changes the same experiments again and again in one batch.
func TestOneBatchSeesItself(t *testing.T) {
	path, want := newLab(t, 20)
	r := newReader(path)
	r.follow(t)
	keys := make([]model.Key, 0, len(want))
	for k := range want {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, model.Key.Compare)
	moved, gone, back := want[keys[0]], want[keys[1]], want[keys[2]]
	moved.Created = moved.Created.Add(-time.Hour)
	moved.Config, moved.Plan = text.CleanLines("exp: {}\n"), nil
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
		_, err1 := b.Put(moved)
		again, err2 := b.Put(moved)
		err3 := errors.Join(b.Delete(gone.Key), b.Delete(back.Key))
		_, err4 := b.Put(back)
		if again {
			t.Error("a second Put of the same has changed something")
		}
		if err := b.Delete(gone.Key); !errors.Is(err, model.ErrNoExperiment) {
			t.Errorf("a second Delete: %v, want %v", err, model.ErrNoExperiment)
		}
		return errors.Join(err1, err2, err3, err4)
	})
	if err != nil {
		t.Fatal(err)
	}
	want[moved.Key] = moved
	delete(want, gone.Key)
	r.follow(t)
	r.Same(t, want, false)
	checkLab(t, path)
}

func TestLongTenants(t *testing.T) {
	path, want := newLab(t, 3)
	s := Open(path, Options{Write: true})
	e := storagetest.Experiments(4)[3]
	for _, tc := range []struct {
		length int
		want   error
	}{{layout.MaxTenant, nil}, {layout.MaxTenant + 1, model.ErrImport}} {
		e.Tenant = text.Clean(string(slices.Repeat([]byte("t"), tc.length)))
		err := s.Update(context.Background(), func(b *Batch) error {
			_, err := b.Put(e)
			return err
		})
		if !errors.Is(err, tc.want) {
			t.Errorf("a tenant of %d bytes: %v, want %v", tc.length, err, tc.want)
		}
		if err == nil {
			want[e.Key] = e
		}
	}
	r := newReader(path)
	r.follow(t)
	r.Same(t, want, false)
	checkLab(t, path)
}

// TestALongLeaseIsFollowedByARest runs the pacer by an injected clock.
func TestALongLeaseIsFollowedByARest(t *testing.T) {
	for _, tc := range []struct{ lease, rest time.Duration }{
		{longLease, 0},
		{longLease + time.Microsecond, restAfter},
		{workLimit, restAfter},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPacer()
			if err := p.wait(context.Background()); err != nil {
				t.Fatal(err)
			}
			since := time.Now()
			time.Sleep(tc.lease)
			p.done(since)
			end := time.Now()
			ctx, cancel := context.WithTimeout(context.Background(), restAfter/2)
			defer cancel()
			if err := p.wait(ctx); tc.rest > 0 && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("after a lease of %v a rest can't be broken off: %v", tc.lease, err)
			} else if err == nil {
				p.done(time.Time{})
			}
			if err := p.wait(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(end); got != tc.rest {
				t.Errorf("after a lease of %v a rest of %v, want %v", tc.lease, got, tc.rest)
			}
		})
	}
}

func TestWaitsAreNeverUnderASecond(t *testing.T) {
	for wait, want := range map[time.Duration]time.Duration{0: labfile.DefaultWait, 1: labfile.MinWait, -5: labfile.MinWait, time.Minute: time.Minute} {
		if got := Open("lab.db", Options{Wait: wait}).wait; got != want {
			t.Errorf("Wait %v: %v, want %v", wait, got, want)
		}
	}
}
