package model

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"societop/model/plan"
)

// walls are the wall times of steps 1, 2, …, which took so many seconds each; step 0 ended at from.
func walls(from time.Time, steps int64, seconds func(step int64) float64) []time.Time {
	out := make([]time.Time, steps)
	for i := range out {
		from = from.Add(time.Duration(seconds(int64(i)+1) * float64(time.Second)))
		out[i] = from
	}
	return out
}

// stepTimes are the steps of wall times, from step 1 on, as a source has them.
func stepTimes(walls []time.Time) []StepTime {
	out := make([]StepTime, len(walls))
	for i, at := range walls {
		out[i] = StepTime{runAt(int64(i)+1, at).Now, at}
	}
	return out
}

// isNight reports whether a step of threeDays lies between 22 and 6 o'clock.
func isNight(step int64) bool {
	hour := (plan.DefaultStartTick + step*300) / 3600 % 24
	return hour >= 22 || hour < 6
}

// dayAndNight is the length of a step that is ten times as long by day, and varies by a tenth.
func dayAndNight(step int64) float64 {
	length := 20.0
	if isNight(step) {
		length = 2
	}
	return length * (0.9 + 0.2*rand.New(rand.NewPCG(uint64(step), 1)).Float64())
}

// watched is the pace of a run of which each step was observed.
func watched(walls []time.Time, from int64) *Pace {
	p := &Pace{}
	for i, at := range walls[from-1:] {
		p.Observe(runAt(from+int64(i), at))
	}
	return p
}

// opened is the pace of a run of which the history was read, as a lab has it.
func opened(t *testing.T, s *Summary, steps []StepTime) *Pace {
	t.Helper()
	p := PaceOf(s, steps)
	if !p.take(nil, s) {
		t.Fatal("the history is not that of its run")
	}
	return p
}

// TestAHistoryTellsWhatWatchingDoes: the same estimate, whatever the order of the history and
// whatever else it holds.
func TestAHistoryTellsWhatWatchingDoes(t *testing.T) {
	const done = 400
	at := walls(noon, done, dayAndNight)
	s := runAt(done, at[done-1])
	now := s.Updated.Add(5 * time.Second)
	want := watched(at, 1).Estimate(s, now)
	if !want.Known || want.Rough || want.Observed != done-1 {
		t.Fatalf("watched: %+v", want)
	}
	history := stepTimes(at)
	shuffled := slices.Clone(history)
	rand.New(rand.NewPCG(1, 2)).Shuffle(done, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	former := stepTimes(walls(noon.Add(-24*time.Hour), 700, func(int64) float64 { return 60 }))
	failed := stepTimes(walls(noon.Add(-time.Hour), 3, func(int64) float64 { return 60 }))
	interleaved := make([]StepTime, 0, 2*done) // as a table that is ordered by simulated time
	for i := range history {
		interleaved = append(interleaved, former[i], history[i])
	}
	odd := slices.Clone(history)
	for _, i := range []int{30, 31, 250} {
		odd[i].Wall = odd[i+100].Wall.Add(time.Millisecond)
	}
	broken := append([]StepTime{{}, {At: SimTime{Day: -1}, Wall: noon}, {At: SimTime{Day: 1}}, {At: SimTime{T: 5}, Wall: noon}}, history...)
	late := append(slices.Clone(history), StepTime{history[20].At, now.Add(24 * time.Hour)}, StepTime{history[21].At, time.Unix(1<<60, 0)})
	for name, tc := range map[string]struct {
		steps []StepTime
		exact bool
	}{
		"in order":              {history, true},
		"in any order":          {shuffled, true},
		"each twice":            {append(slices.Clone(shuffled), history...), true},
		"a former run, longer":  {append(slices.Clone(former), history...), true},
		"a former run, at once": {append(slices.Clone(failed), shuffled...), true},
		"both, by step":         {interleaved, true},
		"what is no step":       {broken, true},
		"clocks in the future":  {late, true},
		"odd clocks":            {odd, false},
		"holes":                 {slices.DeleteFunc(slices.Clone(history), func(s StepTime) bool { return int(s.At.T)%1500 < 600 }), false},
	} {
		got := opened(t, s, tc.steps).Estimate(s, now)
		sim := got.SimPerWall
		got.Rates = want.Rates // tokens are not in a history
		if got.SimPerWall = sim; tc.exact && got != want {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, want)
		}
		if (got.Left-want.Left).Abs() > want.Left/20 || got.Rough || got.Known != want.Known {
			t.Errorf("%s:\n%+v, want about\n%+v", name, got, want)
		}
	}
}

// TestAHistoryOfARunThatBeganAgain: of what a former run has left nothing counts, also where the
// present one has made no step yet.
func TestAHistoryOfARunThatBeganAgain(t *testing.T) {
	former := stepTimes(walls(noon.Add(-24*time.Hour), 700, func(int64) float64 { return 10 }))
	s := runAt(1, noon)
	s.Now = SimTime{}
	if got := PaceOf(s, former).Lengths(); len(got) != 0 {
		t.Errorf("before the first step: %d lengths", len(got))
	}
	at := walls(noon, 5, func(int64) float64 { return 50 })
	got := PaceOf(runAt(5, at[4]), append(former, stepTimes(at)...)).Lengths()
	if len(got) != 4 || got[0].Each() != 50 {
		t.Errorf("after five steps: %+v", got)
	}
}

// TestALabGoesOnFromAHistory: what was observed before and after a history was read counts if it
// is newer, and the order of the list follows.
func TestALabGoesOnFromAHistory(t *testing.T) {
	at := walls(noon, 410, dayAndNight)
	put := func(l *Lab, step int64) *Summary {
		s := runAt(step, at[step-1])
		l.Apply(Changes{Put: []Summary{*s}}, s.Updated)
		return s
	}
	l := NewLab()
	soonest := made(l.Select(Query{}, Sort{Key: ByETA}, noon))
	sooner := *runAt(96, at[399])
	sooner.ID[0], sooner.Created = 1, at[399].Add(-96*20*time.Second)
	l.Apply(Changes{Put: []Summary{sooner}}, at[399])
	read := put(l, 390)
	history := PaceOf(read, stepTimes(at[:392])) // the list lags a little
	for step := int64(391); step <= 400; step++ {
		put(l, step)
	}
	key := read.Key
	if l.HasHistory(key) {
		t.Error("it was read before it was")
	}
	if !l.SetPace(key, history, at[399]) || !l.HasHistory(key) {
		t.Fatal("the history was not taken over")
	}
	if soonest.At(0).Key != key {
		t.Error("the order does not follow")
	}
	older := *runAt(399, at[398].Add(time.Millisecond))
	l.Apply(Changes{Put: []Summary{older}}, at[399])
	if !l.HasHistory(key) {
		t.Error("an older state that comes late ends the run")
	}
	for step := int64(401); step <= 410; step++ {
		s := put(l, step)
		want, got := watched(at[:step], 1).Estimate(s, s.Updated), l.Estimate(key, s.Updated)
		if got.Left != want.Left || got.Low != want.Low || got.High != want.High {
			t.Fatalf("step %d:\n%+v, want\n%+v", step, got, want)
		}
	}
	var steps int64
	for _, each := range l.Lengths(key) {
		steps += each.Steps
	}
	if steps != 409 {
		t.Errorf("lengths of %d steps", steps)
	}
	again := *runAt(2, at[409].Add(time.Minute))
	l.Apply(Changes{Put: []Summary{again}}, again.Updated)
	if l.HasHistory(key) || len(l.Lengths(key)) != 0 {
		t.Error("a run that began again has the history of the one before")
	}
	if l.SetPace(key, PaceOf(read, stepTimes(at[:392])), again.Updated) {
		t.Error("what was read before a run began again was taken over after it")
	}
	again.Status = Stopped
	l.Apply(Changes{Put: []Summary{again}}, again.Updated)
	if l.SetPace(key, PaceOf(&again, nil), again.Updated) || l.SetPace(Key{}, history, noon) {
		t.Error("what does not run has a pace")
	}
}

// TestTheFirstStepOfAMorningIsNotQuiet: by night steps are a tenth as long as by day. A run whose
// history is known, and one that was watched since the evening only, is not called quiet for that.
func TestTheFirstStepOfAMorningIsNotQuiet(t *testing.T) {
	const evening, morning = 430, 552 // 20:00 of the first day, 06:00 of the second
	if isNight(morning+1) || !isNight(morning-1) {
		t.Fatal("another plan")
	}
	length := func(step int64) float64 { return 20 * dayAndNight(step) } // 400 s and 40 s
	at := walls(noon, morning, length)
	s := runAt(morning, at[morning-1])
	for name, p := range map[string]*Pace{
		"with its history":          opened(t, s, stepTimes(at)),
		"watched since the evening": watched(at, evening+40),
	} {
		if e := p.Estimate(s, s.Updated.Add(440*time.Second)); !e.Judged || e.Quiet || e.Stalled {
			t.Errorf("%s: the first step of the morning counts as quiet: %+v", name, e)
		}
		if e := p.Estimate(s, s.Updated.Add(8*time.Hour)); !e.Quiet || !e.Stalled {
			t.Errorf("%s: a run that is silent for hours does not count as quiet: %+v", name, e)
		}
	}
	const midnight = 500
	s = runAt(midnight, at[midnight-1])
	if e := opened(t, s, stepTimes(at[:midnight])).Estimate(s, s.Updated.Add(400*time.Second)); !e.Quiet {
		t.Errorf("by night a step as long as one by day does not count as quiet: %+v", e)
	}
}

// TestALongHistoryIsTakenQuickly: whatever is in it.
func TestALongHistoryIsTakenQuickly(t *testing.T) {
	const steps = 100_000
	s := runAt(1, noon.Add(steps*time.Second))
	s.Plan = plan.New(0, []plan.Entry{{Type: "step", Steps: 2 * steps, Ticks: 10}})
	s.Now = SimTimeOf(1 + (steps-1)*10)
	all := make([]StepTime, 0, 2*steps)
	for step := range int64(steps) {
		all = append(all, StepTime{SimTimeOf(1 + step*10), noon.Add(time.Duration(step+1) * time.Second)})
	}
	if p := PaceOf(s, all); p.steps != steps-1 || len(p.Lengths()) >= maxMarks {
		t.Errorf("%d steps, %d lengths", p.steps, len(p.Lengths()))
	}
	for step := range int64(steps) { // the newest step again and again, of different times
		all = append(all, StepTime{s.Now, noon.Add(time.Duration(step+1) * time.Second / 2)})
	}
	PaceOf(s, all)
}

func FuzzPaceOf(f *testing.F) {
	f.Add(uint64(1), 10, int64(5), int64(1000))
	f.Fuzz(func(t *testing.T, seed uint64, n int, done, spread int64) {
		rng := rand.New(rand.NewPCG(seed, 1))
		steps := make([]StepTime, min(max(n, 0), 1000))
		for i := range steps {
			steps[i] = StepTime{SimTime{rng.IntN(6) - 1, rng.Float64() * 86400}, noon.Add(time.Duration(rng.Int64N(max(spread, 1))) * time.Second)}
		}
		s := runAt(min(max(done, 1), 768), noon.Add(time.Hour))
		p := PaceOf(s, steps)
		for i, l := range p.Lengths() {
			if l.Steps <= 0 || l.Wall < 0 {
				t.Fatalf("length %d: %+v", i, l)
			}
		}
		p.take(nil, s)
		if e := p.Estimate(s, noon.Add(time.Hour)); e.Left < 0 || e.Low < 0 || e.Low > e.High || e.Known && e.High > 0 && (e.Left < e.Low || e.Left > e.High) {
			t.Fatalf("%+v", e)
		}
	})
}

func BenchmarkPaceOf(b *testing.B) {
	s := runAt(700, noon.Add(700*10*time.Second))
	steps := stepTimes(walls(noon, 700, func(int64) float64 { return 10 }))
	b.ReportAllocs()
	for b.Loop() {
		PaceOf(s, steps)
	}
}

func BenchmarkEstimate(b *testing.B) {
	s := runAt(700, noon.Add(700*10*time.Second))
	p := PaceOf(s, stepTimes(walls(noon, 700, dayAndNight)))
	b.Run("moved", func(b *testing.B) {
		for b.Loop() {
			p.unasked = 1
			p.Estimate(s, s.Updated)
		}
	})
	b.Run("still", func(b *testing.B) {
		for b.Loop() {
			p.Estimate(s, s.Updated)
		}
	})
}

// TestWhatTurnsQuietHasNoEnd: in an order by the end it comes last, once somebody asks at a later time; the
// others stay as they are, also those that end in the same minute.
func TestWhatTurnsQuietHasNoEnd(t *testing.T) {
	l, now := NewLab(), noon.Add(2*time.Hour)
	var keys []Key
	for i, silent := range []time.Duration{9 * time.Minute, 0, 5 * time.Second} {
		s := *runAt(400, now.Add(-silent))
		s.ID[0], s.Created = byte(i+1), s.Updated.Add(-400*60*time.Second)
		l.Apply(Changes{Put: []Summary{s}}, s.Updated)
		keys = append(keys, s.Key)
	}
	soonest := made(l.Select(Query{}, Sort{Key: ByETA}, now.Add(-9*time.Minute)))
	order := func() (all []Key) {
		for _, s := range soonest.Window(0, 3) {
			all = append(all, s.Key)
		}
		return all
	}
	if got := order(); !slices.Equal(got, []Key{keys[0], keys[2], keys[1]}) && !slices.Equal(got, []Key{keys[0], keys[1], keys[2]}) {
		t.Errorf("at first the order is %v", got)
	}
	before := order()
	if l.Needs().Judge(now) != l.Estimate(keys[0], now).Quiet || !slices.Equal(order(), append(before[1:], keys[0])) {
		t.Errorf("then it is %v", order())
	}
	if l.Needs().Judge(now) {
		t.Error("it changes again")
	}
}
