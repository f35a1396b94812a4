package rundir

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/rundir/proc"
	"societop/storage/rundir/runfile"
)

// TestBadFiles: nothing that a file may hold stops the others.
func TestBadFiles(t *testing.T) {
	bad := []string{
		"", "\x00\xff", "{", "[1]", "null", `{"status": 7}`, `{"status": "melted\u001b[2J"}`, `{"status": "running", "pid": "x", "step_count": 1e300, "start_time": 5}`,
		`{"status": "running", "pid": -1, "step_count": -4}`, `{"status": "completed", "step_count": 9223372036854775807, "experiment_id": {"a": 1}, "error": []}`, strings.Repeat("[", 100_000), strings.Repeat(" ", runfile.MaxSmall+1) + "{}",
	}
	b := on(t, t.TempDir())
	for i, content := range bad {
		dir := "run" + string(rune('a'+i)) + "/"
		for _, name := range []string{runfile.PID, runfile.Step, runfile.Society, runfile.Stats, runfile.Config, runfile.Plan, "output.log", "replay/" + runfile.Schema, "artifacts/questionnaire_step_1_x.json", "artifacts/x.md"} {
			b.write(dir+name, content)
		}
	}
	b.write("good/pid.json", pidOf("2"))
	b.later(time.Hour)
	all := b.read()
	if len(all) != len(bad)+1 || all["good"].Dir.Done != 2 {
		t.Errorf("%d runs, want %d", len(all), len(bad)+1)
	}
	for name, s := range all {
		if strings.Contains(s.Dir.Label.String()+s.Error.String(), "\x1b") || s.Dir.Done < -1 {
			t.Errorf("%s: %+v", name, s.Dir)
		}
		if e, err := b.src.Experiment(context.Background(), s.Key); err != nil || e.Name != s.Name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestVanishing: a run that is deleted while it is watched does not look lost meanwhile.
func TestVanishing(t *testing.T) {
	b := on(t, t.TempDir())
	b.state = proc.Alive
	b.write("a/steps.yaml", steps10)
	b.write("a/pid.json", pidOf("3"))
	b.write("a/replay/x.00.jsonl", "{}\n")
	b.write("b/pid.json", pidOf("3"))
	if all := b.read(); all["a"].Status != model.Running || all["b"].Status != model.Running {
		t.Fatalf("%+v", all)
	}
	b.state = proc.Gone
	for _, step := range []struct {
		remove string
		later  time.Duration
		a      model.Status // −1: it is gone
	}{
		{"a/pid.json", 4 * time.Second, model.Running},
		{"", 12 * time.Second, -1}, // nothing in it says that it is a run
		{"b", time.Second, -1},
	} {
		if step.remove != "" {
			_ = os.RemoveAll(filepath.Join(b.dir, filepath.FromSlash(step.remove)))
		}
		b.later(step.later)
		all := b.read()
		if a, ok := all["a"]; ok != (step.a >= 0) || ok && (a.Status != step.a || a.Status == model.Running && a.Dir.Done != 3) {
			t.Errorf("after removing %q: %v %+v", step.remove, a.Status, a.Dir)
		}
		if b, ok := all["b"]; !ok || b.Status != model.Running && step.remove == "b" {
			t.Errorf("after removing %q: b is %v", step.remove, b.Status)
		}
	}
}
