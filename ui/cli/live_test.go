package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/model/text"
)

// live is a source that answers what a test queues, one answer a reading, and otherwise that
// nothing has changed.
type live struct {
	mu     sync.Mutex
	first  []model.Experiment
	queue  []model.Changes
	err    error
	looks  int // readings, of changes and of experiments
	remote bool
	alive  model.Liveness
	past   *fakeSociety // nil: no run has a history
}

func (l *live) Liveness(context.Context) (model.Liveness, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.alive, l.err
}

func (l *live) Info() model.Info {
	return model.Info{Kind: "lab file", Address: text.Clean("x"), Local: !l.remote}
}
func (l *live) Close() error { return nil }

func (l *live) RunData(model.Key) model.RunData {
	if l.past != nil {
		return l.past
	}
	return model.NoRunData{Err: model.ErrNotOffered}
}

func (l *live) Changes(_ context.Context, since model.Cursor, _ model.Budget) (c model.Changes, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looks++
	switch {
	case l.err != nil:
		return c, l.err
	case since == model.Cursor{}:
		c = changes(l.first...)
		c.First = true
	case len(l.queue) > 0:
		c, l.queue = l.queue[0], l.queue[1:]
	}
	c.Next, c.Total, c.Liveness = model.NewCursor("on"), -1, l.alive
	return c, nil
}

func (l *live) Experiment(_ context.Context, k model.Key) (model.Experiment, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looks++
	if l.err != nil {
		return model.Experiment{}, l.err
	}
	for _, x := range l.first {
		if x.Key == k {
			return x, nil
		}
	}
	return model.Experiment{}, model.ErrNoExperiment
}

// set changes the source under its lock.
func (l *live) set(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

// changes are some experiments as they are now.
func changes(all ...model.Experiment) (c model.Changes) {
	for _, x := range all {
		c.Put = append(c.Put, x.Summary)
	}
	return c
}

// fresh is a run that moved just now by the clock of the bubble.
func fresh(n byte, name string, status model.Status) model.Experiment {
	e := run(n, name, status)
	e.Created, e.Updated = time.Now().Add(-2*time.Hour), time.Now()
	return e
}

// stream is what a command has written and nobody has looked at yet.
type stream struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *stream) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.buf.String()
	s.buf.Reset()
	return text
}

// running is a command that runs in a bubble.
type running struct {
	out, errs stream
	code      chan int
	stop      context.CancelCauseFunc
}

// start runs a command until it ends or is stopped.
func start(t *testing.T, src model.Source, args ...string) *running {
	r := &running{code: make(chan int, 1)}
	env, _, _ := onTerminal(src, args...)
	env.Out, env.Err, env.Now = &r.out, &r.errs, time.Now
	env.IsTerminal = func(any) bool { return false }
	var ctx context.Context
	ctx, r.stop = context.WithCancelCause(t.Context())
	go func() { r.code <- Main(ctx, env) }()
	synctest.Wait()
	return r
}

// after lets time pass and hands out what was written meanwhile.
func (r *running) after(d time.Duration) (out, errs string) {
	time.Sleep(d)
	synctest.Wait()
	return r.out.take(), r.errs.take()
}

// interrupt ends a command.
func (r *running) interrupt(t *testing.T) {
	t.Helper()
	r.stop(Signal(syscall.SIGINT))
	if code := <-r.code; code != 130 {
		t.Errorf("exit code %d", code)
	}
}

func TestWatchPrintsWhatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &live{first: []model.Experiment{fresh(1, "baseline 北京🚇", model.Running), fresh(2, "other", model.NotStarted)}}
		w := start(t, src, "watch", "--interval", "2s", "x")
		if out, errs := w.after(0); out != "" || errs != "societop: watching x: 2 experiments, 1 running; times in UTC\n" {
			t.Errorf("at the start it prints %q, %q", out, errs)
		}
		moved := fresh(1, "baseline 北京🚇", model.Running)
		moved.Now.T += 120 * 300
		for _, step := range []struct {
			wait    time.Duration
			changes model.Changes
			want    string
		}{
			{2 * time.Second, changes(moved), "2000-01-01 00:00:02  01000000  changed    step 120 → 240           50%  d0 20:00   ~2h                    2.1M  baseline 北京🚇\n"},
			{2 * time.Second, changes(moved), ""},
			{
				2 * time.Second, changes(fresh(2, "other", model.Running), fresh(3, "third", model.NotStarted)),
				"2000-01-01 00:00:06  03000000  new        not_started               0%  –          –                      2.1M  third\n" +
					"2000-01-01 00:00:06  02000000  changed    not_started → running    25%  d0 10:00   ~6h                    2.1M  other\n",
			},
			{4 * time.Minute, model.Changes{}, "2000-01-01 00:02:02  01000000  quiet      running → quiet          50%  d0 20:00   quiet 2m               2.1M  baseline 北京🚇\n" +
				"2000-01-01 00:03:02  02000000  quiet      running → quiet          25%  d0 10:00   quiet 3m               2.1M  other\n"},
		} {
			src.set(func() { src.queue = append(src.queue, step.changes) })
			if out, errs := w.after(step.wait); out != step.want || errs != "" {
				t.Errorf("it prints\n%s%s, want\n%s", out, errs, step.want)
			}
		}
		w.interrupt(t)
	})
}

func TestWatchTellsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &live{first: []model.Experiment{fresh(1, "a", model.Running)}}
		w := start(t, src, "watch", "--filter", "stalled:yes", "x")
		out, _ := w.after(20 * time.Minute)
		if out != "2000-01-01 00:10:02  01000000  stalled    quiet → stalled          25%  d0 10:00   stalled 10m            2.1M  a\n" {
			t.Errorf("it prints %q", out)
		}
		moved := fresh(1, "a", model.Running)
		moved.Now.T += 120 * 300
		src.set(func() { src.queue = append(src.queue, changes(moved)) })
		if out, _ := w.after(2 * time.Second); !strings.HasPrefix(out, "2000-01-01 00:20:02  01000000  recovered  stalled → running        50%") || strings.Count(out, "\n") != 1 {
			t.Errorf("it prints %q", out)
		}
		w.interrupt(t)
	})
}

func TestWatchTellsWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, c := fresh(1, "a", model.Finished), fresh(2, "b", model.Running), fresh(3, "c", model.Running)
		src := &live{first: []model.Experiment{a, b, c}}
		w := start(t, src, "watch", "--json", "--filter", "status:running", "x")
		listing := changes(c)
		listing.First = true
		ended := c
		ended.Status = model.Failed
		src.set(func() {
			src.queue = append(src.queue, listing, changes(ended), model.Changes{Gone: []model.Key{c.Key}})
		})
		out, _ := w.after(6 * time.Second)
		var got []string
		for dec := json.NewDecoder(strings.NewReader(out)); ; {
			var e struct{ Event, At, Name, StatusName string }
			if dec.Decode(&e) != nil {
				break
			}
			got = append(got, e.Event+" "+e.Name+" "+e.At)
		}
		if want := "gone b 2000-01-01T00:00:02Z,failed c 2000-01-01T00:00:04Z"; strings.Join(got, ",") != want {
			t.Errorf("it prints %s", out)
		}
		w.interrupt(t)
	})
}

func TestWatchOutlivesOutages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := &model.Error{Op: "read", Address: "x", Err: model.ErrUnreachable, Detail: "connection refused"}
		src := &live{err: away}
		w := start(t, src, "watch", "x")
		if code := <-w.code; code != 3 || !strings.Contains(w.errs.take(), "connection refused") {
			t.Errorf("exit code %d", code)
		}
		src = &live{remote: true, first: []model.Experiment{fresh(1, "a", model.Finished)}}
		w = start(t, src, "watch", "x")
		w.after(0)
		src.set(func() { src.err, src.looks = away, 0 })
		if out, errs := w.after(10 * time.Minute); out != "2000-01-01 00:01:02  source-lost  x: connection refused\n" || strings.Count(errs, "connection refused") != 1 || strings.Count(errs, "\n") != 1 {
			t.Errorf("away: %q %q", out, errs)
		}
		if src.looks < 10 || src.looks > 25 {
			t.Errorf("it was asked %d times", src.looks)
		}
		src.set(func() {
			src.err = nil
			src.queue = []model.Changes{changes(fresh(2, "b", model.Finished)), {Trouble: errors.New("one row is broken")}, {Trouble: errors.New("one row is broken")}}
		})
		out, errs := w.after(2 * time.Minute)
		if strings.Count(out, "\n") != 2 || !strings.Contains(out, "  source-back  x: ") || !strings.Contains(out, "  new        finished") || errs != "societop: the source answers again\nsocietop: one row is broken\n" {
			t.Errorf("back: %q %q", out, errs)
		}
		w.interrupt(t)
	})
}

func TestWatchEndsWhereNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &live{queue: []model.Changes{changes(fresh(1, "a", model.Finished))}}
		env, _, errs := onTerminal(src, "watch", "x")
		env.Out, env.Now = full{io.Discard}, time.Now
		if code := Main(t.Context(), env); code != 1 || !strings.Contains(errs.String(), "write the output: no space left") {
			t.Errorf("exit code %d: %s", code, errs)
		}
	})
}

func TestWaitSaysHowARunEnded(t *testing.T) {
	for _, tc := range []struct {
		want string
		end  model.Status
		code int
		out  string
		errs string
	}{
		{"finished", model.Finished, 0, "finished after 3h 00m\n", ""},
		{"finished", model.Failed, 10, "error after 3h 00m\n", "societop: the experiment ended with an error: RuntimeError: out of tokens\n"},
		{"finished", model.Stopped, 11, "stopped after 3h 00m\n", "societop: the experiment was stopped\n"},
		{"error", model.Finished, 12, "finished after 3h 00m\n", "societop: the experiment finished\n"},
		{"error", model.Failed, 0, "error after 3h 00m\n", ""},
		{"stopped", model.Stopped, 0, "stopped after 3h 00m\n", ""},
		{"ended", model.Failed, 0, "error after 3h 00m\n", ""},
		{"ended", model.Finished, 0, "finished after 3h 00m\n", ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			src := &live{first: []model.Experiment{fresh(1, "a", model.Running)}}
			w := start(t, src, "wait", "--for", tc.want, "--timeout", "2h", "x", "01")
			if out, errs := w.after(time.Hour - time.Second); out != "" || errs != "" {
				t.Errorf("too early: %q %q", out, errs)
			}
			src.set(func() {
				end := &src.first[0]
				end.Status, end.Updated = tc.end, end.Created.Add(3*time.Hour)
				end.Error = text.CleanLines("Traceback:\nRuntimeError: out of tokens\n")
			})
			begin := time.Now()
			code := <-w.code
			if out, errs := w.after(0); code != tc.code || out != tc.out || errs != tc.errs || time.Since(begin) > 2*time.Second {
				t.Errorf("--for %s: exit code %d: %q %q", tc.want, code, out, errs)
			}
			begin = time.Now()
			if again := <-start(t, src, "wait", "--for", tc.want, "x", "01").code; again != tc.code || time.Since(begin) > 0 {
				t.Errorf("of one that has ended: exit code %d after %v", again, time.Since(begin))
			}
		})
	}
}

func TestWaitEnds(t *testing.T) {
	away := &model.Error{Op: "read", Address: "x", Err: model.ErrUnreachable, Detail: "connection refused"}
	synctest.Test(t, func(t *testing.T) {
		src := &live{remote: true, first: []model.Experiment{fresh(1, "a", model.Running)}}
		begin := time.Now()
		w := start(t, src, "wait", "--timeout", "90m", "x", "01")
		src.set(func() { src.err, src.looks = away, 0 })
		if code := <-w.code; code != 124 || time.Since(begin) != 90*time.Minute || src.looks > 150 {
			t.Errorf("time up: exit code %d after %v and %d looks", code, time.Since(begin), src.looks)
		}
		if errs := w.errs.take(); strings.Count(errs, "connection refused") != 1 || !strings.HasSuffix(errs, "societop: the time is up: it has not ended within 1h 30m\n") {
			t.Errorf("time up: %q", errs)
		}
		src.set(func() { src.err = nil })
		w = start(t, src, "wait", "x", "01")
		src.set(func() { src.first = nil })
		if code := <-w.code; code != 4 {
			t.Errorf("deleted: exit code %d", code)
		}
		src.set(func() { src.first = []model.Experiment{fresh(1, "a", model.Running)} })
		w = start(t, src, "wait", "x", "01")
		w.interrupt(t)
		src.set(func() { src.err = away })
		if code := <-start(t, src, "wait", "x", "01").code; code != 3 {
			t.Errorf("away at the start: exit code %d", code)
		}
	})
	for _, flag := range []string{"--for=running", "--timeout=-1s", "--interval=1ms"} {
		if _, _, code, _ := call(&fakeSource{}, nil, "wait", flag, "x", "01"); code != 2 {
			t.Errorf("%s: exit code %d", flag, code)
		}
	}
	for _, flag := range []string{"--filter=status:nope", "--interval=0"} {
		if _, _, code, _ := call(&fakeSource{}, nil, "watch", flag, "x"); code != 2 {
			t.Errorf("%s: exit code %d", flag, code)
		}
	}
}
