package cli

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// run is an experiment of a workflow of 480 steps, a minute of wall time each, 120 of which
// are done.
func run(n byte, name string, status model.Status) model.Experiment {
	e := model.Experiment{Config: text.CleanLines("exp: {}")}
	e.Key = model.Key{ID: uuid.UUID{n}}
	e.Name, e.Status = text.Clean(name), status
	e.Plan = plan.New(0, []plan.Entry{{Type: "step", Steps: 480, Ticks: 300}})
	e.Now = model.SimTime{Day: 0, T: 120 * 300}
	e.InputTokens, e.OutputTokens = 1_600_000, 500_000
	e.Created, e.Updated = now.Add(-2*time.Hour), now
	return e
}

// someRuns are runs of which different things are known.
func someRuns() *fakeSource {
	quiet, stalled := run(2, "quiet", model.Running), run(3, "stalled", model.Running)
	for e, silence := range map[*model.Experiment]time.Duration{&quiet: 4 * time.Minute, &stalled: 11 * time.Minute} {
		e.Created, e.Updated = e.Created.Add(-silence), e.Updated.Add(-silence)
	}
	odd := run(6, "no plan", model.Running)
	odd.Plan, odd.Now.T, odd.Created, odd.Updated = nil, -1, time.Time{}, time.Time{}
	return &fakeSource{all: []model.Experiment{
		run(1, "baseline", model.Running), quiet, stalled,
		run(4, "waiting", model.NotStarted), run(5, "ended", model.Finished), odd,
	}}
}

func TestWhatTheListSaysOfRuns(t *testing.T) {
	out, errs, code, _ := call(someRuns(), nil, "list", "--sort", "-id", "x")
	if code != 0 {
		t.Fatal(errs)
	}
	const want = `
ID                                    STATUS       PROGRESS  SIM TIME    ETA          RANGE  TOKENS  UPDATED UTC       NAME
06000000-0000-0000-0000-000000000000  running             –  –           –            –        2.1M  –                 no plan
05000000-0000-0000-0000-000000000000  finished         100%  d0 10:00    –            –        2.1M  2026-11-23 12:00  ended
04000000-0000-0000-0000-000000000000  not_started        0%  –           –            –        2.1M  2026-11-23 12:00  waiting
03000000-0000-0000-0000-000000000000  running           25%  d0 10:00    stalled 11m  –        2.1M  2026-11-23 11:49  stalled
02000000-0000-0000-0000-000000000000  running           25%  d0 10:00    quiet 4m     –        2.1M  2026-11-23 11:56  quiet
01000000-0000-0000-0000-000000000000  running           25%  d0 10:00    ~6h          rough    2.1M  2026-11-23 12:00  baseline
`
	if "\n"+out != want {
		t.Errorf("it prints\n%s", out)
	}
}

func TestShowSaysWhatIsKnown(t *testing.T) {
	for id, want := range map[string][]string{
		"01": {"25% (step 120 of 480)", "day 0 10:00:00", "in ~6h, about 2026-11-23 18:00 (rough: by the mean of the whole run)", "1.6M in, 500k out", "2026-11-23 10:00 UTC"},
		"02": {"ends         quiet 4m\n"},
		"03": {"ends         stalled 11m\n"},
		"04": {"0% (step 0 of 480)", "simulated    –\n"},
		"05": {"100% (step 480 of 480)", "ends         –\n"},
		"06": {"progress     –\n", "simulated    –\n", "ends         –\n", "updated      –\n"},
	} {
		out, errs, code, _ := call(someRuns(), nil, "show", "x", id)
		if code != 0 {
			t.Errorf("%s: %s", id, errs)
		}
		for _, text := range want {
			if !strings.Contains(out, text) {
				t.Errorf("%s: no %q in\n%s", id, text, out)
			}
		}
	}
}

// working is a run in the second entry of its workflow.
func working() model.Experiment {
	e := run(1, "baseline", model.Running)
	e.Config = text.CleanLines(`exp:
  workflow:
  - {type: step, steps: 100}
  - {type: survey, description: "ask\e[2J all"}
  - {type: step, steps: 380, ticks_per_step: 600}
`)
	e.Plan = plan.New(0, []plan.Entry{{Type: "step", Steps: 100, Ticks: 300}, {Type: "survey"}, {Type: "step", Steps: 380, Ticks: 600}})
	e.Now = model.SimTimeOf(e.Plan.At(1 + 100*300 + 19*600))
	e.Created = now.Add(-2 * time.Hour)
	return e
}

func TestShowSaysPaceRateProjectionAndWorkflow(t *testing.T) {
	src := &fakeSource{all: []model.Experiment{working()}}
	out, errs, code, _ := call(src, nil, "show", "x", "baseline")
	for _, want := range []string{
		"pace         1m 00s a step, 5.8 sim-min a minute (over the whole run)\n",
		"tokens       1.6M in, 500k out, 291/s, ~8.4M at the end\n",
		"workflow       1  step 100 steps  (100 of 100)\n",
		"workflow       2  survey  ask",
		"workflow     > 3  step 380 steps of 600 s  (20 of 380)\n",
	} {
		if code != 0 || !strings.Contains(out, want) || strings.Contains(out, "\x1b") {
			t.Errorf("exit code %d: %s no %q in\n%s", code, errs, want, out)
		}
	}
	out, _, _, _ = call(src, nil, "show", "--json", "x", "baseline")
	var got struct {
		Step   float64 `json:"step_seconds"`
		Sim    float64 `json:"sim_per_wall"`
		Rate   float64 `json:"tokens_per_second"`
		End    int64   `json:"tokens_at_end"`
		Stages []struct {
			Type        string
			Description *string
			Days        *float64
			Ticks       *float64 `json:"ticks_per_step"`
			Step, Steps *int64
			Current     bool
		} `json:"workflow"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || strings.Contains(out, "\x1b") {
		t.Fatalf("%v: %s", err, out)
	}
	if got.Step != 60 || math.Abs(got.Sim-5.75) > 0.1 || math.Abs(got.Rate-291.67) > 0.1 || got.End != 8_400_000 || len(got.Stages) != 3 {
		t.Errorf("it prints %+v", got)
	}
	if s := got.Stages[2]; !s.Current || *s.Step != 20 || *s.Steps != 380 || *s.Ticks != 600 || s.Days != nil || s.Description != nil {
		t.Errorf("the current entry is %+v", s)
	}
	if s := got.Stages[1]; s.Current || s.Steps != nil || s.Ticks != nil || *s.Description != "ask\x1b[2J all" {
		t.Errorf("the survey is %+v", s)
	}
}

// TestShowOfWhatHasNoPace: what is not known is null, and an empty workflow is an empty array.
func TestShowOfWhatHasNoPace(t *testing.T) {
	for _, id := range []string{"04", "05", "06"} {
		out, errs, code, _ := call(someRuns(), nil, "show", "--json", "x", id)
		for _, name := range []string{"step_seconds", "sim_per_wall", "tokens_per_second", "tokens_at_end"} {
			if code != 0 || !strings.Contains(out, `"`+name+`":null`) || !strings.Contains(out, `"workflow":[]`) {
				t.Errorf("%s: exit code %d: %s%s", id, code, errs, out)
			}
		}
	}
	ended, waiting := working(), working()
	ended.Status, waiting.Status = model.Finished, model.NotStarted
	for want, x := range map[string]model.Experiment{"(380 of 380)": ended, "(0 of 380)": waiting} {
		out, _, _, _ := call(&fakeSource{all: []model.Experiment{x}}, nil, "show", "x", "baseline")
		if !strings.Contains(out, want) || strings.Contains(out, "> ") || !strings.Contains(out, "pace         –\n") {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// TestTheWorkflowOfARunWithoutAClock: what is done of an individual run is unknown, and not nothing.
func TestTheWorkflowOfARunWithoutAClock(t *testing.T) {
	individual := working()
	individual.Now = model.SimTime{Day: -1, T: -1}
	src := &fakeSource{all: []model.Experiment{individual}}
	if out, _, _, _ := call(src, nil, "show", "x", "baseline"); !strings.Contains(out, "(– of 100)\n") || strings.Contains(out, "(0 of") {
		t.Errorf("it prints\n%s", out)
	}
	if out, _, _, _ := call(src, nil, "show", "--json", "x", "baseline"); !strings.Contains(out, `"step":null,"steps":100`) || strings.Contains(out, `"step":0`) {
		t.Errorf("it prints\n%s", out)
	}
}

// TestALongWorkflowIsAligned: the entries are under one another whatever their number.
func TestALongWorkflowIsAligned(t *testing.T) {
	long := working()
	long.Config = text.CleanLines("exp:\n  workflow:\n" + strings.Repeat("  - {type: survey}\n", 12))
	out, _, _, _ := call(&fakeSource{all: []model.Experiment{long}}, nil, "show", "x", "baseline")
	for _, want := range []string{"workflow        1  survey", "workflow        9  survey", "workflow       10  survey"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// TestSeveralThatFit: some of them are named, and how many more there are.
func TestSeveralThatFit(t *testing.T) {
	src := someRuns()
	for id, want := range map[string]string{"0": "and 1 more", "00": "no such experiment", "": "no such experiment"} {
		out, errs, code, _ := call(src, nil, "show", "x", id)
		if code != 4 || out != "" || !strings.Contains(errs, want) {
			t.Errorf("%q: exit code %d: %q %q", id, code, out, errs)
		}
		if named := strings.Count(errs, "-0000-0000-0000-"); want == "and 1 more" && named != 5 {
			t.Errorf("%d candidates are named: %s", named, errs)
		}
	}
}

// TestANameBeforeABeginning: a name that also begins another's id is found.
func TestANameBeforeABeginning(t *testing.T) {
	src := someRuns()
	src.society = aSociety()
	src.all = append(src.all, run(0x17, "05", model.Finished), run(0x18, "twin", model.Running), run(0x19, "twin", model.Running), run(0x1a, "Polarization", model.Running))
	for exp, want := range map[string]struct {
		code int
		text string
	}{
		"05":                               {0, "id           17000000"},
		"0500":                             {0, "id           05000000"},
		"BASELINE":                         {0, "id           01000000"},
		"twin":                             {4, "18000000-0000-0000-0000-000000000000 twin, 19000000-0000-0000-0000-000000000000 twin"},
		"polarisation":                     {4, "near it: 1a000000-0000-0000-0000-000000000000 Polarization"},
		"05000000000000000000000000000000": {0, "id           05000000"},
	} {
		for _, command := range []string{"show", "config", "agents"} {
			out, errs, code, _ := call(src, nil, command, "x", exp)
			if code != want.code || (command == "show" || code != 0) && !strings.Contains(out+errs, want.text) {
				t.Errorf("%s %s: exit code %d: %s%s", command, exp, code, out, errs)
			}
		}
	}
}

// TestOneIDOfTwoTenants: the candidates say whose they are.
func TestOneIDOfTwoTenants(t *testing.T) {
	src := &fakeSource{all: []model.Experiment{run(1, "a", model.Finished), run(1, "b", model.Finished)}}
	src.all[0].Tenant, src.all[1].Tenant = text.Clean("x"), text.Clean("")
	_, errs, code, _ := call(src, nil, "show", "x", id(1))
	if code != 4 || !strings.Contains(errs, id(1)+` a of tenant "x"`) || !strings.Contains(errs, id(1)+` b of tenant ""`) {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if out, errs, code, _ := call(src, nil, "show", "x", "b"); code != 0 || !strings.Contains(out, "name         b") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}
