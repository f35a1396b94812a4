package record

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"societop/model"
	"societop/model/budget"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

const (
	dialogs  = "GET /api/experiments/{exp_id}/agents/{agent_id}/dialog"
	replies  = "GET /api/experiments/{exp_id}/agents/{agent_id}/survey"
	statuses = "GET /api/experiments/{exp_id}/agents/-/status"
)

// TestWhatIsSmallComesFirst, of all runs in turn; and the progress says what remains.
func TestWhatIsSmallComesFirst(t *testing.T) {
	const agents = 9
	l := newLiving(t, agents, 20)
	lab := filepath.Join(t.TempDir(), "lab.db")
	var remain []int64
	first := true
	tell := model.RecordObserver{Progress: func(p model.RecordProgress) {
		if remain = append(remain, p.Unread); p.Frames == 0 || !first {
			return
		}
		first = false
		if n := l.Count(dialogs); n != 8*agents {
			t.Errorf("the first frame comes after the talk of %d agents, of %d", n, 8*agents)
		}
		for _, e := range l.runs {
			s := bolt.Open(lab, bolt.Options{}).RunData(e.Key)
			if e.Status == model.NotStarted {
				continue
			}
			_, noMetrics := s.Metrics(t.Context())
			_, noLog := s.Log(t.Context(), model.LogBudget{})
			_, noProfiles := s.Profiles(t.Context())
			if err := errors.Join(noMetrics, noLog, noProfiles); err != nil {
				t.Errorf("the first frame comes before something small: %v", err)
			}
		}
	}}
	if err := Record(t.Context(), from(t, l.at.URL), lab, quick, tell); err != nil {
		t.Fatal(err)
	}
	if slices.Max(remain) != 8 || remain[len(remain)-1] != 0 {
		t.Errorf("runs that are not whole: %d", remain)
	}
	storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
}

// TestARecorderThatIsKilledGoesOnWithTheTalk where it was: it never gets through all agents of a
// run in one life, and does in several.
func TestARecorderThatIsKilledGoesOnWithTheTalk(t *testing.T) {
	const agents = 40
	l := newLiving(t, agents, 3)
	lab := filepath.Join(t.TempDir(), "lab.db")
	lives := 0
	for ; ; lives++ {
		ctx, kill := context.WithCancel(t.Context())
		until := l.Count(dialogs) + agents
		err := Record(ctx, from(t, l.at.URL), lab, quick, model.RecordObserver{Progress: func(model.RecordProgress) {
			if l.Count(dialogs) >= until {
				kill()
			}
		}})
		kill()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) || lives > 20 {
			t.Fatalf("after %d lives: %v", lives, err)
		}
	}
	if n := l.Count(dialogs); lives < 6 || n > 8*agents+lives*agentsAtOnce {
		t.Errorf("in %d lives the talk of %d agents was asked for, of %d", lives, n, 8*agents)
	}
	storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
}

// BenchmarkBudget18 is how long it takes until the lab has everything small of every run: of 20
// runs of 200 agents with 100,000 statuses, of a server that answers in milliseconds and dies 7
// times for 2 seconds, by a recorder that is killed 20 times.
func BenchmarkBudget18(b *testing.B) {
	for b.Loop() {
		agents := 200
		if n, err := strconv.Atoi(os.Getenv("SOCIETOP_BENCH_AGENTS")); err == nil {
			agents = n
		}
		l := newLab(b, 20, agents, 25)
		for i := range l.runs {
			l.step(i, agents, 25)
		}
		for _, route := range []string{dialogs, replies, statuses} {
			l.Delay(route, 2*time.Millisecond)
		}
		lab := filepath.Join(b.TempDir(), "lab.db")
		begun, stop := time.Now(), make(chan struct{})
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			l.dieNow(b, 7, stop)
		}()
		live := func(life time.Duration) (done bool) {
			cmd := recorderOf(b, l.at.URL, lab, "follow")
			done = l.small(b, lab, life)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			return done
		}
		kills := 0
		for kills < 20 && !live(2*time.Second) {
			kills++
		}
		// One that finds no server at its start ends, and is started again, as by systemd.
		for lives := 0; kills == 20 && !live(10*time.Second); lives++ {
			if lives == 60 {
				b.Fatal("it never has")
			}
		}
		took := time.Since(begun)
		close(stop)
		<-ended
		all := whole(b, lab)
		frames := 0
		for _, e := range l.runs {
			moments, _ := all.RunData(e.Key).Timeline(b.Context())
			frames += len(moments)
			said, err := all.RunData(e.Key).(model.AllAgentsReader).TalkUntil(b.Context(), model.Latest, 0)
			if err != nil || len(said) != len(l.data[e.Key].Messages) {
				b.Errorf("%d messages of %d, %v", len(said), len(l.data[e.Key].Messages), err)
			}
		}
		budget.Report(b, "18", took.Seconds())
		b.ReportMetric(float64(kills), "kills")
		b.ReportMetric(float64(frames), "frames")
		b.ReportMetric(float64(l.Count(dialogs)), "dialogs")
	}
}

// dieNow lets the server die some times, for two seconds every six, until it is told to stop.
func (l *living) dieNow(b *testing.B, times int, stop chan struct{}) {
	for range times {
		for _, pause := range []time.Duration{4 * time.Second, 2 * time.Second} {
			select {
			case <-stop:
				return
			case <-time.After(pause):
			}
			if pause == 4*time.Second {
				l.at.Stop()
			} else {
				l.at.Start(b)
			}
		}
	}
}

// small waits until the lab has everything small of every run, or a time is over.
func (l *living) small(b *testing.B, lab string, life time.Duration) bool {
	b.Helper()
	store := bolt.Open(lab, bolt.Options{})
	for until := time.Now().Add(life); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		there := 0
		for _, e := range l.runs {
			marks, err := store.Checkpoints(b.Context(), e.Key)
			if err != nil && !errors.Is(err, model.ErrNoLab) && !errors.Is(err, model.ErrNoExperiment) {
				b.Fatal(fmt.Errorf("the marks of %s: %w", e.ID, err))
			}
			if !slices.ContainsFunc(names[profiles:frames], func(name string) bool { return marks[name] == "" }) {
				there++
			}
		}
		if there == len(l.runs) {
			return true
		}
	}
	return false
}
