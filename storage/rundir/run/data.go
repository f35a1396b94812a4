package run

import (
	"context"
	"slices"

	"societop/model"
)

// Data is what a run directory has of its run.
type Data struct {
	pool  *Pool
	dir   string
	facts func() Facts
}

var (
	_ model.RunData         = (*Data)(nil)
	_ model.AllAgentsReader = (*Data)(nil)
	_ model.Surveyor        = (*Data)(nil)
	_ model.DatasetReader   = (*Data)(nil)
	_ model.ActivityReader  = (*Data)(nil)
	_ model.HealthReader    = (*Data)(nil)
	_ model.LogsReader      = (*Data)(nil)
	_ model.NotesReader     = (*agent)(nil)
)

// Agent is one agent's own data. It reads nothing.
func (d *Data) Agent(id int64) model.Agent { return &agent{d, id} }

// agent is one agent's own data.
type agent struct {
	data *Data
	id   int64
}

// Datasets is the run's catalog. It fails with model.ErrNotOffered for a run that has none.
func (d *Data) Datasets(ctx context.Context) ([]model.Dataset, error) {
	r, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	if len(r.s.tables.all) == 0 {
		return nil, &model.Error{Op: "read", Address: d.dir, Err: model.ErrNotOffered, Detail: "the run writes no replay"}
	}
	return slices.Clone(r.s.tables.all), nil
}

// Rows reads rows of a dataset.
func (d *Data) Rows(ctx context.Context, dataset string, q model.RowQuery) (model.Rows, error) {
	r, err := d.begin(ctx)
	if err != nil {
		return model.Rows{}, err
	}
	defer r.end()
	if len(r.s.tables.all) == 0 {
		return model.Rows{}, &model.Error{Op: "read", Address: d.dir, Err: model.ErrNotOffered, Detail: "the run writes no replay"}
	}
	rows, err := r.s.replay.Rows(dataset, q)
	return rows, explain(d.dir, err)
}
