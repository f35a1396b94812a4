package eta

import (
	"math"
	"time"

	"societop/model/plan"
)

// Mark is the wall time at which a run had done so many steps of its plan.
type Mark struct {
	Step int64
	At   time.Time
}

// Model is what was learnt from the steps of one run. The zero value has learnt nothing. It holds
// a bounded summary of the steps, whatever their number: 5 to 15 KB, and as long as forecasts are
// asked for, or of a run with many steps, up to 70 KB.
type Model struct {
	last Mark // the newest mark
	base Mark // where the span under way begins: older than last where no time passed since
	work work
	seen seen

	ref    reference
	bursts bursts
	gaps   gaps
	row    row // under way
	rows   []observation
	bank   bank // taken of the rows when a forecast is asked for
	fine   bool // wall times are not whole seconds
	// Of how many steps a wall time is known together, where those before the last had no length: the
	// source learns of many at once.
	joined float64
	folded bool // there were too many rows to keep: the bank has them
}

// work is what is to be known of a plan.
type work struct {
	total int64        // steps
	kinds [kinds]int64 // their lengths in ticks
	days  float64      // simulated
}

// seen is what kinds of steps were seen.
type seen struct {
	steps   int64
	wall    float64 // seconds that they took
	longest float64 // seconds of the longest span of them
	hours   uint32  // the hours of the day that steps covered, a bit each
	kinds   uint32  // the lengths in ticks, as kindOf numbers them
	entries int     // how many entries with steps
	entry   int     // the newest of them
	shifted bool    // nothing was learnt yet of its steps
}

// Forecast is what follows from the steps so far.
type Forecast struct {
	// Known reports whether Rest, Low and High are meant: some length of a step was seen.
	Known bool
	// Rest is the wall time from the last mark to the end of the run; it is as probably longer as
	// shorter. 8 times in 10 the truth lies from Low to High.
	Rest, Low, High time.Duration
	// Rough reports that the range can't be relied upon: fewer than 20 steps were seen, or what
	// remains has hours of the day or entries of the workflow unlike those seen.
	Rough bool
	// Step and P90 are the median and the 90th percentile of the length of the step under way;
	// 0 unknown.
	Step, P90 time.Duration
}

// Add takes over a mark of the run of a plan, which is newer than those before: of one that is not,
// nothing is learnt, and one that goes back in steps begins the run again. Several steps may lie
// between two marks. Without a plan, which is nil, the length of a step is learnt all the same.
func (m *Model) Add(p *plan.Plan, mark Mark) {
	total := totalSteps(p)
	switch {
	case m.last.Step == 0 || total != m.work.total:
		m.begin(p, mark, total)
		return
	case mark.Step < m.last.Step:
		// An older state that arrives late is no new run.
		if mark.At.After(m.last.At) {
			m.begin(p, mark, total)
		}
		return
	case mark.Step == m.last.Step:
		return
	case mark.At.Before(m.last.At): // the clock was set back: the span has no length
		m.last, m.base = mark, mark
		return
	}
	if mark.At.Equal(m.base.At) {
		between := newSpan(p, &m.work.kinds, m.last.Step, mark.Step)
		m.seen.hours |= between.covered
	}
	before := m.last
	m.last = mark
	wall := mark.At.Sub(m.base.At).Seconds()
	if wall <= together*m.seen.mean()*float64(mark.Step-m.base.Step) {
		if m.seen.steps == 0 { // when these steps began is not known
			m.base = mark
		}
		return
	}
	s := newSpan(p, &m.work.kinds, m.base.Step, mark.Step)
	if m.fine = m.fine || mark.At.Nanosecond() != 0; !m.fine {
		s.rounding = 1.0 / 12
	}
	m.joined *= fewer
	if before != m.base {
		m.joined = math.Max(m.joined, float64(s.steps))
	}
	m.learn(&s, wall)
	m.base = mark
}

// together is the part of the mean length of a step below which steps are not timed one by one: they
// were written, or are heard of, at once.
const together = 5e-4

// fewer is what a span leaves of the most steps that were joined before.
const fewer = 1 - 1.0/64

// begin forgets what was learnt and begins with a mark. One before the first step says nothing:
// the run may have waited for hours for its turn.
func (m *Model) begin(p *plan.Plan, mark Mark, total int64) {
	if mark.Step <= 0 {
		mark = Mark{}
	}
	*m = Model{last: mark, base: mark, work: work{total: total, kinds: kindsOf(p), days: days(p)}, seen: seen{entry: -1}}
}

// totalSteps is how many steps a plan has; 0 without one.
func totalSteps(p *plan.Plan) int64 {
	if p == nil {
		return 0
	}
	return p.Steps()
}

// days is how many simulated days the steps of a plan cover.
func days(p *plan.Plan) float64 {
	if p == nil || len(p.Segments) == 0 {
		return 0
	}
	last := p.Segments[len(p.Segments)-1]
	return float64(last.First+last.Steps*last.Ticks) / (hours * hourLong)
}

// learn takes over a span of steps that took so many seconds.
func (m *Model) learn(s *span, wall float64) {
	n := float64(s.steps)
	m.see(s)
	m.seen.wall += wall
	m.seen.longest = math.Max(m.seen.longest, wall)
	s.weigh(&m.ref.hours)
	if s.others > 0 {
		expected := n * math.Exp(m.ref.expect(s))
		if m.ref.seen > 0 {
			m.gaps.add(math.Max(wall-expected, 0), s.others)
			wall = math.Min(wall, expected)
		}
		if n < 8 { // little is left of it that is the steps' own
			m.seen.shifted = m.seen.shifted || s.newEntry
			return
		}
	}
	s.newEntry = s.newEntry || m.seen.shifted
	m.seen.shifted = false
	y := math.Log(math.Max(wall/n, shortest))
	if s.newEntry {
		m.ref.fresh = 0
	}
	clipped, excess := m.ref.clip(y, s)
	if m.ref.outliers > mostOutliers { // it was no burst
		m.bursts.open = 0
	}
	step := math.Exp(m.ref.expect(s))
	s.expected = n * step
	m.bursts.add(n, excess*n, step)
	m.ref.learn(y, clipped, s)
	if !m.row.fits(s, float64(m.seen.steps), m.work.days > 1.5) {
		m.flush()
	}
	m.row.add(s, clipped)
}

// misfit is the standard deviation of what no model of the logs of the lengths ever tells.
const misfit = 0.01

// shortest is the length in seconds that a step counts as at least.
const shortest = 1e-3

// mean is the mean length of the steps in seconds; 0 while none was seen.
func (s *seen) mean() float64 { return s.wall / float64(max(s.steps, 1)) }

// see notes what kinds of steps a span has.
func (m *Model) see(s *span) {
	m.seen.steps += s.steps
	m.seen.hours |= s.covered
	m.seen.kinds |= 1 << s.kind
	if s.entry != m.seen.entry {
		s.newEntry = m.seen.entry >= 0
		m.seen.entry = s.entry
		m.seen.entries++
	}
}
