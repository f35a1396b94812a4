package rundir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/rundir/rundirtest"
	"societop/storage/rundir/runfile"
)

// TestOutcome: how a run went, by its artifacts and the tables of events.
func TestOutcome(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("pid.json", strings.Replace(pidOf("10"), "running", "completed", 1))
	b.write("steps.yaml", steps10)
	b.write("init_config.json", `{"agents": [{}, {}, {}]}`)
	b.write("artifacts/questionnaire_step_1_20260201_100000.json", `{"target_agent_ids": null, "responses": [{"agent_id": 1, "answers": [{"parse_success": true, "parsed_value": NaN}, {"parse_success": false}]}, {"agent_id": 3, "answers": [{"parse_success": false}]}]}`)
	b.write("artifacts/questionnaire_step_2_20260201_100000.json", `{"target_agent_ids": [2, 3], "responses": [{"agent_id": 3, "answers": []}]}`)
	b.write("artifacts/questionnaire_step_3_20260201_100000.json", `{"target_agent_ids": [2, 3], "respon`)
	b.write("artifacts/ask_step_2_20260201_100000.md", "why")
	b.write("replay/_schema.json", `{"tables": {}, "datasets": {"a": {"table_name": "wall_event", "kind": "event_stream"}, "b": {"table_name": "wall", "kind": "env_snapshot"}}}`)
	b.write("replay/wall.00.jsonl", "{}\n")
	b.later(time.Hour)
	if s := b.only(); !warned(s, "nobody acted") || !warned(s, "2 answers were not given") || !warned(s, "2 answers were not understood") || warned(s, "10 of") {
		t.Errorf("%q", s.Dir.Warnings)
	}
	b.write("replay/wall_event.3a.jsonl", "{}\n")
	b.later(time.Hour)
	b.mirror.Read(t, b.src, model.Budget{Fresh: true})
	if s := b.only(); warned(s, "nobody acted") {
		t.Errorf("%q", s.Dir.Warnings)
	}
}

// TestWithoutPID: what has rows was started, though nothing says how it went.
func TestWithoutPID(t *testing.T) {
	for _, name := range []string{"2.9.2-killed", "2.5.4-killed"} {
		dir := rundirtest.Run(t, name)
		for _, file := range []string{runfile.PID, runfile.Step} {
			_ = os.Remove(filepath.Join(dir, file))
		}
		b := on(t, dir)
		if s := b.status(model.Lost, "no write since"); !warned(s, "pid.json is missing") || s.Dir.Done < 3 || !s.Now.Valid() {
			t.Errorf("%s: %+v", name, s.Dir)
		}
	}
}

// TestDamagedSteps: steps.yaml and the counts of steps may hold anything.
func TestDamagedSteps(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("pid.json", strings.Replace(pidOf("3"), "running", "completed", 1))
	b.write("SOCIETY_STEP.json", `{"step_count": -4}`)
	b.write("steps.yaml", "start_t: [")
	b.later(time.Hour)
	if s := b.only(); s.Dir.Done != 3 || !warned(s, "steps.yaml is damaged") {
		t.Errorf("%+v", s.Dir)
	}
	b.write("steps.yaml", steps10)
	b.later(time.Hour)
	b.mirror.Read(t, b.src, model.Budget{Fresh: true})
	if s := b.only(); warned(s, "steps.yaml is damaged") || s.Plan.Steps() != 10 {
		t.Errorf("%+v", s.Dir)
	}
}

// TestManyLogs: the run's own log is read, however many others there are.
func TestManyLogs(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("pid.json", strings.Replace(pidOf("10"), "running", "completed", 1))
	for i := range 2 * maxLogs {
		b.write(fmt.Sprintf("gpu-%d.log", i), "busy\n")
	}
	b.write("output.log", "[2026-09-24 00:00:57] ERROR   Error executing step 2 (ask): no answer\n")
	if s := b.only(); !warned(s, "step 2 failed: no answer") {
		t.Errorf("%q", s.Dir.Warnings)
	}
}
