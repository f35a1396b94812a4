package record

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/several"
	"societop/storage/storagetest"
)

// mortal is a source that can be away.
type mortal struct {
	*storagetest.Memory
	away atomic.Bool
}

func (m *mortal) err(ctx context.Context) error {
	if m.away.Load() {
		return &model.Error{Op: "read", Address: "http://mortal", Err: model.ErrUnreachable}
	}
	return ctx.Err()
}

func (m *mortal) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	if err := m.err(ctx); err != nil {
		return model.Changes{}, err
	}
	return m.Memory.Changes(ctx, since, b)
}

func (m *mortal) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	if err := m.err(ctx); err != nil {
		return model.Experiment{}, err
	}
	return m.Memory.Experiment(ctx, k)
}

// join makes one source of a and b.
func join(t *testing.T, a, b model.Source) model.Source {
	t.Helper()
	part := func(name string, src model.Source) several.Part {
		return several.Part{Name: model.NewSourceName(name), Open: func(context.Context) (model.Source, error) { return src, nil }}
	}
	s, err := several.Join(t.Context(), []several.Part{part("a", a), part("b", b)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// statesOf is how the sources of a lab are doing, by their names.
func statesOf(t *testing.T, lab string) map[string]model.Liveness {
	t.Helper()
	ch, err := bolt.Open(lab, bolt.Options{}).Changes(t.Context(), model.Cursor{}, model.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]model.Liveness{}
	for _, s := range ch.Sources {
		all[s.Name.Raw()] = s.Liveness
	}
	return all
}

// TestSeveralSourcesAreRecorded, each by itself: one that is away does not stop the other, and the lab
// says which one it is, also when nobody records any more.
func TestSeveralSourcesAreRecorded(t *testing.T) {
	lab := filepath.Join(t.TempDir(), "lab.db")
	a, b := &mortal{Memory: storagetest.NewMemory()}, &mortal{Memory: storagetest.NewMemory()}
	all := storagetest.Experiments(4)
	a.Put(all[:3]...)
	b.Put(all[1:]...)
	b.SetRunData(all[2].Key, runOf(2, 3))
	a.SetRunData(all[2].Key, runOf(3, 2))
	b.away.Store(true)
	bubble(t, func(t *testing.T) {
		src := join(t, a, b)
		recordWhile(t, src, lab, model.RecordOptions{Interval: time.Second, Agents: true}, func() {
			time.Sleep(2 * time.Minute)
			if states := statesOf(t, lab); !states["a"].Live() || !strings.Contains(states["b"].Why.Raw(), "recorder: ") {
				t.Errorf("with one away: %v", states)
			}
			b.away.Store(false)
			time.Sleep(2 * time.Minute)
			if states := statesOf(t, lab); !states["a"].Live() || !states["b"].Live() {
				t.Errorf("with both: %v", states)
			}
			a.away.Store(true)
			moved := all[3]
			moved.InputTokens++
			b.Put(moved)
			time.Sleep(2 * time.Minute)
		})
		if states := statesOf(t, lab); states["a"].Why.Raw() != model.NoRecorder || !states["a"].AsOf.Before(states["b"].AsOf.Add(-time.Minute)) {
			t.Errorf("afterwards: %v", states)
		}
		a.away.Store(false)
		recordWhile(t, onlyA{a.Memory}, lab, model.RecordOptions{Interval: time.Second}, func() { time.Sleep(time.Minute) })
	})
	s := whole(t, lab)
	for name, of := range map[string]*mortal{"a": a, "b": b} {
		for _, e := range of.Experiments() {
			own := e.Key
			e.Source = model.NewSourceName(name)
			got, err := s.Experiment(t.Context(), e.Key)
			if err != nil || got.InputTokens != e.InputTokens || got.Config != e.Config {
				t.Errorf("%s: %+v, %v", name, got.Summary, err)
			}
			storagetest.SameRunData(t, s.RunData(e.Key), of.RunData(own))
		}
	}
}

// onlyA is a source by itself.
type onlyA struct{ *storagetest.Memory }

// TestSeveralSourcesOnce: what there is is recorded, and what could not be read is said.
func TestSeveralSourcesOnce(t *testing.T) {
	a, b := &mortal{Memory: storagetest.NewMemory()}, &mortal{Memory: storagetest.NewMemory()}
	a.Put(storagetest.Experiments(3)...)
	b.away.Store(true)
	lab := filepath.Join(t.TempDir(), "lab.db")
	err := Record(t.Context(), join(t, a, b), lab, quick, model.RecordObserver{})
	if !errors.Is(err, model.ErrAbsent) || !strings.Contains(err.Error(), "http://mortal") {
		t.Error(err)
	}
	if r, err := whole(t, lab).Report(t.Context()); err != nil || r.Experiments != 3 {
		t.Errorf("%d experiments, %v", r.Experiments, err)
	}
	a.away.Store(true)
	var said []string
	err = Record(t.Context(), join(t, a, b), filepath.Join(t.TempDir(), "lab.db"), model.RecordOptions{Interval: time.Second}, model.RecordObserver{
		Say: func(what text.Text, _ bool) { said = append(said, what.String()) },
	})
	if !errors.Is(err, model.ErrUnreachable) {
		t.Errorf("of sources that never answer: %v; %q", err, said)
	}
}
