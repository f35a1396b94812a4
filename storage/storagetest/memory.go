package storagetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// Memory is a source in memory, as plain as can be: what any other is held against. It is
// made by NewMemory.
type Memory struct {
	mu          sync.Mutex
	experiments map[model.Key]model.Experiment
	runs        map[model.Key]RunData
	surveys     []model.Survey
	revision    int // counts changes
}

var (
	_ model.Source   = (*Memory)(nil)
	_ model.Finder   = (*Memory)(nil)
	_ model.Surveyor = (*Memory)(nil)
)

// NewMemory makes a source without experiments.
func NewMemory() *Memory {
	return &Memory{experiments: make(map[model.Key]model.Experiment), runs: make(map[model.Key]RunData)}
}

// Put adds experiments, or replaces those of the same keys.
func (m *Memory) Put(all ...model.Experiment) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.revision++
	for _, e := range all {
		m.experiments[e.Key] = e
	}
}

// Delete takes experiments away, with all their data.
func (m *Memory) Delete(keys ...model.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.revision++
	for _, k := range keys {
		delete(m.experiments, k)
		delete(m.runs, k)
	}
}

// SetRunData sets all data of an experiment but its row. An experiment for which it was
// never called has no such data at all.
func (m *Memory) SetRunData(k model.Key, s RunData) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.runs[k] = s
}

// ChangeRunData changes the data of an experiment, which must not change the slices that it is given.
func (m *Memory) ChangeRunData(k model.Key, change func(*RunData)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.runs[k]
	change(&s)
	m.runs[k] = s
}

// SetSurveys sets the questionnaires.
func (m *Memory) SetSurveys(all ...model.Survey) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.surveys = slices.Clone(all)
}

// Experiments is all experiments, the newest first.
func (m *Memory) Experiments() []model.Experiment {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.experiments), func(a, b model.Experiment) int {
		return cmp.Or(b.Created.Compare(a.Created), a.Compare(b.Key))
	})
}

// Info says that it is in memory.
func (m *Memory) Info() model.Info { return model.Info{Kind: "memory", Address: text.Clean("memory")} }

// Close does nothing: what is in memory can be opened again.
func (m *Memory) Close() error { return nil }

// memoryPlace is what a cursor means: a revision, and how many rows of it were listed; −1 of
// them is all.
const memoryPlace = "memory %d %d"

// Changes lists everything again whenever anything has changed.
func (m *Memory) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	if err := ctx.Err(); err != nil {
		return model.Changes{}, err
	}
	m.mu.Lock()
	revision := m.revision // what changes from here on comes again
	m.mu.Unlock()
	all := m.Experiments()
	var known, at int
	if n, _ := fmt.Sscanf(since.Token(), memoryPlace, &known, &at); n != 2 || known != revision || at > len(all) {
		at = 0
	}
	ch := model.Changes{First: at == 0, Total: len(all), Next: since}
	if at < 0 {
		return ch, nil
	}
	end := len(all)
	if b.Rows > 0 {
		end = min(at+b.Rows, end)
	}
	for _, e := range all[at:end] {
		if !b.Errors {
			e.Error = text.Lines{}
		}
		ch.Put = append(ch.Put, e.Summary)
	}
	if ch.More = end < len(all); !ch.More {
		end = -1
	}
	ch.Next = model.NewCursor(fmt.Sprintf(memoryPlace, revision, end))
	return ch, nil
}

// Experiment is one experiment.
func (m *Memory) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.experiments[k]
	switch {
	case ctx.Err() != nil:
		return e, ctx.Err()
	case !ok:
		return e, model.ErrNoExperiment
	}
	return e, nil
}

// Find is the experiment of an id: of model.OnlyTenant, else of the first tenant.
func (m *Memory) Find(ctx context.Context, id uuid.UUID) (found model.Experiment, err error) {
	err = model.ErrNoExperiment
	for _, e := range m.Experiments() {
		before := e.Tenant.Raw() == model.OnlyTenant || (found.Tenant.Raw() != model.OnlyTenant && e.Compare(found.Key) < 0)
		if e.ID == id && (err != nil || before) {
			found, err = e, nil
		}
	}
	return found, cmp.Or(ctx.Err(), err)
}

// Surveys is the questionnaires.
func (m *Memory) Surveys(ctx context.Context) ([]model.Survey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.surveys), ctx.Err()
}

// RunData is the data of one experiment.
func (m *Memory) RunData(k model.Key) model.RunData {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, there := m.experiments[k]
	if _, ok := m.runs[k]; !ok && there && e.Status != model.NotStarted {
		return model.NoRunData{Err: model.ErrNotOffered}
	}
	return memRun{m, k, 0}
}
