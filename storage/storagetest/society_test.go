package storagetest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"societop/model"
)

func TestASourceThatDoesAllOfItPasses(t *testing.T) {
	runSociety(t, func(*testing.T) Lab { return newMemory().lab() })
}

func TestASourceWithoutSocietiesPasses(t *testing.T) {
	runSociety(t, func(*testing.T) Lab {
		lab := newMemory().lab()
		lab.Fill = nil
		return lab
	})
}

// memory is a source as plain as can be.
type memory struct {
	mu          sync.Mutex
	experiments map[model.Key]model.Experiment
	societies   map[model.Key]Society
}

func newMemory() *memory {
	return &memory{experiments: make(map[model.Key]model.Experiment), societies: make(map[model.Key]Society)}
}

func (m *memory) lab() Lab {
	return Lab{
		Open: func(*testing.T) model.Source { return m },
		Write: func(_ *testing.T, put []model.Experiment, gone []model.Key) {
			m.mu.Lock()
			defer m.mu.Unlock()
			for _, e := range put {
				m.experiments[e.Key] = e
			}
			for _, k := range gone {
				delete(m.experiments, k)
			}
		},
		Fill: func(_ *testing.T, e model.Experiment, s Society) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.societies[e.Key] = s
		},
	}
}

func (m *memory) Info() model.Info { return model.Info{Kind: "memory"} }

func (m *memory) Close() error { return nil }

func (m *memory) Changes(context.Context, model.Cursor, model.Budget) (model.Changes, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ch := model.Changes{First: true, Total: len(m.experiments), Next: model.NewCursor("here")}
	for e := range maps.Values(m.experiments) {
		ch.Put = append(ch.Put, e.Summary)
	}
	return ch, nil
}

func (m *memory) Experiment(_ context.Context, k model.Key) (model.Experiment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.experiments[k]
	if !ok {
		return e, model.ErrNoExperiment
	}
	return e, nil
}

func (m *memory) Society(k model.Key) model.Society {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.societies[k]; !ok && m.experiments[k].ID != uuid.Nil && m.experiments[k].Status != model.NotStarted {
		return model.NoSociety{Err: model.ErrNotOffered}
	}
	return kept{m, k, 0}
}

// kept is a society in memory, or one of its agents.
type kept struct {
	m  *memory
	k  model.Key
	id int64
}

// data is a copy of the society.
func (k kept) data(ctx context.Context) (s Society, err error) {
	k.m.mu.Lock()
	defer k.m.mu.Unlock()
	e, ok := k.m.experiments[k.k]
	switch {
	case ctx.Err() != nil:
		return s, ctx.Err()
	case !ok:
		return s, model.ErrNoExperiment
	case e.Status == model.NotStarted:
		return s, model.ErrNotStarted
	}
	return k.m.societies[k.k], nil
}

func (k kept) Timeline(ctx context.Context) (all []model.SimTime, err error) {
	s, err := k.data(ctx)
	for _, f := range s.Frames {
		all = append(all, f.At)
	}
	slices.SortFunc(all, model.SimTime.Compare)
	return slices.Compact(all), err
}

func (k kept) Profiles(ctx context.Context) ([]model.Profile, error) {
	s, err := k.data(ctx)
	return slices.SortedFunc(slices.Values(s.Profiles), func(a, b model.Profile) int { return cmp.Compare(a.ID, b.ID) }), err
}

func (k kept) Frame(ctx context.Context, at model.SimTime) (model.Frame, error) {
	s, err := k.data(ctx)
	if all, _ := k.Timeline(ctx); at == model.Latest && len(all) > 0 {
		at = all[len(all)-1]
	}
	for _, f := range s.Frames {
		if f.At == at {
			return model.Frame{At: at, Agents: byID(f)}, err
		}
	}
	return model.Frame{}, err
}

func (k kept) Prompt(ctx context.Context, at model.SimTime) (found model.Prompt, err error) {
	s, err := k.data(ctx)
	for _, p := range s.Prompts {
		if p.At == at || (at == model.Latest && (found.Created.IsZero() || p.At.Compare(found.At) > 0)) {
			found = p
		}
	}
	return found, err
}

func (k kept) Agent(id int64) model.Agent { return kept{k.m, k.k, id} }

func (k kept) Metrics(ctx context.Context) ([]model.Metric, error) {
	s, err := k.data(ctx)
	var all []model.Metric
	for _, m := range s.Metrics {
		all = append(all, model.Metric{Key: m.Key, Points: slices.Clone(m.Points)})
	}
	model.SortMetrics(all)
	return all, err
}

func (k kept) Log(ctx context.Context, b model.LogBudget) (model.Log, error) {
	s, err := k.data(ctx)
	return model.TailLog(s.Log, b), err
}

func (k kept) History(ctx context.Context) ([]model.AgentStatus, error) {
	s, err := k.data(ctx)
	return historyOf(s, k.id), err
}

func (k kept) Talk(ctx context.Context) ([]model.Message, error) {
	s, err := k.data(ctx)
	return talkOf(s, k.id), err
}

func (k kept) Answers(ctx context.Context) (all []model.Answer, err error) {
	s, err := k.data(ctx)
	for _, a := range s.Answers {
		if a.ID == k.id {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b model.Answer) int { return a.At.Compare(b.At) })
	return all, err
}
