package eta

import (
	"math"
	"slices"

	"societop/model/plan"
)

const (
	hours    = 24 // of the simulated day: what a step's length may depend on
	hourLong = 3600
	kinds    = 3 // lengths of steps in ticks that are told apart
)

// cursor is a place in the steps of a plan.
type cursor struct {
	p       *plan.Plan
	segment int
	before  int64 // steps of the segments before
}

// seek moves to the step of an index, which is not before that of the last seek.
func (c *cursor) seek(step int64) {
	for c.segment < len(c.p.Segments)-1 && step-c.before >= c.p.Segments[c.segment].Steps {
		c.before += c.p.Segments[c.segment].Steps
		c.segment++
	}
}

// time is the time of day in seconds at which the step of an index starts, and its length.
func (c *cursor) time(step int64) (at, ticks int64) {
	s := &c.p.Segments[c.segment]
	n := min(max(step-c.before, 0), s.Steps-1)
	return (s.First + n*s.Ticks + c.p.Start) % (hours * hourLong), s.Ticks
}

// kindsOf is the lengths in ticks of a plan's steps that are told apart, the first of them.
func kindsOf(p *plan.Plan) (known [kinds]int64) {
	if p == nil {
		return known
	}
	n := 0
	for i := range p.Segments {
		if n < kinds && !slices.Contains(known[:n], p.Segments[i].Ticks) {
			known[n] = p.Segments[i].Ticks
			n++
		}
	}
	return known
}

// kindOf numbers a length in ticks; what is one too many shares the last number.
func kindOf(known *[kinds]int64, ticks int64) int {
	if k := slices.Index(known[:], ticks); k >= 0 {
		return k
	}
	return kinds - 1
}

// span is the steps between two marks, as the plan has them.
type span struct {
	steps    int64
	middle   float64        // the index of the step in the middle
	raw      [hours]float64 // what part of the steps is in an hour
	share    [hours]float64 // the same, by how much that has of the wall time
	bend     float64        // by how much the log of the mean length is above that of the hours, weighted
	last     int            // hour of the newest step
	covered  uint32         // the hours that the steps covered, a bit each
	kind     int
	entry    int
	newEntry bool
	others   int     // entries without steps in between
	expected float64 // seconds, from the steps before
	rounding float64 // the variance of the wall time of a mark, in seconds², as far as it is rounded
}

// samples is how many steps of a span are looked at, at most.
const samples = 12

// newSpan is the steps after one mark and up to another: those with the indices from…to−1.
func newSpan(p *plan.Plan, known *[kinds]int64, from, to int64) span {
	s := span{steps: to - from, middle: float64(from+to-1) / 2}
	if p == nil || len(p.Segments) == 0 {
		s.share[0] = 1
		return s
	}
	c := cursor{p: p}
	// The first of these steps begins when the step before it ends, whatever segment that was in.
	c.seek(max(from-1, 0))
	first := c.segment
	n := min(s.steps, samples)
	for i := range n {
		step := from + int64((float64(i)+0.5)*float64(s.steps)/float64(n))
		c.seek(step)
		at, ticks := c.time(step)
		s.share[at/hourLong] += 1 / float64(n)
		s.covered |= coveredHours(at, ticks)
		s.last = int(at / hourLong)
	}
	c.seek(to - 1)
	s.kind, s.entry = kindOf(known, p.Segments[c.segment].Ticks), p.Segments[c.segment].Entry
	s.others = othersBetween(p, first, c.segment)
	return s
}

// coveredHours is the hours of the day that a step covers.
func coveredHours(at, ticks int64) uint32 {
	if ticks >= (hours-1)*hourLong {
		return 1<<hours - 1
	}
	var out uint32
	for h := at / hourLong; h <= (at+ticks-1)/hourLong; h++ {
		out |= 1 << (h % hours)
	}
	return out
}

// othersBetween is how many entries without steps lie between two segments.
func othersBetween(p *plan.Plan, from, to int) (n int) {
	for i := from; i < to; i++ {
		n += max(p.Segments[i+1].Entry-p.Segments[i].Entry-1, 0)
	}
	return n
}

// weigh turns the shares of the hours into weights of their effects on the mean length, which is
// that of the long hours above all, where a span has several.
func (s *span) weigh(effect *[hours]float64) {
	s.raw = s.share
	if s.share[s.last] != 1 {
		s.bend = weigh(s.share[:], effect)
	}
}

// weigh does so with shares, and returns by how much the log of the mean is above that of the
// effects by their weights.
func weigh(share []float64, effect *[hours]float64) (bend float64) {
	var sum, mean float64
	for h, n := range share {
		if n > 0 {
			share[h] = n * math.Exp(effect[h])
			sum += share[h]
		}
	}
	for h, n := range share {
		if n > 0 {
			share[h] = n / sum
			mean += share[h] * effect[h]
		}
	}
	return math.Log(sum) - mean
}
