package model

import (
	"cmp"
	"slices"
	"time"

	"societop/model/plan"
)

// PaceOf is what the history of a run tells of its pace: when its steps were done, as a source has
// them (see RunData.Steps), up to a state of the run at which they were read, or a little beyond.
// Steps of an earlier run of the same id, and those of which the clock was wrong, do not count.
// Without a plan the history tells nothing.
func PaceOf(s *Summary, steps []StepTime) *Pace {
	p := &Pace{plan: s.Plan, history: true}
	for _, m := range historyOf(s, steps) {
		p.add(m)
	}
	return p
}

// historyOf is the marks of the newest run, oldest first.
func historyOf(s *Summary, steps []StepTime) []mark {
	if s.Plan == nil {
		return nil
	}
	all := make([]mark, 0, len(steps))
	for _, t := range steps {
		if m, ok := markOf(s.Plan, t); ok && m.fits(s) {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b mark) int { return cmp.Compare(a.micros, b.micros) })
	return newestRun(all)
}

// markOf is a step as a mark; ok is false where it is none.
func markOf(p *plan.Plan, t StepTime) (m mark, ok bool) {
	if !t.At.Valid() || !plausible(t.Wall) {
		return mark{}, false
	}
	m = markAt(p.Done(t.At.Seconds()), -1, t.Wall, t.At)
	return m, m.step > 0
}

// plausible reports whether a wall time may be that of a step.
func plausible(t time.Time) bool { return t.Year() > 1970 && t.Year() < 10000 }

// fits reports whether a step goes with a state of its run: what was done later is further, and
// what is further was done later.
func (m *mark) fits(s *Summary) bool {
	switch done := s.Progress().Step; {
	case done < 0 || s.Updated.IsZero():
		return true
	case m.step > done:
		return m.micros > s.Updated.UnixMicro()
	case m.step < done:
		return m.micros <= s.Updated.UnixMicro()
	}
	return true
}

// maxOdd is how many marks in a row may have been written by a wrong clock.
const maxOdd = 8

// newestRun takes the marks of the newest run out of marks that are ordered by wall time. It walks
// back from the newest while steps descend. Where they do not, either the marks that were met last
// are odd ones, and the walk goes on without them, or an earlier run has been reached: that one
// ended further than the newest run began.
func newestRun(all []mark) []mark {
	var run []mark // newest first
	for _, m := range slices.Backward(all) {
		keep := len(run)
		for keep > 0 && len(run)-keep <= maxOdd && run[keep-1].step < m.step {
			keep--
		}
		odd := len(run) - keep
		switch {
		case odd > maxOdd || odd > 0 && run[len(run)-1].step == 1:
			slices.Reverse(run)
			return run
		case keep > 0 && run[keep-1].step == m.step: // a second time; the odd ones are none, then
			continue
		}
		run = append(run[:keep], m)
	}
	slices.Reverse(run)
	return run
}

// take adds to a pace that was made of a history what is known from observing the run, up to its
// present state. It reports whether the history is that of the run: not of another plan, nor of a
// run before.
func (p *Pace) take(observed *Pace, s *Summary) bool {
	newest := p.newest()
	if !p.plan.Equal(s.Plan) || (newest.step > s.Progress().Step && newest.before(s.Updated)) {
		return false
	}
	if observed != nil {
		p.again, p.back = observed.again, observed.back
		p.count(observed.marks)
		for _, m := range observed.marks {
			if m.step > newest.step && m.micros > newest.micros {
				p.add(m)
			}
		}
	}
	if s.Progress().Step >= p.newest().step {
		p.Observe(s)
	}
	return true
}

// count gives the marks the tokens that were observed at their steps.
func (p *Pace) count(observed []mark) {
	i := 0
	for _, m := range observed {
		for i < len(p.marks) && p.marks[i].step < m.step {
			i++
		}
		if i < len(p.marks) && p.marks[i].step == m.step {
			p.marks[i].tokens = m.tokens
		}
	}
}
