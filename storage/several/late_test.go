package several

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/storage/storagetest"
)

// moody is a source that hangs, fails or lags, as it is told.
type moody struct {
	*storagetest.Memory
	mu     sync.Mutex
	hangs  bool
	fails  error
	lag    time.Duration
	asked  int
	closed bool
	clock  time.Time
	state  model.Liveness
}

func newMoody(all ...model.Experiment) *moody {
	m := &moody{Memory: storagetest.NewMemory()}
	m.Put(all...)
	return m
}

// set changes its mood.
func (m *moody) set(change func(*moody)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

func (m *moody) times() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

func (m *moody) wait(ctx context.Context) error {
	m.mu.Lock()
	hangs, fails, lag := m.hangs, m.fails, m.lag
	m.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	return errors.Join(model.Sleep(ctx, lag), fails)
}

func (m *moody) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	m.set(func(m *moody) { m.asked++ })
	if err := m.wait(ctx); err != nil {
		return model.Changes{}, err
	}
	ch, err := m.Memory.Changes(ctx, since, b)
	m.mu.Lock()
	defer m.mu.Unlock()
	ch.Clock, ch.Liveness = m.clock, m.state
	return ch, err
}

func (m *moody) Close() error { m.set(func(m *moody) { m.closed = true }); return nil }

// reader reads several sources every two seconds, as a monitor does.
type reader struct {
	storagetest.Mirror
	src    *Source
	states map[string]model.SourceState
}

const tick = 2 * time.Second

// read reads all pages, and fails t where that takes longer than most.
func (r *reader) read(t *testing.T, most time.Duration) {
	t.Helper()
	begun := time.Now()
	for more := true; more; {
		ch, err := r.src.Changes(t.Context(), r.Cursor, model.Budget{Interval: tick})
		if err != nil {
			t.Fatal(err)
		}
		r.Apply(ch)
		more, r.states = ch.More, map[string]model.SourceState{}
		for _, s := range ch.Sources {
			r.states[s.Name.Raw()] = s
		}
	}
	if took := time.Since(begun); took > most {
		t.Errorf("a reading took %v", took)
	}
	time.Sleep(tick)
}

// joined is sources by the names a, b, c, …
func joined(t *testing.T, all ...*moody) *reader {
	t.Helper()
	var parts []Part
	for i, m := range all {
		parts = append(parts, Part{Name: model.NewSourceName(string(rune('a' + i))), Open: func(context.Context) (model.Source, error) { return m, nil }})
	}
	s, err := Join(t.Context(), parts)
	if err != nil {
		t.Fatal(err)
	}
	return &reader{src: s}
}

// close closes the sources, and fails t where one stays open. A goroutine that stays fails the bubble.
func (r *reader) close(t *testing.T, all ...*moody) {
	t.Helper()
	begun := time.Now()
	if err := r.src.Close(); err != nil || time.Since(begun) > closeTime {
		t.Errorf("closing took %v: %v", time.Since(begun), err)
	}
	for i, m := range all {
		if !m.closed {
			t.Errorf("source %d was not closed", i)
		}
	}
}

// key is an experiment as the whole knows it.
func key(name string, e model.Experiment) model.Key {
	k := e.Key
	k.Source = model.NewSourceName(name)
	return k
}

// TestOneThatHangsBlocksNothing, and nothing of it is lost: not while it hangs, and not when it is back.
func TestOneThatHangsBlocksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := storagetest.Experiments(4)
		a, b := newMoody(all...), newMoody(all...)
		r := joined(t, a, b)
		r.read(t, 0)
		if len(r.Known) != 8 || !r.states["a"].Loaded || !r.states["b"].Loaded {
			t.Fatalf("%d experiments, %+v", len(r.Known), r.states)
		}
		b.set(func(m *moody) { m.hangs = true })
		r.read(t, patience) // it may answer soon
		for i := range 60 {
			all[1].InputTokens = int64(1000 + i)
			a.Put(all[1])
			r.read(t, patience)
			if got := r.Known[key("a", all[1])].InputTokens; got != all[1].InputTokens {
				t.Fatalf("after %d ticks a has %d tokens, want %d", i, got, all[1].InputTokens)
			}
		}
		if s := r.states["b"]; s.Failure == nil && !s.Slow || len(r.Known) != 8 {
			t.Errorf("%d experiments, of one that hangs %+v", len(r.Known), s)
		}
		b.Delete(all[0].Key)
		b.set(func(m *moody) { m.hangs = false })
		for range 50 {
			r.read(t, patience)
		}
		if s := r.states["b"]; s.Failure != nil || s.Slow || len(r.Known) != 7 {
			t.Errorf("%d experiments, of one that is back %+v", len(r.Known), s)
		}
		r.close(t, a, b)
	})
}

// TestOneThatFailsIsAskedMoreRarely, and lists what it has when it is back, so that what is gone is gone.
func TestOneThatFailsIsAskedMoreRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := storagetest.Experiments(4)
		a, b := newMoody(all...), newMoody(all...)
		r := joined(t, a, b)
		r.read(t, 0)
		b.set(func(m *moody) { m.fails = &model.Error{Op: "read", Address: "b", Err: model.ErrUnreachable} })
		before, beforeA := b.times(), a.times()
		for range 300 {
			r.read(t, 0)
		}
		if n := b.times() - before; n < 8 || n > 30 {
			t.Errorf("in ten minutes it was asked %d times", n)
		}
		if n := a.times() - beforeA; n != 300 {
			t.Errorf("the other one was asked %d times, want 300", n)
		}
		if s := r.states["b"]; s.Failure == nil || time.Until(s.RetryAt) > longest || len(r.Known) != 8 {
			t.Errorf("%d experiments, %+v", len(r.Known), s)
		}
		var fresh reader // what is away is known to who comes later
		fresh.src = r.src
		fresh.read(t, 0)
		if len(fresh.Known) != 8 {
			t.Errorf("a second reader knows %d experiments", len(fresh.Known))
		}
		b.Delete(all[2].Key, all[3].Key)
		b.set(func(m *moody) { m.fails = nil })
		for range 31 {
			r.read(t, 0)
		}
		if s := r.states["b"]; s.Failure != nil || len(r.Known) != 6 {
			t.Errorf("%d experiments, %+v", len(r.Known), s)
		}
		r.close(t, a, b)
	})
}

// TestOneThatLags is waited for once, and then not any more until it is quick again.
func TestOneThatLags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := storagetest.Experiments(4)
		a, b := newMoody(all...), newMoody(all...)
		b.lag = 5 * time.Second
		r := joined(t, a, b)
		r.read(t, patience)
		if len(r.Known) != 4 || r.states["b"].Loaded {
			t.Errorf("%d experiments at first", len(r.Known))
		}
		for range 3 {
			r.read(t, 0)
		}
		if len(r.Known) != 8 {
			t.Errorf("%d experiments after the lag", len(r.Known))
		}
		for range 10 {
			r.read(t, 0)
		}
		r.close(t, a, b)
	})
}

// TestWhoReadsOnceWaits for all, and learns which have failed.
func TestWhoReadsOnceWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := storagetest.Experiments(4)
		a, b, c := newMoody(all...), newMoody(all...), newMoody(all...)
		a.lag, b.hangs = 10*time.Second, true
		r := joined(t, a, b, c)
		var last []model.Changes
		begun := time.Now()
		last = r.Read(t, r.src, model.Budget{Rows: 3})
		if took := time.Since(begun); took < readTime || took > readTime+time.Second || len(r.Known) != 8 {
			t.Errorf("%d experiments after %v", len(r.Known), took)
		}
		end := last[len(last)-1]
		if end.Sources[0].Failure != nil || !errors.Is(end.Sources[1].Failure, model.ErrUnreachable) || !errors.Is(end.Trouble, model.ErrUnreachable) || !strings.Contains(end.Trouble.Error(), "no answer for 30s") {
			t.Errorf("%+v: %v", end.Sources, end.Trouble)
		}
		r.close(t, a, b, c)
	})
}

// TestEachHasItsClockAndLiveness, and the whole is live while one of them is.
func TestEachHasItsClockAndLiveness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newMoody(), newMoody()
		b.clock, b.state = time.Now().Add(time.Hour), model.Liveness{AsOf: time.Now(), Why: model.Explain(errors.New("no recorder"))}
		r := joined(t, a, b)
		r.read(t, 0)
		if r.states["a"].Skew != 0 || r.states["b"].Skew != time.Hour || !r.states["a"].Liveness.Live() || r.states["b"].Liveness.Live() {
			t.Errorf("%+v", r.states)
		}
		live := func() bool {
			l, err := r.src.Liveness(t.Context())
			return err == nil && l.Live()
		}
		if !live() {
			t.Error("with one that is live, the whole is not")
		}
		a.set(func(m *moody) { m.fails = &model.Error{Op: "read", Address: "a", Err: model.ErrUnreachable} })
		for range 40 {
			r.read(t, 0)
		}
		if live() {
			t.Error("with none that is live, the whole is")
		}
		r.close(t, a, b)
	})
}

// TestAnIntervalOfASourceIsKept, and what is watched goes to its own source.
func TestAnIntervalOfASourceIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newMoody(), newMoody()
		r := joined(t, a, b)
		r.src.parts[1].Interval = time.Minute
		for range 90 {
			r.read(t, 0)
		}
		if n := b.times(); a.times() != 90 || n < 3 || n > 4 {
			t.Errorf("in three minutes they were asked %d and %d times", a.times(), n)
		}
		r.close(t, a, b)
	})
}

// TestASourceThatOpensLate is there once it is open, and one that is of no use fails all at once.
func TestASourceThatOpensLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := storagetest.Experiments(3)
		a, b := newMoody(all...), newMoody(all...)
		tries := 0
		open := func(m *moody, after time.Duration, failing int) func(context.Context) (model.Source, error) {
			return func(ctx context.Context) (model.Source, error) {
				if err := model.Sleep(ctx, after); err != nil {
					return nil, err
				}
				if tries++; tries <= failing {
					return nil, &model.Error{Op: "open", Address: "b", Err: model.ErrUnreadable}
				}
				return m, nil
			}
		}
		s, err := Join(t.Context(), []Part{
			{Name: model.NewSourceName("a"), Open: func(context.Context) (model.Source, error) { return a, nil }},
			{Name: model.NewSourceName("b"), Open: open(b, 5*time.Second, 2)},
		})
		if err != nil {
			t.Fatal(err)
		}
		r := &reader{src: s}
		r.read(t, patience)
		if len(r.Known) != 3 {
			t.Errorf("%d experiments", len(r.Known))
		}
		if _, err := s.Only(model.NewSourceName("b")).Experiment(t.Context(), key("b", all[0])); !errors.Is(err, model.ErrUnreadable) {
			t.Error(err)
		}
		for range 20 {
			r.read(t, patience)
		}
		if len(r.Known) != 6 {
			t.Errorf("%d experiments", len(r.Known))
		}
		r.close(t, a, b)
		_, err = Join(t.Context(), []Part{
			{Name: model.NewSourceName("a"), Open: func(context.Context) (model.Source, error) { return a, nil }},
			{Name: model.NewSourceName("b"), Open: func(context.Context) (model.Source, error) { return nil, model.Usagef("no") }},
		})
		if !errors.Is(err, model.ErrUsage) {
			t.Error(err)
		}
	})
}
