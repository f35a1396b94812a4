package run

import (
	"math"
	"sort"
	"time"

	"societop/model"
	"societop/model/plan"
)

// clock is the simulated clock of a run: when each step starts. By the plan, that is the start of the
// run and the lengths of all steps before; without one, what the rows say.
type clock struct {
	plan  *plan.Plan
	epoch time.Time
	start int64   // seconds since the midnight of day 0
	rows  []int64 // without a plan: of each step the seconds since the start, ascending
}

// newClock makes the clock of a run. rows are the times of steps by the rows, zero where they say
// nothing; they count only without a plan.
func newClock(f *Facts, rows []time.Time) clock {
	c := clock{plan: f.Plan, epoch: f.Epoch}
	if c.plan != nil {
		c.start = c.plan.Start
		return c
	}
	var first time.Time
	for i, t := range rows {
		if !t.IsZero() {
			first = t.Add(-time.Duration(i) * time.Second)
			break
		}
	}
	if c.epoch.IsZero() && !first.IsZero() {
		c.epoch = midnight(first)
	}
	c.start = max(int64(first.Sub(c.epoch)/time.Second), 0)
	for i, t := range rows {
		tick := int64(0)
		if i > 0 {
			tick = c.rows[i-1] + 1 // of a step without a time, and of one that goes back
		}
		if !t.IsZero() {
			tick = max(int64(t.Sub(first)/time.Second), tick)
		}
		c.rows = append(c.rows, tick)
	}
	return c
}

// midnight is the beginning of the day of a simulated time.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// tick is the simulated seconds from the start of the run to the start of a step.
func (c *clock) tick(step int) int64 {
	k := int64(max(step, 0))
	if c.plan == nil {
		if n := int64(len(c.rows)); k >= n {
			last, length := int64(0), int64(1)
			if n > 0 {
				last = c.rows[n-1]
			}
			if n > 1 {
				length = last - c.rows[n-2]
			}
			return last + (k-max(n-1, 0))*length
		}
		return c.rows[k]
	}
	if second, ok := c.plan.StepStart(k); ok {
		return second - c.start
	}
	end, length := int64(0), int64(1)
	for i := range c.plan.Segments {
		s := &c.plan.Segments[i]
		k -= s.Steps
		end, length = s.First+s.Steps*s.Ticks, s.Ticks
	}
	if k > math.MaxInt64/4/length {
		return math.MaxInt64 / 2
	}
	return end + k*length // a step that nobody planned
}

// at is the start of a step.
func (c *clock) at(step int) model.SimTime {
	tick := c.tick(step)
	if tick < 0 || tick > math.MaxInt64/2-c.start {
		return model.SimTime{Day: -1}
	}
	return model.SimTimeOf(c.start + tick)
}

// step is the step below n that starts at a moment.
func (c *clock) step(at model.SimTime, n int) (step int, ok bool) {
	step = sort.Search(n, func(i int) bool { return c.at(i).Compare(at) >= 0 })
	return step, step < n && c.at(step) == at
}

// moment is a simulated time as a moment; one before day 0, or of an unknown day, is not Valid.
func (c *clock) moment(t time.Time) model.SimTime {
	if c.epoch.IsZero() || t.IsZero() || t.Before(c.epoch) {
		return model.SimTime{Day: -1}
	}
	return model.SimTimeOf(int64(t.Sub(c.epoch) / time.Second))
}

// stepAt is the step that starts at a simulated time.
func (c *clock) stepAt(t time.Time, n int) (step int, ok bool) {
	at := c.moment(t)
	if !at.Valid() {
		return 0, false
	}
	return c.step(at, n)
}

// entry is the moment at which an entry of the plan begins.
func (c *clock) entry(index int) model.SimTime {
	step := int64(0)
	if c.plan != nil {
		for _, s := range c.plan.Segments {
			if s.Entry < index {
				step += s.Steps
			}
		}
	}
	return c.at(model.Int(step))
}
