package rundir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/rundir/rundirtest"
	"societop/storage/rundir/runfile"
)

// found fails the test unless the runs have these names.
func (b *bench) found(want ...string) {
	b.Helper()
	got := slices.Sorted(maps.Keys(b.read()))
	slices.Sort(want)
	if !slices.Equal(got, want) {
		b.Errorf("found %q, want %q", got, want)
	}
}

// link makes a symbolic link below the directory.
func (b *bench) link(target, name string) {
	b.Helper()
	if err := os.Symlink(target, filepath.Join(b.dir, name)); err != nil {
		b.Skip(err)
	}
}

// TestDiscovery: what makes a run, and where it is looked for.
func TestDiscovery(t *testing.T) {
	b := on(t, t.TempDir())
	for _, name := range []string{
		"a/pid.json", "b/SOCIETY.json", "c/replay/_schema.json", // by one file
		"runs/sim-1/pid.json", "runs/sim-2/pid.json", "1/2/3/4/pid.json",
		"ws/hypothesis_1/experiment_1/run/pid.json", "ws/hypothesis_1/experiment_1/init/steps.yaml",
		"ws/hypothesis_1/experiment_2/init/init_config.json", // not started
		"ws/hypothesis_2/experiment_1/init/steps.yaml",       // likewise
		"shared/steps.yaml", "shared/init_config.json", "shared/runs/sim-1/pid.json", // its configs are those of others
		"alone/steps.yaml", "alone/init_config.json", // not started
		"outer/pid.json", "outer/inner/pid.json", // a run in a run's directory, but
		"outer/agents/agent_0001/pid.json", "outer/replay/pid.json", // not among its data
		"1/2/3/4/5/pid.json",                       // too deep
		".git/pid.json", "node_modules/x/pid.json", // hidden
		"half/steps.yaml", "other/pid.jsonl", "notes.txt", "empty/replay/x.jsonl", // nothing
	} {
		b.write(name, "{}")
	}
	b.write("dir/pid.json/x", "") // a directory of that name
	b.later(time.Hour)
	b.found("a", "b", "c", "runs/sim-1", "runs/sim-2", "1/2/3/4", "ws/hypothesis_1/experiment_1/run", "ws/hypothesis_1/experiment_2/run",
		"ws/hypothesis_2/experiment_1/run", "shared/runs/sim-1", "alone", "outer", "outer/inner")
}

// TestOneRun: a directory that is a run has its own name, whatever the path.
func TestOneRun(t *testing.T) {
	dir := rundirtest.Run(t, "2.9.2-killed")
	for _, path := range []string{dir, dir + "/", dir + "/../2.9.2-killed/.", filepath.Join(dir, "replay", "..")} {
		b := on(t, path)
		s := b.only()
		root, _ := filepath.EvalSymlinks(dir)
		if s.Name.Raw() != "2.9.2-killed" || s.ID != ID(root) {
			t.Errorf("%s: %q, %v", path, s.Name, s.ID)
		}
	}
}

// TestLinks: those that go in a circle end, and a run has the name of its own place.
func TestLinks(t *testing.T) {
	b := on(t, t.TempDir())
	elsewhere := t.TempDir()
	b.write("runs/sim-1/pid.json", pidOf("1"))
	b.write("runs/sim-1/x", "")
	for i := range 4 {
		if err := os.MkdirAll(filepath.Join(elsewhere, fmt.Sprint("far-", i)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(elsewhere, fmt.Sprint("far-", i), runfile.PID), []byte(pidOf("2")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.link("sim-1", "runs/latest")
	b.link(".", "runs/self")
	b.link("..", "runs/up")
	b.link("../..", "runs/sim-1/top")
	b.link("b", "a")
	b.link("a", "b")
	b.link("nowhere", "broken")
	b.link(elsewhere, "scratch")
	b.later(time.Hour)
	b.found("runs/sim-1", "scratch/far-0", "scratch/far-1", "scratch/far-2", "scratch/far-3")
	for _, s := range b.read() {
		if real, _ := filepath.EvalSymlinks(s.Dir.Path.Raw()); s.Dir.Path.Raw() != real {
			t.Errorf("the path %s has links", s.Dir.Path)
		}
	}
}

// TestComingAndGoing: runs are found that begin later, and those that are removed are gone.
func TestComingAndGoing(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("runs/sim-1/pid.json", pidOf("1"))
	b.write("runs/sim-2/pid.json", pidOf("1"))
	b.write("h/e/init/steps.yaml", steps10)
	b.later(time.Hour)
	b.found("runs/sim-1", "runs/sim-2", "h/e/run")
	b.write("runs/sim-3/config.txt", "")
	b.later(rescanEvery)
	b.found("runs/sim-1", "runs/sim-2", "h/e/run")
	b.write("runs/sim-3/pid.json", pidOf("1"))
	b.write("h/e/run/pid.json", pidOf("1"))
	b.later(rescanEvery)
	b.found("runs/sim-1", "runs/sim-2", "runs/sim-3", "h/e/run")
	if s := b.read()["h/e/run"]; s.Status != model.Running || s.Plan.Steps() != 10 {
		t.Errorf("it is %v", s.Status)
	}
	if err := os.RemoveAll(filepath.Join(b.dir, "runs", "sim-1")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(b.dir, "runs", "sim-2"), filepath.Join(b.dir, "runs", "sim-9")); err != nil {
		t.Fatal(err)
	}
	b.later(rescan)
	b.found("runs/sim-9", "runs/sim-3", "h/e/run")
	if err := os.RemoveAll(b.dir); err != nil {
		t.Fatal(err)
	}
	b.later(rescan)
	if _, err := b.src.Changes(context.Background(), b.mirror.Cursor, model.Budget{}); !errors.Is(err, model.ErrNoLab) {
		t.Errorf("a directory that is gone: %v", err)
	}
	b.write("runs/sim-3/pid.json", pidOf("1"))
	b.later(rescan)
	b.found("runs/sim-3")
}

// TestNoRuns: a directory without runs says what was looked for, and goes on looking.
func TestNoRuns(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("notes/today.txt", "")
	b.later(time.Hour)
	_, err := b.src.Changes(context.Background(), model.Cursor{}, model.Budget{})
	if !errors.Is(err, model.ErrNoRuns) || !strings.Contains(model.Explain(err).String(), "pid.json") {
		t.Errorf("%v", err)
	}
	b.write("notes/run/pid.json", pidOf("1"))
	b.later(rescanEvery)
	b.found("notes/run")
	if err := os.RemoveAll(filepath.Join(b.dir, "notes")); err != nil {
		t.Fatal(err)
	}
	b.later(rescan)
	b.found()
	if ch, err := b.src.Changes(context.Background(), b.mirror.Cursor, model.Budget{}); err != nil || !errors.Is(ch.Trouble, model.ErrNoRuns) {
		t.Errorf("a directory that lost its runs: %v, %v", ch.Trouble, err)
	}
}

// TestUnreadable: what can't be read is said; the rest is read.
func TestUnreadable(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("a/pid.json", pidOf("1"))
	b.write("closed/run/pid.json", pidOf("1"))
	b.later(time.Hour)
	b.found("a", "closed/run")
	closed := filepath.Join(b.dir, "closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o755) })
	if _, err := os.ReadDir(closed); !errors.Is(err, fs.ErrPermission) {
		t.Skip("this user may read everything")
	}
	for _, again := range []bool{false, true} {
		if again {
			b = on(t, b.dir)
		}
		b.later(rescan)
		ch, err := b.src.Changes(context.Background(), model.Cursor{}, model.Budget{})
		if err != nil || !errors.Is(ch.Trouble, model.ErrUnreadable) || !strings.Contains(ch.Trouble.Error(), "closed") {
			t.Errorf("%v, %v", ch.Trouble, err)
		}
	}
	b.found("a")
}

// TestManyFiles: the files of a run's agents are not walked.
func TestManyFiles(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("pid.json", pidOf("1"))
	for i := range 50 {
		dir := filepath.Join(b.dir, "agents", fmt.Sprintf("agent_%04d", i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for j := range 40 {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(j)), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	b.later(time.Hour)
	b.only()
	if n := len(b.src.update.tree.folders); n != 1 {
		t.Errorf("%d directories were read, want 1", n)
	}
}

// TestChangesWhileRead: directories that come and go while they are read do no harm.
func TestChangesWhileRead(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("stays/pid.json", pidOf("1"))
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			dir := filepath.Join(b.dir, "x", fmt.Sprint(i%7), "run")
			_ = os.MkdirAll(dir, 0o755)
			_ = os.WriteFile(filepath.Join(dir, runfile.PID), []byte(pidOf("1")), 0o644)
			_ = os.RemoveAll(filepath.Join(b.dir, "x", fmt.Sprint((i+3)%7)))
		}
	}()
	for range 200 {
		b.later(rescan)
		ch, err := b.src.Changes(context.Background(), b.mirror.Cursor, model.Budget{})
		if err != nil {
			t.Error(err)
		}
		b.mirror.Apply(ch)
	}
	close(stop)
	<-done
	if err := os.RemoveAll(filepath.Join(b.dir, "x")); err != nil {
		t.Fatal(err)
	}
	b.later(rescan)
	b.found("stays")
}

// TestStepsByTheLog: a steps.yaml that lies elsewhere is found where the log says.
func TestStepsByTheLog(t *testing.T) {
	b := on(t, t.TempDir())
	configs := t.TempDir()
	for name, content := range map[string]string{"plan.yaml": steps10, "init_config.json": `{"agents": [{}, {}, {}]}`, "secret": "steps: [{type: run, num_steps: 3}]"} {
		if err := os.WriteFile(filepath.Join(configs, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.write("a/pid.json", pidOf("1"))
	b.write("a/sim.log", "[2026-09-24 00:00:00] INFO    Loading steps from "+filepath.Join(configs, "plan.yaml")+"\n"+strings.Repeat(strings.Repeat("x", 1023)+"\n", maxTail/1024+1))
	b.write("b/pid.json", pidOf("1"))
	b.write("b/sim.log", "[2026-09-24 00:00:00] INFO    Loading steps from /home/nobody/steps.yaml\n")
	b.write("c/pid.json", pidOf("1"))
	b.write("c/sim.log", "[2026-09-24 00:00:00] INFO    Loading steps from "+filepath.Join(configs, "secret")+"\n")
	b.later(time.Hour)
	all := b.read()
	if s := all["a"]; s.Plan == nil || s.Plan.Steps() != 10 {
		t.Errorf("a plan of %+v", s.Plan)
	}
	if all["b"].Plan != nil || all["c"].Plan != nil || all["b"].Dir.Done != 1 {
		t.Errorf("plans %+v, %+v", all["b"].Plan, all["c"].Plan)
	}
}
