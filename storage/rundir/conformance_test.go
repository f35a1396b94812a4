package rundir

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/rundir/proc"
	"societop/storage/rundir/run"
	"societop/storage/rundir/runfile"
	"societop/storage/storagetest"
)

// fitted is experiments as run directories can hold them.
type fitted struct {
	root   string
	config text.Lines // of fittedSteps

	mu  sync.Mutex
	now time.Time
}

const (
	fittedSteps = "start_t: '2026-02-01T00:00:00'\nsteps:\n- {type: run, num_steps: 7200, tick: 60}\n"
	alivePID    = 1
	gonePID     = 2
)

func (f *fitted) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fitted) dir(e *model.Experiment) string {
	if dir := filepath.Join(f.root, e.Name.Raw()); e.Name.Raw() != "" && ID(dir) == e.ID {
		return dir
	}
	return filepath.Join(f.root, fmt.Sprintf("run-%x", e.ID[:6]))
}

// fit is the nearest experiment that a run directory can hold.
func (f *fitted) fit(e model.Experiment) model.Experiment {
	dir := f.dir(&e)
	out := model.Experiment{Summary: model.Summary{
		Key: model.Key{ID: ID(dir)}, Name: text.Clean(filepath.Base(dir)), Status: e.Status, Now: model.SimTime{Day: -1},
		InputTokens: e.InputTokens, OutputTokens: e.OutputTokens, Created: e.Created, Updated: e.Updated,
	}}
	if e.Status == model.Stopped {
		out.Status = model.Lost
	}
	done := int64(e.Now.Seconds())/60 + 1
	if !e.Now.Valid() {
		if done = 0; e.Dir != nil {
			done = max(e.Dir.Done, 0)
		}
	}
	d := &model.RunDir{Done: done, Path: text.Clean(dir), Agents: -1}
	if !e.Config.Empty() {
		s, _ := plan.ReadSteps(fittedSteps)
		out.Config, out.Plan, d.Epoch = f.config, s.Plan, s.Epoch()
		d.Phase = model.Phase{Kind: text.Clean("run"), Count: 1}
		if at, ok := s.Plan.StepStart(done - 1); ok {
			out.Now = model.SimTimeOf(at)
		}
	}
	switch out.Status {
	case model.NotStarted:
		d.Done, d.Phase, out.Now, out.Updated = -1, model.Phase{}, model.SimTime{Day: -1}, out.Created
		d.Warnings = []text.Text{text.Clean("pid.json is missing")}
	case model.Running:
		d.Alive = text.Clean(fmt.Sprintf("process %d", alivePID))
	case model.Lost:
		d.Alive = text.Clean(fmt.Sprintf("process %d is gone", gonePID))
	case model.Finished:
		if out.Plan != nil {
			d.Warnings = []text.Text{text.Clean(fmt.Sprintf("%d of 7200 steps", done))}
		}
	case model.Failed:
		out.Error = e.Error
	default:
	}
	out.Dir = d
	return out
}

// write writes the directory of an experiment that was fitted.
func (f *fitted) write(t *testing.T, e model.Experiment) {
	t.Helper()
	dir := f.dir(&e)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	put := func(name string, content any, at time.Time) {
		t.Helper()
		b, ok := content.(string)
		if !ok {
			marshalled, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			b = string(marshalled)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(b), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if !e.Config.Empty() {
		put(runfile.Plan, fittedSteps, e.Created)
	}
	put(runfile.Stats, map[string]any{"totals": map[string]int64{"input": e.InputTokens, "output": e.OutputTokens}}, f.clock())
	if e.Status == model.NotStarted {
		put(runfile.Society, "{}", e.Created)
	} else {
		words := map[model.Status]string{model.Running: saysRunning, model.Lost: saysRunning, model.Finished: saysCompleted, model.Failed: saysFailed}
		pids := map[model.Status]int{model.Running: alivePID}
		pid := map[string]any{"pid": pids[e.Status] + (gonePID-pids[e.Status])*btoi(e.Status == model.Lost), "status": words[e.Status], "start_time": e.Created.Format(time.RFC3339Nano), "end_time": e.Updated.Format(time.RFC3339Nano), "error": e.Error.Raw()}
		put(runfile.Step, map[string]any{"step_count": e.Dir.Done, "completed_step_count": 0}, e.Updated)
		put(runfile.PID, pid, f.clock())
	}
	if err := os.Chtimes(dir, e.Created, e.Created); err != nil {
		t.Fatal(err)
	}
}

// TestSource holds the source to what its users rely on.
func TestSource(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		root, err := filepath.EvalSymlinks(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		steps := filepath.Join(t.TempDir(), runfile.Plan)
		if err := os.WriteFile(steps, []byte(fittedSteps), 0o644); err != nil {
			t.Fatal(err)
		}
		config, err := run.Config(steps, "")
		if err != nil {
			t.Fatal(err)
		}
		f := &fitted{root: root, config: text.CleanLines(config), now: time.Now().Add(time.Hour)}
		return storagetest.Lab{
			Fit: f.fit,
			Open: func(*testing.T) model.Source {
				return New(root, Options{Now: f.clock, Process: func(pid int64, _ string) proc.State {
					return map[int64]proc.State{alivePID: proc.Alive, gonePID: proc.Gone}[pid]
				}})
			},
			Write: func(t *testing.T, put []model.Experiment, gone []model.Key) {
				for _, e := range put {
					f.write(t, e)
				}
				for _, k := range gone {
					if all, err := os.ReadDir(root); err == nil {
						for _, entry := range all {
							if dir := filepath.Join(root, entry.Name()); ID(dir) == k.ID {
								_ = os.RemoveAll(dir)
							}
						}
					}
				}
				f.mu.Lock()
				defer f.mu.Unlock()
				f.now = f.now.Add(2 * rescan)
			},
		}
	})
}
