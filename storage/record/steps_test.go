package record

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

// asked is a source that counts how often it is asked for steps, and knows them unless err is set.
type asked struct {
	*storagetest.Memory
	times atomic.Int64
	mu    sync.Mutex
	err   error
}

// fail makes it fail from now on, or not if err is nil.
func (a *asked) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.err = err
}

func (a *asked) failure() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

func (a *asked) RunData(k model.Key) model.RunData { return askedRun{a.Memory.RunData(k), a} }

type askedRun struct {
	model.RunData
	of *asked
}

func (r askedRun) Steps(ctx context.Context) ([]model.StepTime, error) {
	r.of.times.Add(1)
	if err := r.of.failure(); err != nil {
		return nil, err
	}
	return r.RunData.Steps(ctx)
}

// stepTime is when the i-th step of the runs here is done.
func stepTime(i int) model.StepTime {
	return model.StepTime{At: moment(i), Wall: time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC).Add(time.Duration(i) * 30 * time.Second)}
}

func stepTimesOf(from, to int) (all []model.StepTime) {
	for i := from; i < to; i++ {
		all = append(all, stepTime(i))
	}
	return all
}

// moved is an experiment after a step.
func moved(e model.Experiment, step int) model.Experiment {
	e.Status, e.Now, e.Updated = model.Running, stepTime(step).At, stepTime(step).Wall
	return e
}

// recordWhile records a source in a bubble while fn, which may sleep, changes it.
func recordWhile(t *testing.T, src model.Source, lab string, o model.RecordOptions, fn func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Record(ctx, src, lab, o, model.RecordObserver{}) }()
	fn()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// hasSteps fails t unless a lab has some steps of a run, and nothing else.
func hasSteps(t *testing.T, lab, what string, k model.Key, want []model.StepTime) {
	t.Helper()
	s := bolt.Open(lab, bolt.Options{})
	got, err := s.RunData(k).Steps(context.Background())
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	slices.SortFunc(got, func(a, b model.StepTime) int { return a.At.Compare(b.At) })
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d steps, want %d:\n%v\n%v", what, len(got), len(want), got, want)
	}
	if _, err := s.RunData(k).Timeline(context.Background()); !errors.Is(err, model.ErrNotRecorded) {
		t.Errorf("%s: the timeline: %v", what, err)
	}
}

// TestTheListTellsWhenStepsAreDone, those of a run that goes on; a state without a step tells
// nothing, nor does one that ended before.
func TestTheListTellsWhenStepsAreDone(t *testing.T) {
	lab := filepath.Join(t.TempDir(), "lab.db")
	all := storagetest.Experiments(8)
	e, over := all[1], all[6]
	over.Status = model.Finished
	m := &asked{Memory: storagetest.NewMemory(), err: model.ErrNotOffered}
	m.Put(moved(e, 0), over)
	bubble(t, func(t *testing.T) {
		recordWhile(t, m, lab, model.RecordOptions{Interval: time.Second}, func() {
			for i := range 5 {
				time.Sleep(1500 * time.Millisecond)
				m.Put(moved(e, i))
			}
			time.Sleep(1500 * time.Millisecond)
			last := moved(e, 5)
			last.Status = model.Finished
			m.Put(last)
			time.Sleep(1500 * time.Millisecond)
			last.Updated = last.Updated.Add(time.Hour)
			m.Put(last)
			time.Sleep(1500 * time.Millisecond)
		})
	})
	hasSteps(t, lab, "the run", e.Key, stepTimesOf(0, 6))
	if _, err := whole(t, lab).RunData(over.Key).Steps(t.Context()); !errors.Is(err, model.ErrNotRecorded) {
		t.Errorf("steps of a run that had ended: %v", err)
	}
	if m.times.Load() != 1 {
		t.Errorf("a source that does not know the steps is asked %d times", m.times.Load())
	}
}

// TestTheStepsBeforeARecordingAreReadOnce, also by the next recorder, and again after a gap.
func TestTheStepsBeforeARecordingAreReadOnce(t *testing.T) {
	lab := filepath.Join(t.TempDir(), "lab.db")
	e := storagetest.Experiments(2)[1]
	m := &asked{Memory: storagetest.NewMemory()}
	at := func(step int) {
		m.Put(moved(e, step))
		m.SetRunData(e.Key, storagetest.RunData{Steps: stepTimesOf(0, step+1)})
	}
	o := model.RecordOptions{Interval: time.Second}
	bubble(t, func(t *testing.T) {
		at(50)
		recordWhile(t, m, lab, o, func() {
			time.Sleep(90 * time.Second)
			at(51)
			time.Sleep(90 * time.Second)
			at(52)
			time.Sleep(90 * time.Second)
		})
		hasSteps(t, lab, "from the middle", e.Key, stepTimesOf(0, 53))
		recordWhile(t, m, lab, o, func() {
			at(53)
			time.Sleep(90 * time.Second)
		})
		if m.times.Load() != 1 {
			t.Errorf("without a gap the source is asked %d times for the steps", m.times.Load())
		}
		at(90)
		recordWhile(t, m, lab, o, func() { time.Sleep(90 * time.Second) })
		hasSteps(t, lab, "after a gap", e.Key, stepTimesOf(0, 91))
		m.fail(&model.Error{Op: "read", Err: model.ErrNoData})
		at(120)
		recordWhile(t, m, lab, o, func() {
			time.Sleep(90 * time.Second)
			m.fail(nil)
			time.Sleep(retryEvery)
		})
		hasSteps(t, lab, "after an hour without an answer", e.Key, stepTimesOf(0, 121))
	})
	if m.times.Load() != 4 {
		t.Errorf("the source is asked %d times for the steps, want 4", m.times.Load())
	}
	whole(t, lab)
}

// TestAHistoryThatFailsIsNoOutage: the source answers all else, and is asked for it again.
func TestAHistoryThatFailsIsNoOutage(t *testing.T) {
	for _, kind := range []error{model.ErrNotEndpoint, model.ErrServer, model.ErrUnreachable} {
		lab := filepath.Join(t.TempDir(), "lab.db")
		e := storagetest.Experiments(2)[1]
		m := &asked{Memory: storagetest.NewMemory(), err: &model.Error{Op: "read", Address: "http://lab-7", Err: kind}}
		m.Put(moved(e, 5))
		m.SetRunData(e.Key, storagetest.RunData{Steps: stepTimesOf(0, 6)})
		bubble(t, func(t *testing.T) {
			var said []string
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() {
				ended <- Record(ctx, m, lab, model.RecordOptions{Interval: time.Second}, model.RecordObserver{
					Say: func(what text.Text, problem bool) {
						if problem {
							said = append(said, what.String())
						}
					},
				})
			}()
			time.Sleep(time.Minute)
			if m.times.Load() != 1 {
				t.Errorf("%v: asked %d times", kind, m.times.Load())
			}
			m.fail(nil)
			time.Sleep(retryEvery)
			cancel()
			<-ended
			if len(said) > 0 {
				t.Errorf("%v: it says %q", kind, said)
			}
		})
		hasSteps(t, lab, kind.Error(), e.Key, stepTimesOf(0, 6))
	}
}

// TestStepsOfARunThatBeginsAgain replace those of the run before, also where the recorder was away
// meanwhile and the new run is further than the old one was.
func TestStepsOfARunThatBeginsAgain(t *testing.T) {
	for _, away := range []bool{false, true} {
		lab := filepath.Join(t.TempDir(), "lab.db")
		e := storagetest.Experiments(2)[1]
		m := &asked{Memory: storagetest.NewMemory()}
		m.Put(moved(e, 10))
		m.SetRunData(e.Key, storagetest.RunData{Steps: stepTimesOf(0, 11)})
		want := stepTimesOf(0, 4)
		if away {
			want = stepTimesOf(0, 31)
		}
		for i := range want {
			want[i].Wall = want[i].Wall.Add(24 * time.Hour)
		}
		again := func() {
			last := want[len(want)-1]
			e := moved(e, 0)
			e.Now, e.Updated = last.At, last.Wall
			m.Put(e)
			m.SetRunData(e.Key, storagetest.RunData{Steps: want})
		}
		o := model.RecordOptions{Interval: time.Second}
		bubble(t, func(t *testing.T) {
			recordWhile(t, m, lab, o, func() {
				time.Sleep(time.Minute)
				if !away {
					again()
					time.Sleep(time.Minute)
				}
			})
			if away {
				again()
				recordWhile(t, m, lab, o, func() { time.Sleep(time.Minute) })
			}
		})
		hasSteps(t, lab, "the next run", e.Key, want)
		whole(t, lab)
	}
}

// TestALabIsCopiedWithItsSteps, with agents and without.
func TestALabIsCopiedWithItsSteps(t *testing.T) {
	dir := t.TempDir()
	lab, e := filepath.Join(dir, "lab.db"), moved(storagetest.Experiments(2)[1], 40)
	if err := bolt.Open(lab, bolt.Options{Write: true}).Update(t.Context(), func(b *bolt.Batch) error {
		_, err := b.Put(e)
		return errors.Join(err, b.PutSteps(e.Key, stepTimesOf(7, 41)))
	}); err != nil {
		t.Fatal(err)
	}
	for name, agents := range map[string]bool{"list.db": false, "all.db": true} {
		into, o := filepath.Join(dir, name), quick
		o.Agents = agents
		err := Record(t.Context(), bolt.Open(lab, bolt.Options{}), into, o, model.RecordObserver{})
		if err != nil && !errors.Is(err, model.ErrIncomplete) {
			t.Fatal(err)
		}
		got, err := whole(t, into).RunData(e.Key).Steps(t.Context())
		if want := stepTimesOf(7, 41); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %d steps (%v), want %d", name, len(got), err, len(want))
		}
	}
}
