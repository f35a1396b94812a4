package health

import (
	"cmp"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// OfRun returns the health of a run of which only its steps and the end of its log are known, such as
// one of AgentSociety 1: the wall times between its steps, and the errors of its log.
func OfRun(steps []model.StepTime, log model.Log) model.Health {
	h := model.Health{Steps: spans(steps), Cached: -1, Sample: 1}
	var of Log
	for _, one := range log.Lines.Split() {
		of.Add(one.Raw())
	}
	// The times of the log have no zone: they are left out.
	h.Failures = of.Failures.Moved(0, false).List()
	h.Calls, h.Retries, h.RateLimits = of.Calls.List(), of.Retries, of.RateLimits
	from := ""
	if len(h.Steps) > 0 {
		from = "steps"
	}
	if of.Lines > 0 {
		if from != "" {
			from += "; "
		}
		from += "log"
		if log.Tail || log.Dropped > 0 {
			from += " (its end)"
		}
	}
	h.From = text.Clean(from)
	return h
}

// spans returns the wall time of each step: from when the one before it was done. A step that is done
// before the one before it begins a history of its own, such as after a restart.
func spans(steps []model.StepTime) []model.StepSpan {
	done := slices.Clone(steps)
	slices.SortStableFunc(done, func(a, b model.StepTime) int {
		return cmp.Or(a.At.Compare(b.At), a.Wall.Compare(b.Wall))
	})
	done = slices.CompactFunc(done, func(a, b model.StepTime) bool { return a.At == b.At })
	out := make([]model.StepSpan, len(done))
	var before time.Time
	for i, s := range done {
		out[i] = model.StepSpan{Step: i, End: s.Wall}
		if !before.IsZero() && !s.Wall.IsZero() && !s.Wall.Before(before) {
			out[i].Start = before
		}
		before = s.Wall
	}
	return out
}
