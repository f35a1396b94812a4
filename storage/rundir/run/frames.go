package run

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
)

// Timeline is the start of each whole step.
func (d *Data) Timeline(ctx context.Context) ([]model.SimTime, error) {
	r, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	var all []model.SimTime
	for step := range r.whole {
		at := r.clock.at(step)
		if !at.Valid() {
			break
		}
		all = append(all, at)
	}
	return all, nil
}

// Frame is the rows of all agents' snapshots of one step. The status of an agent is an object with a
// member a table, save that of version 1, which is as it is there. Its action is the kind of its
// newest event in the step.
func (d *Data) Frame(ctx context.Context, at model.SimTime) (model.Frame, error) {
	r, err := d.begin(ctx)
	if err != nil {
		return model.Frame{At: at}, err
	}
	defer r.end()
	step, ok := r.whole-1, r.whole > 0
	if at != model.Latest {
		step, ok = r.clock.step(at, r.whole)
	}
	if !ok {
		return model.Frame{At: at}, nil
	}
	joined := joiner{r: r, all: map[place]*joint{}}
	if err := joined.read(ctx, model.RowQuery{From: step, To: step + 1}); err != nil {
		return model.Frame{At: at}, err
	}
	return model.Frame{At: r.clock.at(step), Agents: joined.statuses()}, nil
}

// History is the agent's rows at each whole step.
func (a *agent) History(ctx context.Context) ([]model.AgentStatus, error) {
	r, err := a.data.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	if r.whole == 0 {
		return nil, nil
	}
	joined := joiner{r: r, all: map[place]*joint{}}
	if err := joined.read(ctx, model.RowQuery{To: r.whole, Entity: text.Clean(number(a.id))}); err != nil {
		return nil, err
	}
	return joined.statuses(), nil
}

// place is where a row belongs: an agent at a step.
type place struct {
	step  int
	agent int64
}

// joint is what the tables have of an agent at a step.
type joint struct {
	lng, lat float64
	parent   int64
	action   text.Text
	own      text.Value // the status of version 1
	members  strings.Builder
}

// joiner joins rows of several tables.
type joiner struct {
	r   *reading
	all map[place]*joint
}

// read reads rows of all tables of snapshots, and of events those of agents that have a snapshot.
func (j *joiner) read(ctx context.Context, q model.RowQuery) error {
	for _, t := range j.r.s.tables.snapshots {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows, err := j.r.rows(t, q)
		if err != nil {
			return explain(j.r.s.dir, err)
		}
		for i := range rows.Cells {
			if one := j.joint(t, &rows, i, true); one != nil {
				one.add(t, &rows, i)
			}
		}
	}
	for _, t := range j.r.s.tables.events {
		if t.kind == "" || t.speaker != "" || t.entity == "" || t.step == "" {
			continue
		}
		rows, err := j.r.rows(t, q)
		if err != nil {
			return explain(j.r.s.dir, err)
		}
		for i := range rows.Cells {
			if one := j.joint(t, &rows, i, false); one != nil && one.own.Kind() == text.NullValue {
				one.action = rows.get(i, t.kind).Text()
			}
		}
	}
	return nil
}

// joint is that of a row; nil where the row belongs to no agent or step, or there is none and none is
// to be made.
func (j *joiner) joint(t *table, rows *cells, i int, make bool) *joint {
	id, ok := rows.integer(i, t.entity)
	step, known := rows.integer(i, t.step)
	if !ok || !known || step < 0 || step >= int64(j.r.whole) {
		return nil
	}
	at := place{int(step), id}
	one := j.all[at]
	if one == nil && make {
		one = &joint{lng: math.NaN(), lat: math.NaN()}
		j.all[at] = one
	}
	return one
}

// add takes a row of a snapshot.
func (one *joint) add(t *table, rows *cells, i int) {
	lng, ok := rows.get(i, t.lng).Number()
	lat, also := rows.get(i, t.lat).Number()
	if ok && also {
		one.lng, one.lat = lng, lat
	}
	if n, ok := rows.integer(i, t.place); ok {
		one.parent = n
	}
	if t.status != "" {
		one.action, one.own = rows.get(i, t.action).Text(), rows.get(i, t.status)
		return
	}
	var b strings.Builder
	for at, name := range rows.Columns {
		if raw := name.Raw(); at < len(rows.Cells[i]) && !t.key(raw) && raw != t.lng && raw != t.lat {
			member(&b, raw, rows.Cells[i][at].Raw())
		}
	}
	if b.Len() > 0 {
		member(&one.members, t.short, "{"+b.String()+"}")
	}
}

// member adds a member to an object that is being written, without its brackets.
func member(b *strings.Builder, name, value string) {
	if b.Len() > 0 {
		b.WriteByte(',')
	}
	quoted, _ := json.Marshal(name) // a string always has a form
	b.Write(quoted)
	b.WriteByte(':')
	b.WriteString(value)
}

// status is what an agent does: with what several tables have of it, in addition to the status of version 1, as
// members of that.
func (one *joint) status() text.Value {
	if one.members.Len() == 0 {
		return one.own
	}
	inner := one.members.String()
	if one.own.Kind() == text.ObjectValue {
		if own := strings.TrimSpace(one.own.Raw()); len(own) > 2 {
			inner = strings.TrimRight(own[1:len(own)-1], " \t\r\n") + "," + inner
		}
	}
	return text.ParseValue("{" + inner + "}")
}

// statuses is all that was joined, by step and agent.
func (j *joiner) statuses() []model.AgentStatus {
	order := slices.SortedFunc(maps.Keys(j.all), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.agent, b.agent))
	})
	all := make([]model.AgentStatus, 0, len(order))
	for _, p := range order {
		at := j.r.clock.at(p.step)
		if !at.Valid() {
			break
		}
		one := j.all[p]
		all = append(all, model.AgentStatus{
			ID: p.agent, At: at, Lng: one.lng, Lat: one.lat, Parent: one.parent, Action: one.action, Status: one.status(),
		})
	}
	return all
}

// Prompt is what all agents are told of the world at a moment: the text of the environment that holds
// it. It fails with model.ErrNotOffered for a run whose environment has none.
func (d *Data) Prompt(ctx context.Context, at model.SimTime) (model.Prompt, error) {
	r, err := d.begin(ctx)
	if err != nil {
		return model.Prompt{}, err
	}
	defer r.end()
	t := r.s.tables.prompt
	if t == nil {
		if len(r.s.tables.all) == 0 {
			return model.Prompt{}, nil // the run is about to say what it has
		}
		return model.Prompt{}, &model.Error{Op: "read", Address: d.dir, Err: model.ErrNotOffered, Detail: "no environment of this run tells its agents anything"}
	}
	step, ok := r.whole-1, r.whole > 0
	if at != model.Latest {
		step, ok = r.clock.step(at, r.whole)
	}
	if !ok {
		return model.Prompt{}, nil
	}
	rows, err := r.rows(t, model.RowQuery{From: step, To: step + 1})
	if err != nil || len(rows.Cells) == 0 {
		return model.Prompt{}, explain(d.dir, err)
	}
	words := rows.get(len(rows.Cells)-1, t.told)
	if words.Kind() == text.NullValue {
		return model.Prompt{}, nil
	}
	return model.Prompt{At: r.clock.at(step), Text: text.CleanLines(words.Plain()), Created: r.facts.Started}, nil
}
