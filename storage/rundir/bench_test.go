package rundir

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"societop/model"
	"societop/storage/rundir/proc"
	"societop/storage/rundir/rundirtest"
	"societop/storage/rundir/runfile"
)

// BenchmarkRuns is the first listing of 2,000 runs, each with a replay of 256 files, and a poll of them
// without a change.
func BenchmarkRuns(b *testing.B) {
	root, one := b.TempDir(), rundirtest.Run(b, "2.9.2-completed")
	for i := range 2000 {
		dir := filepath.Join(root, "runs", fmt.Sprintf("sim-%d", i))
		for _, name := range []string{runfile.PID, runfile.Step, runfile.Society, runfile.Stats, runfile.Plan, runfile.Config, "output.log", "replay/" + runfile.Schema} {
			content, err := os.ReadFile(filepath.Join(one, name))
			if err == nil {
				err = os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name), content, 0o644)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	gone := func(int64, string) proc.State { return proc.Gone }
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			src := New(root, Options{Process: gone})
			if ch, err := src.Changes(context.Background(), model.Cursor{}, model.Budget{}); err != nil || len(ch.Put) != 2000 {
				b.Fatal(len(ch.Put), err)
			}
			_ = src.Close()
		}
	})
	b.Run("idle", func(b *testing.B) {
		src := New(root, Options{Process: gone})
		defer src.Close()
		ch, err := src.Changes(context.Background(), model.Cursor{}, model.Budget{})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if ch, err = src.Changes(context.Background(), ch.Next, model.Budget{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func FuzzFiles(f *testing.F) {
	f.Add([]byte(pidOf("3")), []byte(`{"step_count": 3}`), []byte("[2026-09-24 00:00:58] ERROR   Error executing step 0 (run): Agent step failures (1): agent 3: no\n"))
	f.Fuzz(func(t *testing.T, pid, step, log []byte) {
		if p, ok := parsePID(pid); ok {
			wall(p.Start)
			if p.Steps.of() < -1 || p.PID < -1 {
				t.Errorf("%+v", p)
			}
		}
		if s, ok := parseStep(step); ok && s.Steps.of() < -1 {
			t.Errorf("%+v", s)
		}
		var whole, parts logFile
		whole.take(log)
		for i := range log {
			parts.take(log[i : i+1])
		}
		if whole.began != parts.began || whole.loaded != parts.loaded || len(whole.failed) != len(parts.failed) {
			t.Errorf("read whole: %+v; in parts: %+v", whole, parts)
		}
		agentsOf(step)
	})
}
