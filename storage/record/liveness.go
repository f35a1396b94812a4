package record

import (
	"context"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/claim"
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
	if r.lab.claim != nil {
		_ = r.lab.claim.Tell(r.state()) // what can't be said is no reason to stop
	}
}

// listen lets the monitors of the lab know, while the recorder waits for an answer, that the source
// owes it for too long.
func (r *recorder) listen() {
	from, ok := r.src.(model.Listener)
	if !ok {
		return
	}
	why := text.Clean(ofRecorder + noAnswer)
	r.lab.claim.Doubt(func() text.Text {
		if from.Silent(max(r.options.Interval-claim.Beat, time.Millisecond)) {
			return why
		}
		return text.Text{}
	})
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
func (r *recorder) end(ctx context.Context) error {
	if !r.heard.IsZero() {
		ctx, done := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
		defer done()
		_ = r.lab.store.Settle(ctx, r.asOf())
	}
	return r.lab.claim.Release()
}
