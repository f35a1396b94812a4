package bolt

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/labfile"
	"societop/storage/storagetest"
)

// elevenThirty is as of when the labs of these tests are, though their files are of today.
var elevenThirty = time.Date(2026, 11, 23, 11, 30, 0, 0, time.UTC)

func noRecorder(at time.Time) model.Liveness {
	return model.Liveness{AsOf: at, Why: text.Clean(model.NoRecorder)}
}

// recordedLab is a lab that nobody records any more.
func recordedLab(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.db")
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
		b.SetAsOf(noRecorder(elevenThirty))
		return storagetest.Write(b, storagetest.Experiments(5), nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// tick is one look of a monitor, and what it says of the lab.
func (r *reader) tick(t testing.TB) model.Liveness {
	t.Helper()
	pages := r.follow(t)
	return pages[len(pages)-1].Liveness
}

// lives fails t unless a monitor says this of the lab, as all who ask do.
func (r *reader) lives(t testing.TB, when string, want model.Liveness) {
	t.Helper()
	one, err := Open(r.path, Options{}).Liveness(context.Background())
	report, reportErr := r.Report(context.Background())
	if got := r.tick(t); got != want || one != want || report.Liveness != want || err != nil || reportErr != nil {
		t.Errorf("%s: %+v, %+v (%v), %+v (%v); want %+v", when, got, one, err, report.Liveness, reportErr, want)
	}
}

// TestALabIsLiveWhileItIsRecorded: from one tick to the next a monitor sees that a recorder has
// begun, and that it was killed; and neither costs a lease, or more than a look at the claim.
func TestALabIsLiveWhileItIsRecorded(t *testing.T) {
	path := recordedLab(t)
	r := newReader(path)
	r.lives(t, "at first", noRecorder(elevenThirty))
	for range 2 {
		began := time.Now().Truncate(time.Second)
		recorder := startChild(t, "claim", path)
		if line := recorder.line(); line != "ready" {
			t.Fatal(line)
		}
		r.counts()
		if got := r.tick(t); !got.Live() {
			t.Errorf("while it is recorded: %+v", got)
		}
		if got := r.counts(); got != [3]int64{0, 1, 2} {
			t.Errorf("an idle tick takes %d leases, %d stats and %d reads; want 0, 1 and 2", got[0], got[1], got[2])
		}
		r.lives(t, "while it is recorded", model.Liveness{})
		recorder.kill()
		r.counts()
		got := r.tick(t)
		if n := r.counts(); n != [3]int64{0, 1, 2} {
			t.Errorf("a tick after a kill takes %v", n)
		}
		if got.AsOf.Before(began) || got.AsOf.After(time.Now()) || got.Why.String() != model.NoRecorder {
			t.Errorf("after kill -9: %+v, want as of then, %q", got, model.NoRecorder)
		}
		r.lives(t, "after kill -9", got)
		if _, err := os.Stat(path + claimSuffix); err != nil {
			t.Errorf("what kill -9 leaves is gone: %v", err)
		}
	}
}

// TestAsOfTravelsWithTheFile: a copy on another machine has its own date, and no recorder.
func TestAsOfTravelsWithTheFile(t *testing.T) {
	path := recordedLab(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sent := filepath.Join(t.TempDir(), "sent.db")
	if err := os.WriteFile(sent, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	newReader(sent).lives(t, "sent", noRecorder(elevenThirty))
}

// TestAsOfNeverGoesBack: an import of older data into a lab does not make the rest of it older.
func TestAsOfNeverGoesBack(t *testing.T) {
	path := recordedLab(t)
	s, r := Open(path, Options{Write: true}), newReader(path)
	put := func(n int, l model.Liveness) {
		t.Helper()
		err := s.Update(context.Background(), func(b *Batch) error {
			b.SetAsOf(l)
			_, err := b.Put(storagetest.Experiments(n + 1)[n])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	imported := func(at time.Time) model.Liveness { return model.Liveness{AsOf: at, Why: text.Clean("imported")} }
	put(6, imported(elevenThirty.Add(-time.Hour)))
	r.lives(t, "older data", noRecorder(elevenThirty))
	put(7, imported(elevenThirty.Add(time.Hour)))
	r.lives(t, "newer data", imported(elevenThirty.Add(time.Hour)))
	before := r.Cursor
	if err := s.Settle(context.Background(), noRecorder(elevenThirty.Add(2*time.Hour))); err != nil {
		t.Fatal(err)
	}
	r.lives(t, "settled", noRecorder(elevenThirty.Add(2*time.Hour)))
	if r.Cursor != before {
		t.Error("that the lab is as of later is taken for a change of an experiment")
	}
	checkLab(t, path)
	gone := filepath.Join(t.TempDir(), "gone.db")
	if err := Open(gone, Options{Write: true}).Settle(context.Background(), noRecorder(elevenThirty)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(gone); err == nil {
		t.Error("a lab that is gone was made again")
	}
}

// TestAsOfOfAnOlderLab: a file that does not say as of when it is, is as of its newest change.
func TestAsOfOfAnOlderLab(t *testing.T) {
	path, want := newLab(t, 12)
	var newest time.Time
	for _, e := range want {
		if e.Updated.After(newest) {
			newest = e.Updated
		}
		if e.Updated.After(time.Now()) {
			t.Fatal("the data is of the future")
		}
	}
	newReader(path).lives(t, "an older lab", noRecorder(newest.UTC().Truncate(time.Second)))
	empty := filepath.Join(t.TempDir(), "lab.db")
	writeLab(t, empty, nil)
	written := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	if err := os.Chtimes(empty, written, written); err != nil {
		t.Fatal(err)
	}
	newReader(empty).lives(t, "an empty lab", noRecorder(written))
}

// TestARecordersTroubleReachesItsMonitors, as does that it does not get on.
func TestARecordersTroubleReachesItsMonitors(t *testing.T) {
	path := recordedLab(t)
	r := newReader(path)
	held, err := Open(path, Options{Write: true}).Claim("record http://lab-7", claim.State{Liveness: model.Liveness{Why: text.Clean("recorder is starting")}})
	if err != nil {
		t.Fatal(err)
	}
	r.lives(t, "at the start", model.Liveness{AsOf: elevenThirty, Why: text.Clean("recorder is starting")})
	refused := model.Liveness{AsOf: elevenThirty.Add(time.Minute), Why: text.Clean("recorder: connection refused 连接被拒绝")}
	for when, tc := range map[string]struct {
		state claim.State
		want  model.Liveness
	}{
		"live":    {claim.State{Good: time.Hour}, model.Liveness{}},
		"refused": {claim.State{Liveness: refused, Heard: refused.AsOf, Good: time.Hour}, refused},
		"stuck":   {claim.State{Heard: refused.AsOf, Good: 1}, model.Liveness{AsOf: refused.AsOf, Why: text.Clean("recorder: does not answer")}},
	} {
		if err := held.Tell(tc.state); err != nil {
			t.Fatal(err)
		}
		for told := time.Now(); time.Since(told) <= tc.state.Good && tc.state.Good == 1; { // a clock may be coarse
			runtime.Gosched()
		}
		r.lives(t, when, tc.want)
	}
	long := model.Liveness{AsOf: elevenThirty, Why: text.Clean(strings.Repeat("错误 ", 5000))}
	if err := held.Tell(claim.State{Liveness: long}); err != nil {
		t.Fatal(err)
	}
	if got := r.tick(t); got.Live() || !strings.HasPrefix(long.Why.String(), got.Why.String()[:30]) {
		t.Errorf("a long reason: %+v", got)
	}
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	r.lives(t, "at the end", noRecorder(elevenThirty))
}

// TestAClaimThatSaysNothing: of an older recorder, or one that is being written.
func TestAClaimThatSaysNothing(t *testing.T) {
	path := recordedLab(t)
	side := path + claimSuffix
	for s, want := range map[string]model.Liveness{
		"record http://lab-7, pid 1 on lab, since 2026-11-23T11:00:00Z\n": {},
		"import, pid 1 on lab, since 2026-11-23T11:00:00Z\n":              {AsOf: elevenThirty, Why: text.Clean("an import is at work")},
		"": {},
		"record\n2026-11-23T11:00:00Z\n0001-01-01T00:00:00Z\n\nffffffff\n\n": {},
	} {
		if err := os.WriteFile(side, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		f, _, err := labfile.Acquire(t.Context(), side, os.O_RDWR, labfile.Exclusive, labfile.MinWait)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(side, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		newReader(path).lives(t, s, want)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		newReader(path).lives(t, "left: "+s, noRecorder(elevenThirty))
	}
}

// TestMonitorsDoNotKeepARecorderOut: each look of theirs holds the lock for a moment.
func TestMonitorsDoNotKeepARecorderOut(t *testing.T) {
	path := recordedLab(t)
	ctx, cancel := context.WithCancel(context.Background())
	var monitors sync.WaitGroup
	for range 8 {
		monitors.Go(func() {
			for r := newReader(path); ctx.Err() == nil; {
				r.tick(t)
			}
		})
	}
	for i := range 20 {
		held, err := Open(path, Options{Write: true}).Claim("record", claim.State{})
		if err != nil {
			t.Errorf("start %d: %v", i, err)
			break
		}
		if err := held.Release(); err != nil {
			t.Error(err)
		}
	}
	cancel()
	monitors.Wait()
}
