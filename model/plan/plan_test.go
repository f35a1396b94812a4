package plan

import (
	"math"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func planOf(start float64, entries ...Entry) *Plan { return New(start, entries) }

// stepwise walks a workflow as AgentSociety's engine does, step by step.
func stepwise(start int64, entries []Entry) (starts []int64) {
	tick := int64(1)
	steps := func(n, ticks int64) {
		for range n {
			starts = append(starts, tick)
			tick += ticks
		}
	}
	for _, e := range entries {
		ticks := int64(e.Ticks)
		switch e.Type {
		case "step":
			steps(int64(e.Steps), ticks)
		case "run":
			for range int64(e.Days) {
				midnight := ((tick+start)/day + 1) * day
				n := int64(0)
				for tick+start+n*ticks < midnight {
					n++
				}
				steps(n, ticks)
			}
			if f := e.Days - math.Floor(e.Days); f > 0.001 {
				steps(int64(f*day/e.Ticks), ticks)
			}
		}
	}
	return starts
}

func TestPlanEqualsTheEngineStepByStep(t *testing.T) {
	run := func(days, ticks float64) Entry { return Entry{Type: "run", Days: days, Ticks: ticks} }
	step := func(n, ticks float64) Entry { return Entry{Type: "step", Steps: n, Ticks: ticks} }
	for name, tc := range map[string]struct {
		start   float64
		entries []Entry
		want    int64
	}{
		"run 1":              {28800, []Entry{run(1, 300)}, 192},
		"run 3":              {28800, []Entry{run(3, 300)}, 768},
		"run 0.5":            {28800, []Entry{run(0.5, 300)}, 144},
		"run 2.25 @600":      {28800, []Entry{run(2.25, 600)}, 96 + 144 + 36},
		"step 10":            {28800, []Entry{step(10, 300)}, 10},
		"run 2 + step 24":    {28800, []Entry{run(2, 300), {Type: "survey"}, step(24, 600)}, 480 + 24},
		"run 1 @7000 twice":  {28800, []Entry{run(1, 7000), run(1, 7000)}, 0},
		"step 3 @100000":     {28800, []Entry{step(3, 100000), run(2, 300)}, 0},
		"run 5 @100000":      {100, []Entry{run(5, 100000), run(1.5, 86400)}, 0},
		"run 4 @86399 mixed": {86399, []Entry{run(4, 86399), run(2, 1)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			starts := stepwise(int64(tc.start), tc.entries)
			plan := planOf(tc.start, tc.entries...)
			if plan.Steps() != int64(len(starts)) || (tc.want > 0 && plan.Steps() != tc.want) {
				t.Fatalf("steps = %d, step by step %d, want %d", plan.Steps(), len(starts), tc.want)
			}
			for i, tick := range starts {
				at := tick + int64(tc.start)
				if done := plan.Done(float64(at)); done != int64(i+1) {
					t.Fatalf("at the start of step %d done = %d", i, done)
				}
			}
		})
	}
}

func TestPlanOfWildNumbers(t *testing.T) {
	for name, tc := range map[string]struct {
		start float64
		entry Entry
		want  int64 // −1: unknown
	}{
		"a trillion days": {28800, Entry{Type: "run", Days: 1e12, Ticks: 300}, 192 + 288*(1e12-1)},
		"endless days":    {28800, Entry{Type: "run", Days: math.Inf(1), Ticks: 300}, -1},
		"days overflow":   {28800, Entry{Type: "run", Days: 1e300, Ticks: 300}, -1},
		"negative days":   {28800, Entry{Type: "run", Days: -1, Ticks: 300}, -1},
		"no length":       {28800, Entry{Type: "run", Days: 1, Ticks: 0}, -1},
		"negative length": {28800, Entry{Type: "step", Steps: 5, Ticks: -300}, -1},
		"half a tick":     {28800, Entry{Type: "step", Steps: 5, Ticks: 0.5}, -1},
		"NaN":             {28800, Entry{Type: "step", Steps: math.NaN(), Ticks: 300}, -1},
		"steps overflow":  {28800, Entry{Type: "step", Steps: 1e18, Ticks: 1e6}, -1},
		"negative steps":  {28800, Entry{Type: "step", Steps: -5, Ticks: 300}, 0},
		"negative start":  {-5, Entry{Type: "step", Steps: 5, Ticks: 300}, -1},
		"any function":    {28800, Entry{Type: "function"}, -1},
		"marketing sends": {28800, Entry{Type: "marketing_message", Sends: true, Ticks: 300}, 1},
		"marketing":       {28800, Entry{Type: "marketing_message", Ticks: 300}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			plan := New(tc.start, []Entry{tc.entry})
			switch {
			case tc.want < 0 && plan != nil:
				t.Fatalf("plan = %+v, want unknown", plan)
			case tc.want >= 0 && (plan == nil || plan.Steps() != tc.want):
				t.Fatalf("plan = %+v, want %d steps", plan, tc.want)
			}
		})
	}
}

const blockConfig = `agents:
  citizens:
  - agent_class: citizen
    number: 200
    note: 'a quote
      exp: inside'
exp:
  environment:
    start_tick: 3600
  name: x
  workflow:
  - days: 2.0
    type: run
  - description: 第0轮 survey
    survey:
      id: !!python/object:uuid.UUID
        int: 163949
      pages:
      - elements:
        - name: why
          type: !!python/object/apply:agentsociety.survey.models.QuestionType
          - text
    target_agent: &id001
    - 1
    - 2
    type: survey
  - intervene_message: 'alert: type: run
      days: 7'
    target_agent: *id001
    type: message
  - note: |
      type: run
      days: 9
    steps: 24
    ticks_per_step: 600
    type: step
llm:
- model: qwen
`

func TestReadPlanInOnePass(t *testing.T) {
	c, ok := scan(blockConfig)
	if !ok {
		t.Fatal("the config that AgentSociety writes took the slow way")
	}
	plan := c.plan()
	if plan == nil || plan.Start != 3600 || plan.Steps() != 276+288+24 {
		t.Fatalf("plan = %+v", plan)
	}
	if plan.Segments[1].Entry != 3 {
		t.Fatalf("second segment is entry %d, want 3", plan.Segments[1].Entry)
	}
}

func TestReadPlanByLibrary(t *testing.T) {
	for name, tc := range map[string]struct {
		config string
		steps  int64 // −1: unknown
	}{
		"json":            {`{"exp": {"workflow": [{"type": "run", "days": 3, "ticks_per_step": 300}]}}`, 768},
		"alias":           {"a: &x run\nexp:\n  workflow:\n  - {type: *x, days: 1}\n", 192},
		"enum":            {"exp:\n  workflow:\n  - type: !!python/object/apply:agentsociety.configs.exp.WorkflowType\n    - run\n", 192},
		"null days":       {"exp:\n  workflow:\n  - type: run\n    days: null\n", 192},
		"empty":           {"", -1},
		"no workflow":     {"exp: {}\n", -1},
		"no list":         {"exp:\n  workflow: run\n", -1},
		"no yaml":         {"\tfoo: [", -1},
		"days in words":   {"exp:\n  workflow:\n  - days: three\n    type: run\n", -1},
		"nothing to do":   {"exp:\n  workflow: []\n", 0},
		"quoted type":     {"exp:\n  workflow:\n  - type: 'step'\n    steps: 4\n", 4},
		"start in quotes": {"exp:\n  environment: {start_tick: \"5\"}\n  workflow: []\n", -1},
	} {
		t.Run(name, func(t *testing.T) {
			plan, _ := Read(tc.config)
			switch {
			case tc.steps < 0 && plan != nil:
				t.Fatalf("plan = %+v, want unknown", plan)
			case tc.steps >= 0 && (plan == nil || plan.Steps() != tc.steps):
				t.Fatalf("plan = %+v, want %d steps", plan, tc.steps)
			}
		})
	}
}

// FuzzPlan holds the one-pass reader against the YAML library: whatever the library
// accepts, both read the same plan and the same models out of it.
func FuzzPlan(f *testing.F) {
	f.Add(blockConfig)
	f.Add("exp:\n  workflow:\n    - type: run\n      days: 1.5\n")
	f.Add("exp:\n  environment: {}\n  workflow:\n  - type: step\n    steps: 3 # three\n")
	f.Add("a: 'x\nexp: y'\nexp:\n  workflow: []\n")
	f.Add("a: b\n  'c\nexp:\n workflow:\n - days: 1\n   type: run\n")
	f.Add("? exp\n: workflow: []\n")
	f.Add("exp:\n  a: |2\n    b\n  workflow:\n  -  type: run\n")
	f.Add("- exp:\n  workflow: []\n")
	f.Add("exp:\n  workflow:\n  - type: run\n  workflow:\n  - type: step\n")
	f.Add("\"exp\":\n  workflow: []\nexp:\n  workflow:\n  - type: step\n    a: \"b\\\"\n      c\"\n")
	f.Add("llm:\n- api_key: x\n  model: 'qwen: 7b'\n  provider: \"vllm\"\n-   model: a\nexp:\n  workflow: []\n")
	f.Add("exp: {}\nllm:\n  - model: qwen # small\n    provider: null\n  - model: ''\n  - model: 'it''s'\n  - provider: x\n")
	f.Add("llm: []\nllm:\n- model: a\n  model: b\n  provider:\n    - c\n")
	f.Add("llm:\nexp:\n  workflow: []\n")
	f.Add("llm:\n# none\n- model: a\n  timeout: 1\n- b\n")
	f.Fuzz(func(t *testing.T, config string) {
		c, ok := scan(config)
		if !ok {
			return
		}
		var doc yaml.Node
		if unmarshal(config, &doc) != nil {
			return // the library refuses it as a whole; the scan need not
		}
		l := byLibrary(config)
		if fast, slow := c.plan(), l.plan(); !fast.Equal(slow) {
			t.Fatalf("one pass %+v, library %+v, of %q", fast, slow, config)
		}
		if fast, slow := c.models(), l.models(); !fast.Equal(slow) {
			t.Fatalf("one pass %q, library %q, of %q", fast.All(), slow.All(), config)
		}
	})
}

func FuzzPlanNumbers(f *testing.F) {
	f.Add(28800.0, 3.0, 1.0, 300.0, 100501.0)
	f.Add(0.0, 1e12, 1e18, 86400.0, 1e308)
	f.Add(-1.0, math.Inf(1), math.NaN(), 0.0, math.NaN())
	f.Fuzz(func(t *testing.T, start, days, steps, ticks, clock float64) {
		plan := New(start, []Entry{
			{Type: "run", Days: days, Ticks: ticks},
			{Type: "step", Steps: steps, Ticks: ticks},
			{Type: "run", Days: days, Ticks: 86399},
		})
		if plan == nil {
			return
		}
		done, total := plan.Done(clock), plan.Steps()
		if done < 0 || done > total || total < 0 {
			t.Fatalf("done %d of %d", done, total)
		}
	})
}

func BenchmarkReadPlan(b *testing.B) {
	var agents strings.Builder
	for range 8000 {
		agents.WriteString("    - 12\n")
	}
	config := strings.Replace(blockConfig, "    - 1\n", agents.String(), 1)
	b.Run("one pass", func(b *testing.B) {
		b.SetBytes(int64(len(config)))
		for b.Loop() {
			if p, _ := Read(config); p == nil {
				b.Fatal("no plan")
			}
		}
	})
	b.Run("library", func(b *testing.B) {
		b.SetBytes(int64(len(config)))
		for b.Loop() {
			if c := byLibrary(config); !c.known {
				b.Fatal("no plan")
			}
		}
	})
}
