package model

import "time"

// Need is why a run needs the attention of whoever is responsible for it. A greater one is more
// urgent: it is the weight by which an order by attention begins.
type Need int8

// The needs, the least urgent first.
const (
	NoNeed      Need = iota
	Unanswered       // a question to one of its agents has waited for longer than a step
	Quiet            // silent for longer than its pace explains
	CutShort         // stopped, or AgentSociety 2's completed, before the end of its plan
	BackInTime       // its simulated time was set back while it was running
	Stalled          // silent for much longer than its pace explains
	HasVanished      // lost: its process is gone or silent
	HasFailed        // ended with an error
)

var needNames = [...]string{"", "unanswered", "quiet", "short", "back_in_time", "stalled", "lost", "failed"}

// String is the name of the need in JSON; empty for none.
func (n Need) String() string { return needNames[n] }

// Attention is the judgement whether a run needs attention. The zero value says that it needs none.
type Attention struct {
	Need Need
	For  time.Duration // how long it has been quiet or stalled, or a question has waited; else 0
}

// seenBefore is for how long trouble that has ended needs attention where nobody has said what was
// seen: in the last week that the source knows of.
const seenBefore = 7 * 24 * time.Hour

// attention is what a lab keeps for judging which runs need attention.
type attention struct {
	counts  [len(needNames)]int
	running map[rowID]struct{} // running experiments, whose need changes as time passes
	seen    time.Time          // trouble that is over and happened before was seen
	waiting map[Key]time.Time  // since when the oldest question that is not answered has waited
}

// Needs is what the experiments of a lab need.
type Needs struct{ lab *Lab }

// Needs returns what the experiments need, and what decides about it.
func (l *Lab) Needs() Needs { return Needs{l} }

// Count is how many experiments need attention. Running ones are judged as of the last Judge.
func (n Needs) Count() (all int) {
	for _, of := range n.lab.attention.counts[NoNeed+1:] {
		all += of
	}
	return all
}

// Seen is up to when trouble that is over was seen: a run that failed or was stopped by then needs no
// attention. Unless SetSeen says so, it is a week before the first answer of the source, or before
// what a source that is not live knows last.
func (n Needs) Seen() time.Time { return n.lab.attention.seen }

// SetSeen sets up to when trouble that is over was seen. Running experiments that are in trouble now
// need attention all the same. now is the source's wall time.
func (n Needs) SetSeen(seen, now time.Time) {
	l := n.lab
	l.attention.seen = seen
	for r := range rowID(l.used) {
		at := l.row(r)
		if at.listing != 0 && (at.Status == Running || at.troubled()) && needOf(l, at, l.paces[r], now) != at.need {
			l.rejudge(r, now)
			l.revision++
		}
	}
}

// SeeAll notes that the user has seen all trouble that the lab knows of. now is the source's wall time.
func (n Needs) SeeAll(now time.Time) {
	l := n.lab
	seen := l.attention.seen
	for r := range rowID(l.used) {
		at := l.row(r)
		if at.listing == 0 || at.need == NoNeed {
			continue
		}
		moved := at.troubledAt(l.paces[r]).Add(-l.sources.state(at.source).Skew)
		if moved.After(seen) {
			seen = moved
		}
	}
	n.SetSeen(seen, now)
}

// SetWaiting notes since when the oldest question to an agent of an experiment waits for its answer; the
// zero time: none does. now is the source's wall time.
func (n Needs) SetWaiting(k Key, since, now time.Time) {
	l := n.lab
	if since.IsZero() {
		delete(l.attention.waiting, k)
	} else {
		l.attention.waiting[k] = since
	}
	if r, ok := l.find(k); ok && needOf(l, l.row(r), l.paces[r], now) != l.row(r).need {
		l.rejudge(r, now)
		l.revision++
	}
}

// Judge judges the running experiments again, as time has passed: which of them need attention, and, in
// an order by the end, whose end has become unknown because they turned quiet. Ends that are known do
// not change with time. It reports whether a judgement changed. now is the source's wall time.
func (n Needs) Judge(now time.Time) (changed bool) {
	l := n.lab
	for r := range l.attention.running {
		at := l.row(r)
		if needOf(l, at, l.paces[r], now) == at.need && (at.end <= 0 || l.estimate(at, l.paces[r], now).Known) {
			continue
		}
		l.rejudge(r, now)
		changed = true
	}
	if changed {
		l.revision++
	}
	return changed
}

// begin takes the time of the source's first answer.
func (a *attention) begin(l Liveness, now time.Time) {
	if !a.seen.IsZero() {
		return
	}
	if !l.AsOf.IsZero() && l.AsOf.Before(now) {
		now = l.AsOf
	}
	a.seen = now.Add(-seenBefore)
}

// count adds a row to the counts, or takes it off.
func (a *attention) count(r rowID, at *row, by int) {
	a.counts[at.need] += by
	switch {
	case at.Status != Running:
	case by > 0:
		a.running[r] = struct{}{}
	default:
		delete(a.running, r)
	}
}

// needOf is the need of a row. Most rows are judged without an estimate, which takes longer than all
// else that a change costs.
func needOf(l *Lab, r *row, p *Pace, now time.Time) Need {
	a := &l.attention
	switch r.Status {
	case Running:
		_, waits := a.waiting[r.Key]
		if now.Add(l.sources.state(r.source).Skew).Sub(r.Updated) <= SilenceFloor && !waits && (p == nil || p.back.IsZero()) {
			return NoNeed
		}
		return l.estimate(r, p, now).Attention.Need
	case Failed, Stopped, Lost, Finished:
		if !r.troubled() {
			return NoNeed
		}
		skew := l.sources.state(r.source).Skew
		return a.judge(r, p, &Estimate{}, now.Add(skew), skew).Need
	default:
		return NoNeed
	}
}

// judge is the attention that a row needs by its estimate. now is the wall time of its source, whose clock
// is so far ahead.
func (a *attention) judge(r *row, p *Pace, e *Estimate, now time.Time, skew time.Duration) Attention {
	seen := a.seen.Add(skew)
	since, waits := a.waiting[r.Key]
	switch wait := now.Sub(since); {
	case r.Status.Ended() && !r.Updated.After(seen):
		return Attention{}
	case r.Status != Running:
		return Attention{Need: r.over()}
	case e.Stalled:
		return Attention{Stalled, e.Silence}
	case p != nil && p.back.After(seen):
		return Attention{Need: BackInTime}
	case e.Quiet:
		return Attention{Quiet, e.Silence}
	case waits && e.AsOf.IsZero() && e.StepLength > 0 && wait > e.StepLength:
		return Attention{Unanswered, wait}
	}
	return Attention{}
}

// troubled reports whether a run has ended in a way that needs attention until it was seen. One that
// was stopped has if it is known to have had steps left; AgentSociety 1's FINISHED never has.
func (r *row) troubled() bool {
	switch r.Status {
	case Stopped:
		p := r.Progress()
		return p.Known && p.Ratio < 1
	case Finished:
		return r.Short()
	default:
		return r.Status == Failed || r.Status == Lost
	}
}

// over is the need of a run that is not running, unless it was seen.
func (r *row) over() Need {
	switch {
	case !r.Status.Ended() || !r.troubled():
		return NoNeed
	case r.Status == Failed:
		return HasFailed
	case r.Status == Lost:
		return HasVanished
	}
	return CutShort
}

// troubledAt is when what is over of the trouble of a row happened; the zero time where nothing is.
func (r *row) troubledAt(p *Pace) time.Time {
	switch {
	case r.Status.Ended():
		return r.Updated
	case p != nil:
		return p.back
	}
	return time.Time{}
}

// compareAttention orders rows by what they need, then by when they moved last; those that need nothing
// come last, newest first.
func compareAttention(_ *Lab, a, b *row) (c int, last bool) {
	switch {
	case a.need != b.need:
		return int(b.need) - int(a.need), a.need == NoNeed || b.need == NoNeed
	case a.need == NoNeed:
		return b.Created.Compare(a.Created), false
	}
	return b.Updated.Compare(a.Updated), false
}

// NextNeed is the place of the next experiment of the selection that needs attention after the i-th,
// the first one after the last. ok is false where none does.
func (s *Selection) NextNeed(i int) (next int, ok bool) {
	first, at := -1, 0
	for _, b := range s.order.blocks {
		for _, r := range b {
			if s.lab.row(r).need != NoNeed {
				if at > i {
					return at, true
				}
				if first < 0 {
					first = at
				}
			}
			at++
		}
	}
	return first, first >= 0
}

// All calls yield with each experiment of the lab, in no order, until that returns false.
func (l *Lab) All(yield func(*Summary) bool) {
	for r := range rowID(l.used) {
		if at := l.row(r); at.listing != 0 && !yield(&at.Summary) {
			return
		}
	}
}
