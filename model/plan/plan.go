package plan

import (
	"math"
	"math/bits"
	"slices"
)

// Plan is the work that a config's workflow asks for, in simulated steps. It is immutable
// and may be shared.
type Plan struct {
	// Start is the time of day at which the simulated clock starts: seconds since midnight
	// of day 0 (exp.environment.start_tick).
	Start int64
	// Segments are the parts of the workflow that take steps, in order.
	Segments []Segment
}

// Segment is a run of steps of one length, in ticks: simulated seconds since the start of
// the experiment.
type Segment struct {
	Entry int   // the index of the workflow's entry
	First int64 // the tick at which the first step starts
	Ticks int64 // the length of a step, > 0
	Steps int64 // how many steps, > 0
}

// What AgentSociety assumes where a config is silent.
const (
	DefaultStartTick    = 8 * 3600
	DefaultTicksPerStep = 300
	DefaultDays         = 1
	DefaultSteps        = 1
)

// day is the length of a simulated day in seconds.
const day = 24 * 60 * 60

// maxTick bounds a plan: beyond it (146 billion years) it counts as unknown.
const maxTick = 1 << 62

// Entry is one entry of a config's workflow, with AgentSociety's defaults filled in.
type Entry struct {
	Type  string  // "run", "step", "survey", "message", …: raw, for comparing only
	Days  float64 // of a run
	Steps float64 // of a step: a whole number; a float64 because a config may hold anything
	Ticks float64 // ticks_per_step: a whole number
	Sends bool    // a marketing_message with a send_time
}

// New lays the entries of a workflow out in time, in closed form: it takes as long for
// a day as for days: 1e12. It returns nil where the work is unknown: a "function" may take
// any time, and lengths that are no positive whole numbers are what no engine can run.
func New(start float64, workflow []Entry) *Plan {
	if !whole(start) || start < 0 {
		return nil
	}
	p := &Plan{Start: int64(start)}
	tick := int64(1)
	for i, e := range workflow {
		ok := true
		switch e.Type {
		case "step":
			tick, ok = p.addSteps(i, tick, e.Steps, e.Ticks)
		case "run":
			tick, ok = p.addRun(i, tick, e)
		case "marketing_message":
			if e.Sends {
				tick, ok = p.addSteps(i, tick, 1, e.Ticks)
			}
		case "function":
			ok = false
		}
		if !ok {
			return nil
		}
	}
	return p
}

// addSteps appends n steps and returns the tick after them.
func (p *Plan) addSteps(entry int, tick int64, n, ticks float64) (int64, bool) {
	if !whole(n) || !whole(ticks) || ticks < 1 {
		return tick, false
	}
	if n < 1 {
		return tick, true
	}
	return p.add(entry, tick, int64(n), int64(ticks))
}

// addRun appends a run: whole days, each until midnight, then a fraction of a day.
//
// A day ends at the first step that starts at midnight or later, and the days of a run have
// steps of one length, so d days end at the first step at or after the d-th midnight. A
// step of a day or more makes each day one step.
func (p *Plan) addRun(entry int, tick int64, e Entry) (int64, bool) {
	if !whole(e.Ticks) || e.Ticks < 1 || !(e.Days >= 0) || e.Days > maxTick/day {
		return tick, false
	}
	days, fraction := math.Floor(e.Days), e.Days-math.Floor(e.Days)
	ticks, d := int64(e.Ticks), int64(days)
	ok := true
	if d > 0 {
		n := d
		if ticks < day {
			left := day - (tick+p.Start)%day + (d-1)*day
			n = (left + ticks - 1) / ticks
		}
		if tick, ok = p.add(entry, tick, n, ticks); !ok {
			return tick, false
		}
	}
	if fraction > 0.001 {
		if n := int64(math.Floor(fraction * day / e.Ticks)); n > 0 {
			tick, ok = p.add(entry, tick, n, ticks)
		}
	}
	return tick, ok
}

// add appends n > 0 steps of ticks > 0 and returns the tick after them; ok is false when
// that is beyond maxTick.
func (p *Plan) add(entry int, tick, n, ticks int64) (next int64, ok bool) {
	hi, span := bits.Mul64(uint64(n), uint64(ticks))
	if hi != 0 || span > maxTick || tick+p.Start > maxTick-int64(span) {
		return tick, false
	}
	p.Segments = append(p.Segments, Segment{Entry: entry, First: tick, Ticks: ticks, Steps: n})
	return tick + int64(span), true
}

// whole reports whether f is a whole number that an int64 holds.
func whole(f float64) bool {
	return f == math.Trunc(f) && f > -maxTick && f < maxTick
}

// Steps is how many steps the plan has.
func (p *Plan) Steps() int64 {
	var n int64
	for i := range p.Segments {
		n += p.Segments[i].Steps
	}
	return n
}

// Equal reports whether two plans ask for the same work; nil plans are equal.
func (p *Plan) Equal(o *Plan) bool {
	if p == nil || o == nil || p == o {
		return p == o
	}
	return p.Start == o.Start && slices.Equal(p.Segments, o.Segments)
}

// Done is how many steps of the plan have started at or before a moment of the simulated
// clock, in seconds since midnight of day 0. AgentSociety's clock shows the start of the last completed step, so of that moment
// it is the number of steps completed.
func (p *Plan) Done(clock float64) int64 {
	x := p.tick(clock)
	var n int64
	for i := range p.Segments {
		n += p.Segments[i].done(x)
	}
	return n
}

// Current is the index of the workflow entry whose steps a run at this moment is in, −1
// before the first step.
func (p *Plan) Current(clock float64) int {
	x, current := p.tick(clock), -1
	for i := range p.Segments {
		if p.Segments[i].done(x) > 0 {
			current = p.Segments[i].Entry
		}
	}
	return current
}

// DoneIn is how many steps of one workflow entry are done, and how many it has.
func (p *Plan) DoneIn(entry int, clock float64) (done, steps int64) {
	x := p.tick(clock)
	for i := range p.Segments {
		if s := &p.Segments[i]; s.Entry == entry {
			done += s.done(x)
			steps += s.Steps
		}
	}
	return done, steps
}

// At is the simulated clock so many simulated seconds after the start; −1 before the start,
// beyond what a clock can show, and without a plan.
func (p *Plan) At(tick int64) int64 {
	if p == nil || tick < 0 || tick > maxTick-p.Start {
		return -1
	}
	return p.Start + tick
}

// tick is a moment in simulated seconds since the start.
func (p *Plan) tick(clock float64) float64 { return clock - float64(p.Start) }

// done is how many of the segment's steps start at tick x or before.
func (s *Segment) done(x float64) int64 {
	n := math.Floor((x-float64(s.First))/float64(s.Ticks)) + 1
	switch {
	case !(n > 0): // also NaN
		return 0
	case n >= float64(s.Steps):
		return s.Steps
	}
	return int64(n)
}
