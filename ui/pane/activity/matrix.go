package activity

import (
	"cmp"
	"slices"
	"time"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/pane/kit"
)

// matrix is who acted when, with totals at both edges.
type matrix struct {
	model.Activity
	byAgent []tally
	byStep  []tally
	kinds   []kind
	groups  groups
	longest int // the width of the longest name, as far as it matters
}

// tally counts deeds.
type tally struct{ acted, failed int }

func (t *tally) add(d model.Deed) {
	switch d {
	case model.Acted:
		t.acted++
	case model.FailedToAct:
		t.failed++
	default:
	}
}

// kind is the events of a kind.
type kind struct {
	name        string
	total, most int
	counts      []int
	hourly      float64 // events in an hour of wall time; −1 unknown
}

// take sets the activity, and reports whether it is another one.
func (m *matrix) take(a model.Activity) bool {
	if m.Steps == a.Steps && m.Whole == a.Whole && m.From == a.From && kit.Same(a.Agents, m.Agents) && kit.Same(a.Events, m.Events) {
		return false
	}
	*m = matrix{Activity: a, byAgent: make([]tally, len(a.Agents)), byStep: make([]tally, a.Steps)}
	for i := range a.Agents {
		if m.longest < labelMost {
			m.longest = max(m.longest, cell.Width(m.name(i)))
		}
		for step, d := range a.Agents[i].Deeds {
			if step < a.Steps {
				m.byAgent[i].add(d)
				m.byStep[step].add(d)
			}
		}
	}
	for i := range a.Events {
		e := &a.Events[i]
		k := kind{name: e.Kind.String(), total: e.Total(), counts: e.Counts, hourly: hourly(e.Counts, a.Walls)}
		for _, n := range e.Counts {
			k.most = max(k.most, n)
		}
		m.kinds = append(m.kinds, k)
	}
	return true
}

// hourly returns how many events there were in an hour of wall time, between the first and the last
// step of which that is known; −1 if it is not known of two.
func hourly(counts []int, walls []time.Time) float64 {
	first, last, n := -1, -1, 0
	for step := range min(len(counts), len(walls)) {
		if walls[step].IsZero() {
			continue
		}
		if first < 0 {
			first = step
		}
		last = step
	}
	if first < 0 || !walls[last].After(walls[first]) {
		return -1
	}
	for _, c := range counts[first+1 : last+1] {
		n += c
	}
	return float64(n) / walls[last].Sub(walls[first]).Hours()
}

// find puts the cursor on the row of an agent, if there is one.
func (a *activity) find(agent int64) {
	at, ok := slices.BinarySearchFunc(a.Agents, agent, func(r model.AgentActivity, id int64) int { return cmp.Compare(r.ID, id) })
	if ok {
		a.agent = at
	}
	a.agent = max(min(a.agent, len(a.Agents)-1), 0)
}

// groups are the deeds of groups of agents in some steps, for one way to fold the matrix.
type groups struct {
	perRow, perColumn int
	cells             []group // by rows
	columns           int
	most              float64 // the greatest share of any
}

// group is the deeds of a cell. of is how many there could be: of steps that are not whole, those that
// there are.
type group struct {
	tally
	of int
}

// fold counts the deeds of the groups of a frame, unless they are counted.
func (m *matrix) fold(f *frame) {
	if g := &m.groups; g.perRow == f.perRow && g.perColumn == f.perColumn || !f.grouped() {
		return
	}
	m.groups = groups{perRow: f.perRow, perColumn: f.perColumn, columns: f.columns, cells: make([]group, f.rows*f.columns)}
	for i := range m.Agents {
		cells := m.groups.cells[i/f.perRow*f.columns:]
		for step, d := range m.Agents[i].Deeds[:min(len(m.Agents[i].Deeds), m.Steps)] {
			g := &cells[step/f.perColumn]
			g.add(d)
			if step < m.Whole || d != model.Absent {
				g.of++
			}
		}
	}
	for i := range m.groups.cells {
		if g := &m.groups.cells[i]; g.of > 0 {
			m.groups.most = max(m.groups.most, float64(g.acted)/float64(g.of))
		}
	}
}

// most returns the share of the highest sign, in a frame.
func (m *matrix) most(f *frame) float64 {
	if f.grouped() && m.groups.most > 0 {
		return m.groups.most
	}
	return 1
}

// group returns the deeds of a cell.
func (m *matrix) group(row, column int) group { return m.groups.cells[row*m.groups.columns+column] }

// sumRow counts the deeds of a group of agents in all steps.
func (m *matrix) sumRow(row int, f *frame) (t tally, agents int) {
	for i := row * f.perRow; i < min((row+1)*f.perRow, len(m.Agents)); i++ {
		t.acted, t.failed, agents = t.acted+m.byAgent[i].acted, t.failed+m.byAgent[i].failed, agents+1
	}
	return t, agents
}

// sumColumn counts the deeds of all agents in some steps.
func (m *matrix) sumColumn(column int, f *frame) (t tally, of int) {
	for step := column * f.perColumn; step < min((column+1)*f.perColumn, m.Steps); step++ {
		s := m.byStep[step]
		t.acted, t.failed = t.acted+s.acted, t.failed+s.failed
		if step < m.Whole {
			of += len(m.Agents)
		} else {
			of += s.acted + s.failed
		}
	}
	return t, of
}
