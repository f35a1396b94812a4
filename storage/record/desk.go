package record

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/layout"
)

// desk is what the recorders of one lab share, of which each records one source: the lab's claim, and
// who they tell how it goes.
type desk struct {
	all   []*recorder
	names []model.SourceName // of the sources; nil where there is one
	claim *claim.Claim
	tell  model.RecordObserver
	idle  []layout.Origin // sources that the lab has from a former recording, and does not record now

	mu       sync.Mutex
	states   []claim.State
	told     []time.Time
	progress []model.RecordProgress
	refused  []error // what the first reading of each failed with
	answered bool    // one of them has answered
}

// newDesk makes a desk with a recorder for each source.
func newDesk(src model.Source, lab labFile, o model.RecordOptions, tell model.RecordObserver) *desk {
	d := &desk{tell: tell}
	if joined, ok := src.(model.Joined); ok {
		d.names = joined.Names()
	}
	each := []model.Source{src}
	if len(d.names) > 0 {
		each = each[:0]
		for _, name := range d.names {
			each = append(each, model.Part(src, name))
		}
	}
	d.states, d.told = make([]claim.State, len(each)), make([]time.Time, len(each))
	d.progress, d.refused = make([]model.RecordProgress, len(each)), make([]error, len(each))
	for i, one := range each {
		r := newRecorder(one, lab, o, d.observer(i))
		r.desk, r.lab.at = d, i
		d.all = append(d.all, r)
	}
	return d
}

// several reports whether there is more than one source.
func (d *desk) several() bool { return len(d.names) > 0 }

// observer passes on what one recorder tells, one at a time.
func (d *desk) observer(at int) model.RecordObserver {
	return model.RecordObserver{
		Say: func(what text.Text, problem bool) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.tell.Say != nil {
				d.tell.Say(what, problem)
			}
		},
		Progress: func(p model.RecordProgress) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.progress[at] = p
			if d.tell.Progress != nil {
				d.tell.Progress(sumOf(p, d.progress))
			}
		},
	}
}

// sumOf is the progress of all recorders, of which the newest knows the file best.
func sumOf(newest model.RecordProgress, all []model.RecordProgress) model.RecordProgress {
	sum := model.RecordProgress{Bytes: newest.Bytes, BytesPerDay: newest.BytesPerDay}
	for _, p := range all {
		sum.Experiments += p.Experiments
		sum.Changed += p.Changed
		sum.Frames += p.Frames
		sum.Pending += p.Pending
		sum.Agents += p.Agents
		sum.Unread += p.Unread
	}
	return sum
}

// signal lets the monitors of the lab know how the recording of one source goes.
func (d *desk) signal(at int, state claim.State) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.states[at], d.told[at] = state, time.Now()
	if d.claim != nil {
		_ = d.claim.Tell(d.state()) // what can't be said is no reason to stop
	}
}

// state is how the whole recording goes: well while one source is live.
func (d *desk) state() claim.State {
	if !d.several() {
		return d.states[0]
	}
	whole := claim.State{Good: d.states[0].Good}
	whole.Sources = append(whole.Sources, d.idle...)
	live, why := false, d.states[0].Liveness.Why
	for i, s := range d.states {
		l := s.Liveness
		if l.Live() && !d.told[i].IsZero() && time.Since(d.told[i]) > s.Good {
			l = model.Liveness{AsOf: s.Heard, Why: text.Clean(ofRecorder + noAnswer)}
		}
		if live = live || l.Live(); !l.Live() {
			whole.Sources = append(whole.Sources, layout.Origin{Name: d.names[i], AsOf: l})
		}
		if l.AsOf.After(whole.Liveness.AsOf) {
			whole.Liveness.AsOf = l.AsOf
		}
		if l.Why != why {
			why = text.Clean("recorder: no source is live")
		}
		if s.Heard.After(whole.Heard) {
			whole.Heard = s.Heard
		}
	}
	if whole.Liveness.Why = why; live {
		whole.Liveness = model.Liveness{}
	}
	return whole
}

// refuses takes note that a source has never answered, and reports whether that is true of all.
func (d *desk) refuses(at int, err error) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused[at] = err
	for _, err := range d.refused {
		if err == nil || d.answered {
			return false
		}
	}
	return true
}

// answers takes note that a source has answered.
func (d *desk) answers() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answered = true
}

// run runs all recorders until ctx is done, or one can't go on; with RecordOptions.Once, until all have
// ended.
func (d *desk) run(ctx context.Context) error {
	if !d.several() {
		return d.all[0].run(ctx)
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	errs := make([]error, len(d.all))
	var wg sync.WaitGroup
	for i, r := range d.all {
		wg.Go(func() {
			errs[i] = model.Guard(func() error { return r.run(ctx) })
			if err := errs[i]; err != nil && !errors.Is(err, model.ErrIncomplete) && (!r.options.Once || !r.ofSource(err)) {
				end(err)
			}
		})
	}
	wg.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return d.outcome(errs)
}

// outcome is what the recorders have failed with, those that have ended by themselves.
func (d *desk) outcome(errs []error) error {
	var failed []string
	incomplete := error(nil)
	for _, err := range errs {
		switch {
		case errors.Is(err, model.ErrIncomplete):
			incomplete = err
		case err != nil:
			failed = append(failed, err.Error())
		}
	}
	if len(failed) > 0 {
		return &model.Error{Op: "record", Address: d.all[0].lab.path, Err: model.ErrAbsent, Detail: strings.Join(failed, "; ")}
	}
	return incomplete
}

// origins is as of when each of several sources is known once nobody records.
func (d *desk) origins() (all []layout.Origin) {
	for i, name := range d.names {
		all = append(all, layout.Origin{Name: name, AsOf: d.all[i].asOf()})
	}
	return all
}
