package sqldb

import (
	"context"
	"math"
	"slices"

	"societop/model"
	"societop/storage/sqldb/table"
)

// firstAgent is the id that AgentSociety gives to the first citizen.
const firstAgent = 1

// past is when one agent made its steps, in all runs of an experiment. It does not change.
type past struct {
	agent    int64
	database uint64 // whose rows they are
	last     int64  // the number of the newest row that was looked at
	state    runState
	steps    []model.StepTime
}

// Steps is when the steps were done: by the statuses of one agent, as AgentSociety's API tells them.
// Of rows that were looked at before only the number is asked for.
func (r *runData) Steps(ctx context.Context) ([]model.StepTime, error) {
	state, err := r.state(ctx)
	if err != nil {
		return nil, r.s.explain(err)
	}
	steps, err := r.stepsOf(ctx, 0, state)
	if err != nil || len(steps) > 0 {
		return steps, r.explain(err, "agent_status")
	}
	f, err := r.Frame(ctx, model.Latest) // the first agent has none
	if err != nil || len(f.Agents) == 0 {
		return nil, err
	}
	i := max(slices.IndexFunc(f.Agents, func(a model.AgentStatus) bool { return !math.IsNaN(a.Lng) }), 0)
	steps, err = r.stepsOf(ctx, f.Agents[i].ID, state)
	return steps, r.explain(err, "agent_status")
}

// stepsOf is the steps of the newest run by the statuses of an agent; 0 is the one that is known to
// have some, else the first one.
func (r *runData) stepsOf(ctx context.Context, agent int64, state runState) ([]model.StepTime, error) {
	k := &r.s.runs
	done, err := k.await(ctx, r.key)
	if err != nil {
		return nil, err
	}
	defer done()
	k.mu.Lock()
	known := k.past[r.key]
	k.mu.Unlock()
	switch {
	case known == nil && agent == 0:
		agent = firstAgent
	case agent == 0:
		agent = known.agent
	}
	if known == nil || known.agent != agent {
		known = &past{agent: agent}
	}
	p, err := r.readPast(ctx, known, state)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.past[r.key] = p
	crowd(k.past, r.key)
	return model.NewestSteps(slices.Clone(p.steps)), nil
}

// readPast reads on from what is known.
func (r *runData) readPast(ctx context.Context, known *past, state runState) (*past, error) {
	s, err := r.begin(ctx, tableOf("agent_status"))
	if err != nil {
		return nil, err
	}
	s.Columns = []string{s.Columns[1], s.Columns[2], s.Columns[8]}
	where(`"id" = ?`, known.agent)(&s)
	next := &past{agent: known.agent, state: state}
	if r.s.traits.Numbered {
		v, err := r.s.db.Version(ctx)
		if err != nil {
			return nil, err
		}
		if next.last, err = r.s.db.Last(ctx, s.Table); err != nil {
			return nil, err
		}
		next.database = v.Database
		if known.last > 0 && known.database == v.Database && next.last >= known.last {
			next.steps, s.After = slices.Clone(known.steps), known.last
		}
		s.Last = next.last
	} else if known.still(state) {
		return known, nil
	}
	err = r.s.db.Scan(ctx, s, func(rows []table.Row) error {
		next.add(rows)
		return ctx.Err()
	})
	return next, err
}

// still reports whether no step can have come since.
func (p *past) still(state runState) bool {
	n := len(p.steps)
	return p.state == state && n > 0 && (state.ended || p.steps[n-1].At == state.now)
}

// add takes rows of a day, a time and when they were created.
func (p *past) add(rows []table.Row) {
	for _, row := range rows {
		if row.Long {
			continue
		}
		at, known := momentOf(row.Cells[0].Text, row.Cells[1].Text)
		wall, ok := table.ParseTime(row.Cells[2].Text)
		if known && ok && !wall.IsZero() {
			p.steps = append(p.steps, model.StepTime{At: at, Wall: wall})
		}
	}
}
