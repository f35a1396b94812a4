package overview

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// stepsAt is the lengths of steps from a number on, each of so many seconds.
func stepsAt(first int64, seconds ...float64) (all []model.StepLength) {
	for i, s := range seconds {
		at := model.SimTimeOf(8*3600 + 1 + (first+int64(i)-1)*300)
		all = append(all, model.StepLength{At: at, Steps: 1, Wall: time.Duration(s * float64(time.Second)), TokenRate: math.NaN()})
	}
	return all
}

// shown is what Overview shows of a run of these lengths.
func shown(lengths []model.StepLength, w, h int, ascii bool) string {
	v := viewOf(model.Running, 362)
	v.Lengths = lengths
	p := New(theme.New(theme.Dark, ascii))
	p.Resize(w, h)
	p.Show(v)
	return panetest.Text(p)
}

func TestTheChartOfSteps(t *testing.T) {
	many := make([]float64, 40)
	for i := range many {
		many[i] = 9
	}
	paused := append(append([]float64{}, many...), 3600)
	level := stepsAt(1, 9, 9, 9)
	level[2].At, level[2].Steps, level[2].Wall = model.SimTimeOf(8*3600+1+5*300), 4, 20*time.Second
	gap := append(stepsAt(1, many...), stepsAt(61, many...)...)
	gap[40].Steps = 21
	wrong := []model.StepLength{{At: model.SimTime{Day: -1}, Steps: 1, Wall: 1}, stepsAt(5, 9)[0], stepsAt(4, 9)[0], stepsAt(5, 9)[0], {At: model.SimTimeOf(90000), Wall: time.Hour}, stepsAt(6, -3)[0]}
	for name, tc := range map[string]struct {
		lengths    []model.StepLength
		has, hides []string
	}{
		"of one step":              {stepsAt(362, 9), []string{"Step length · 1 of 362 steps", "10s┤", "14:05"}, []string{"▲", "night"}},
		"of all steps":             {stepsAt(1, many...), []string{"Step length · 40 steps", "10s┤", " 0s┤"}, []string{"▲", "night"}},
		"of a night":               {stepsAt(200, many...), []string{"40 of 239 steps · ━ night", "d1 01:00", "━━"}, nil},
		"with a pause":             {stepsAt(1, paused...), []string{"41 steps · ▲ longest 1h 00m", "10s┤", "▲"}, []string{"0m┤"}},
		"of few with a long one":   {stepsAt(1, 9, 9, 3600), []string{"100m┤"}, []string{"▲"}},
		"of minutes":               {stepsAt(1, 300, 400, 600), []string{"10m┤"}, nil},
		"of hours":                 {stepsAt(1, 3*3600, 4*3600), []string{"4h┤"}, nil},
		"with holes":               {append(stepsAt(1, many...), stepsAt(61, many...)...), []string{"80 of 100 steps"}, nil},
		"of several steps at once": {level, []string{"Step length · 6 steps"}, nil},
		"of too many at once":      {gap, []string{"79 of 100 steps"}, nil},
		"of no time":               {stepsAt(1, 0, 0, 0), []string{"3 steps", "0s┤"}, nil},
		"out of order and wrong":   {wrong, []string{"1 of 5 steps"}, nil},
	} {
		got := shown(tc.lengths, 80, 30, false)
		for _, text := range tc.has {
			if !strings.Contains(got, text) {
				t.Errorf("%s: no %q in\n%s", name, text, got)
			}
		}
		for _, text := range tc.hides {
			if strings.Contains(got, text) {
				t.Errorf("%s: %q in\n%s", name, text, got)
			}
		}
	}
}

// TestARunThatHasEndedHasAChart: if its history is known; one that has not started has none.
func TestARunThatHasEndedHasAChart(t *testing.T) {
	for status, want := range map[model.Status]bool{model.Finished: true, model.Failed: true, model.NotStarted: false} {
		v := viewOf(status, 362)
		v.Lengths = stepsAt(1, 9, 9, 9)
		v.Experiment.Error = text.CleanLines("RuntimeError: out of tokens")
		p := New(theme.New(theme.Dark, false))
		p.Resize(80, 30)
		p.Show(v)
		if got := strings.Contains(panetest.Text(p), "Step length"); got != want {
			t.Errorf("%v: %v", status, got)
		}
		if shown := panetest.Text(p); strings.Index(shown, "RuntimeError") > strings.Index(shown, "Step length") && want {
			t.Errorf("the chart comes before the error:\n%s", shown)
		}
	}
}

// TestOneRateIsNoLine: a block says nothing of one value.
func TestOneRateIsNoLine(t *testing.T) {
	two := stepsAt(1, 9, 9)
	two[0].TokenRate, two[1].TokenRate = 100, 100
	after := func(lengths []model.StepLength) string {
		_, below, _ := strings.Cut(shown(lengths, 80, 30, false), "tokens ")
		return strings.TrimSpace(strings.Split(below, "\n")[1])
	}
	if one, both := after(two[:1]), after(two); one != "" || both != "██" {
		t.Errorf("of one step %q, of two %q", one, both)
	}
}

// TestAHoleIsDrawnAsOne: between the parts that are known, nothing is drawn.
func TestAHoleIsDrawnAsOne(t *testing.T) {
	c := newStepSeries(append(stepsAt(1, 9, 9), stepsAt(10, 9)...), viewOf(model.Running, 362).Experiment.Plan)
	if len(c.Y) != 4 || !math.IsNaN(c.Y[2]) || c.known != 3 || c.last != 10 {
		t.Errorf("%+v", c)
	}
}

// TestTheChartGivesWay: a pane of little room has a line instead, in which a pause does not flatten the
// rest either.
func TestTheChartGivesWay(t *testing.T) {
	lengths := stepsAt(1, 1, 2, 3, 4, 5, 6, 3600)
	for _, size := range [][2]int{{36, 8}, {76, 15}, {38, 40}} {
		got := shown(lengths, size[0], size[1], false)
		if strings.Contains(got, "Step length") || !strings.Contains(got, "▂▃▅▆▇██") {
			t.Errorf("in %v:\n%s", size, got)
		}
	}
}

// TestAnyLengthsHaveTheSize: whatever the lengths, the pane fills its cells.
func TestAnyLengthsHaveTheSize(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		v := viewOf(model.Running, 362)
		at := int64(0)
		for range random.IntN(200) {
			at += random.Int64N(1 << random.IntN(40))
			v.Lengths = append(v.Lengths, model.StepLength{At: model.SimTimeOf(at), Steps: random.Int64N(1 << random.IntN(30)), Wall: time.Duration(random.Int64() >> random.IntN(60)), TokenRate: random.NormFloat64() / float64(random.IntN(3))})
		}
		w, h := random.IntN(200), 1+random.IntN(60)
		p := New(theme.New(theme.Dark, random.IntN(2) == 0))
		p.Resize(w, h)
		p.Show(v)
		panetest.Fills(t, p, w, h)
	}
}

// TestALongRunIsDrawnQuickly: 100,000 steps take about as long as their number says.
func TestALongRunIsDrawnQuickly(t *testing.T) {
	frame := func(n int) time.Duration {
		seconds := make([]float64, n)
		for i := range seconds {
			seconds[i] = 8 + float64(i%5)
		}
		lengths := stepsAt(1, seconds...)
		best := time.Hour
		for range 5 {
			begin := time.Now()
			if got := shown(lengths, 120, 40, false); !strings.Contains(got, "Step length") {
				t.Fatal(got)
			}
			best = min(best, time.Since(begin))
		}
		return best
	}
	if few, many := frame(1000), frame(100_000); many > 400*few {
		t.Errorf("100,000 steps take %v, 1,000 %v", many, few)
	} else {
		t.Logf("100,000 steps take %v, 1,000 %v", many, few)
	}
}
