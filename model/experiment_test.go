package model

import (
	"math"
	"testing"
	"time"

	"societop/model/plan"
)

func TestARunThatMadeNoStepHasNoClock(t *testing.T) {
	p := plan.New(28800, []plan.Entry{{Type: "run", Days: 1, Ticks: 300}})
	for _, tc := range []struct {
		s    Summary
		want bool
	}{
		{Summary{Status: NotStarted, Now: SimTime{Day: 1, T: 5}, Plan: p}, false},
		{Summary{Status: Failed, Plan: p}, false},
		{Summary{Status: Failed}, false},
		{Summary{Status: Running, Now: SimTime{Day: -1, T: -1}}, false},
		{Summary{Status: Failed, Now: SimTime{T: 28801}, Plan: p}, true},
		{Summary{Status: Running, Now: SimTime{T: 300}}, true},
		{Summary{Status: Finished, Now: SimTime{Day: 1}}, true},
	} {
		if got := tc.s.Clock(); got.Valid() != tc.want {
			t.Errorf("%+v: clock %v", tc.s, got)
		}
	}
}

func TestWhenATickIs(t *testing.T) {
	p := plan.New(28800, []plan.Entry{{Type: "run", Days: 1, Ticks: 300}})
	for _, tc := range []struct {
		plan *plan.Plan
		tick int64
		want string
	}{
		{p, 0, "d0 08:00"},
		{p, 1, "d0 08:00"},
		{p, 16*3600 + 60, "d1 00:01"},
		{p, -1, Unknown},
		{p, math.MaxInt64, Unknown},
		{p, math.MinInt64, Unknown},
		{nil, 1, Unknown},
	} {
		if got := SimTimeOf(tc.plan.At(tc.tick)).Short(); got != tc.want {
			t.Errorf("tick %d is %s, want %s", tc.tick, got, tc.want)
		}
	}
}

// TestSummaryEqual compares states as they are stored.
func TestSummaryEqual(t *testing.T) {
	at := time.Date(2026, 11, 24, 8, 0, 0, 123456000, time.UTC)
	state := func(change func(*Summary)) *Summary {
		s := &Summary{Status: Running, Now: SimTime{Day: 1, T: math.NaN()}, Created: at, Updated: at}
		change(s)
		return s
	}
	for name, tc := range map[string]struct {
		change func(*Summary)
		want   bool
	}{
		"nothing":     {func(*Summary) {}, true},
		"nanoseconds": {func(s *Summary) { s.Updated = at.Add(999) }, true},
		"a zone":      {func(s *Summary) { s.Created = at.In(time.FixedZone("", 3600)) }, true},
		"updated":     {func(s *Summary) { s.Updated = at.Add(time.Microsecond) }, false},
		"a time":      {func(s *Summary) { s.Now.T = 0 }, false},
		"a day":       {func(s *Summary) { s.Now.Day = 2 }, false},
		"a status":    {func(s *Summary) { s.Status = Failed }, false},
		"tokens":      {func(s *Summary) { s.InputTokens++ }, false},
	} {
		if got := state(func(*Summary) {}).Equal(state(tc.change)); got != tc.want {
			t.Errorf("another %s: %v", name, got)
		}
	}
}

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
			case step >= 2 && (!e.Known || (e.Left-left).Abs() > left/2 || !e.Rough):
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
