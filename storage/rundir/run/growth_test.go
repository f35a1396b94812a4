package run

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// writer writes a run as AgentSociety 2 does: lines into shards by their checksum, some of them in two
// writes, the checkpoint after each step. It keeps what it wrote.
type writer struct {
	t     *testing.T
	dir   string
	done  int64
	coins map[place]float64 // of each agent and step, as written last
	said  []string          // by the events, as written last
	look  func()            // is called after each write
}

// line writes a row; in is the half in which it is torn, if it is not 0.
func (w *writer) line(table string, torn int, row map[string]any) {
	b, err := json.Marshal(row)
	if err != nil {
		w.t.Fatal(err)
	}
	b = append(b, '\n')
	name := filepath.Join(w.dir, "replay", fmt.Sprintf("%s.%02x.jsonl", table, crc32.ChecksumIEEE(b)%256))
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			w.t.Error(err)
		}
	}()
	for _, part := range [][]byte{b[:torn*len(b)/4], b[torn*len(b)/4:]} {
		if _, err := f.Write(part); err != nil {
			w.t.Fatal(err)
		}
		w.look()
	}
}

// step writes the rows of a step up to a number of lines, and then its checkpoint.
func (w *writer) step(step int, more float64, lines int) {
	n := 0
	next := func(table string, keep func(), row map[string]any) {
		if n++; n > lines {
			return
		}
		keep()
		w.line(table, n%4, row)
	}
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC).Add(time.Duration(step) * 15 * time.Minute).Format("2006-01-02T15:04:05")
	next("bank_env_state", func() {}, map[string]any{"step": step, "t": at, "rate": float64(step) + more})
	for agent := range int64(3) {
		coins := float64(10*step) + float64(agent) + more
		next("purse_agent_state", func() { w.coins[place{step, agent}] = coins }, map[string]any{"agent_id": agent, "step": step, "t": at, "coins": coins})
	}
	words := fmt.Sprintf("第%d步 %g", step, more)
	next("wall_event", func() { w.said = append(w.said[:min(len(w.said), step)], words) }, map[string]any{"id": step + 1, "step": step, "t": at, "sender_id": step % 3, "action": "post", "content": words})
	if n <= lines {
		w.done = int64(step) + 1
		w.look()
	}
}

const grownSchema = `{"tables": {"purse_agent_state": {"primary_key": ["agent_id", "step"]}, "bank_env_state": {"primary_key": ["step"]}, "wall_event": {"primary_key": ["id"]}},
"datasets": {
"purse.agent_state": {"dataset_id": "purse.agent_state", "table_name": "purse_agent_state", "kind": "entity_snapshot", "entity_key": "agent_id", "step_key": "step", "time_key": "t",
 "default_order": ["step", "agent_id"], "capabilities": ["agent_snapshot"], "columns": [{"name": "agent_id", "type": "INTEGER"}, {"name": "step", "type": "INTEGER"}, {"name": "t", "type": "TIMESTAMP"}, {"name": "coins", "type": "REAL"}]},
"bank.env_state": {"dataset_id": "bank.env_state", "table_name": "bank_env_state", "kind": "env_snapshot", "step_key": "step", "time_key": "t",
 "default_order": ["step"], "capabilities": ["env_snapshot"], "columns": [{"name": "step", "type": "INTEGER"}, {"name": "t", "type": "TIMESTAMP"}, {"name": "rate", "type": "REAL"}]},
"wall.event": {"dataset_id": "wall.event", "table_name": "wall_event", "kind": "event_stream", "entity_key": "sender_id", "step_key": "step", "time_key": "t",
 "default_order": ["step", "id"], "capabilities": ["event_stream", "social_event"], "columns": [{"name": "id", "type": "INTEGER"}, {"name": "step", "type": "INTEGER"}, {"name": "t", "type": "TIMESTAMP"},
 {"name": "sender_id", "type": "INTEGER"}, {"name": "action", "type": "TEXT", "logical_type": "category"}, {"name": "content", "type": "TEXT", "logical_type": "text"}]}}}`

func TestARunThatGrowsIsNeverWrong(t *testing.T) {
	w := &writer{t: t, dir: t.TempDir(), coins: map[place]float64{}}
	write(t, grownSchema, w.dir, "replay", "_schema.json")
	pool, now, looks := NewPool(time.Now), time.Now(), 0
	pool.now = func() time.Time { now = now.Add(refreshEvery); return now }
	d := pool.Open(w.dir, func() Facts {
		return Facts{Status: model.Running, Done: w.done, Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Plan: &plan.Plan{Start: 8 * 3600, Segments: []plan.Segment{{Ticks: 900, Steps: 99}}}}
	})
	w.look = func() {
		looks++
		checkGrown(t, d, w)
	}
	for step := range 4 {
		w.step(step, 0, 99)
	}
	w.step(4, 0, 3)   // it is killed: of the fifth step there are three rows, of which the run knows nothing
	w.step(4, 0.5, 4) // it is resumed from its checkpoint, writes other values, and is killed again
	for step := 4; step < 8; step++ {
		w.step(step, 0.25, 99)
	}
	if looks < 60 {
		t.Errorf("it was looked at %d times", looks)
	}
}

// checkGrown holds all that is read against what was written.
func checkGrown(t *testing.T, d *Data, w *writer) {
	t.Helper()
	ctx := t.Context()
	moments := must[[]model.SimTime](t)(d.Timeline(ctx))
	if len(moments) != int(w.done) {
		t.Fatalf("%d moments, want %d", len(moments), w.done)
	}
	want := map[place]float64{}
	for p, coins := range w.coins {
		if p.step < int(w.done) {
			want[p] = coins
		}
	}
	got, mean := map[place]float64{}, make([]float64, len(moments))
	for step, at := range moments {
		for _, a := range must[model.Frame](t)(d.Frame(ctx, at)).Agents {
			coins, ok := a.Status.Get("purse")
			number, _ := coins.Get("coins")
			f, known := number.Number()
			if !ok || !known || a.Action.Empty() != (a.ID != int64(step%3)) {
				t.Fatalf("at %v: %+v", at, a)
			}
			got[place{step, a.ID}] = f
			mean[step] += f / 3
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("frames %v, want %v", got, want)
	}
	if n := len(moments); n > 0 {
		if last := must[model.Frame](t)(d.Frame(ctx, model.Latest)); last.At != moments[n-1] || len(must[[]model.AgentStatus](t)(d.Agent(1).History(ctx))) != n {
			t.Fatalf("the latest frame is of %v, want %v", last.At, moments[n-1])
		}
	}
	for _, m := range must[[]model.Metric](t)(d.Metrics(ctx)) {
		for i, p := range m.Points {
			if len(m.Points) != len(moments) || p.Tick != int64(900*i) || m.Key == text.Clean("purse.coins mean") && p.Value != float64(int(mean[i]*100+0.5))/100 {
				t.Fatalf("%s: %+v, want %v", m.Key, m.Points, mean)
			}
		}
	}
	var said []string
	for _, m := range must[[]model.Message](t)(d.TalkUntil(ctx, model.Latest, 0)) {
		said = append(said, m.Content.Raw())
	}
	if n := int(w.done); len(said) < n || len(said) > len(w.said) || !reflect.DeepEqual(said[:n], append([]string(nil), w.said[:n]...)) && n > 0 {
		t.Fatalf("talk %q, want %q", said, w.said)
	}
}
