package model

import (
	"math"
	"slices"
	"testing"
	"time"

	"societop/model/plan"
)

// runAt is a running experiment of 768 steps with so many done.
func runAt(steps int64, updated time.Time) *Summary {
	s := summaryOf(0)
	s.Status, s.Created = Running, noon
	tick := 1 + (steps-1)*300 + s.Plan.Start
	s.Now = SimTime{Day: int(tick / SecondsPerDay), T: float64(tick % SecondsPerDay)}
	s.InputTokens, s.OutputTokens = steps*900, steps*100
	s.Updated = updated
	return &s
}

// near reports whether a length of time is another one, to a twentieth and a second.
func near(a, b time.Duration) bool { return (a - b).Abs() <= b/20+time.Second }

func TestEstimateOfARunThatWasWatched(t *testing.T) {
	var p Pace
	at := noon
	for step := int64(100); step <= 140; step++ {
		p.Observe(runAt(step, at))
		p.Observe(runAt(step, at)) // seen again: no news
		at = at.Add(10 * time.Second)
	}
	s := runAt(140, noon.Add(400*time.Second))
	e := p.Estimate(s, noon.Add(405*time.Second))
	left := time.Duration(768-140)*10*time.Second - 5*time.Second
	if !e.Known || !near(e.StepLength, 10*time.Second) || e.Observed != 40 || !near(e.Left, left) || e.Low > e.Left || e.High < e.Left {
		t.Errorf("estimate %+v, want %v left", e, left)
	}
	if e.TokenRate != 100 || e.TokensAtEnd != 768_000 || math.Abs(e.SimPerWall-30) > 1e-9 {
		t.Errorf("tokens %v a second, %v at the end; %v sim", e.TokenRate, e.TokensAtEnd, e.SimPerWall)
	}
	if p.Estimate(s, noon.Add(465*time.Second)).High != e.High-time.Minute {
		t.Error("the range does not count down")
	}
}

func TestEstimateIsSureOnlyOfSteadyRuns(t *testing.T) {
	var p Pace
	at := noon
	for step := int64(1); step <= 40; step++ {
		at = at.Add(time.Duration(5+step%11) * time.Second)
		p.Observe(runAt(step, at))
	}
	e := p.Estimate(runAt(40, at), at)
	if spread := (e.High - e.Low) / 2; !e.Known || spread < time.Minute || spread > e.Left {
		t.Errorf("left %v (%v – %v)", e.Left, e.Low, e.High)
	}
}

func TestLengthsAreWhatWasBetweenMoves(t *testing.T) {
	var p Pace
	p.Observe(runAt(100, noon))
	if got := p.Lengths(); len(got) != 0 {
		t.Errorf("%v before the first move", got)
	}
	p.Observe(runAt(101, noon.Add(10*time.Second)))
	p.Observe(runAt(105, noon.Add(20*time.Second)))
	want := []StepLength{{runAt(101, noon).Now, 1, 10 * time.Second, 100}, {runAt(105, noon).Now, 4, 10 * time.Second, 400}}
	if got := p.Lengths(); !slices.Equal(got, want) {
		t.Errorf("lengths %v, want %v", got, want)
	}
	back := runAt(106, noon.Add(20500*time.Millisecond))
	back.InputTokens = 0
	p.Observe(back)
	if got := p.Lengths(); !math.IsNaN(got[len(got)-1].TokenRate) {
		t.Errorf("of tokens that went back the rate is %v", got[len(got)-1])
	}
	p.Observe(runAt(107, noon))
	if got := p.Lengths(); len(got) != 3 {
		t.Errorf("while the clock was set back a step has a length: %v", got)
	}
	if got := (*Pace)(nil).Lengths(); got != nil {
		t.Errorf("nothing observed has lengths: %v", got)
	}
}

// TestLengthsAreBounded: of a long run each is of several steps, and none is lost.
func TestLengthsAreBounded(t *testing.T) {
	var p Pace
	const steps = 100_000
	long := plan.New(0, []plan.Entry{{Type: "step", Steps: steps, Ticks: 10}})
	for step := int64(1); step <= steps; step++ {
		s := runAt(1, noon.Add(time.Duration(step)*time.Second))
		s.Plan, s.Now = long, SimTimeOf(1+(step-1)*10)
		s.InputTokens, s.OutputTokens = 7*step, 0
		p.Observe(s)
	}
	all := p.Lengths()
	var done int64
	var wall time.Duration
	for _, l := range all {
		done, wall = done+l.Steps, wall+l.Wall
		if l.TokenRate != 7 || l.Each() != 1 || l.Steps > 2*steps/(maxMarks/2) {
			t.Fatalf("%+v", l)
		}
	}
	if done != steps-1 || wall != (steps-1)*time.Second || len(all) >= maxMarks || len(all) < maxMarks/3 {
		t.Errorf("%d lengths of %d steps in %v", len(all), done, wall)
	}
	if got := all[len(all)-1].At; got != SimTimeOf(1+(steps-1)*10) {
		t.Errorf("the newest is of %v", got)
	}
}

func TestSilenceIsJudgedByTheRunsOwnSteps(t *testing.T) {
	watched := func(length time.Duration) (*Pace, *Summary) {
		p, at := &Pace{}, noon
		for step := int64(1); step <= 400; step++ { // all hours of the day
			at = at.Add(length)
			p.Observe(runAt(step, at))
		}
		return p, runAt(400, at)
	}
	for _, tc := range []struct {
		length, silence time.Duration
		quiet, stalled  bool
	}{
		{time.Second, 119 * time.Second, false, false},
		{time.Second, 121 * time.Second, true, true}, // the floor of both
		{time.Minute, 175 * time.Second, false, false},
		{time.Minute, 240 * time.Second, true, false},
		{time.Minute, 590 * time.Second, true, false},
		{time.Minute, 800 * time.Second, true, true},
		{time.Hour, 2 * time.Hour, false, false},
	} {
		p, s := watched(tc.length)
		e := p.Estimate(s, s.Updated.Add(tc.silence))
		if e.Quiet != tc.quiet || e.Stalled != tc.stalled || e.Silence != tc.silence || e.Known == tc.quiet {
			t.Errorf("steps of %v, silent %v: %+v", tc.length, tc.silence, e)
		}
	}
}

func TestEstimateOfARunThatWasNotWatched(t *testing.T) {
	s := runAt(96, noon.Add(96*10*time.Second))
	e := (*Pace)(nil).Estimate(s, s.Updated.Add(25*time.Second))
	if e.StepLength != 10*time.Second || e.Observed != 0 || !e.Known || !e.Rough || e.High != 0 {
		t.Errorf("estimate %+v", e)
	}
	if e := (*Pace)(nil).Estimate(s, s.Updated.Add(3*time.Minute)); !e.Quiet || !e.Stalled || e.Known {
		t.Errorf("a run silent for three minutes: %+v", e)
	}
}

// TestANightThatWasWatchedIsNotTheWholeRun: without a history, steps that are all of the night, and
// five times as short as those of the day, say little of the days to come; the mean of the whole
// run says more, and is what a command says that has watched nothing.
func TestANightThatWasWatchedIsNotTheWholeRun(t *testing.T) {
	var p Pace
	walls, at := []time.Time{noon}, noon
	for step := int64(1); step < 768; step++ {
		at = at.Add(map[bool]time.Duration{true: 3 * time.Second, false: 15 * time.Second}[isNight(step)])
		walls = append(walls, at)
	}
	var begin int64
	var past []StepTime
	for step := int64(300); step < 560; step++ {
		if begin == 0 && isNight(step) {
			begin = step
		}
		if begin == 0 || !isNight(step) {
			continue
		}
		now := walls[step-1]
		s := runAt(step, now)
		s.Created = noon.Add(-15 * time.Second)
		p.Observe(s)
		past = append(past, StepTime{s.Now, now})
		recorded := PaceOf(s, past).Estimate(s, now) // a lab file that knows only this part
		if len(past) > 1 && recorded.Left != p.Estimate(s, now).Left {
			t.Fatalf("after %d steps %v is left, with their history %v", step-begin, p.Estimate(s, now).Left, recorded.Left)
		}
		watched, whole, truth := p.Estimate(s, now), (*Pace)(nil).Estimate(s, now), walls[767].Sub(now)
		if ratio := watched.Left.Seconds() / whole.Left.Seconds(); !watched.Rough || ratio < 0.85 || ratio > 1.15 {
			t.Fatalf("after %d watched steps %v is left, of the whole run %v, and in truth %v", step-begin, watched.Left, whole.Left, truth)
		}
	}
	if p.steps < 50 {
		t.Fatalf("only %d steps were watched", p.steps)
	}
}

func TestARunThatBeganAgainIsObservedFromItsStart(t *testing.T) {
	var p Pace
	for step := int64(1); step <= 10; step++ {
		p.Observe(runAt(step, noon.Add(time.Duration(step)*time.Second)))
	}
	p.Observe(runAt(2, noon.Add(time.Hour)))
	if got := p.Lengths(); len(got) != 0 {
		t.Fatalf("%v are left of the run before", got)
	}
	p.Observe(runAt(3, noon.Add(time.Hour+time.Minute)))
	if e := p.Estimate(runAt(3, noon.Add(time.Hour+time.Minute)), noon.Add(time.Hour)); !near(e.StepLength, time.Minute) || e.Silence != 0 {
		t.Errorf("estimate %+v", e)
	}
}

func TestOnlyRunsAreEstimated(t *testing.T) {
	for _, status := range []Status{NotStarted, Finished, Failed, Stopped, Status(9)} {
		s := runAt(50, noon.Add(time.Hour))
		s.Status = status
		if e := (*Pace)(nil).Estimate(s, noon.Add(48*time.Hour)); e.Known || e.Quiet || e.Stalled || e.StepLength != 0 || !math.IsNaN(e.TokenRate) {
			t.Errorf("%v: %+v", status, e)
		}
	}
	if e := (*Pace)(nil).Estimate(runAt(50, time.Time{}), noon); e.Known || e.Quiet || e.Stalled || e.Silence != 0 {
		t.Errorf("a run whose last move is unknown: %+v", e)
	}
}

func FuzzEstimate(f *testing.F) {
	f.Add(int64(5), int64(6), int64(10), int64(20), int64(7), int64(8), 3, 14101.0)
	f.Add(int64(math.MaxInt64), int64(math.MinInt64), int64(math.MaxInt64), int64(0), int64(-1), int64(1), math.MaxInt, math.Inf(1))
	f.Fuzz(func(t *testing.T, created, first, second, now, in, out int64, day int, sim float64) {
		s := *runAt(5, time.UnixMicro(first))
		s.Created = time.UnixMicro(created)
		var p Pace
		p.Observe(&s)
		s.InputTokens, s.OutputTokens, s.Updated = in, out, time.UnixMicro(second)
		s.Now = SimTime{Day: day, T: sim}
		p.Observe(&s)
		e := p.Estimate(&s, time.UnixMicro(now))
		if e.Left < 0 || e.Low < 0 || e.High < e.Low || e.Silence < 0 || e.StepLength < 0 || (e.Known && (e.Quiet || e.Left > 2*maxLeft)) {
			t.Fatalf("estimate %+v", e)
		}
		if math.IsInf(e.TokenRate, 0) || e.TokenRate < 0 || math.IsInf(e.SimPerWall, 0) || e.SimPerWall < 0 || math.IsNaN(e.SimPerWall) {
			t.Fatalf("rates %+v", e)
		}
	})
}
