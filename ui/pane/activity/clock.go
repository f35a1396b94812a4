package activity

import (
	"societop/model"
	"societop/model/plan"
)

// clock is the simulated time of steps.
type clock struct {
	at       model.SimTime // the moment that the bar shows
	timeline []model.SimTime
	plan     *plan.Plan // nil: unknown
	dir      bool       // the steps are numbered by the plan
	calendar model.Calendar
}

// stepOf returns the step that begins at a moment.
func (c *clock) stepOf(at model.SimTime) (int, bool) {
	if !at.Valid() {
		return 0, false
	}
	if c.dir && c.plan != nil {
		return max(int(c.plan.Done(at.Seconds()))-1, 0), true
	}
	for i := len(c.timeline) - 1; i >= 0; i-- {
		if c.timeline[i].Compare(at) <= 0 {
			return i, true
		}
	}
	return 0, false
}

// start writes when a step begins, after a space; "" if that is unknown.
func (c *clock) start(step int) string {
	if step >= len(c.timeline) {
		return ""
	}
	if at, ok := c.stepOf(c.timeline[step]); !ok || at != step {
		return ""
	}
	return " " + c.calendar.Short(c.timeline[step])
}
