package model

import (
	"math"
	"time"

	"societop/model/eta"
	"societop/model/plan"
)

// Pace is what is known of how one experiment runs: when its steps were done, from its history
// ([PaceOf]) and from what is observed, and what they cost. The zero value knows nothing. It holds
// a bounded number of marks, whatever the number of steps.
type Pace struct {
	plan    *plan.Plan   // by which steps are counted
	marks   []mark       // oldest first; consecutive ones span a length
	gap     int64        // how many steps lie between two marks at least, but for the newest
	steps   int64        // done between the first mark ever and the newest
	learnt  *eta.Model   // from all marks, also those that were thinned out; nil before the second
	ahead   eta.Forecast // of learnt
	unasked int          // for how many marks no forecast was asked for; 0: ahead is that of the newest
	history bool         // the history of the run is in it
	back    time.Time    // when the run was seen to go back while it was running
	again   bool         // the run was seen to begin again: created_at says nothing of its pace
}

// mark is the state of a run when a step was done. There are many of them.
type mark struct {
	step   int64
	tokens int64 // −1 unknown
	micros int64 // wall time
	sim    SimTime
}

func markAt(step, tokens int64, at time.Time, sim SimTime) mark {
	return mark{step, tokens, at.UnixMicro(), sim}
}

// at is the wall time.
func (m *mark) at() time.Time { return time.UnixMicro(m.micros) }

// since is the wall time after another mark.
func (m *mark) since(of mark) time.Duration { return m.at().Sub(of.at()) }

// before reports whether a mark is older than a wall time, as far as it says.
func (m *mark) before(t time.Time) bool { return m.micros < t.UnixMicro() }

const (
	// maxMarks is how many marks are kept: when there are as many, every second one is dropped.
	maxMarks = 256
	// maxUnasked is for how many marks what makes forecasts quick is kept.
	maxUnasked = 16
)

// Observe takes the run's newest state. A run that did not move adds no length of a step; one
// that began again is observed from its start. The state before the first step is no mark: what
// lies between it and the first step is the start of the run, which may have waited for hours.
func (p *Pace) Observe(s *Summary) {
	done := s.Progress().Step
	newest := p.newest()
	if s.Plan != p.plan && !s.Plan.Equal(p.plan) {
		*p = Pace{again: p.again, back: p.back}
	}
	p.plan = s.Plan
	switch {
	case done >= 0 && done < newest.step:
		if !newest.before(s.Updated) {
			return // a state that was read before the history
		}
		*p = Pace{plan: s.Plan, again: true, back: p.back}
		fallthrough
	case done > newest.step || len(p.marks) == 0:
		if done > 0 {
			p.add(markAt(done, s.counts(), s.Updated, s.Now))
		}
	case newest.tokens < 0:
		p.marks[len(p.marks)-1].tokens = s.counts()
	}
}

// counts is the tokens of a run, −1 where it does not count them.
func (s *Summary) counts() int64 {
	if !s.Counted() {
		return -1
	}
	return s.Tokens()
}

// newest is the newest mark; of a run without one a mark of no step.
func (p *Pace) newest() mark {
	if len(p.marks) == 0 {
		return mark{}
	}
	return p.marks[len(p.marks)-1]
}

// add takes over a mark of more steps than those before, and learns from it.
func (p *Pace) add(m mark) {
	n := len(p.marks)
	if n > 0 {
		if p.learnt == nil {
			p.learnt = &eta.Model{}
			p.learnt.Add(p.plan, eta.Mark{Step: p.marks[0].step, At: p.marks[0].at()})
		}
		p.learnt.Add(p.plan, eta.Mark{Step: m.step, At: m.at()})
		p.steps += m.step - p.marks[n-1].step
		if p.unasked++; p.unasked == maxUnasked {
			p.learnt.Shrink()
		}
	}
	if n > 1 && p.marks[n-1].step-p.marks[n-2].step < p.gap {
		p.marks[n-1] = m
		return
	}
	if n == maxMarks {
		p.thin()
	}
	p.marks = append(p.marks, m)
}

// thin drops every second mark.
func (p *Pace) thin() {
	n := 0
	for i := 0; i < len(p.marks); i += 2 {
		p.marks[n] = p.marks[i]
		n++
	}
	p.marks = p.marks[:n]
	p.gap = max(2*p.gap, 2)
}

// forecast is what follows from the marks. It is computed once for each of them.
func (p *Pace) forecast() eta.Forecast {
	if p.unasked > 0 {
		p.ahead, p.unasked = p.learnt.Forecast(p.plan), 0
	}
	return p.ahead
}

// StepLength is how long steps of a run that followed one another took.
type StepLength struct {
	At        SimTime       // the start of the last of them
	Steps     int64         // how many; > 0
	Wall      time.Duration // of all of them; > 0
	TokenRate float64       // tokens a second; NaN unknown
}

// Each is the mean length of one of the steps in seconds.
func (l StepLength) Each() float64 { return l.Wall.Seconds() / float64(l.Steps) }

// Lengths is the lengths of the steps as far as they are known, oldest first. There are fewer than
// maxMarks: those of a longer run are of several steps each. Steps during which the clock was set
// back have none.
func (p *Pace) Lengths() []StepLength {
	if p == nil || len(p.marks) < 2 {
		return nil
	}
	out := make([]StepLength, 0, len(p.marks)-1)
	for i, b := range p.marks[1:] {
		a := p.marks[i]
		wall := b.since(a)
		if wall <= 0 {
			continue
		}
		rate := math.NaN()
		if a.tokens >= 0 && b.tokens >= a.tokens {
			rate = float64(b.tokens-a.tokens) / wall.Seconds()
		}
		out = append(out, StepLength{b.sim, b.step - a.step, wall, rate})
	}
	return out
}

// lateSteps is how many of the newest steps rates are taken from, at least.
const lateSteps = 64

// late is the oldest of the newest marks that span lateSteps, and the oldest of them with a known
// number of tokens; there is the newest mark. Without another mark each is the newest itself.
func (p *Pace) late() (of, counted mark) {
	newest := p.newest()
	of, counted = newest, newest
	for i := len(p.marks) - 2; i >= 0 && newest.step-of.step < lateSteps; i-- {
		of = p.marks[i]
		if of.tokens >= 0 {
			counted = of
		}
	}
	return of, counted
}
