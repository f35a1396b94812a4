package storage

import (
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/storage/rundir/proc"
	"societop/storage/rundir/rundirtest"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// TestBeAProcess is what the process of a run does: it waits to be killed.
func TestBeAProcess(*testing.T) {
	if os.Getenv("SOCIETOP_TEST_RUN") != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
}

// process starts a process whose command line is that of a run, and returns how to kill it.
func process(t *testing.T, dir string) (pid int64, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeAProcess$", "agentsociety2.society.cli", "--run-dir", dir)
	cmd.Env = append(os.Environ(), "SOCIETOP_TEST_RUN=1")
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return int64(cmd.Process.Pid), func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = in.Close()
	}
}

// watched is a run that a Society writes, and a source that reads it from before its start.
type watched struct {
	*testing.T
	*rundirtest.Society
	dir    string
	src    model.Source
	now    time.Time
	mirror storagetest.Mirror
	reads  int
}

func (w *watched) open() model.Source {
	w.Helper()
	src, err := Open(w.Context(), []model.SourceSpec{{Address: w.dir, Access: model.Access{Now: func() time.Time { return w.now }}}})
	if err != nil {
		w.Fatal(err)
	}
	return src
}

// watch prepares a run.
func watch(t *testing.T, seed uint64) *watched {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{T: t, Society: rundirtest.NewSociety(t, dir, seed), dir: dir, now: time.Now()}
	w.Now = func() time.Time { return w.now }
	w.Start = func() (int64, func()) { return process(t, dir) }
	w.src = w.open()
	t.Cleanup(func() { closed(t, w.src) })
	w.look()
	return w
}

func closed(t *testing.T, src model.Source) {
	t.Helper()
	if err := src.Close(); err != nil {
		t.Error(err)
	}
}

// look reads the only run, and holds all that is known of it against the writer's record.
func (w *watched) look() model.Summary {
	w.Helper()
	w.now = w.now.Add(time.Second)
	w.reads++
	s := only(w.T, w.src, &w.mirror)
	r := w.Record()
	sameState(w.T, s, r)
	if s.Status != model.NotStarted {
		sameRows(w.T, w.src, s, r, false)
	}
	return s
}

// afresh reads the run by a source that has never seen it.
func (w *watched) afresh() {
	w.Helper()
	src := w.open()
	defer closed(w.T, src)
	s, r := only(w.T, src, &storagetest.Mirror{}), w.Record()
	if r.Said != "" {
		sameState(w.T, s, r)
		sameRows(w.T, src, s, r, true)
	}
}

// only reads on, and returns the only run there is.
func only(t *testing.T, src model.Source, m *storagetest.Mirror) (one model.Summary) {
	t.Helper()
	b := model.Budget{Errors: true}
	for k := range m.Known {
		b.Watched = append(b.Watched, k)
	}
	m.Read(t, src, b)
	if len(m.Known) != 1 {
		t.Fatalf("%d runs, want 1", len(m.Known))
	}
	for _, s := range m.Known {
		one = s
	}
	return one
}

// lost passes the time after a kill: the run is lost once it has been silent for a minute where its process
// can be known to be gone, else after a quarter of an hour.
func (w *watched) lost() {
	w.Helper()
	w.look()
	r := w.Record()
	if r.Said != "running" {
		return // it did not say so yet, or does not any more
	}
	after := 15 * time.Minute
	if proc.Look(r.PID, w.dir) == proc.Gone {
		after = time.Minute
	}
	for _, step := range []struct {
		age  time.Duration
		want model.Status
	}{{after - time.Second, model.Running}, {after + time.Second, model.Lost}, {after + time.Hour, model.Lost}} {
		w.now = r.Written.Add(step.age)
		s := only(w.T, w.src, &w.mirror)
		if s.Status != step.want || s.Dir.Done != r.Done {
			w.Fatalf("%v after its last write it is %v (%s) with %d steps, want %v with %d", step.age, s.Status, s.Dir.Alive, s.Dir.Done, step.want, r.Done)
		}
	}
	sameRows(w.T, w.src, only(w.T, w.src, &w.mirror), r, false)
}

// TestARunThatGrows: a run that is read while it is written, killed and resumed is never shown otherwise than it is.
func TestARunThatGrows(t *testing.T) {
	kills := 0
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := watch(t, seed)
			w.Risk = 60
			w.Pause = func() {
				if seed%2 == 0 || w.Record().Done < 0 || w.Rand.IntN(3) == 0 {
					w.look()
				}
				if w.Rand.IntN(20) == 0 {
					w.afresh()
				}
			}
			w.Killed = func() { kills++; w.lost() }
			w.Live()
			if s := w.look(); s.Status != model.Finished || s.Short() || w.reads < 20 {
				t.Errorf("it ends %v, %q, after %d reads", s.Status, s.Dir.Warnings, w.reads)
			}
			w.afresh()
		})
	}
	if kills < 4 {
		t.Errorf("%d kills only", kills)
	}
}

// TestARunThatGrowsThroughAServer: a client that keeps rows shows them as they are, too.
func TestARunThatGrowsThroughAServer(t *testing.T) {
	w := watch(t, 6)
	near := w.open()
	defer closed(t, near)
	server := httptest.NewServer(serve.New(near, serve.Options{}))
	defer server.Close()
	far, err := Open(t.Context(), []model.SourceSpec{{Address: server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, far)
	var m storagetest.Mirror
	look := func() {
		w.now = w.now.Add(time.Second)
		s, r := only(t, far, &m), w.Record()
		sameState(t, s, r)
		if s.Status != model.NotStarted {
			sameRows(t, far, s, r, false)
		}
	}
	w.Risk, w.Pause, w.Killed = 60, look, look
	w.Live()
	look()
}

// TestARunThatEndsShort: an entry that fails drops its steps, and the run completes all the same.
func TestARunThatEndsShort(t *testing.T) {
	w := watch(t, 9)
	w.Skip, w.Pause = 2, func() { w.look() }
	w.Live()
	s := w.look()
	if warnings := s.Dir.Warned(); !s.Short() || s.Dir.Done != 5 || !strings.Contains(warnings, "5 of 7 steps") || !strings.Contains(warnings, "an agent failed") {
		t.Errorf("it ends %v after %d steps, with %q", s.Status, s.Dir.Done, warnings)
	}
}

// TestARunThatFails ends before its first step.
func TestARunThatFails(t *testing.T) {
	w := watch(t, 9)
	w.Pause = func() { w.look() }
	w.Fail("no statistics")
	if s := w.look(); s.Status != model.Failed || s.Error.Raw() != "no statistics" || s.Dir.Done != -1 {
		t.Errorf("it is %v, %q, with %d steps", s.Status, s.Error.Raw(), s.Dir.Done)
	}
}

// TestARunThatGrowsMeanwhile reads a run as fast as it can, while another goroutine writes it: what is known lies
// between what was written before and after it was read.
func TestARunThatGrowsMeanwhile(t *testing.T) {
	w := watch(t, 5)
	var clock atomic.Int64
	start := w.now
	w.Now = func() time.Time { return start.Add(time.Duration(clock.Load()) * time.Second) }
	src, err := Open(t.Context(), []model.SourceSpec{{Address: w.dir, Access: model.Access{Now: w.Now}}})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, src)
	w.Risk = 60
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Live()
	}()
	defer func() { <-ended }()
	var m storagetest.Mirror
	for reads, last := 0, false; !last; reads++ {
		select {
		case <-ended:
			last = true
		default:
		}
		before := w.Record()
		if w.Now().Before(before.Written.Add(30 * time.Second)) { // else it would be lost
			clock.Add(1)
		}
		s := only(t, src, &m)
		stateBetween(t, s, before, w.Record())
		if s.Status != model.NotStarted {
			rowsBetween(t, src, s, before, w)
		}
		if last && (s.Status != model.Finished || reads < 10) {
			t.Errorf("it ends %v, after %d reads", s.Status, reads)
		}
	}
}
