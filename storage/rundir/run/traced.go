package run

import (
	"context"
	"errors"
	"slices"
	"time"

	"societop/model"
	"societop/storage/rundir/trace"
)

// traceBytes is how much of a trace is read for one reading, at most: what is left is read by later
// ones.
const traceBytes = 16 << 20

// Steps is when each step was done, by the run's trace, as far as that was read.
func (d *Data) Steps(ctx context.Context) ([]model.StepTime, error) {
	r, err := d.beginTrace(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	if _, err := r.s.trace.Refresh(ctx, trace.Bound{Bytes: traceBytes}); err != nil {
		return nil, explain(d.dir, err)
	}
	var all []model.StepTime
	for _, span := range r.s.trace.Steps(r.forTrace(nil)) {
		if at := r.clock.at(span.Step); !span.End.IsZero() && at.Valid() {
			all = append(all, model.StepTime{At: at, Wall: span.End})
		}
	}
	return all, nil
}

// Activity is who acted in which step.
func (d *Data) Activity(ctx context.Context) (activity model.Activity, err error) {
	err = d.traced(ctx, func(t *trace.Trace, f trace.Facts) error {
		activity, err = t.Activity(ctx, f)
		return err
	})
	return activity, err
}

// Health is how well the run works.
func (d *Data) Health(ctx context.Context) (health model.Health, err error) {
	err = d.traced(ctx, func(t *trace.Trace, f trace.Facts) error {
		health, err = t.Health(ctx, f)
		return err
	})
	return health, err
}

// traced reads on in the trace, and then what it tells.
func (d *Data) traced(ctx context.Context, tell func(*trace.Trace, trace.Facts) error) error {
	r, err := d.begin(ctx)
	if err != nil {
		return err
	}
	defer r.end()
	profiles, err := r.profiles()
	if err != nil {
		return err
	}
	if _, err := r.s.trace.Refresh(ctx, trace.Bound{Bytes: traceBytes}); err != nil {
		return explain(d.dir, err)
	}
	err = tell(r.s.trace, r.forTrace(profiles))
	if errors.Is(err, model.ErrNotOffered) {
		return err
	}
	return explain(d.dir, err)
}

// beginTrace begins a reading of the trace. The rows are not read where the plan has the clock of the
// run: a list asks many runs for their steps.
func (d *Data) beginTrace(ctx context.Context) (*reading, error) {
	f, err := d.ready(ctx)
	if err != nil {
		return nil, err
	}
	if f.Plan == nil {
		return d.begin(ctx)
	}
	r, err := d.enter(ctx, f)
	if err == nil {
		r.clock = newClock(&f, nil)
	}
	return r, err
}

// forTrace is what the trace has to know of the run.
func (r *reading) forTrace(profiles []model.Profile) trace.Facts {
	clock := r.clock
	steps := r.s.replay.Steps()
	if r.facts.Done >= 0 {
		steps = max(steps, model.Int(r.facts.Done)+1)
	}
	out := trace.Facts{
		Profiles: profiles,
		Steps:    model.Int(r.facts.Done),
		Start:    r.facts.Started,
		StepAt:   func(at time.Time) (int, bool) { return clock.stepAt(at, steps) },
		Rows:     r.s.replay.Rows,
	}
	if r.s.tables != nil {
		out.Datasets = slices.Clone(r.s.tables.all)
	}
	return out
}
