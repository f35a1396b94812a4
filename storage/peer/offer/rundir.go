package offer

import (
	"context"
	"net/url"

	"societop/model"
	"societop/model/text"
	"societop/storage/peer/wire"
)

// request is how a request about a run is answered.
type request = func(context.Context, model.RunData, url.Values) (any, error)

// listOf answers with a list that a run may have.
func listOf[R, T, W any](read func(R, context.Context) ([]T, error), encode func(T) W) request {
	return func(ctx context.Context, r model.RunData, _ url.Values) (any, error) {
		of, ok := r.(R)
		if !ok {
			return nil, model.ErrNotOffered
		}
		all, err := read(of, ctx)
		return list(all, err, encode)
	}
}

// oneOf answers with something that a run may have.
func oneOf[R, T, W any](read func(R, context.Context) (T, error), encode func(T) W) request {
	return func(ctx context.Context, r model.RunData, _ url.Values) (any, error) {
		of, ok := r.(R)
		if !ok {
			return nil, model.ErrNotOffered
		}
		one, err := read(of, ctx)
		return wire.Data[W]{Data: encode(one)}, err
	}
}

// manyRows is the answer of rows of a dataset.
type manyRows wire.Rows

func (r *manyRows) long() bool { return len(r.Cells) >= longList }

// rows is rows of a dataset: all that match, or those of the steps from "have" on, where the former
// ones are whole and come before them.
func rows(ctx context.Context, r model.RunData, q url.Values) (any, error) {
	of, ok := r.(model.DatasetReader)
	if !ok {
		return nil, model.ErrNotOffered
	}
	query, have, err := rowQuery(q)
	if err != nil {
		return nil, err
	}
	all, err := of.Datasets(ctx)
	if err != nil {
		return nil, err
	}
	name := q.Get("dataset")
	reading := rowReading{of, name, stepOf(all, name)}
	if have > query.From && (query.To == 0 || have <= query.To) && !reading.step.Empty() {
		got, ok, err := reading.since(ctx, query, have)
		if err != nil || ok {
			return (*manyRows)(got), err
		}
	}
	got, err := reading.read(ctx, query)
	return (*manyRows)(got), err
}

// stepOf is the column of the step of a dataset of which the rows are in the order of it; else empty.
func stepOf(all []model.Dataset, name string) text.Text {
	if d := model.FindDataset(all, name); d != nil && len(d.Order) > 0 && d.Order[0] == d.StepKey {
		return d.StepKey
	}
	return text.Text{}
}

// rowQuery is the query of a request, and the step below which its client has all rows; 0: it has
// none.
func rowQuery(q url.Values) (query model.RowQuery, have int, err error) {
	for name, n := range map[string]*int{"from": &query.From, "to": &query.To, "limit": &query.Limit, "have": &have} {
		if *n, err = number(q, name); err != nil {
			return query, 0, err
		}
	}
	query.Entity, query.Newest, query.Limit = text.Clean(q.Get("entity")), q.Has("newest"), bounded(query.Limit, wire.MaxList)
	return query, have, nil
}

// rowReading reads rows of a dataset.
type rowReading struct {
	model.DatasetReader
	dataset string
	step    text.Text // the column of the step, where rows are in the order of it; else empty
}

// since reads the rows of a step and later ones. ok is false where former steps are not whole.
func (o *rowReading) since(ctx context.Context, q model.RowQuery, step int) (got *wire.Rows, ok bool, err error) {
	skipped, err := o.count(ctx, q, step)
	if err != nil {
		return nil, false, err
	}
	q.From = step
	got, err = o.read(ctx, q)
	if err != nil || !got.Ordered || got.Whole < int64(step) {
		return nil, false, err
	}
	got.Since, got.Skipped = int64(step), skipped
	got.Total += skipped
	got.Before += skipped
	return got, true, nil
}

// count is how many rows of the steps below one match, whatever the limit.
func (o *rowReading) count(ctx context.Context, q model.RowQuery, step int) (int64, error) {
	if q.To == 0 || q.To > step {
		q.To = step
	}
	if q.To <= q.From {
		return 0, nil
	}
	q.Limit = 1
	got, err := o.Rows(ctx, o.dataset, q)
	return int64(got.Total), err
}

// read reads rows.
func (o *rowReading) read(ctx context.Context, q model.RowQuery) (*wire.Rows, error) {
	all, err := o.Rows(ctx, o.dataset, q)
	if err != nil {
		return nil, err
	}
	got := wire.NewRows(&all)
	old, ordered := o.old(&all)
	if !ordered {
		return got, nil
	}
	got.Ordered, got.Old, got.Before = true, int64(old), int64(old)
	if all.Total > len(all.Cells) {
		got.Before, err = o.count(ctx, q, all.Whole)
	}
	return got, err
}

// old is how many of the rows are of whole steps. ordered is false where the rows are not in the order
// of their steps.
func (o *rowReading) old(r *model.Rows) (n int, ordered bool) {
	column := -1
	for i, c := range r.Columns {
		if c == o.step && !c.Empty() {
			column = i
		}
	}
	if column < 0 {
		return 0, false
	}
	last := 0.0
	for _, row := range r.Cells {
		step, ok := row[column].Number()
		if !ok || step < last {
			return 0, false
		}
		if last = step; step < float64(r.Whole) {
			n++
		}
	}
	return n, true
}

func notes(ctx context.Context, r model.RunData, q url.Values) (any, error) {
	id, _, err := agent(q)
	if err != nil {
		return nil, err
	}
	of, ok := r.Agent(id).(model.NotesReader)
	if !ok {
		return nil, model.ErrNotOffered
	}
	all, err := of.Notes(ctx)
	return list(all, err, wire.NewNote)
}
