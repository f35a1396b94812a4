package plan

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

const stepsYAML = `start_t: '2026-01-05T08:00:00'
steps:
- type: run
  num_steps: 6
  tick: 900
- type: questionnaire
  questions: &id001
  - id: mood
- type: intervene
  instruction: 'close early'
- type: run
  num_steps: 8
  tick: 1800
- type: ask
- type: questionnaire
  questions: *id001
`

func TestReadSteps(t *testing.T) {
	s, ok := ReadSteps(stepsYAML)
	if !ok {
		t.Fatal("it is not read")
	}
	want := &Plan{Start: 8 * 3600, Segments: []Segment{{0, 0, 900, 6}, {3, 5400, 1800, 8}}}
	if !s.Plan.Equal(want) || s.Plan.Steps() != 14 {
		t.Errorf("%+v, want %+v", s.Plan, want)
	}
	if kinds := []string{"run", "questionnaire", "intervene", "run", "ask", "questionnaire"}; !reflect.DeepEqual(s.Kinds, kinds) {
		t.Errorf("entries %q, want %q", s.Kinds, kinds)
	}
	if at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC); !s.Epoch().Equal(at) {
		t.Errorf("day 0 is %v, want %v", s.Epoch(), at)
	}
	for step, second := range map[int64]int64{0: 28800, 5: 33300, 6: 34200, 13: 46800} {
		got, ok := s.Plan.StepStart(step)
		if !ok || got != second || s.Plan.Done(float64(got)) != step+1 {
			t.Errorf("step %d starts at %d (%v), want %d; %d are done then", step, got, ok, second, s.Plan.Done(float64(got)))
		}
	}
	for done, want := range map[int64]int64{0: 28800, 1: 29700, 6: 34200, 7: 36000, 14: 48600} {
		if got, ok := s.Plan.Reached(done); !ok || got != want {
			t.Errorf("after %d steps it is %d, %v; want %d", done, got, ok, want)
		}
	}
	for _, done := range []int64{-1, 15} {
		if got, ok := s.Plan.Reached(done); ok {
			t.Errorf("after %d steps it is %d", done, got)
		}
	}
	if _, ok := s.Plan.StepStart(14); ok {
		t.Error("there is a step beyond the last")
	}
	for done, entry := range map[int64]int{0: 0, 5: 0, 6: 3, 13: 3, 14: -1} {
		if got := s.Plan.EntryAfter(done); got != entry {
			t.Errorf("after %d steps comes entry %d, want %d", done, got, entry)
		}
	}
}

func TestReadStepsOfOtherForms(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		steps      int64 // −1: no plan; −2: no steps.yaml
	}{
		{"JSON, with tabs", "{\n\t\"start_t\": \"2026-01-05T08:00:00\",\n\t\"steps\": [{\"type\": \"run\", \"num_steps\": 3}]\n}", 3},
		{"a bare timestamp", "start_t: 2026-01-05 08:00:00\nsteps: [{type: run, num_steps: 2, tick: 60}]", 2},
		{"no start", "steps: [{type: run, num_steps: 2}]", 2},
		{"nothing to run", "steps: [{type: ask}]", 0},
		{"no steps at all", "steps: []", 0},
		{"an alias for an entry", "a: &a {type: run, num_steps: 4}\nsteps: [*a, *a]", 8},
		{"a merged entry", "a: &a {type: run, num_steps: 4}\nb: &b {tick: 60}\nsteps: [<<: *a, {<<: [*b, *a], num_steps: 3}]", 7},
		{"merged with itself", "steps: [&a {<<: *a, type: run, num_steps: 4}, {<<: [[*a], 1, *a]}]", 8},
		{"no number", "steps: [{type: run, num_steps: many}]", -1},
		{"a tick of nothing", "steps: [{type: run, num_steps: 3, tick: 0}]", -1},
		{"beyond all time", "steps: [{type: run, num_steps: 9e18, tick: 9e18}]", -1},
		{"no list", "steps: {type: run}", -2},
		{"a list", "- run", -2},
		{"text", "hello", -2},
		{"nothing", "", -2},
		{"cut", "steps: [{type: run, num", -2},
		{"itself", "&a [*a]", -2},
		{"a bomb", "a: &a [x,x,x,x,x,x,x,x,x]\n" + bomb(30) + "steps: [{type: run, num_steps: 5}]", 5},
		{"too long", strings.Repeat("#", MaxSteps) + "\nsteps: []", -2},
	} {
		s, ok := ReadSteps(tc.file)
		got := int64(-2)
		if ok {
			if got = -1; s.Plan != nil {
				got = s.Plan.Steps()
			}
		}
		if got != tc.steps {
			t.Errorf("%s: %d steps, want %d", tc.name, got, tc.steps)
		}
	}
}

// bomb is n lines that each name the one before it nine times.
func bomb(n int) string {
	var b strings.Builder
	for i := range n {
		name, of := string(rune('b'+i%20))+strings.Repeat("x", i/20), "a"
		if i > 0 {
			of = string(rune('b'+(i-1)%20)) + strings.Repeat("x", (i-1)/20)
		}
		b.WriteString(name + ": &" + name + " [" + strings.TrimSuffix(strings.Repeat("*"+of+",", 9), ",") + "]\n")
	}
	return b.String()
}

func TestParseNaive(t *testing.T) {
	want := time.Date(2026, 1, 5, 8, 30, 0, 0, time.UTC)
	for _, s := range []string{"2026-01-05T08:30:00", "2026-01-05 08:30:00", "2026-01-05T08:30:00.000000", "2026-01-05T08:30", "2026-01-05T08:30:00+08:00", "2026-01-05T08:30:00Z", " 2026-01-05t08:30:00 -05:00"} {
		if got, ok := ParseNaive(s); !ok || !got.Equal(want) {
			t.Errorf("%q: %v, %v", s, got, ok)
		}
	}
	if got, ok := ParseNaive("2026-01-05T08:30:00.25"); !ok || got.Nanosecond() != 250_000_000 {
		t.Errorf("%v, %v", got, ok)
	}
	for _, s := range []string{"", "now", "2026-13-05T08:30:00", "2026-01-05T", strings.Repeat("2", 100)} {
		if got, ok := ParseNaive(s); ok {
			t.Errorf("%q is %v", s, got)
		}
	}
}

func FuzzSteps(f *testing.F) {
	f.Add(stepsYAML)
	f.Add(`{"start_t": "2026-01-05", "steps": [{"type": "run", "num_steps": 3, "tick": 60}]}`)
	f.Add("a: &a {type: run, num_steps: 1e3}\nsteps: [*a]")
	f.Fuzz(func(t *testing.T, file string) {
		s, ok := ReadSteps(file)
		if !ok {
			return
		}
		for _, step := range []int64{0, 1, s.Plan.steps() - 1, s.Plan.steps(), 1 << 62, -1} {
			if at, ok := s.Plan.StepStart(step); ok && (at < 0 || step >= s.Plan.Steps()) {
				t.Errorf("step %d of %+v starts at %d", step, s.Plan, at)
			}
		}
		if e := s.Epoch(); !e.IsZero() && (e.Hour() != 0 || s.Start.Before(e)) {
			t.Errorf("%v begins at %v", s.Start, e)
		}
	})
}

// steps is the number of steps; 0 without a plan.
func (p *Plan) steps() int64 {
	if p == nil {
		return 0
	}
	return p.Steps()
}
