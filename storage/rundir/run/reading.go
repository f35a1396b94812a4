package run

import (
	"context"
	"time"

	"societop/model"
)

// reading is one reading of a run: nobody else reads until it ends.
type reading struct {
	s     *state
	pool  *Pool
	facts Facts
	clock clock
	whole int // steps below this one are whole
}

// ready fails where there is nothing to read: the run is not there, or was not started.
func (d *Data) ready(ctx context.Context) (f Facts, err error) {
	if err := ctx.Err(); err != nil {
		return f, err
	}
	f = d.facts()
	switch {
	case f.Err != nil:
		err = f.Err
	case f.Status == model.NotStarted:
		err = &model.Error{Op: "read", Address: d.dir, Err: model.ErrNotStarted}
	default:
		err = present(d.dir)
	}
	return f, err
}

// begin begins a reading of the rows, with what was written until now. It must end.
func (d *Data) begin(ctx context.Context) (*reading, error) {
	f, err := d.ready(ctx)
	if err != nil {
		return nil, err
	}
	r, err := d.enter(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := r.s.refresh(ctx, &f, d.pool.now()); err != nil {
		r.end()
		return nil, err
	}
	var starts []time.Time
	if f.Plan == nil {
		starts = r.startsByRows()
	}
	r.clock = newClock(&f, starts)
	r.whole = r.wholeSteps()
	return r, nil
}

// enter begins a reading of what needs no rows, or of what was read of them. It must end.
func (d *Data) enter(ctx context.Context, f Facts) (*reading, error) {
	r := &reading{s: d.pool.take(d.dir), pool: d.pool, facts: f}
	if err := r.s.enter(ctx); err != nil {
		d.pool.giveBack(r.s, 0)
		return nil, err
	}
	return r, nil
}

// end ends the reading.
func (r *reading) end() {
	rows := 0
	if r.s.tables != nil {
		for i := range r.s.tables.all {
			rows += max(r.s.tables.all[i].Rows, 0)
		}
	}
	r.s.leave()
	r.pool.giveBack(r.s, rows)
}

// wholeSteps is how many steps have all their rows, as the replay judges: by what the run counted before
// the rows were read.
func (r *reading) wholeSteps() int {
	if len(r.s.tables.all) == 0 {
		return 0
	}
	rows, err := r.s.replay.Rows(r.s.tables.all[0].ID.Raw(), model.RowQuery{To: 1, Limit: 1})
	if err != nil {
		return 0
	}
	return min(rows.Whole, r.s.replay.Steps())
}
