package trace

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"
)

// ofDatasets takes the deeds of all datasets that tell of some, and returns their ids.
func (m *matrix) ofDatasets(ctx context.Context, f Facts) (from []string, err error) {
	if f.Rows == nil {
		return nil, nil
	}
	for i := range f.Datasets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		read, err := m.ofDataset(&f.Datasets[i], f.Rows)
		if err != nil {
			return nil, err
		}
		if read {
			from = append(from, f.Datasets[i].ID.Raw())
		}
	}
	return from, nil
}

// ofDataset takes the deeds that a dataset tells of, and reports whether it is one that does.
func (m *matrix) ofDataset(d *model.Dataset, rows func(string, model.RowQuery) (model.Rows, error)) (bool, error) {
	step := d.StepKey.Raw()
	if step == "" {
		return false, nil
	}
	var take func(rows *model.Rows, step int)
	switch {
	case d.Can(model.SocialEvent) && !d.EntityKey.Empty():
		take = func(r *model.Rows, step int) {
			m.ofEvents(r, step, columnOf(r, d.EntityKey.Raw()), columnOf(r, d.EventKind()))
		}
	case d.Kind == model.EnvSnapshot && slices.ContainsFunc(d.Columns, func(c model.Column) bool { return c.Name.Raw() == roundColumn }):
		take = m.ofRounds
	default:
		return false, nil
	}
	all, err := rows(d.ID.Raw(), model.RowQuery{})
	if errors.Is(err, model.ErrNoData) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if m.whole == 0 {
		m.whole = all.Whole
	}
	at := columnOf(&all, step)
	if at < 0 {
		return false, nil
	}
	take(&all, at)
	return true, nil
}

// columnOf returns the index of a column; −1: there is none.
func columnOf(r *model.Rows, name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(r.Columns, func(c text.Text) bool { return c.Raw() == name })
}

// whole returns a cell that is a whole number.
func whole(row []text.Value, column int) (int64, bool) {
	if column < 0 || column >= len(row) {
		return 0, false
	}
	return row[column].Integer()
}

// ofEvents takes rows that are an event each.
func (m *matrix) ofEvents(r *model.Rows, stepAt, agentAt, kindAt int) {
	for _, cells := range r.Cells {
		step, ok := whole(cells, stepAt)
		if !ok || step >= maxSteps {
			continue
		}
		kind := ""
		if kindAt >= 0 && kindAt < len(cells) {
			kind = cells[kindAt].Text().Raw()
		}
		m.event(kind, int(step))
		if agent, ok := whole(cells, agentAt); ok {
			m.acted(agent, int(step))
		}
	}
}

// roundColumn is the column in which environments with rounds say who did what in the last one. It
// stays the same while no round is played.
const roundColumn = "last_round"

// ofRounds takes rows that have the last round: an object of which some members are objects by the
// names of agents. Who is missing there did nothing, which is not the same as 0.
func (m *matrix) ofRounds(r *model.Rows, stepAt int) {
	column, before := columnOf(r, roundColumn), ""
	for _, cells := range r.Cells {
		step, ok := whole(cells, stepAt)
		if !ok || step >= maxSteps || column < 0 || column >= len(cells) {
			continue
		}
		round := cells[column]
		mark := round.Raw()
		if number, ok := round.Get("round"); ok {
			mark = number.Raw()
		}
		if round.Kind() != text.ObjectValue || mark == before {
			continue
		}
		before = mark
		for _, member := range round.Members() {
			if name := member.Key.Raw(); !outcome(name) {
				m.ofRound(name, member.Value, int(step))
			}
		}
	}
}

// outcome reports whether a member of a round is what came of it, not what agents did.
func outcome(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"payoff", "score", "reward", "balance", "total"}, func(word string) bool { return strings.Contains(name, word) })
}

// ofRound takes a member of a round, if its members are agents.
func (m *matrix) ofRound(kind string, v text.Value, step int) {
	for _, member := range v.Members() {
		agent, ok := m.names[member.Key.Raw()]
		if !ok {
			id, err := strconv.ParseInt(member.Key.Raw(), 10, 64)
			if ok = err == nil && m.agents[id] != nil; !ok {
				continue
			}
			agent = id
		}
		m.event(kind, step)
		m.acted(agent, step)
	}
}
