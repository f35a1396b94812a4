package load

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// MinRest is the least time from one read of a need to the next that nobody asked for, and
// restShare how many times as long as the read took that time is.
const (
	MinRest   = 5 * time.Second
	restShare = 10
)

// reading is how far the reading of one need of the shown experiment is.
type reading struct {
	target   target    // what is wanted of a need that is scoped
	wanted   bool      // to be read as soon as may be: for the first time, because of a change, or by hand
	done     bool      // it has been read
	number   int       // of the read that is under way; 0: none is
	began    time.Time // when it, or the last one, was begun
	cancel   context.CancelFunc
	failures int // in a row
	trouble  text.Text
	final    bool      // trying again by itself is of no use
	absent   bool      // the source says that the run has nothing of it
	never    bool      // and that it can't ever have it
	presumed bool      // it can be derived, as far as is known without reading anything
	next     time.Time // not read by itself before
}

// NeedMsg is the answer to the read of one need, for OnNeed. It counts only if its number is still
// that of the read under way.
type NeedMsg struct {
	need   pane.Need
	number int
	target target           // what was read of a need that is scoped
	show   func(*pane.View) // writes what was read into a view
	err    error
}

// reading returns how far a need of the shown experiment is.
func (d *Detail) reading(n pane.Need) *reading {
	r := d.readings[n]
	if r == nil {
		r = &reading{wanted: true, cancel: func() {}}
		if p := needs[n].scoped; p != nil {
			r.target = p.target(d)
		}
		d.readings[n] = r
	}
	return r
}

// Read begins to read the needs for which it is time. Nothing is read while the source itself is
// away, or of an experiment that is gone.
func (d *Detail) Read(wanted []pane.Need) tea.Cmd {
	if !d.shown || d.gone || d.feed.failure != nil {
		return nil
	}
	var cmds []tea.Cmd
	for _, n := range append(d.unsettled(wanted), wanted...) {
		r := d.reading(n)
		if d.due(n, r) {
			cmds = append(cmds, d.begin(n, r, r.target))
		} else if early, ok := d.early(n, r); ok {
			cmds = append(cmds, d.begin(n, r, early))
		}
	}
	return tea.Batch(cmds...)
}

// due reports whether it is time to read a need.
func (d *Detail) due(n pane.Need, r *reading) bool {
	switch {
	case r.number != 0 || (needs[n].scoped != nil && !r.target.known):
		return false
	case r.wanted:
		return true
	case d.feed.Now().Before(r.next):
		return false
	case r.failures > 0:
		return !r.final
	}
	v := &d.View
	if !needs[n].grows || v.Experiment.Status != model.Running || d.feed.still() {
		return false
	}
	return needs[n].lags == nil || needs[n].lags(v)
}

// early returns a target of a need that will be wanted: it is read while nothing else is.
func (d *Detail) early(n pane.Need, r *reading) (_ target, ok bool) {
	p := needs[n].scoped
	if p == nil || p.early == nil || r.number != 0 || r.wanted || r.failures > 0 {
		return target{}, false
	}
	return p.early(d)
}

// rest returns the time from the last read of a need to the next that nobody asked for. What is
// known to lack something rests less long.
func (d *Detail) rest(n pane.Need, r *reading) time.Duration {
	rest := max(d.feed.Interval, restShare*d.feed.Now().Sub(r.began))
	if needs[n].lags == nil {
		rest = max(rest, MinRest)
	}
	return rest
}

// begin reads one need of the shown experiment. The reading's cancel ends it before its time.
func (d *Detail) begin(n pane.Need, r *reading, of target) tea.Cmd {
	d.reads++
	msg := NeedMsg{need: n, number: d.reads, target: of}
	ctx, cancel := context.WithTimeout(d.feed.ctx, readTime)
	r.wanted, r.number, r.began, r.cancel = r.wanted && of != r.target, msg.number, d.feed.Now(), cancel
	src, key := d.feed.Source, d.key
	return func() tea.Msg {
		defer cancel()
		if p := needs[n].scoped; p != nil {
			msg.show, msg.err = p.read(ctx, src.RunData(key), of)
		} else {
			msg.show, msg.err = needs[n].read(ctx, src, key)
		}
		return msg
	}
}

// OnNeed takes what was read, unless another experiment is shown by now. It reports whether
// anything has changed. What was read of another target than the present one may still be kept.
func (d *Detail) OnNeed(msg NeedMsg) bool {
	r := d.readings[msg.need]
	if r == nil || r.number != msg.number {
		return false
	}
	r.number = 0
	rest := d.rest(msg.need, r)
	switch {
	case msg.err != nil && (msg.target == r.target || needs[msg.need].keep != nil):
		d.fail(msg, r, rest)
	case msg.err == nil:
		d.keep(msg, r)
		if msg.target == r.target {
			*r = reading{target: r.target, wanted: r.wanted, done: true, cancel: r.cancel, began: r.began, next: r.began.Add(rest)}
		}
	}
	return true
}

// keep puts what was read into the view or to what is kept.
func (d *Detail) keep(msg NeedMsg, r *reading) {
	switch keep := needs[msg.need].keep; {
	case keep != nil:
		var v pane.View
		msg.show(&v)
		keep(d, msg.target, v)
	case msg.target == r.target:
		msg.show(&d.View)
	}
}

// fail keeps what was read before, says why it is not newer, and plans a retry.
func (d *Detail) fail(msg NeedMsg, r *reading, rest time.Duration) {
	r.failures++
	r.absent = errors.Is(msg.err, model.ErrNotOffered)
	r.final = r.absent && (needs[msg.need].part == nil || d.View.Experiment.Status != model.Running)
	r.next = d.feed.Now().Add(model.Backoff(msg.err, r.failures, rest, MaxRetry))
	if r.done && errors.Is(msg.err, model.ErrNoExperiment) {
		return // the next tick says so
	}
	r.trouble = needs[msg.need].complaint(d.feed.info(d.key.Source), d.feed.lab.Sources().Liveness(d.key.Source), msg.err)
}
