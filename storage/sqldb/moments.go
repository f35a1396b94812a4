package sqldb

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"societop/model"
	"societop/storage/sqldb/table"
)

// runs is what is known of the moments and steps of runs.
type runs struct {
	mu   sync.Mutex
	turn map[model.Key]chan struct{} // holds one while the moments or steps of a run are read
	all  map[model.Key]*moments
	past map[model.Key]*past
}

func newRuns() runs {
	return runs{turn: map[model.Key]chan struct{}{}, all: map[model.Key]*moments{}, past: map[model.Key]*past{}}
}

// maxRuns is of how many runs the moments are remembered.
const maxRuns = 64

// moments is the moments of a run's statuses, and where their rows are. It does not change.
type moments struct {
	database uint64    // whose rows they are
	last     int64     // the number of the newest row that was looked at
	all      []segment // of all runs of the experiment, in the order of their rows
	newest   []segment // of the newest of them, by moments
	ended    time.Time // when the run before it made its last step; zero: there was none
	state    runState  // of the experiment at the time, where rows have no numbers
}

// segment is neighbouring rows of one moment.
type segment struct {
	at          model.SimTime
	created     time.Time // of the first row
	agent       int64     // of the first row
	first, last int64     // row numbers
}

// after is the number of a row before those of the newest run.
func (m *moments) after() int64 {
	after := int64(math.MaxInt64)
	for _, s := range m.newest {
		after = min(after, s.first-1)
	}
	if len(m.newest) == 0 {
		return math.MinInt64
	}
	return after
}

// former reports whether something was created by a former run of the experiment.
func (m *moments) former(created time.Time) bool {
	return m != nil && !m.ended.IsZero() && !created.IsZero() && !created.After(m.ended)
}

// times are the moments of the newest run, each once.
func (m *moments) times() []model.SimTime {
	all := make([]model.SimTime, 0, len(m.newest))
	for _, s := range m.newest {
		all = append(all, s.at)
	}
	return slices.Compact(all)
}

// moments are those of the run as it is now. Of rows that were looked at before only the number is
// asked for.
func (r *runData) moments(ctx context.Context) (*moments, error) {
	state, err := r.state(ctx)
	if err != nil {
		return nil, r.s.explain(err)
	}
	k := &r.s.runs
	done, err := k.await(ctx, r.key)
	if err != nil {
		return nil, err
	}
	defer done()
	k.mu.Lock()
	m := k.all[r.key]
	k.mu.Unlock()
	if m.still(state) && !r.s.traits.Numbered {
		return m, nil
	}
	m, err = r.readMoments(ctx, m, state)
	if err != nil {
		return nil, r.explain(err, "agent_status")
	}
	k.keep(r.key, m)
	return m, nil
}

// await waits until nobody else reads a run, and keeps others waiting until done is called.
func (k *runs) await(ctx context.Context, key model.Key) (done func(), err error) {
	k.mu.Lock()
	turn := k.turn[key]
	if turn == nil {
		turn = make(chan struct{}, 1)
		k.turn[key] = turn
	}
	k.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// keep remembers the moments of a run, and forgets those of others where they are too many.
func (k *runs) keep(key model.Key, m *moments) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all[key] = m
	crowd(k.all, key)
}

// crowd forgets others than one where they are too many.
func crowd[T any](all map[model.Key]T, key model.Key) {
	for other := range all {
		if len(all) <= maxRuns {
			return
		}
		if other != key {
			delete(all, other)
		}
	}
}

// readMoments reads on from what is known, which may be nil.
func (r *runData) readMoments(ctx context.Context, known *moments, state runState) (*moments, error) {
	t := tableOf("agent_status")
	s, err := r.begin(ctx, t)
	if err != nil {
		return nil, err
	}
	s.Columns = []string{s.Columns[0], s.Columns[1], s.Columns[2], s.Columns[8]}
	if !r.s.traits.Numbered {
		return r.groupMoments(ctx, s, state)
	}
	v, err := r.s.db.Version(ctx)
	if err != nil {
		return nil, err
	}
	last, err := r.s.db.Last(ctx, s.Table)
	if err != nil {
		return nil, err
	}
	next := &moments{database: v.Database, last: last}
	if known != nil && known.database == v.Database && last >= known.last {
		if last == known.last {
			return known, nil
		}
		next.all, s.After = slices.Clone(known.all), known.last
	}
	s.Last = last
	err = r.s.db.Scan(ctx, s, func(rows []table.Row) error {
		next.add(rows)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	next.choose()
	return next, nil
}

// add takes rows of an agent, a day, a time and when they were created, in order.
func (m *moments) add(rows []table.Row) {
	var wall string
	var created time.Time
	for _, row := range rows {
		if row.Long {
			continue
		}
		id, ok := table.ParseInteger(row.Cells[0].Text)
		at, known := momentOf(row.Cells[1].Text, row.Cells[2].Text)
		if !ok || !known {
			continue
		}
		if c := row.Cells[3].Text; c != wall {
			wall = c
			created, _ = table.ParseTime(c)
		}
		if n := len(m.all) - 1; n >= 0 && m.all[n].at == at && m.all[n].agent != id && row.Number > 0 {
			m.all[n].last = row.Number
			continue
		}
		m.all = append(m.all, segment{at, created, id, row.Number, row.Number})
	}
}

// momentOf is a moment; ok is false where it is none.
func momentOf(day, t string) (at model.SimTime, ok bool) {
	cells := []table.Cell{{Text: "0", OK: true}, {Text: day, OK: true}, {Text: t, OK: true}, {}, {}, {}, {}, {}, {}}
	var check table.Checker
	if broken, _ := check.Row(tableOf("agent_status"), cells); broken != "" {
		return at, false
	}
	return tableOf("agent_status").Moment(cells), true
}

// choose finds the newest run: the segments by when they were created, as model.NewestSteps judges.
func (m *moments) choose() {
	steps := make([]model.StepTime, 0, len(m.all))
	for _, s := range m.all {
		if s.created.IsZero() {
			steps = nil
			break
		}
		steps = append(steps, model.StepTime{At: s.at, Wall: s.created})
	}
	m.newest = slices.Clone(m.all)
	if newest := model.NewestSteps(steps); len(newest) > 0 {
		begun := newest[0].Wall
		m.newest = slices.DeleteFunc(m.newest, func(s segment) bool {
			if !s.created.Before(begun) {
				return false
			}
			if s.created.After(m.ended) {
				m.ended = s.created
			}
			return true
		})
	}
	slices.SortStableFunc(m.newest, func(a, b segment) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.first, b.first)) })
}

// Timeline is the moments of the newest run.
func (r *runData) Timeline(ctx context.Context) ([]model.SimTime, error) {
	m, err := r.moments(ctx)
	if err != nil {
		return nil, err
	}
	return m.times(), nil
}

// Frame is what all agents do at a moment.
func (r *runData) Frame(ctx context.Context, at model.SimTime) (model.Frame, error) {
	m, err := r.moments(ctx)
	if err != nil {
		return model.Frame{At: at}, err
	}
	if n := len(m.newest); at == model.Latest && n > 0 {
		at = m.newest[n-1].at
	}
	f := model.Frame{At: at}
	var rows []model.AgentStatus
	for _, narrow := range m.rowsAt(at) {
		some, err := scan(ctx, r, tableOf("agent_status"), narrow, (*table.Values).Status)
		if err != nil {
			return f, r.explain(err, "agent_status")
		}
		rows = append(rows, some...)
	}
	rows = slices.DeleteFunc(rows, func(s model.AgentStatus) bool { return s.At != at || m.former(s.Created) })
	slices.SortStableFunc(rows, func(a, b model.AgentStatus) int { return cmp.Or(cmp.Compare(a.ID, b.ID), b.Created.Compare(a.Created)) })
	f.Agents = slices.CompactFunc(rows, func(a, b model.AgentStatus) bool { return a.ID == b.ID })
	return f, nil
}

// rowsAt is where the rows of a moment are.
func (m *moments) rowsAt(at model.SimTime) (all []func(*table.Scan)) {
	i, _ := slices.BinarySearchFunc(m.newest, at, func(s segment, at model.SimTime) int { return s.at.Compare(at) })
	for ; i < len(m.newest) && m.newest[i].at == at; i++ {
		s := m.newest[i]
		if s.first == 0 {
			return []func(*table.Scan){atMoment(at)}
		}
		all = append(all, func(scan *table.Scan) { scan.After, scan.Last = s.first-1, s.last })
	}
	return all
}
