package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/rundir/rundirtest"
)

// read returns the trace of a fixture, read as far as a bound allows.
func read(t *testing.T, dir string, b Bound) *Trace {
	t.Helper()
	tr := Open(dir)
	if _, err := tr.Refresh(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return tr
}

// expectedTrace is what is known of a fixture's trace.
type expectedTrace struct {
	Trace struct {
		Input  int64            `json:"input_tokens"`
		Cached int64            `json:"cached_input_tokens"`
		Files  int              `json:"files"`
		Spans  map[string]int64 `json:"spans"`
	} `json:"trace"`
	Stats struct {
		Totals struct{ Input, Output int64 } `json:"totals"`
	} `json:"LLM_STATS.json"`
	Log struct {
		Failed int64 `json:"react_tool_failed"`
	} `json:"log"`
}

func expect(t *testing.T, name string) (out expectedTrace) {
	t.Helper()
	raw, _ := rundirtest.Expected(t)
	if err := json.Unmarshal(raw[name], &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAWholeTraceSumsUp(t *testing.T) {
	const name = "2.9.2-completed"
	dir, want := rundirtest.Run(t, name), expect(t, name)
	tr := read(t, dir, Bound{})
	used, ok := tr.Tokens()
	if !ok || !used.Total || used.Input != want.Stats.Totals.Input || used.Output != want.Stats.Totals.Output {
		t.Errorf("the totals of LLM_STATS.json are %+v, %v", used, ok)
	}
	if err := os.Remove(filepath.Join(dir, "LLM_STATS.json")); err != nil {
		t.Fatal(err)
	}
	if changed, err := tr.Refresh(t.Context(), Bound{}); !changed || err != nil {
		t.Errorf("the removal of LLM_STATS.json: changed %v, %v", changed, err)
	}
	used, ok = tr.Tokens()
	if !ok || used.Total || used.Input != want.Trace.Input || used.Cached != want.Trace.Cached {
		t.Errorf("the sum of the trace is %+v, %v; want %+v", used, ok, want.Trace)
	}
	h, err := tr.Health(t.Context(), Facts{Steps: 14})
	if err != nil || h.Sample != 1 || h.From.String() != "trace; output.log" {
		t.Fatalf("health from %q, share %v, %v", h.From, h.Sample, err)
	}
	var spans, wanted int64
	for _, c := range h.Calls {
		spans += c.Count
		if c.P50 > c.P95 || c.P95 > c.Max || c.Total < c.Max || len(c.Slowest) == 0 || c.Slowest[0].Took != c.Max {
			t.Errorf("calls %+v", c)
		}
	}
	for name, n := range want.Trace.Spans {
		if kind, _, _ := strings.Cut(name, "@"); !strings.HasPrefix(kind, "agent.") && kind != "react.loop" && kind != "react.turn" {
			wanted += n
		}
	}
	if spans != wanted {
		t.Errorf("%d calls, want %d", spans, wanted)
	}
	if got := count(h, "llm.completion synthetic-7b"); got != want.Trace.Spans["llm.completion@agentsociety2.person_agent"] {
		t.Errorf("%d calls of the model by agents", got)
	}
	if got := count(h, "llm.completion synthetic-7b (router)"); got != want.Trace.Spans["llm.completion@agentsociety2.env_router"] {
		t.Errorf("%d calls of the model by the router", got)
	}
	if len(h.Steps) != 14 {
		t.Fatalf("%d steps", len(h.Steps))
	}
	for i, s := range h.Steps {
		if s.Step != i || !s.End.After(s.Start) || i > 0 && s.Start.Before(h.Steps[i-1].Start) {
			t.Errorf("step %d: %+v", i, s)
		}
	}
}

// count is how many calls of a name there were.
func count(h model.Health, name string) int64 {
	for _, c := range h.Calls {
		if c.Name.String() == name {
			return c.Count
		}
	}
	return 0
}

// failures is how many failures of a cause there were.
func failures(h model.Health, cause string) int64 {
	for _, f := range h.Failures {
		if f.Cause.String() == cause {
			return f.Count
		}
	}
	return 0
}

func TestFailuresOfALogWithoutAWholeTrace(t *testing.T) {
	for _, name := range []string{"2.6.0-completed", "2.9.2-resumed", "2.9.2-killed"} {
		dir, want := rundirtest.Run(t, name), expect(t, name)
		start := time.Date(2026, 9, 24, 0, 0, 1, 0, time.UTC)
		h, err := read(t, dir, Bound{}).Health(t.Context(), Facts{Steps: -1, Start: start})
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for _, f := range h.Failures {
			sum += f.Count
			if f.Last.IsZero() || f.Example.Empty() {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if sum != want.Log.Failed {
			t.Errorf("%s: %d failures, want %d: %+v", name, sum, want.Log.Failed, h.Failures)
		}
	}
}

func TestLogsOfAnOldRun(t *testing.T) {
	h, err := read(t, rundirtest.Run(t, "2.5.4-completed"), Bound{}).Health(t.Context(), Facts{Steps: 14})
	if err != nil || h.From.String() != "output.log" || len(h.Failures) == 0 {
		t.Errorf("health %+v, %v", h, err)
	}
}

func TestAResumedStepHasTheTimesOfItsLastTry(t *testing.T) {
	dir := rundirtest.Run(t, "2.9.2-resumed")
	tr := read(t, dir, Bound{})
	for _, s := range tr.Steps(Facts{Steps: 14}) {
		if s.End.Sub(s.Start) > 10*time.Minute {
			t.Errorf("step %d took %v", s.Step, s.End.Sub(s.Start))
		}
	}
}

func TestABoundIsKept(t *testing.T) {
	dir := rundirtest.Run(t, "2.9.2-completed")
	tr := read(t, dir, Bound{Files: 12})
	h, err := tr.Health(t.Context(), Facts{Steps: 14})
	if err != nil || h.From.String() != "trace, 12 of 92 files; output.log" || h.Sample <= 0 || h.Sample >= 0.5 {
		t.Errorf("health from %q, share %v, %v", h.From, h.Sample, err)
	}
	if err := os.Remove(filepath.Join(dir, "LLM_STATS.json")); err != nil {
		t.Fatal(err)
	}
	if used, ok := read(t, dir, Bound{Files: 12}).Tokens(); ok {
		t.Errorf("tokens %+v of a part of the trace", used)
	}
	small := Open(dir)
	for i := 0; ; i++ {
		changed, err := small.Refresh(t.Context(), Bound{Bytes: 50_000})
		if err != nil || i > 40 {
			t.Fatalf("refresh %d: %v", i, err)
		}
		if !changed {
			break
		}
	}
	if used, ok := small.Tokens(); !ok || used.Input != expect(t, "2.9.2-completed").Trace.Input {
		t.Errorf("tokens %+v, %v after many small reads", used, ok)
	}
}

// TestATraceThatGrows appends pieces of lines to a file of the trace: no span is lost or counted twice.
func TestATraceThatGrows(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "trace", "trace_00.jsonl")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for i := range 40 {
		fmt.Fprintf(&all, `{"name":"llm.completion","trace_id":"00%d","parent_span_id":"1","start_time_unix_nano":%d,"end_time_unix_nano":%d,"attributes":{"llm.input_tokens":%d,"pad":"%s"}}`+"\n",
			i, 1_000_000_000*(i+1), 1_000_000_000*(i+2), i, strings.Repeat("界", i*997%3000))
	}
	tr, sum := Open(dir), int64(0)
	for i, n := 0, 1; i < all.Len(); i, n = i+n, n*7%9973+1 {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(all.String()[i:min(i+n, all.Len())]); err != nil {
			t.Fatal(err)
		}
		f.Close()
		if _, err := tr.Refresh(t.Context(), Bound{}); err != nil {
			t.Fatal(err)
		}
		used, _ := tr.Tokens()
		if used.Input < sum {
			t.Fatalf("the sum fell from %d to %d", sum, used.Input)
		}
		sum = used.Input
	}
	if sum != 39*40/2 || tr.spans.damaged != 0 {
		t.Errorf("the sum is %d, damaged %d", sum, tr.spans.damaged)
	}
	if err := os.WriteFile(path, []byte("torn\n{}\n[1]\nnull\n"+strings.SplitAfter(all.String(), "\n")[7]), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Refresh(t.Context(), Bound{}); err != nil {
		t.Fatal(err)
	}
	if used, _ := tr.Tokens(); used.Input != 7 || tr.spans.damaged != 4 {
		t.Errorf("after a restart the sum is %d, damaged %d", used.Input, tr.spans.damaged)
	}
}

func TestNothingAtAll(t *testing.T) {
	tr := read(t, filepath.Join(t.TempDir(), "gone"), Bound{})
	if _, ok := tr.Tokens(); ok || len(tr.Steps(Facts{})) != 0 {
		t.Error("something is known of nothing")
	}
	if h, err := tr.Health(t.Context(), Facts{}); !errors.Is(err, model.ErrNotOffered) {
		t.Errorf("health %+v, %v", h, err)
	}
	if a, err := tr.Activity(t.Context(), Facts{}); !errors.Is(err, model.ErrNotOffered) {
		t.Errorf("activity %+v, %v", a, err)
	}
}

func FuzzSpan(f *testing.F) {
	f.Add(`{"name":"agent.step","trace_id":"0a","parent_span_id":null,"resource":{"agent.id":7},"start_time_unix_nano":1,"end_time_unix_nano":9223372036854775807,"status":{"code":"error","message":"x"},"attributes":{"step.count":-9e99,"input.summary":{"time":"2026-01-05T08:00:00","tick":900}}}`)
	f.Add(`{"name":"react.tool","trace_id":"0a","attributes":{"react.action":"think","result.ok":false,"output.summary":{"observation":"Unknown tool: think"}}}`)
	f.Add(`{"name":"react.loop","trace_id":"0a","attributes":{"react.end_reason":"max_react_turns_reached"}}`)
	f.Fuzz(func(t *testing.T, line string) {
		a := &spans{}
		a.add([]byte(line))
		a.add([]byte(line))
		if a.seen+a.damaged != 2 {
			t.Fatalf("%d spans, %d damaged", a.seen, a.damaged)
		}
		a.clock = a.clockOf(nil)
		for _, c := range a.calls.List() {
			if c.P50 < 0 || c.P95 > c.Max || c.Total < 0 {
				t.Fatalf("%+v", c)
			}
		}
		for _, s := range a.stepSpans(a.clock) {
			if s.Step < 0 || s.Step >= maxSteps || s.End.Before(s.Start) {
				t.Fatalf("%+v", s)
			}
		}
		a.failures.List()
	})
}

// BenchmarkRead reads a whole trace.
func BenchmarkRead(b *testing.B) {
	dir := rundirtest.Run(b, "2.9.2-completed")
	var size int64
	for b.Loop() {
		tr := Open(dir)
		if _, err := tr.Refresh(b.Context(), Bound{}); err != nil {
			b.Fatal(err)
		}
		size = 0
		for _, s := range tr.shards {
			size += s.offset
		}
	}
	b.SetBytes(size)
}
