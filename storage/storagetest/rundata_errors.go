package storagetest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"societop/model"
)

// failing fails t unless every reading of a run fails with an error; a log may also be
// one that can't be given out, because servers do not say why there is none.
func failing(ctx context.Context, t *testing.T, s model.RunData, want error) {
	t.Helper()
	for _, r := range readings(s, 1) {
		_, err := r.read(ctx)
		if !errors.Is(err, want) && (r.name != "Log" || !errors.Is(err, model.ErrNoData)) {
			t.Errorf("%s: %v, want %v", r.name, err, want)
		}
	}
}

func testNotOffered(t *testing.T, b *bench) {
	e := running()
	b.write(t, []model.Experiment{e})
	for _, r := range readings(b.src.RunData(e.Key), 1) {
		if got, err := r.read(context.Background()); !errors.Is(err, model.ErrNotOffered) {
			t.Errorf("%s: %+v (%v), want %v", r.name, got, err, model.ErrNotOffered)
		}
	}
}

func testBareRunData(t *testing.T, b *bench) {
	s := b.fill(t, running(), RunData{})
	for _, r := range readings(s, 1) {
		got, err := r.read(context.Background())
		switch v := reflect.ValueOf(got); {
		case r.name == "Log" && (errors.Is(err, model.ErrNoData) || b.lab.NoLog):
		case err != nil:
			t.Errorf("%s: %v", r.name, err)
		case v.Kind() == reflect.Slice && v.Len() > 0:
			t.Errorf("%s: %+v out of nothing", r.name, got)
		}
	}
	if f := must[model.Frame](t)(s.Frame(context.Background(), model.Latest)); len(f.Agents) > 0 {
		t.Errorf("%d agents out of nothing", len(f.Agents))
	}
	if p := must[model.Prompt](t)(s.Prompt(context.Background(), model.Latest)); !p.Text.Empty() || !p.Created.IsZero() {
		t.Errorf("the prompt %+v out of nothing", p)
	}
}

func testNotStarted(t *testing.T, b *bench) {
	e := running()
	e.Status, e.Now = model.NotStarted, model.SimTime{}
	b.write(t, []model.Experiment{e})
	failing(context.Background(), t, b.src.RunData(e.Key), model.ErrNotStarted)
	e.Status, e.Now = model.Running, last
	if all := must[[]model.SimTime](t)(b.fill(t, e, sampleRun()).Timeline(context.Background())); len(all) != len(moments) {
		t.Errorf("once it has started there are %d moments, want %d", len(all), len(moments))
	}
}

func testNobody(t *testing.T, b *bench) {
	e := running()
	b.fill(t, e, sampleRun())
	failing(context.Background(), t, b.src.RunData(model.Key{ID: uuid.Max}), model.ErrNoExperiment)
	s := b.src.RunData(e.Key)
	b.write(t, nil, e.Key)
	failing(context.Background(), t, s, model.ErrNoExperiment)
}

func testRunDataCancelled(t *testing.T, b *bench) {
	s := b.fill(t, running(), sampleRun())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, r := range readings(s, 1) {
		if _, err := r.read(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want %v", r.name, err, context.Canceled)
		}
	}
}

func testRunDataGoroutines(t *testing.T, b *bench) {
	all := sampleRun()
	s := b.fill(t, running(), all)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 3 {
				one := readings(s, agents[i%len(agents)])
				slices.Reverse(one[i%len(one):])
				for _, r := range one {
					if _, err := r.read(context.Background()); err != nil && (!b.lab.NoLog || r.name != "Log") {
						t.Errorf("%s: %v", r.name, err)
					}
				}
				f, err := s.Frame(context.Background(), moments[i%len(moments)])
				if err != nil || len(f.Agents) != len(agents) {
					t.Errorf("a frame of %d agents (%v), want %d", len(f.Agents), err, len(agents))
				}
			}
		})
	}
	wg.Wait()
}
