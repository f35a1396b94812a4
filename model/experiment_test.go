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
