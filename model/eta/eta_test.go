package eta

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"societop/model/plan"
)

var start = time.Date(2026, 1, 5, 3, 0, 0, 0, time.UTC)

// steps is a plan of so many steps of five minutes from 08:00 on.
func steps(n float64) *plan.Plan {
	return plan.New(8*3600, []plan.Entry{{Type: "step", Steps: n, Ticks: 300}})
}

// evenly is marks of steps that all take so long.
func evenly(from, to int64, each time.Duration) (marks []Mark) {
	for i := from; i <= to; i++ {
		marks = append(marks, Mark{i, start.Add(time.Duration(i) * each)})
	}
	return marks
}

func learnt(p *plan.Plan, marks ...[]Mark) (m Model) {
	for _, some := range marks {
		for _, mark := range some {
			m.Add(p, mark)
		}
	}
	return m
}

func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if math.Abs(float64(got-want)) > 0.05*float64(want) {
		t.Errorf("%s is %v, not about %v", what, got, want)
	}
}

// sane fails where a forecast is nonsense.
func sane(t *testing.T, f Forecast) {
	t.Helper()
	if f.Low < 0 || f.Low > f.Rest || f.Rest > f.High || f.Step < 0 || f.Step > f.P90 || !f.Known && f.Rest != 0 {
		t.Fatalf("%+v", f)
	}
}

func TestNothingIsKnownWithoutALength(t *testing.T) {
	p := steps(100)
	for name, marks := range map[string][]Mark{
		"no mark":          nil,
		"not begun":        {{0, start}, {0, start.Add(time.Hour)}},
		"one":              {{1, start}},
		"one, after hours": {{0, start}, {1, start.Add(5 * time.Hour)}},
		"no time passed":   {{1, start}, {2, start}, {9, start}},
	} {
		m := learnt(p, marks)
		if f := m.Forecast(p); f.Known || f.P90 != 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestBadMarksAreNoNews(t *testing.T) {
	p := steps(1000)
	good := evenly(1, 300, 10*time.Second)
	plain := learnt(p, good)
	want := plain.Forecast(p)
	near(t, "the rest", want.Rest, 7000*time.Second)

	doubled := learnt(p, good, good)
	if got := doubled.Forecast(p); got != want {
		t.Errorf("doubled: %+v, not %+v", got, want)
	}
	late := learnt(p, good, good[100:200])
	if got := late.Forecast(p); got != want {
		t.Errorf("late: %+v, not %+v", got, want)
	}
	var holes []Mark
	for i := 0; i < len(good); i += 1 + i%7 {
		holes = append(holes, good[i])
	}
	sparse := learnt(p, holes, good[299:])
	near(t, "the rest with holes", sparse.Forecast(p).Rest, 7000*time.Second)

	// A clock that is set forth is an accident, and one that is set back has no length.
	jumped := append([]Mark(nil), good...)
	for i := range jumped[100:200] {
		jumped[100+i].At = jumped[100+i].At.Add(48 * time.Hour)
	}
	set := learnt(p, jumped)
	near(t, "the rest after jumps of the clock", set.Forecast(p).Rest, 7000*time.Second)
}

func TestARunThatGoesBackBeginsAgain(t *testing.T) {
	p := steps(1000)
	m := learnt(p, evenly(1, 300, 10*time.Second))
	for i := range int64(100) {
		m.Add(p, Mark{i + 1, start.Add(5*time.Hour + time.Duration(i)*time.Minute)})
	}
	near(t, "the rest", m.Forecast(p).Rest, 900*time.Minute)
}

func TestAPauseIsNoRate(t *testing.T) {
	p := steps(1000)
	marks := evenly(1, 300, 10*time.Second)
	for i := range marks[200:] {
		marks[200+i].At = marks[200+i].At.Add(time.Hour)
	}
	m := learnt(p, marks)
	f := m.Forecast(p)
	near(t, "the rest", f.Rest, 7000*time.Second)
	if f.High > 9000*time.Second {
		t.Errorf("up to %v", f.High)
	}
}

func TestWithoutAPlanALengthIsKnown(t *testing.T) {
	m := learnt(nil, evenly(1, 50, 10*time.Second))
	f := m.Forecast(nil)
	if near(t, "a step", f.Step, 10*time.Second); f.Known {
		t.Errorf("%+v", f)
	}
}

func TestRough(t *testing.T) {
	run := plan.Entry{Type: "run", Days: 1, Ticks: 600}
	short := plan.Entry{Type: "step", Steps: 50, Ticks: 60}
	for name, tc := range map[string]struct {
		entries []plan.Entry
		done    int64
		want    bool
	}{
		"few steps":           {[]plan.Entry{{Type: "step", Steps: 40, Ticks: 1}}, 19, true},
		"enough":              {[]plan.Entry{{Type: "step", Steps: 40, Ticks: 1}}, 21, false},
		"a night to come":     {[]plan.Entry{{Type: "run", Days: 3, Ticks: 600}}, 90, true},
		"a whole day":         {[]plan.Entry{{Type: "run", Days: 3, Ticks: 600}}, 145, false},
		"a survey to come":    {[]plan.Entry{run, run, {Type: "survey"}, run}, 230, true},
		"a survey that was":   {[]plan.Entry{run, {Type: "survey"}, run, run, {Type: "survey"}, run}, 250, false},
		"other steps to come": {[]plan.Entry{run, run, short, short}, 230, true},
		"all kinds of steps":  {[]plan.Entry{run, run, short, short}, 260, false},
	} {
		p := plan.New(8*3600, tc.entries)
		m := learnt(p, evenly(1, tc.done, 10*time.Second))
		if f := m.Forecast(p); f.Rough != tc.want || !f.Known {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestAMorningStepIsExpectedToBeLong tells the first steps of a day from a run that hangs.
func TestAMorningStepIsExpectedToBeLong(t *testing.T) {
	p := plan.New(0, []plan.Entry{{Type: "run", Days: 5, Ticks: 600}})
	var m Model
	at := start
	random := rand.New(rand.NewPCG(1, 2))
	for i := range int64(3 * 144) {
		length := 60.0
		if i%144 < 6*6 {
			length = 5
		}
		if i > 2*144 && (i%144 == 6*6 || i%144 == 6*6+3) {
			if f := m.Forecast(p); f.P90 < 60*time.Second || f.P90 > 120*time.Second {
				t.Errorf("step %d: at most %v", i, f.P90)
			}
		}
		if i == 2*144+20 {
			if f := m.Forecast(p); f.P90 > 20*time.Second {
				t.Errorf("by night: at most %v", f.P90)
			}
		}
		at = at.Add(seconds(length * math.Exp(0.1*random.NormFloat64())))
		m.Add(p, Mark{i + 1, at})
	}
}

func TestTheEndIsNoForecast(t *testing.T) {
	p := steps(100)
	m := learnt(p, evenly(1, 100, 10*time.Second))
	if f := m.Forecast(p); !f.Known || f.Rest != 0 || f.High != 0 {
		t.Errorf("%+v", f)
	}
	m = learnt(p, evenly(1, 120, 10*time.Second)) // more than planned
	sane(t, m.Forecast(p))
}

func FuzzForecast(f *testing.F) {
	f.Add([]byte{3, 10, 20, 1, 10, 1, 10, 1, 200, 255, 0, 7, 9}, int64(28800), 3.0, 300.0, 10.0)
	f.Add([]byte{0, 0, 1, 1, 128, 128, 2, 3, 255, 255}, int64(0), 1e12, 86400.0, 1e15)
	f.Fuzz(func(t *testing.T, data []byte, begin int64, days, ticks, count float64) {
		p := plan.New(float64(begin), []plan.Entry{
			{Type: "run", Days: days, Ticks: ticks}, {Type: "survey"}, {Type: "step", Steps: count, Ticks: ticks / 2}, {Type: "step", Steps: 7, Ticks: 1},
		})
		var m Model
		mark := Mark{0, start}
		for i := 0; i+1 < len(data); i += 2 {
			// Steps and times go forth and back, by little and by a lot.
			step, wall := int64(int8(data[i])), time.Duration(int8(data[i+1]))*time.Second
			if step%16 == 0 {
				step *= 1 << (uint(data[i+1]) % 56)
			}
			if wall%7 == 0 {
				wall *= 1 << (uint(data[i]) % 26)
			}
			mark = Mark{mark.Step + step, mark.At.Add(wall)}
			m.Add(p, mark)
			sane(t, m.Forecast(p))
		}
		if p != nil {
			sane(t, m.Forecast(nil))
		}
	})
}

// TestStepsThatAreHeardOfTogether: nine steps of no length, and then one that takes the time of ten.
func TestStepsThatAreHeardOfTogether(t *testing.T) {
	p := plan.New(0, []plan.Entry{{Type: "step", Steps: 2000, Ticks: 60}})
	var m Model
	at := start
	for step := int64(1); step <= 1000; step++ {
		if step%10 == 0 {
			at = at.Add(10 * time.Minute)
		}
		m.Add(p, Mark{step, at})
	}
	f := m.Forecast(p)
	if f.P90 < 9*time.Minute || f.P90 > 20*time.Minute {
		t.Errorf("P90 %v", f.P90)
	}
	if f.Rest < 950*time.Minute || f.Rest > 1050*time.Minute {
		t.Errorf("rest %v", f.Rest)
	}
}

// TestStepsThatWereWrittenAtOnce: a copied database has one time for all steps before the copy, and
// some sources hear of several steps at a time. Such steps have no length.
func TestStepsThatWereWrittenAtOnce(t *testing.T) {
	p := plan.New(8*3600, []plan.Entry{{Type: "run", Days: 2, Ticks: 300}})
	for _, untimed := range []int64{40, 100, 200} {
		for _, timed := range []int64{25, 52, 100} {
			r := rand.New(rand.NewPCG(uint64(untimed), uint64(timed)))
			var m Model
			at := start
			for step := int64(1); step <= untimed+timed; step++ {
				if step > untimed {
					at = at.Add(time.Duration(5.4e9 * (0.8 + 0.4*r.Float64())))
				}
				m.Add(p, Mark{Step: step, At: at})
			}
			f, truth := m.Forecast(p), time.Duration(p.Steps()-untimed-timed)*5400*time.Millisecond
			if f.Low > truth || truth > f.High || f.Rest < truth*3/4 || f.Rest > truth*4/3 {
				t.Errorf("%d steps at once, %d timed: %v (%v – %v), want %v", untimed, timed, f.Rest, f.Low, f.High, truth)
			}
		}
	}
	var m Model
	at := start
	for step := int64(1); step <= 200; step++ {
		if at = at.Add(time.Millisecond); step%10 == 0 {
			at = at.Add(100 * time.Second)
		}
		m.Add(p, Mark{Step: step, At: at})
	}
	f, truth := m.Forecast(p), time.Duration(p.Steps()-200)*10*time.Second
	if f.Low > truth || truth > f.High || f.P90 < 100*time.Second || f.P90 > 10*time.Minute {
		t.Errorf("ten steps at a time: %v (%v – %v), want %v; the step under way %v", f.Rest, f.Low, f.High, truth, f.P90)
	}
}
