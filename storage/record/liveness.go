package record

import (
	"context"
	"slices"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/layout"
)

// patience is how much longer than two intervals a recorder may take before the monitors of the
// lab take it for stuck: an answer may be long in coming, and a batch may wait.
const patience = 90 * time.Second

// hear takes note of an answer of the source.
func (r *recorder) hear(l model.Liveness) {
	r.source = l
	if at := r.options.Now(); l.Live() {
		r.heard = at
	} else if l.AsOf.After(r.heard) {
		r.heard = l.AsOf
	}
	r.signal()
}

// signal lets the monitors of the lab know how the recording goes.
func (r *recorder) signal() {
	r.desk.signal(r.lab.at, r.state())
}

// listen lets the monitors of the lab know, while the recorders wait for an answer, that no source
// has given one for too long.
func (d *desk) listen() {
	why := text.Clean(ofRecorder + noAnswer)
	d.claim.Doubt(func() text.Text {
		for _, r := range d.all {
			from, ok := r.src.(model.Listener)
			if !ok || !from.Silent(max(r.options.Interval-claim.Beat, time.Millisecond)) {
				return text.Text{}
			}
		}
		return why
	})
}

// resume takes over up to when the lab knows its sources from a former recording.
func (d *desk) resume(ctx context.Context, store *bolt.Store) {
	before, err := store.Liveness(ctx)
	if err != nil {
		before = model.Liveness{}
	}
	known := map[model.SourceName]model.Liveness{}
	if ch, err := store.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1}); err == nil && d.several() {
		for _, s := range ch.Sources {
			if known[s.Name] = s.Liveness; !slices.Contains(d.names, s.Name) {
				d.idle = append(d.idle, layout.Origin{Name: s.Name, AsOf: s.Liveness})
			}
		}
	}
	for i, r := range d.all {
		if r.heard = before.AsOf; d.several() {
			r.heard = known[d.names[i]].AsOf
		}
		d.states[i] = r.state()
	}
}

// state is how the recording goes.
func (r *recorder) state() claim.State {
	s := claim.State{Heard: r.heard, Good: 2*r.options.Interval + patience}
	switch {
	case r.outage.err != nil:
		s.Liveness = model.Liveness{AsOf: r.heard, Why: text.Clean(ofRecorder + model.Reason(r.outage.err).Raw())}
	case !r.listed:
		s.Liveness = model.Liveness{AsOf: r.heard, Why: text.Clean("recorder is starting")}
	default:
		s.Liveness = passed(r.source)
	}
	return s
}

// What stands before a reason that is not the lab's own: its recorder's, or that of the
// recorder's source.
const (
	ofRecorder = "recorder: "
	ofSource   = "source: "
	noAnswer   = "no answer in time" // as the source itself calls it
)

// passed is the liveness of a lab whose source has this one, through however many labs.
func passed(l model.Liveness) model.Liveness {
	if why := l.Why.Raw(); !l.Live() && !strings.HasPrefix(why, ofRecorder) && !strings.HasPrefix(why, ofSource) {
		l.Why = text.Clean(ofSource + why)
	}
	return l
}

// asOf is what the lab says of itself once nobody records any more.
func (r *recorder) asOf() model.Liveness {
	return model.Liveness{AsOf: r.heard, Why: text.Clean(model.NoRecorder)}
}

// settleTime is how long the end of a recording may wait for the lab.
const settleTime = 2 * time.Second

// end ends the claim. That the lab can't be told up to when it knows its source is no failure:
// it knows its last batch.
func (d *desk) end(ctx context.Context) error {
	last := d.all[0]
	for _, r := range d.all {
		if r.heard.After(last.heard) {
			last = r
		}
	}
	if !last.heard.IsZero() {
		ctx, done := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
		defer done()
		_ = last.lab.store.Settle(ctx, last.asOf(), d.origins()...)
	}
	return d.claim.Release()
}
