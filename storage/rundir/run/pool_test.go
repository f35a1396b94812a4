package run

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/storage/rundir/rundirtest"
)

// society is a run directory of a test: two agents with money, and a bank.
func society(t testing.TB) string {
	dir := t.TempDir()
	write(t, schema, dir, "replay", "_schema.json")
	return dir
}

const schema = `{"tables": {"purse_agent_state": {"primary_key": ["agent_id", "step"], "columns": []}}, "datasets": {
"purse.agent_state": {"dataset_id": "purse.agent_state", "table_name": "purse_agent_state", "module_name": "Purse", "kind": "entity_snapshot",
 "entity_key": "agent_id", "step_key": "step", "time_key": "t", "default_order": ["step", "agent_id"], "capabilities": ["agent_snapshot"],
 "columns": [{"name": "agent_id", "type": "INTEGER"}, {"name": "step", "type": "INTEGER"}, {"name": "t", "type": "TIMESTAMP"}, {"name": "coins", "type": "REAL"}]},
"bank.env_state": {"dataset_id": "bank.env_state", "table_name": "bank_env_state", "module_name": "Bank", "kind": "env_snapshot",
 "step_key": "step", "time_key": "t", "default_order": ["step"], "capabilities": ["env_snapshot"],
 "columns": [{"name": "step", "type": "INTEGER"}, {"name": "t", "type": "TIMESTAMP"}, {"name": "rate", "type": "REAL"}, {"name": "global_information", "type": "TEXT"}]}}}`

// stepOf writes the rows of a step.
func stepOf(t testing.TB, dir string, step int) {
	t.Helper()
	for agent := range 2 {
		write(t, fmt.Sprintf(`{"agent_id": %d, "step": %d, "t": "2026-01-05T07:00:00", "coins": %d}`+"\n", agent+1, step, 10*step+agent),
			dir, "replay", fmt.Sprintf("purse_agent_state.%02x.jsonl", 2*step+agent))
	}
	write(t, fmt.Sprintf(`{"step": %d, "t": "2026-01-05T07:00:00", "rate": NaN, "global_information": "step %d"}`+"\n", step, step),
		dir, "replay", fmt.Sprintf("bank_env_state.%02x.jsonl", step))
}

func TestFilesAreLookedAtOnceASecond(t *testing.T) {
	dir := society(t)
	pool, now := NewPool(time.Now), time.Date(2026, 9, 24, 0, 0, 0, 0, time.UTC)
	pool.now = func() time.Time { return now }
	done := int64(0)
	d := pool.Open(dir, func() Facts {
		return Facts{Status: model.Running, Done: done, Epoch: now.Truncate(24 * time.Hour), Plan: &plan.Plan{Start: 8 * 3600, Segments: []plan.Segment{{Ticks: 900, Steps: 2}, {First: 1800, Ticks: 1800, Steps: 9}}}}
	})
	check := func(want int) {
		t.Helper()
		all := must[[]model.SimTime](t)(d.Timeline(t.Context()))
		frame := must[model.Frame](t)(d.Frame(t.Context(), model.Latest))
		if len(all) != want || want > 0 && (len(frame.Agents) != 2 || frame.At != all[want-1] || frame.Agents[1].Status.Raw() != fmt.Sprintf(`{"purse":{"coins":%d}}`, 10*want-9)) {
			t.Errorf("%d moments, frame %+v, want %d", len(all), frame, want)
		}
	}
	check(0)
	for step := range 3 {
		stepOf(t, dir, step)
		done++
		now = now.Add(refreshEvery - time.Millisecond)
		check(step) // what was read a moment ago, whatever is done by now
		now = now.Add(time.Millisecond)
		check(step + 1)
		now = now.Add(-time.Hour) // a clock that is put back
		check(step + 1)
	}
	if prompt := must[model.Prompt](t)(d.Prompt(t.Context(), model.SimTime{T: 8*3600 + 900})); prompt.Text.Raw() != "step 1" {
		t.Errorf("prompt: %+v", prompt)
	}
	metrics := must[[]model.Metric](t)(d.Metrics(t.Context()))
	want := []string{
		"purse.coins mean [{0 0.5} {900 10.5} {1800 20.5}]",
		"purse.coins sd [{0 0.5} {900 0.5} {1800 0.5}]",
	}
	for i, m := range metrics {
		if got := fmt.Sprint(m.Key, " ", m.Points); i >= len(want) || got != want[i] {
			t.Errorf("metric: %s", got)
		}
	}
	if len(metrics) != len(want) {
		t.Errorf("%d metrics, want %d", len(metrics), len(want))
	}
}

func TestWithoutAPlanTheRowsSayTheTime(t *testing.T) {
	dir := society(t)
	for step := range 3 {
		stepOf(t, dir, step)
	}
	write(t, `{"step": 1, "t": "2026-01-06 07:30:00", "rate": 0.5}`+"\n", dir, "replay", "bank_env_state.01.jsonl")
	for agent := range 2 { // the least counts
		write(t, fmt.Sprintf(`{"agent_id": %d, "step": 1, "t": "2026-01-06T07:%d:00.5", "coins": 3}`+"\n", agent+1, 40+agent), dir, "replay", fmt.Sprintf("purse_agent_state.%02x.jsonl", 2+agent))
	}
	d := Open(dir, func() Facts { return Facts{Status: model.Running, Done: 3} })
	// The third goes back: a second after the second.
	if got := fmt.Sprint(must[[]model.SimTime](t)(d.Timeline(t.Context()))); got != "[day 0 07:00:00 day 1 07:30:00 day 1 07:30:01]" {
		t.Errorf("timeline: %s", got)
	}
	if frame := must[model.Frame](t)(d.Frame(t.Context(), model.SimTime{Day: 1, T: 7.5 * 3600})); len(frame.Agents) != 2 {
		t.Errorf("frame: %+v", frame)
	}
}

// TestAFarStep: a damaged row does not make a timeline of billions of steps.
func TestAFarStep(t *testing.T) {
	dir := society(t)
	stepOf(t, dir, 0)
	write(t, `{"step": 2147483646, "t": "2026-01-06T07:30:00", "rate": 0.5}`+"\n", dir, "replay", "bank_env_state.01.jsonl")
	d := Open(dir, func() Facts { return Facts{Status: model.Running, Done: -1} })
	if got := must[[]model.SimTime](t)(d.Timeline(t.Context())); len(got) > 1 {
		t.Errorf("a timeline of %d steps", len(got))
	}
}

func TestAPoolForgetsRunsThatNobodyReads(t *testing.T) {
	pool := NewPool(time.Now)
	var runs []*Data
	for range 2 * mostRuns {
		dir := society(t)
		stepOf(t, dir, 0)
		d := pool.Open(dir, func() Facts { return Facts{Status: model.Running, Done: 1} })
		runs = append(runs, d)
		if len(must[[]model.SimTime](t)(d.Timeline(t.Context()))) != 1 {
			t.Error("no step")
		}
	}
	if len(pool.runs) != mostRuns || pool.runs[runs[0].dir] != nil || pool.runs[runs[len(runs)-1].dir] == nil {
		t.Errorf("%d runs are kept, want %d", len(pool.runs), mostRuns)
	}
	held := pool.take(runs[0].dir)
	pool.runs[runs[len(runs)-1].dir].rows = mostRows + 1
	must[[]model.SimTime](t)(runs[len(runs)-1].Timeline(t.Context()))
	if len(pool.runs) != 2 || pool.runs[held.dir] != held {
		t.Errorf("%d runs are kept besides a large one, want the one that is read", len(pool.runs))
	}
	pool.Close()
	if len(pool.runs) != 1 {
		t.Errorf("%d runs in a closed pool", len(pool.runs))
	}
	if pool.giveBack(held, 0); len(pool.runs) != 0 {
		t.Errorf("%d runs in a closed pool that nobody reads", len(pool.runs))
	}
}

func TestReadingInManyGoroutines(t *testing.T) {
	pool, dir := NewPool(time.Now), rundirtest.Run(t, "2.9.2-completed")
	f := testFacts(t, dir)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			d := pool.Open(dir, func() Facts { return f })
			for name, read := range readings(d) {
				if err := read(t.Context()); err != nil && !errors.Is(err, model.ErrNotOffered) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	wg.Wait()
	if len(pool.runs) != 1 || pool.runs[dir].readers != 0 {
		t.Errorf("%d runs", len(pool.runs))
	}
}

func TestAReaderThatIsCancelledDoesNotWait(t *testing.T) {
	dir := society(t)
	d := Open(dir, func() Facts { return Facts{Status: model.Running, Done: -1} })
	s := d.pool.take(dir)
	if err := s.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan error)
	go func() { _, err := d.Timeline(ctx); got <- err }()
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	s.leave()
}

func TestEventsAreActionsAndTalk(t *testing.T) {
	dir := t.TempDir()
	write(t, strings.Replace(schema, `"datasets": {`, `"datasets": {
"wall.event": {"dataset_id": "wall.event", "table_name": "wall_event", "kind": "event_stream", "entity_key": "who", "step_key": "step", "default_order": ["step", "n"],
 "capabilities": ["social_event"], "columns": [{"name": "n", "type": "INTEGER"}, {"name": "who", "type": "INTEGER"}, {"name": "step", "type": "INTEGER"},
 {"name": "did", "type": "TEXT", "logical_type": "category"}, {"name": "note", "type": "TEXT", "logical_type": "text"}]},
"board.event": {"dataset_id": "board.event", "table_name": "board_event", "kind": "event_stream", "step_key": "step", "default_order": ["step"],
 "columns": [{"name": "sender_id", "type": "INTEGER"}, {"name": "step", "type": "INTEGER"}, {"name": "message", "type": "TEXT"}]},`, 1), dir, "replay", "_schema.json")
	stepOf(t, dir, 0)
	stepOf(t, dir, 1)
	write(t, `{"n": 1, "who": 1, "step": 0, "did": "post", "note": "你好 \u001b[31mred"}
{"n": 2, "who": 1, "step": 0, "did": "like", "note": null}
{"n": 3, "who": 2, "step": 2, "did": "comment", "note": "{\"content\": \"later\"}"}
{"n": 4, "who": null, "step": 1, "did": "comment", "note": "nobody"}
`, dir, "replay", "wall_event.00.jsonl")
	write(t, `{"sender_id": 2, "step": 3, "message": "of a table that names no entity"}`+"\n"+`{"sender_id": 1, "step": 3, "message": "too"}`+"\n", dir, "replay", "board_event.00.jsonl")
	d := Open(dir, func() Facts {
		return Facts{Status: model.Running, Done: 2, Plan: &plan.Plan{Segments: []plan.Segment{{Ticks: 60, Steps: 9}}}}
	})
	frame := must[model.Frame](t)(d.Frame(t.Context(), model.SimTime{}))
	if len(frame.Agents) != 2 || frame.Agents[0].Action.String() != "like" || !frame.Agents[1].Action.Empty() {
		t.Errorf("frame: %+v", frame)
	}
	talk := must[[]model.Message](t)(d.TalkUntil(t.Context(), model.Latest, 0))
	if len(talk) != 4 || strings.Contains(talk[0].Content.String(), "\x1b") || talk[1].Words().String() != "later" || talk[1].At != (model.SimTime{T: 120}) || talk[1].Speaker.String() != "2" {
		t.Errorf("talk: %+v", talk)
	}
	if own := must[[]model.Message](t)(d.Agent(2).Talk(t.Context())); len(own) != 2 || own[1] != talk[2] && own[1] != talk[3] {
		t.Errorf("talk of agent 2: %+v", own)
	}
	if talk := must[[]model.Message](t)(d.TalkUntil(t.Context(), model.SimTime{T: 60}, 0)); len(talk) != 1 {
		t.Errorf("talk until the second step: %+v", talk)
	}
	if _, err := d.Prompt(t.Context(), model.Latest); err != nil {
		t.Error(err)
	}
}

func TestSpread(t *testing.T) {
	for _, tc := range []struct {
		values   []float64
		mean, sd float64
	}{
		{[]float64{12.5, 12.5, 12.5, 12.5, 12.5, 12.5}, 12.5, 0},
		{[]float64{0.1, 0.1, 0.1}, 0.1, 0},
		{[]float64{1, 3}, 2, 1},
		{[]float64{7}, 7, 0},
	} {
		if mean, sd := spread(tc.values); mean != tc.mean || sd != tc.sd {
			t.Errorf("%v: %v ± %v, want %v ± %v", tc.values, mean, sd, tc.mean, tc.sd)
		}
	}
}
