package run

import (
	"cmp"
	"context"
	"slices"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// TalkUntil is what all agents said up to a moment, oldest first: events that have words, and what the
// researcher asked and told the society, whose id is model.Everyone.
func (d *Data) TalkUntil(ctx context.Context, until model.SimTime, limit int) ([]model.Message, error) {
	r, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	all, err := r.talk(ctx, model.RowQuery{})
	if err != nil {
		return nil, err
	}
	asked, err := r.asked(ctx)
	if err != nil {
		return nil, err
	}
	// What was asked between two steps comes before what is said in the second.
	return newest(append(asked, all...), until, limit, func(m *model.Message) model.SimTime { return m.At }), nil
}

// Talk is what the agent said.
func (a *agent) Talk(ctx context.Context) (all []model.Message, err error) {
	r, err := a.data.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	if a.id == model.Everyone {
		all, err = r.asked(ctx)
	} else {
		all, err = r.talk(ctx, model.RowQuery{Entity: text.Clean(number(a.id))})
	}
	if err != nil {
		return nil, err
	}
	return newest(all, model.Latest, 0, func(m *model.Message) model.SimTime { return m.At }), nil
}

// talk is the events that have words, in no order over several tables.
func (r *reading) talk(ctx context.Context, q model.RowQuery) (all []model.Message, err error) {
	for _, t := range r.s.tables.events {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if t.words == "" || t.entity == "" {
			continue
		}
		rows, err := r.rows(t, q)
		if err != nil {
			return nil, explain(r.s.dir, err)
		}
		for i := range rows.Cells {
			if m, ok := r.message(t, &rows, i); ok && (q.Entity.Empty() || q.Entity.Raw() == number(m.ID)) {
				all = append(all, m)
			}
		}
	}
	return all, nil
}

// message is an event as a message; ok is false where nobody says a word in it.
func (r *reading) message(t *table, rows *cells, i int) (m model.Message, ok bool) {
	words := rows.get(i, t.words)
	id, known := rows.integer(i, t.entity)
	if !known || words.Kind() == text.NullValue || words.Plain() == "" {
		return m, false
	}
	m = model.Message{ID: id, At: r.when(t, rows, i), Kind: model.Talk, Speaker: text.Clean(number(id)), Content: text.CleanLines(words.Plain())}
	if t.speaker != "" { // a dialog of version 1
		m.Speaker = rows.get(i, t.speaker).Text()
		if kind, ok := rows.integer(i, t.kind); ok && kind >= 0 && kind <= int64(model.UserTalk) {
			m.Kind = model.MessageKind(kind)
		}
	}
	return m, m.At.Valid()
}

// when is the start of the step of an event; of one without a step, what it says itself, else that of the
// run.
func (r *reading) when(t *table, rows *cells, i int) model.SimTime {
	if step, ok := rows.integer(i, t.step); ok && step >= 0 {
		return r.clock.at(model.Int(step))
	}
	at, _ := plan.ParseNaive(rows.get(i, t.time).Plain())
	if m := r.clock.moment(at); m.Valid() {
		return m
	}
	return r.clock.at(0)
}

// newest is what happened up to a moment, oldest first; of more than a limit above 0 the newest. What
// happened at one moment keeps its order.
func newest[T any](all []T, until model.SimTime, limit int, at func(*T) model.SimTime) []T {
	if until != model.Latest {
		all = slices.DeleteFunc(all, func(one T) bool { return at(&one).Compare(until) > 0 })
	}
	slices.SortStableFunc(all, func(a, b T) int { return cmp.Compare(at(&a).Seconds(), at(&b).Seconds()) })
	if limit > 0 && len(all) > limit {
		all = slices.Clone(all[len(all)-limit:])
	}
	return all
}
