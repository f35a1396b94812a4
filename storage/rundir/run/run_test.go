package run

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/storage/rundir/rundirtest"
)

// testFacts is the facts of a run directory, as a source would find them.
func testFacts(t testing.TB, dir string) Facts {
	t.Helper()
	f := Facts{ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte("file://"+dir)), Status: model.Running, Done: -1}
	f.Steps = firstOf(filepath.Join(dir, "steps.yaml"), filepath.Join(dir, "../init/steps.yaml"))
	f.InitConfig = firstOf(filepath.Join(dir, "init_config.json"), filepath.Join(dir, "../init/init_config.json"))
	if b, err := os.ReadFile(f.Steps); err == nil {
		if s, ok := plan.ReadSteps(string(b)); ok {
			f.Plan, f.Epoch = s.Plan, s.Epoch()
		}
	}
	if firstOf(filepath.Join(dir, "pid.json")) == "" {
		f.Status = model.NotStarted
	}
	for _, name := range []string{"pid.json", "SOCIETY_STEP.json"} {
		var counted struct {
			Steps  *int64 `json:"step_count"`
			Status string `json:"status"`
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		if err := json.Unmarshal(b, &counted); err != nil {
			t.Fatal(err)
		}
		if counted.Steps != nil {
			f.Done = *counted.Steps
		}
		switch counted.Status {
		case "completed":
			f.Status = model.Finished
		case "failed":
			f.Status = model.Failed
		}
	}
	return f
}

// firstOf is the first of some files that is there.
func firstOf(paths ...string) string {
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// openRun opens one of the fixtures.
func openRun(t testing.TB, name string) (d *Data, dir string) {
	t.Helper()
	workspace, _, _ := strings.Cut(name, "/")
	dir = filepath.Join(rundirtest.Unpack(t, workspace), filepath.FromSlash(name))
	f := testFacts(t, dir)
	return Open(dir, func() Facts { return f }), dir
}

// must is the answer of a reading that may not fail.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// write writes a file of a run.
func write(t testing.TB, content string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readings is every method that reads.
func readings(d *Data) map[string]func(context.Context) error {
	a, ignore := d.Agent(1), func(err error) error { return err }
	return map[string]func(context.Context) error{
		"Timeline":     func(ctx context.Context) error { _, err := d.Timeline(ctx); return ignore(err) },
		"Steps":        func(ctx context.Context) error { _, err := d.Steps(ctx); return err },
		"Profiles":     func(ctx context.Context) error { _, err := d.Profiles(ctx); return err },
		"Frame":        func(ctx context.Context) error { _, err := d.Frame(ctx, model.Latest); return err },
		"Prompt":       func(ctx context.Context) error { _, err := d.Prompt(ctx, model.Latest); return err },
		"Metrics":      func(ctx context.Context) error { _, err := d.Metrics(ctx); return err },
		"Log":          func(ctx context.Context) error { _, err := d.Log(ctx, model.LogBudget{}); return err },
		"Logs":         func(ctx context.Context) error { _, err := d.Logs(ctx); return err },
		"TalkUntil":    func(ctx context.Context) error { _, err := d.TalkUntil(ctx, model.Latest, 0); return err },
		"AnswersUntil": func(ctx context.Context) error { _, err := d.AnswersUntil(ctx, model.Latest, 0); return err },
		"Surveys":      func(ctx context.Context) error { _, err := d.Surveys(ctx); return err },
		"Datasets":     func(ctx context.Context) error { _, err := d.Datasets(ctx); return err },
		"Rows": func(ctx context.Context) error {
			_, err := d.Rows(ctx, "economy.agent_state", model.RowQuery{})
			return err
		},
		"Activity": func(ctx context.Context) error { _, err := d.Activity(ctx); return err },
		"Health":   func(ctx context.Context) error { _, err := d.Health(ctx); return err },
		"History":  func(ctx context.Context) error { _, err := a.History(ctx); return err },
		"Talk":     func(ctx context.Context) error { _, err := a.Talk(ctx); return err },
		"Answers":  func(ctx context.Context) error { _, err := a.Answers(ctx); return err },
		"Notes":    func(ctx context.Context) error { _, err := a.(model.NotesReader).Notes(ctx); return err },
	}
}

func TestErrors(t *testing.T) {
	dir := rundirtest.Run(t, "2.9.2-killed")
	facts := testFacts(t, dir)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	notStarted, gone, asTold := facts, facts, facts
	notStarted.Status, notStarted.InitConfig = model.NotStarted, ""
	asTold.Err = model.ErrNoExperiment
	for _, tc := range []struct {
		name  string
		ctx   context.Context
		dir   string
		facts Facts
		want  error
	}{
		{"not started", t.Context(), dir, notStarted, model.ErrNotStarted},
		{"gone", t.Context(), dir + "-gone", gone, model.ErrNoExperiment},
		{"a file", t.Context(), filepath.Join(dir, "pid.json"), gone, model.ErrNoExperiment},
		{"as the source says", t.Context(), dir, asTold, model.ErrNoExperiment},
		{"cancelled", cancelled, dir, facts, context.Canceled},
	} {
		for name, read := range readings(Open(tc.dir, func() Facts { return tc.facts })) {
			if err := read(tc.ctx); !errors.Is(err, tc.want) {
				t.Errorf("%s: %s: %v, want %v", tc.name, name, err, tc.want)
			}
		}
	}
}

func TestADirectoryThatVanishesIsNoExperimentAnyMore(t *testing.T) {
	d, dir := openRun(t, "2.9.2-killed")
	now := time.Now()
	d.pool.now = func() time.Time { return now }
	must[[]model.SimTime](t)(d.Timeline(t.Context()))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	now = now.Add(refreshEvery)
	for name, read := range readings(d) {
		if err := read(t.Context()); !errors.Is(err, model.ErrNoExperiment) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARunWithoutReplay(t *testing.T) {
	d, dir := openRun(t, "2.9.2-completed")
	if err := os.RemoveAll(filepath.Join(dir, "replay")); err != nil {
		t.Fatal(err)
	}
	lacking := map[string]bool{"Datasets": true, "Rows": true, "Activity": true, "Prompt": true, "Health": true}
	for name, read := range readings(d) {
		if err := read(t.Context()); err != nil && (!lacking[name] || !errors.Is(err, model.ErrNotOffered)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all := must[[]model.Profile](t)(d.Profiles(t.Context())); len(all) != 6 || all[1].Name.String() != "李明" {
		t.Errorf("profiles of init_config.json: %v", all)
	}
	if all := must[[]model.SimTime](t)(d.Timeline(t.Context())); len(all) != 0 {
		t.Errorf("a timeline without rows: %v", all)
	}
	if all := must[[]model.Message](t)(d.TalkUntil(t.Context(), model.Latest, 0)); len(all) != 4 {
		t.Errorf("%d messages of artifacts, want 4", len(all))
	}
}

// Open is the data of a run directory, in a pool of its own.
func Open(dir string, facts func() Facts) *Data { return NewPool(time.Now).Open(dir, facts) }
