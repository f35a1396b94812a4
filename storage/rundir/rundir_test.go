package rundir

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/rundir/proc"
	"societop/storage/rundir/rundirtest"
	"societop/storage/storagetest"
)

// bench is a source under test, with a clock and a process of its own.
type bench struct {
	*testing.T
	src    *Source
	dir    string
	now    time.Time
	state  proc.State
	mirror storagetest.Mirror
}

// on opens a source on a directory. Its clock stands an hour after now, so that all files are old.
func on(t *testing.T, dir string) *bench {
	t.Helper()
	b := &bench{T: t, dir: dir, now: time.Now().Add(time.Hour), state: proc.Gone}
	b.src = New(dir, Options{Now: func() time.Time { return b.now }, Process: func(int64, string) proc.State { return b.state }})
	t.Cleanup(func() {
		if err := b.src.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// read reads on, and returns what is known, by name.
func (b *bench) read() map[string]model.Summary {
	b.Helper()
	b.mirror.Read(b, b.src, model.Budget{Errors: true})
	all := map[string]model.Summary{}
	for _, s := range b.mirror.Known {
		all[s.Name.Raw()] = s
	}
	if len(all) != len(b.mirror.Known) {
		b.Errorf("%d runs have %d names", len(b.mirror.Known), len(all))
	}
	return all
}

// only is the only run there is.
func (b *bench) only() model.Summary {
	b.Helper()
	all := b.read()
	if len(all) != 1 {
		b.Fatalf("%d runs, want 1", len(all))
	}
	for _, s := range all {
		return s
	}
	return model.Summary{}
}

// later moves the clock.
func (b *bench) later(d time.Duration) { b.now = b.now.Add(d) }

// write writes a file below the directory, as if it were written at the time of the clock.
func (b *bench) write(name, content string) {
	b.Helper()
	path := filepath.Join(b.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		b.Fatal(err)
	}
	for ; path != filepath.Dir(b.dir); path = filepath.Dir(path) {
		if err := os.Chtimes(path, b.now, b.now); err != nil {
			b.Fatal(err)
		}
	}
}

// status fails the test unless the only run is in a state, which is known so.
func (b *bench) status(want model.Status, alive string) model.Summary {
	b.Helper()
	s := b.only()
	if s.Status != want || !strings.Contains(s.Dir.Alive.Raw(), alive) {
		b.Errorf("the run is %v, %q; want %v, %q", s.Status, s.Dir.Alive, want, alive)
	}
	return s
}

// warned reports whether a run has a warning that begins so.
func warned(s model.Summary, begin string) bool {
	for _, w := range s.Dir.Warnings {
		if strings.HasPrefix(w.Raw(), begin) {
			return true
		}
	}
	return false
}

// fixture is what EXPECTED.json says of a run.
type fixture struct {
	Agents  int      `json:"agents_in_config"`
	Planned int64    `json:"planned_steps"`
	Start   string   `json:"start_t"`
	Kinds   []string `json:"top_level_steps"`
	PID     *struct {
		Status, Error string
		Experiment    string `json:"experiment_id"`
		Start         string `json:"start_time"`
		End           string `json:"end_time"`
		Steps         *int64 `json:"step_count"`
		Resumed       bool
	}
	Step *struct {
		Steps   int64 `json:"step_count"`
		Entries int   `json:"completed_step_count"`
	} `json:"SOCIETY_STEP.json"`
	Stats *struct{ Totals struct{ Input, Output int64 } } `json:"LLM_STATS.json"`
}

// TestFixtures: what is known of each run is what another program has counted.
func TestFixtures(t *testing.T) {
	raw, _ := rundirtest.Expected(t)
	b := on(t, rundirtest.Unpack(t))
	all := b.read()
	if len(all) != len(rundirtest.Names) {
		t.Errorf("%d runs, want %d", len(all), len(rundirtest.Names))
	}
	for _, name := range rundirtest.Names {
		t.Run(name, func(t *testing.T) {
			var want fixture
			if err := json.Unmarshal(raw[name], &want); err != nil {
				t.Fatal(err)
			}
			s, ok := all[name]
			if !ok {
				t.Fatal("it was not found")
			}
			same(t, s, want)
			if root, _ := filepath.EvalSymlinks(b.dir); s.ID != ID(filepath.Join(root, name)) || s.Dir.Path.Raw() != filepath.Join(root, name) {
				t.Errorf("its id is %v, its path %s", s.ID, s.Dir.Path)
			}
		})
	}
}

func same(t *testing.T, s model.Summary, want fixture) {
	t.Helper()
	status, done := model.NotStarted, int64(-1)
	if p := want.PID; p != nil {
		status = map[string]model.Status{"running": model.Lost, "completed": model.Finished, "failed": model.Failed}[p.Status]
		if p.Steps != nil {
			done = *p.Steps
		}
		if s.Error.Raw() != p.Error || s.Dir.Label.Raw() != p.Experiment || warned(s, "resumed") != p.Resumed {
			t.Errorf("error %q, label %q, warnings %q; want %+v", s.Error.Raw(), s.Dir.Label, s.Dir.Warnings, p)
		}
		if at, _ := wall(p.Start); !s.Created.Equal(at) || at.IsZero() {
			t.Errorf("it was created at %v, want %v", s.Created, at)
		}
		if at, _ := wall(p.End); !at.IsZero() && !s.Updated.Equal(at) {
			t.Errorf("it was updated at %v, want %v", s.Updated, at)
		}
	}
	if want.Step != nil {
		done = want.Step.Steps
		if at := min(want.Step.Entries, len(want.Kinds)-1); s.Dir.Phase.Index != at || s.Dir.Phase.Kind.Raw() != want.Kinds[at] {
			t.Errorf("its phase is %+v, want %d of %q", s.Dir.Phase, at, want.Kinds)
		}
	}
	if s.Status != status || s.Dir.Done != done || s.Dir.Agents != want.Agents || done > 0 && s.Dir.Phase.Count != len(want.Kinds) {
		t.Errorf("it is %v with %d steps done, %d agents, %+v; want %v, %d, %+v", s.Status, s.Dir.Done, s.Dir.Agents, s.Dir.Phase, status, done, want)
	}
	start, err := time.Parse("2006-01-02T15:04:05", want.Start)
	if err != nil || s.Plan == nil || s.Plan.Steps() != want.Planned || !s.Dir.Epoch.Equal(start.Truncate(24*time.Hour)) {
		t.Fatalf("%+v of %d steps since %v; want %d since %v", s.Plan, s.Plan.Steps(), s.Dir.Epoch, want.Planned, start)
	}
	if done > 0 && (!s.Now.Valid() || s.Plan.Done(s.Now.Seconds()) != done) || done <= 0 && s.Now.Valid() {
		t.Errorf("after %d steps it is at %v", done, s.Now)
	}
	if want.Stats == nil && want.Step != nil { // by its trace
		if s.InputTokens <= 0 || s.OutputTokens != -1 || s.Dir.Uncounted {
			t.Errorf("%d and %d tokens, uncounted %v", s.InputTokens, s.OutputTokens, s.Dir.Uncounted)
		}
		return
	}
	if in, out := want.tokens(); s.InputTokens != in || s.OutputTokens != out || s.Dir.Uncounted != (want.Stats == nil) {
		t.Errorf("%d and %d tokens, uncounted %v; want %+v", s.InputTokens, s.OutputTokens, s.Dir.Uncounted, want.Stats)
	}
}

func (f *fixture) tokens() (in, out int64) {
	if f.Stats == nil {
		return 0, 0
	}
	return f.Stats.Totals.Input, f.Stats.Totals.Output
}

// TestPhaseByTheLog: before there was a SOCIETY_STEP.json, the log says which entry is under way.
func TestPhaseByTheLog(t *testing.T) {
	for name, index := range map[string]int{"2.1.5-completed": 5, "2.5.4-killed": 3, "2.6.0-completed": 5} {
		s := on(t, rundirtest.Run(t, name)).only()
		if s.Dir.Phase.Index != index || s.Dir.Phase.Count != 6 {
			t.Errorf("%s: %+v, want %d of 6", name, s.Dir.Phase, index)
		}
	}
}

const (
	runningPID = `{"pid": 4711, "status": "running", "start_time": "2026-09-24T00:00:00+00:00", "experiment_id": "1_1", "step_count": %d}`
	steps10    = "start_t: '2026-02-01T00:00:00'\nsteps:\n- {type: run, num_steps: 10, tick: 3600}\n- {type: ask, question: why}\n"
)

func pidOf(done string) string { return strings.Replace(runningPID, "%d", done, 1) }

// TestLiveness: the state follows the clock, though no file changes.
func TestLiveness(t *testing.T) {
	b := on(t, t.TempDir())
	b.write("steps.yaml", steps10)
	b.write("pid.json", pidOf("3"))
	b.state = proc.Alive
	b.status(model.Running, "process 4711")
	b.later(5 * time.Hour)
	b.status(model.Running, "process 4711")

	b.write("pid.json", pidOf("3"))
	b.state = proc.Gone // died within the last minute, or was it somewhere else?
	b.status(model.Running, "last write")
	b.later(59 * time.Second)
	b.status(model.Running, "last write")
	b.later(2 * time.Second)
	b.status(model.Lost, "process 4711 is gone")
	b.state = proc.Alive
	b.later(lostEvery)
	b.status(model.Running, "process 4711")

	b.write("pid.json", pidOf("3"))
	b.state = proc.Unknown
	b.later(61 * time.Second)
	b.status(model.Running, "last write 1m ago")
	b.later(13 * time.Minute)
	b.status(model.Running, "last write 14m ago")
	b.later(time.Minute)
	s := b.status(model.Lost, "no write since")
	if s.Dir.Done != 3 || s.Now != (model.SimTime{T: 7200}) {
		t.Errorf("%d steps, at %v", s.Dir.Done, s.Now)
	}
	b.write("trace/trace_00.jsonl", "{}\n") // a question may take long, and writes only this
	b.later(manyLostEvery)
	b.status(model.Running, "last write")
	b.later(9 * time.Minute)
	b.status(model.Running, "last write 14m ago")
}

// TestManyRunsThatAsk: none of them is lost at first sight, though only their traces are new.
func TestManyRunsThatAsk(t *testing.T) {
	b := on(t, t.TempDir())
	for i := range manyAtOnce + 9 {
		run := fmt.Sprintf("run-%d/", i)
		b.later(-20 * time.Minute)
		b.write(run+"pid.json", pidOf("3"))
		b.later(20 * time.Minute)
		b.write(run+"trace/trace_00.jsonl", "{}\n")
	}
	for name, s := range b.read() {
		if s.Status != model.Running {
			t.Errorf("%s is %v, %q", name, s.Status, s.Dir.Alive)
		}
	}
}

// TestLostAfter is the setting.
func TestLostAfter(t *testing.T) {
	b := on(t, t.TempDir())
	b.src.lostAfter = 2 * time.Minute
	b.state = proc.Unknown
	b.write("pid.json", pidOf("3"))
	b.later(2 * time.Minute)
	b.status(model.Running, "")
	b.later(time.Second)
	b.status(model.Lost, "no write since")
}

// TestAClockAhead: files from the future say nothing by their time, but by changing.
func TestAClockAhead(t *testing.T) {
	b := on(t, t.TempDir())
	b.state = proc.Unknown
	b.later(100 * time.Hour)
	b.write("pid.json", pidOf("3"))
	b.later(-100 * time.Hour)
	b.status(model.Running, "")
	b.later(16 * time.Minute)
	b.status(model.Lost, "")
}

// TestGrowth: a run from before it starts to its end, as files are rewritten.
func TestGrowth(t *testing.T) {
	b := on(t, t.TempDir())
	b.state = proc.Alive
	b.write("init_config.json", `{"agents": [{"agent_id": 1}, {"agent_id": 2}]}`)
	b.write("steps.yaml", steps10)
	if s := b.status(model.NotStarted, ""); s.Dir.Done != -1 || s.Now.Valid() || s.Plan.Steps() != 10 || s.Dir.Agents != 2 {
		t.Errorf("%+v, %+v", s, s.Dir)
	}
	b.later(rescan)
	b.write("pid.json", `{"pid": 4711, "status": "running", "start_time": "2026-09-24T00:00:00+00:00"}`)
	if s := b.status(model.Running, ""); s.Dir.Done != -1 {
		t.Errorf("%d steps are done", s.Dir.Done)
	}
	b.later(time.Second)
	b.write("pid.json", pidOf("1"))
	if s := b.status(model.Running, ""); s.Dir.Done != 1 || s.Now != (model.SimTime{}) {
		t.Errorf("%d steps are done, at %v", s.Dir.Done, s.Now)
	}
	updated := b.only().Updated
	for _, half := range []string{"", "{", pidOf("1")[:40], "null", "[]", `{"status": ""}`} {
		b.later(time.Second)
		b.write("pid.json", half)
		for _, age := range []time.Duration{time.Second, tornAtMost} { // it may be written just now
			b.later(age)
			if s := b.status(model.Running, "process 4711"); s.Dir.Done != 1 || warned(s, "pid.json is damaged") != (age == tornAtMost) {
				t.Errorf("%q after %v: %d steps are done, %q", half, age, s.Dir.Done, s.Dir.Warnings)
			}
		}
	}
	b.write("pid.json", pidOf("1"))
	if s := b.only(); !s.Updated.Equal(updated) || warned(s, "pid.json") {
		t.Errorf("it was updated at %v, want %v; %q", s.Updated, updated, s.Dir.Warnings)
	}
	b.later(time.Second)
	b.write("SOCIETY_STEP.json", `{"current_time": "2026-02-01T04:00:00", "step_count": 4, "completed_step_count": 0}`)
	if s := b.status(model.Running, ""); s.Dir.Done != 4 || !s.Updated.Equal(b.now.Truncate(time.Microsecond)) && s.Updated.Sub(b.now).Abs() > time.Second || s.Dir.Phase.Kind.Raw() != "run" {
		t.Errorf("%+v, %+v", s, s.Dir)
	}
	b.write("output.log", "[2026-09-24 00:00:57] INFO    Running 10/10 steps with tick=3600\n[2026-09-24 00:00:58] ERROR   Error executing step 0 (run): Agent step failures (1): agent 3: no \x1b[31mmoney\nTraceback\n")
	b.write("SOCIETY_STEP.json", `{"current_time": "2026-02-01T04:00:00", "step_count": 4, "completed_step_count": 2}`)
	b.write("pid.json", strings.Replace(pidOf("4"), "running", "completed", 1))
	b.later(time.Second)
	s := b.status(model.Finished, "")
	if !warned(s, "4 of 10 steps") || !warned(s, "an agent failed: agent 3: no ") || s.Dir.Phase.Index != 1 {
		t.Errorf("warnings %q, phase %+v", s.Dir.Warnings, s.Dir.Phase)
	}
	b.later(time.Minute)
	b.write("pid.json", strings.Replace(pidOf(`4, "resumed": true, "end_time": "2026-09-24T01:00:00", "error": "old"`), "}}", "}", 1))
	if s := b.status(model.Running, ""); !warned(s, "resumed") || !s.Error.Empty() {
		t.Errorf("warnings %q, error %q", s.Dir.Warnings, s.Error.Raw())
	}
}

// TestBegunAgain: what a run that is started again in the same directory finds there is not its own.
func TestBegunAgain(t *testing.T) {
	b := on(t, t.TempDir())
	b.now = time.Date(2026, 9, 23, 0, 0, 0, 0, time.UTC)
	b.write("SOCIETY_STEP.json", `{"step_count": 9, "completed_step_count": 1}`)
	b.now = time.Date(2026, 9, 24, 0, 0, 5, 0, time.UTC)
	b.state = proc.Alive
	b.write("pid.json", `{"pid": 4711, "status": "running", "start_time": "2026-09-24T00:00:00+00:00"}`)
	if s := b.only(); s.Dir.Done != -1 {
		t.Errorf("%d steps are done", s.Dir.Done)
	}
	b.write("pid.json", `{"pid": 4711, "status": "running", "start_time": "2026-09-24T00:00:00+00:00", "resumed": true}`)
	if s := b.only(); s.Dir.Done != 9 {
		t.Errorf("%d steps are done", s.Dir.Done)
	}
}
