package health

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

func TestCauses(t *testing.T) {
	for message, want := range map[string]string{
		"Unknown tool: think":   "unknown tool",
		"unknown action: think": "unknown tool",
		"_tool_get_current_time() got an unexpected keyword argument 'param1'": "bad arguments",
		"ask_env mutation is disabled in readonly mode":                        "read-only",
		"path escapes workspace: ../../etc":                                    "workspace escape",
		"Skill 'daily-guidance' not found":                                     "skill missing",
		"LLM returned empty content":                                           Empty,
		"Respond with tool calls only. Free text is not accepted.":             BadDecision,
		"Post 429 does not exist":                                              "no such object",
		"User 3 is already following user 5":                                   "refused",
		"litellm.RateLimitError: slow down":                                    RateLimit,
		"Request timed out.":                                                   "timeout",
		"":                                                                     OtherFailure,
		"今天":                                                                   OtherFailure,
	} {
		if got := Cause(message); got != want {
			t.Errorf("%q is %q, want %q", message, got, want)
		}
	}
}

func TestQuantiles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 20, exactLengths, 100_000} {
		var l Lengths
		all := make([]time.Duration, n)
		for i := range all {
			all[i] = time.Duration(random.ExpFloat64() * float64(time.Second))
			l.Add(all[i])
		}
		slices.Sort(all)
		got := l.Quantiles(0.5, 0.95)
		for i, share := range []float64{0.5, 0.95} {
			exact := all[max(int(share*float64(n)+0.999999)-1, 0)]
			if off := float64(got[i]-exact) / float64(exact); off < -0.011 || off > 0.011 || n <= exactLengths && off != 0 {
				t.Errorf("of %d, the %v quantile is %v, want %v", n, share, got[i], exact)
			}
		}
		if l.longest != all[n-1] {
			t.Errorf("the longest of %d is %v", n, l.longest)
		}
	}
	var none Lengths
	if q := none.Quantiles(0.5); q[0] != 0 {
		t.Errorf("the median of nothing is %v", q)
	}
}

var lines = strings.NewReplacer("[36m", "\x1b[36m", "[0m", "\x1b[0m").Replace(`[2026-09-24 00:00:01] INFO    Environment validation passed
[36m(step_agent_batch pid=48230, ip=10.0.0.7)[0m [2026-09-24 00:00:41] WARNING Agent 1: ReAct tool failed: action=think observation=unknown action: think
[2026-09-24 00:00:42] WARNING Agent 2: invalid ReAct decision: LLM returned empty content
[2026-09-24 00:00:43] WARNING Agent 2: invalid ReAct decision: it is poetry
[2026-09-24 00:00:44] WARNING Request failed for m (attempt 1/3): Connection reset
[2026-09-24 00:00:45] WARNING Request failed for m (attempt 3/3): HTTP 429
[2026-09-24 00:00:46] WARNING Rate limit for m. Backoff 4s
[EnvActor] ask instruction='look' took 6.25s
[EnvActor] ask instruction='took a' took 1.5s
[2026-09-24 00:00:47] ERROR   Error executing step 3 (run): Agent step failures (2): agent 3: boom; agent 14: bang
[2026-09-24 00:00:48] INFO    Questionnaire q1: 3/5 agents failed
[2026-09-24 00:00:49] INFO    Template cache miss: observe
Traceback (most recent call last):
[2026-09-24 00:00:50] WARNING Agent 7: Post 5 does not exist
2026-09-24 00:00:51,123 - agentsociety - ERROR - the engine failed
(AgentGroup pid=77) 2026-09-24 00:00:52,123	ERROR worker.py:420 -- a task timed out`)

func TestALog(t *testing.T) {
	var l Log
	for line := range strings.Lines(lines) {
		l.Add(line)
	}
	var got []string
	for _, f := range l.Failures.List() {
		got = append(got, fmt.Sprint(f.Count, " ", f.Cause))
	}
	const want = "3 questionnaire, 2 rate limit, 1 bad decision, 1 connection, 1 empty answer, 1 error in the log, 1 no such object, 1 step error, 1 template cache miss, 1 timeout, 1 unknown tool"
	if strings.Join(got, ", ") != want {
		t.Errorf("failures %s\nwant     %s", strings.Join(got, ", "), want)
	}
	if l.Retries != 1 || l.RateLimits != 2 || l.First.Second() != 1 || l.Last.Second() != 52 || l.Lines != 16 {
		t.Errorf("%d retries, %d rate limits, %v to %v, %d lines", l.Retries, l.RateLimits, l.First, l.Last, l.Lines)
	}
	if got := fmt.Sprint(l.Agents[3:5]); !strings.Contains(got, "{3 ") || !strings.Contains(got, "{14 ") {
		t.Errorf("agents that failed: %v", got)
	}
	if calls := l.Calls.List(); len(calls) != 1 || calls[0].Count != 2 || calls[0].Max != 6250*time.Millisecond {
		t.Errorf("calls %+v", calls)
	}
}

func TestHealthOfAnOlderRun(t *testing.T) {
	at := time.Date(2026, 9, 24, 0, 0, 0, 0, time.UTC)
	steps := []model.StepTime{
		{At: model.SimTime{T: 600}, Wall: at.Add(5 * time.Second)},
		{At: model.SimTime{T: 300}, Wall: at},
		{At: model.SimTime{T: 900}, Wall: at.Add(-time.Hour)},
		{At: model.SimTime{T: 900}, Wall: at},
	}
	h := OfRun(steps, model.Log{Lines: text.CleanLines(lines), Tail: true})
	if h.From.String() != "steps; log (its end)" || len(h.Steps) != 3 || h.RateLimits != 2 || h.Cached != -1 {
		t.Fatalf("%+v", h)
	}
	if got := h.Steps[1]; got.End.Sub(got.Start) != 5*time.Second || !h.Steps[0].Start.IsZero() || !h.Steps[2].Start.IsZero() {
		t.Errorf("steps %+v", h.Steps)
	}
	for _, f := range h.Failures {
		if !f.Last.IsZero() {
			t.Errorf("a time without a zone is %v", f.Last)
		}
	}
}

func TestCallsAreBounded(t *testing.T) {
	var c Calls
	for i := range 1000 {
		c.Add(fmt.Sprint("tool ", i), model.Call{Took: time.Duration(i)}, i%2 == 0, strings.Repeat("x", 9999), nil)
	}
	all := c.List()
	if len(all) != maxNames+1 || all[0].Name.String() != otherCalls || all[0].Count != 900 || len(all[0].Slowest) != slowest || all[0].Slowest[0].Took != 999 {
		t.Errorf("%d names; %+v", len(all), all[0])
	}
}

func FuzzLog(f *testing.F) {
	f.Add(lines)
	f.Fuzz(func(t *testing.T, s string) {
		var l Log
		for line := range strings.Lines(s) {
			l.Add(line)
		}
		for _, f := range l.Failures.List() {
			if f.Count <= 0 {
				t.Fatalf("%+v", f)
			}
		}
		l.Calls.List()
	})
}
