package health

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

var start = time.Date(2026, 9, 24, 9, 0, 0, 0, time.UTC)

// working returns a view of a run with so many steps.
func working(steps int) (v pane.View) {
	h := model.Health{
		From: text.Clean("trace, 12 of 92 files; sim.log"), Sample: 0.134, Retries: 3, RateLimits: 12, Input: 429_906, Cached: 253_696, Output: 10_166,
		Failures: []model.Failure{
			{Cause: text.Clean("unknown tool"), Count: 1234, Last: start, Example: text.Clean("think: unknown action: think")},
			{Cause: text.Clean("read-only"), Count: 7, Example: text.Clean("ask_env: ask_env mutation is disabled in readonly mode, as the agent was asked by a questionnaire")},
		},
	}
	at := start
	for i := range steps {
		took := time.Duration(40+i*17%31) * time.Second
		h.Steps = append(h.Steps, model.StepSpan{Step: i, Start: at, End: at.Add(took)})
		at = at.Add(took + 5*time.Second)
	}
	for i, name := range []string{"llm.completion synthetic-7b", "react.tool ask_env", "memory.extract", "react.tool 查询"} {
		d := time.Duration(1000>>i) * time.Millisecond
		h.Calls = append(h.Calls, model.CallStats{
			Name: text.Clean(name), Count: 195 * int64(i+1), Failed: int64(i % 2 * 25), Total: 300 * d, P50: d, P95: 3 * d, Max: 9 * d,
			Slowest: []model.Call{{Agent: int64(i), Step: i - 1, Start: start, Took: 9 * d}, {Agent: -1, Step: -1, Took: 8 * d}},
		})
	}
	v.Experiment.Key.ID = uuid.UUID{1}
	v.Health, v.Now, v.Zone = h, start.Add(time.Hour), time.UTC
	v.Tell(pane.NeedHealth, true, text.Text{})
	return v
}

func shown(w, h int, v pane.View) pane.Pane {
	p := New(theme.New(theme.Dark, false))
	p.Resize(w, h)
	p.Show(v)
	return p
}

func TestGolden(t *testing.T) {
	panetest.Golden(t, "health", New, working(14), "")
	panetest.Golden(t, "health end", New, working(14), "G")
}

func TestWhatItSays(t *testing.T) {
	p := shown(116, 60, working(14))
	view := panetest.Text(p)
	for _, want := range []string{
		"from trace, 12 of 92 files; sim.log", "counts are of the 13% of the trace that was read", "p50 52s", "longest 1m 09s (step 10)",
		"3 retries · 12 rate limits", "429k in · 59% of it from a cache · 10k out", "1,234 unknown tool", "09:00:00", "1,234",
		"llm.completion synthetic-7b", "9.0s llm.completion synthetic-7b · agent 0 · 09:00:00",
	} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not in\n%s", want, view)
		}
	}
	v := working(14)
	v.Health.Retries, v.Health.Sample, v.Health.Cached = 4, 1, -1
	p.Show(v)
	if view = panetest.Text(p); !strings.Contains(view, "4 retries") || strings.Contains(view, "counts are of") || strings.Contains(view, "cache") {
		t.Errorf("the page is not the newest:\n%s", view)
	}
}

func TestStepsHaveDates(t *testing.T) {
	v := working(14)
	v.Experiment.Dir = &model.RunDir{Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}
	v.Experiment.Plan = &plan.Plan{Start: 8 * 3600, Segments: []plan.Segment{{Steps: 20, Ticks: 900}}}
	view := panetest.Text(shown(116, 60, v))
	for _, want := range []string{"longest 1m 09s (step 10, 01-05 10:15)", " 01-05 09:00 ", " 01-05 10:00 "} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not in\n%s", want, view)
		}
	}
	v.Experiment.Plan = &plan.Plan{Start: 8 * 3600, Segments: []plan.Segment{{Steps: 5, Ticks: 900}}}
	if view = panetest.Text(shown(116, 60, v)); strings.Contains(view, " 01-05 09:00 ") {
		t.Errorf("the axis has dates although the plan is shorter than the run:\n%s", view)
	}
}

func TestTimeBetweenStepsIsLeftOut(t *testing.T) {
	v := working(2)
	v.Health.Steps = []model.StepSpan{{Step: 0, Start: start, End: start.Add(time.Minute)}, {Step: 1, Start: start.Add(time.Minute), End: start.Add(2 * time.Minute)}}
	if view := panetest.Text(shown(116, 60, v)); strings.Contains(view, "between steps") {
		t.Errorf("no time passed between the steps:\n%s", view)
	}
	v = working(2)
	v.Health.Steps = []model.StepSpan{{Step: 0, Start: start, End: start.Add(time.Minute)}, {Step: 1, Start: start.Add(90 * time.Second), End: start.Add(2 * time.Minute)}}
	if view := panetest.Text(shown(116, 60, v)); !strings.Contains(view, "without the time between steps") {
		t.Errorf("half a minute passed between the steps:\n%s", view)
	}
}

func TestLengthsOfSteps(t *testing.T) {
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	all := []model.StepSpan{{Step: 0, End: at(5)}, {Step: 1, End: at(9)}, {Step: 3, End: at(20)}, {Step: 4, Start: at(21), End: at(20)}, {Step: 5, Start: at(30), End: at(32)}}
	want := []float64{math.NaN(), 4, math.NaN(), math.NaN(), 2}
	for i := range all {
		if got := length(all, i); got != want[i] && !(math.IsNaN(got) && math.IsNaN(want[i])) {
			t.Errorf("step %d took %v, want %v", all[i].Step, got, want[i])
		}
	}
}

func TestAnyViewFillsItsCells(t *testing.T) {
	hostile := working(3)
	wide := text.Clean("\x1b]0;x\x07\u202e" + strings.Repeat("界👩‍👩‍👧‍👦", 200))
	hostile.Health.From = wide
	hostile.Health.Failures[0] = model.Failure{Cause: wide, Count: math.MaxInt64, Example: wide, Last: time.Unix(1<<40, 0)}
	hostile.Health.Calls[0].Name, hostile.Health.Calls[0].Total, hostile.Health.Calls[0].Count = wide, math.MaxInt64, math.MaxInt64
	hostile.Health.Steps = []model.StepSpan{{Step: math.MaxInt >> 3, Start: time.Unix(-1<<40, 0), End: time.Unix(1<<40, 0)}, {Step: -5}, {Step: 3, Start: start, End: start.Add(1)}}
	hostile.Health.Input, hostile.Health.Cached = 1, math.MaxInt64
	for _, v := range []pane.View{hostile, working(0), working(1000), {}} {
		for _, size := range [][2]int{{0, 0}, {1, 1}, {3, 2}, {20, 5}, {36, 8}, {60, 20}, {160, 45}} {
			p := shown(size[0], size[1], v)
			for _, k := range "jGkgz" {
				panetest.Press(p, string(k))
				panetest.Fills(t, p, size[0], size[1])
			}
		}
	}
}
