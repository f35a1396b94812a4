//go:build unix

package ssh

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"societop/model"
	"societop/storage/rundir"
	"societop/storage/rundir/rundirtest"
	"societop/storage/storagetest"
)

// directory opens a directory on a machine.
func (m *machine) directory(t *testing.T, path string) *Source {
	t.Helper()
	src, err := Open("ssh://lab-7"+path, model.Access{Environ: m.environ})
	if err != nil {
		t.Fatal(err)
	}
	src.to.program = m.ssh
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// TestRunDirectoriesOverAStub: what another machine has of them is what they are read as there.
func TestRunDirectoriesOverAStub(t *testing.T) {
	m := newMachine(t, nil)
	root := rundirtest.Unpack(t)
	here := rundir.New(root, rundir.Options{})
	defer here.Close()
	there := m.directory(t, root)
	storagetest.SameSource(t, there, here)
	var mirror storagetest.Mirror
	mirror.Read(t, there, model.Budget{})
	if n := len(rundirtest.Names); len(mirror.Known) != n {
		t.Errorf("%d runs, want %d", len(mirror.Known), n)
	}
	for k, s := range mirror.Known {
		storagetest.SameRunDir(t, there.RunData(k), here.RunData(k), 0, 1, 2)
		if s.Dir == nil {
			t.Errorf("%v is no run directory", k)
		}
	}
}

// places is a dataset of a large run.
func places(table string) rundirtest.Set {
	return rundirtest.Set{
		Table: table, ID: table, Kind: "entity_snapshot", Entity: "agent_id", Step: "step", Time: "t", Key: []string{"agent_id", "step"}, Order: []string{"step", "agent_id"},
		Can: []string{"agent_snapshot"}, Columns: [][2]string{{"agent_id", "INTEGER"}, {"step", "INTEGER"}, {"t", "TIMESTAMP"}, {"value", "REAL"}},
	}
}

// TestARunOf770ShardsCostsWhatHasGrown, in bytes over the pipe: nothing else of it crosses.
func TestARunOf770ShardsCostsWhatHasGrown(t *testing.T) {
	const agents, steps = 1000, 4
	run := filepath.Join(t.TempDir(), "sim-1")
	w := rundirtest.NewWriter(t, run)
	tables := []string{"a_state", "b_state", "c_state"}
	w.Schema(places(tables[0]), places(tables[1]), places(tables[2]))
	shards := map[string]string{}
	row := func(table string, step, agent int) {
		line := fmt.Sprintf(`{"agent_id": %d, "step": %d, "t": "2026-01-05T08:%02d:00", "value": %v}`, agent, step, step, float64(agent*7919%1000)/8) + "\n"
		shards[rundirtest.Shard(table, line)] += line
	}
	flush := func() {
		for name, lines := range shards {
			w.Append(name, lines)
		}
		clear(shards)
	}
	done := func(n int) {
		t.Helper()
		pid := fmt.Sprintf(`{"pid": %d, "status": "running", "start_time": "2026-01-05T00:00:00+00:00", "experiment_id": "x", "simulation_time": "2026-01-05T08:%02d:00", "step_count": %d}`, os.Getpid(), n, n)
		if err := os.WriteFile(filepath.Join(run, "pid.json"), []byte(pid), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for step := range steps {
		for agent := range agents {
			for _, table := range tables {
				row(table, step, agent)
			}
		}
	}
	files := len(shards)
	flush()
	done(steps)
	if files < 700 {
		t.Fatalf("%d shards", files)
	}
	src := newMachine(t, nil).directory(t, run)
	var mirror storagetest.Mirror
	mirror.Read(t, src, model.Budget{})
	var k model.Key
	for k = range mirror.Known {
	}
	rows := 0
	poll := func() (bytes int64) {
		t.Helper()
		before := src.heard()
		mirror.Read(t, src, model.Budget{Watched: []model.Key{k}})
		rows = 0
		for _, table := range tables {
			got, err := src.RunData(k).(model.DatasetReader).Rows(t.Context(), table, model.RowQuery{})
			if err != nil {
				t.Fatal(err)
			}
			rows += len(got.Cells)
		}
		return src.heard() - before
	}
	// want polls until so many rows are there: the other machine looks at its files once in a second.
	want := func(what string, most int64, n int) {
		t.Helper()
		bytes := poll()
		for begun := time.Now(); rows != n && time.Since(begun) < 20*time.Second; bytes = poll() {
			time.Sleep(50 * time.Millisecond)
		}
		if t.Logf("%s: %d bytes, %d rows", what, bytes, rows); bytes > most || rows != n {
			t.Errorf("%s: %d bytes, of at most %d; %d rows, want %d", what, bytes, most, rows, n)
		}
	}
	all := len(tables) * agents * steps
	want("the first read", 200_000, all)
	want("nothing new", 1500, all)
	row(tables[0], steps, 1)
	row(tables[1], steps, 2)
	row(tables[2], steps, 3)
	flush()
	want("three shards grew", 2500, all+3)
	for agent := range agents {
		for _, table := range tables {
			row(table, steps, agent)
		}
	}
	flush()
	done(steps + 1)
	want("a step", 60_000, all+len(tables)*agents)
	want("nothing new after it", 1500, all+len(tables)*agents)
}

// TestARunIsLostThere though no file changes: its process ends, and whoever watches it from here hears of
// it.
func TestARunIsLostThere(t *testing.T) {
	run := filepath.Join(t.TempDir(), "sim-1")
	if err := os.MkdirAll(filepath.Join(run, "replay"), 0o700); err != nil {
		t.Fatal(err)
	}
	process := exec.Command("/bin/sh", "-c", "read line", "agentsociety2.society.cli", "--run-dir", run)
	in, err := process.StdinPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	pid := fmt.Sprintf(`{"pid": %d, "status": "running", "start_time": "2026-01-05T00:00:00+00:00", "simulation_time": "2026-01-05T08:00:00", "step_count": 4}`, process.Process.Pid)
	old := time.Now().Add(-5 * time.Minute)
	err = os.WriteFile(filepath.Join(run, "pid.json"), []byte(pid), 0o600)
	for _, path := range []string{"pid.json", "replay", "."} {
		err = errors.Join(err, os.Chtimes(filepath.Join(run, path), old, old))
	}
	if err != nil {
		t.Fatal(err)
	}
	src := newMachine(t, nil).directory(t, filepath.Dir(run))
	var mirror storagetest.Mirror
	state := func() (status model.Status, alive string) {
		mirror.Read(t, src, model.Budget{Interval: 2 * time.Second})
		for _, s := range mirror.Known {
			status, alive = s.Status, s.Dir.Alive.String()
		}
		return status, alive
	}
	if status, alive := state(); status != model.Running {
		t.Fatalf("%v, %s", status, alive)
	}
	_ = in.Close()
	_ = process.Wait()
	var status model.Status
	var alive string
	for begun := time.Now(); status != model.Lost && time.Since(begun) < 30*time.Second; status, alive = state() {
		time.Sleep(50 * time.Millisecond)
	}
	if status != model.Lost || alive == "" {
		t.Errorf("%v, %s", status, alive)
	}
}
