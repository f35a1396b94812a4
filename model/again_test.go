package model

import (
	"testing"
	"time"
)

// TestARunThatBeginsAgainIsEstimatedByItsOwnSteps: under the same created_at, with steps of 50
// seconds, whatever the monitor has seen of the run before. Until two of the new steps were seen,
// nothing is said; from then on the truth.
func TestARunThatBeginsAgainIsEstimatedByItsOwnSteps(t *testing.T) {
	const length = 50 * time.Second
	began := noon.Add(7 * 24 * time.Hour) // after it was created
	at := func(status Status, step int64, updated time.Time) *Summary {
		s := runAt(step, updated)
		if s.Status = status; step == 0 {
			s.Now = SimTime{}
		}
		return s
	}
	for name, before := range map[string][]*Summary{
		"watched to its end": {at(Running, 767, began.Add(-time.Hour)), at(Running, 768, began.Add(-time.Hour)), at(Finished, 768, began.Add(-time.Hour)), at(NotStarted, 0, began)},
		"seen when ended":    {at(Finished, 768, began.Add(-time.Hour)), at(NotStarted, 0, began)},
		"ended to running":   {at(Stopped, 300, began.Add(-time.Hour))},
		"seen when to start": {at(NotStarted, 0, began)},
		"running to running": {at(Running, 300, began.Add(-time.Hour))},
		"back to no step":    {at(Running, 300, began.Add(-time.Hour)), at(Running, 0, began.Add(-2*time.Hour))},
		"just opened":        {},
	} {
		l := NewLab()
		for _, s := range before {
			l.Apply(Changes{Put: []Summary{*s}}, s.Updated)
		}
		for step := int64(1); step <= 12; step++ {
			now := began.Add(time.Hour + time.Duration(step)*length) // it waited for an hour to start
			s := at(Running, step, now)
			l.Apply(Changes{Put: []Summary{*s}}, now)
			e := l.Estimate(s.Key, now)
			switch left := time.Duration(768-step) * length; {
			case step < 2 && (e.Known || e.Quiet || e.Stalled || e.StepLength != 0):
				t.Errorf("%s, step %d: %+v", name, step, e)
			case step >= 2 && (!e.Known || e.Left != left):
				t.Errorf("%s, step %d: %v left of %v", name, step, e.Left, left)
			}
		}
	}
}

// TestAMonitorOpenedOnARunThatBeganAgain has one look at it, which is no ground for an estimate
// where the time since the experiment was created can't be that of its steps.
func TestAMonitorOpenedOnARunThatBeganAgain(t *testing.T) {
	for _, tc := range []struct {
		step  int64
		age   time.Duration
		known bool
	}{
		{1, 7 * 24 * time.Hour, false},
		{7, 7 * time.Minute, false},
		{20, 24 * time.Hour, false},
		{20, 10 * time.Minute, true},
		{300, 24 * time.Hour, true},
	} {
		s := runAt(tc.step, noon.Add(tc.age))
		if e := (*Pace)(nil).Estimate(s, s.Updated); e.Known != tc.known || (e.StepLength > 0) != tc.known {
			t.Errorf("step %d after %v: %+v", tc.step, tc.age, e)
		}
	}
}

// TestARunOfUnknownPaceIsNotQuiet.
func TestARunOfUnknownPaceIsNotQuiet(t *testing.T) {
	s := runAt(2, noon.Add(time.Hour))
	if e := (*Pace)(nil).Estimate(s, s.Updated.Add(time.Hour)); e.Quiet || e.Stalled || e.Silence != time.Hour {
		t.Errorf("%+v", e)
	}
}
