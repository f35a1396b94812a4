package trace

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
)

// maxDeeds bounds the matrix of agents and steps.
const maxDeeds = 1 << 26

// maxKinds is how many kinds of events are told apart.
const maxKinds = 50

// Activity returns who acted in which step: by a dataset of social events, and by the rounds of an
// environment; without these by the trace. It fails with model.ErrNotOffered if there is none of them, and
// before the first step.
func (t *Trace) Activity(ctx context.Context, f Facts) (model.Activity, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := newMatrix(f)
	from, err := m.ofDatasets(ctx, f)
	if err != nil {
		return model.Activity{}, err
	}
	clock := t.spans.clockOf(f.StepAt)
	byTrace := len(from) == 0
	if byTrace {
		if from = t.from(); len(t.spans.steps) == 0 {
			return model.Activity{}, model.ErrNotOffered
		}
		m.whole = max(f.Steps, 0)
	}
	for i := range t.spans.steps {
		s := &t.spans.steps[i]
		switch step := clock(s.at, s.count); {
		case s.failed, s.missed && !byTrace: // what succeeded would be in a dataset
			m.failedToAct(s.agent, step, s.why, time.Unix(0, s.end))
		case byTrace:
			m.acted(s.agent, step)
		}
	}
	steps, said := t.steps(f), t.said(f)
	if !byTrace && len(t.spans.steps)+len(said.agents) > 0 {
		failed := t.from()
		if len(said.agents) > 0 {
			failed = append(failed, said.names...)
		}
		from = []string{strings.Join(from, ", ") + "; failures from " + strings.Join(failed, ", ")}
	}
	if byTrace && !t.whole() { // the steps of these agents may be in the rest
		said.agents = nil
	}
	for _, a := range said.agents {
		m.failedToAct(a.Agent, stepOfWall(steps, a.At), a.Why, a.At)
	}
	if m.steps == 0 {
		return model.Activity{}, model.ErrNotOffered
	}
	return m.activity(strings.Join(from, ", "), steps), nil
}

// stepOfWall returns the step that was under way at a time; −1 unknown.
func stepOfWall(steps []model.StepSpan, at time.Time) int {
	const slack = time.Second // logs have no fractions
	i, _ := slices.BinarySearchFunc(steps, at, func(s model.StepSpan, at time.Time) int { return s.End.Add(slack).Compare(at) })
	if i == len(steps) || steps[i].Start.IsZero() || at.Before(steps[i].Start.Add(-slack)) {
		return -1
	}
	return steps[i].Step
}

// matrix gathers who acted in which step.
type matrix struct {
	names  map[string]int64 // the ids of agents by their names
	agents map[int64]*row
	events map[string]map[int]int
	steps  int
	most   int // steps, at most
	whole  int
}

type row struct {
	name  text.Text
	deeds map[int]model.Deed
	why   string
	whyAt time.Time
}

// newMatrix returns the matrix of agents that did nothing yet.
func newMatrix(f Facts) *matrix {
	m := &matrix{names: map[string]int64{}, agents: map[int64]*row{}, events: map[string]map[int]int{}, steps: max(f.Steps, 0), whole: max(f.Steps, 0)}
	m.most = min(maxSteps, maxDeeds/max(len(f.Profiles), 1))
	m.steps = min(m.steps, m.most)
	for i := range f.Profiles {
		p := &f.Profiles[i]
		m.row(p.ID).name = p.Name
		m.names[p.Name.Raw()] = p.ID
	}
	return m
}

// row returns the row of an agent.
func (m *matrix) row(agent int64) *row {
	r := m.agents[agent]
	if r == nil {
		r = &row{deeds: map[int]model.Deed{}}
		m.agents[agent] = r
	}
	return r
}

// reaches notes a step, and reports whether the matrix may have it.
func (m *matrix) reaches(step int) bool {
	if step < 0 || step >= m.most {
		return false
	}
	m.steps = max(m.steps, step+1)
	return true
}

// acted notes that an agent acted in a step.
func (m *matrix) acted(agent int64, step int) {
	if agent >= 0 && m.reaches(step) {
		m.row(agent).deeds[step] = model.Acted
	}
}

// failedToAct notes that an agent failed in a step, unless it acted in it all the same. The step may be
// unknown.
func (m *matrix) failedToAct(agent int64, step int, why string, at time.Time) {
	if agent < 0 {
		return
	}
	r := m.row(agent)
	if !at.Before(r.whyAt) && why != "" {
		r.why, r.whyAt = why, at
	}
	if m.reaches(step) && r.deeds[step] == model.Absent {
		r.deeds[step] = model.FailedToAct
	}
}

// event counts an event of a kind.
func (m *matrix) event(kind string, step int) {
	if !m.reaches(step) {
		return
	}
	if kind == "" {
		kind = "event"
	}
	if m.events[kind] == nil {
		if len(m.events) >= maxKinds {
			kind = "others"
		}
		if m.events[kind] == nil {
			m.events[kind] = map[int]int{}
		}
	}
	m.events[kind][step]++
}

// activity returns the matrix as it is.
func (m *matrix) activity(from string, steps []model.StepSpan) model.Activity {
	m.steps = min(m.steps, maxDeeds/max(len(m.agents), 1)) // there may be more agents than have profiles
	a := model.Activity{From: text.Clean(from), Steps: m.steps, Whole: min(m.whole, m.steps)}
	for id, r := range m.agents {
		one := model.AgentActivity{ID: id, Name: r.name, Deeds: make([]model.Deed, m.steps), Why: text.Clean(r.why)}
		for step, deed := range r.deeds {
			if step < m.steps {
				one.Deeds[step] = deed
			}
		}
		a.Agents = append(a.Agents, one)
	}
	slices.SortFunc(a.Agents, func(a, b model.AgentActivity) int { return cmp.Compare(a.ID, b.ID) })
	for kind, counts := range m.events {
		e := model.EventCount{Kind: text.Clean(kind), Counts: make([]int, m.steps)}
		for step, n := range counts {
			if step < m.steps {
				e.Counts[step] = n
			}
		}
		a.Events = append(a.Events, e)
	}
	slices.SortFunc(a.Events, func(a, b model.EventCount) int {
		return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Kind.Raw(), b.Kind.Raw()))
	})
	for _, s := range steps {
		if s.Step < m.steps && !s.End.IsZero() {
			if a.Walls == nil {
				a.Walls = make([]time.Time, m.steps)
			}
			a.Walls[s.Step] = s.End
		}
	}
	return a
}
