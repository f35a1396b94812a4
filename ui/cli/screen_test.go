package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui"
)

// onTerminal is a world whose streams are all terminals, with a monitor that waits for its
// end and says which source it showed.
func onTerminal(src model.Source, args ...string) (env Env, out, errs *bytes.Buffer) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	return Env{
		Args: args, Streams: Streams{In: strings.NewReader(""), Out: out, Err: errs, IsTerminal: func(any) bool { return true }}, Environ: []string{"TERM=xterm", "LANG=C.UTF-8"},
		Now: func() time.Time { return now }, Zone: time.UTC, Version: "test",
		Storage: Storage{Open: func(context.Context, []model.SourceSpec) (model.Source, error) { return src, nil }},
		Monitor: func(context.Context, ui.Options) error { return nil },
	}, out, errs
}

func TestTheMonitorBeginsWhereALabMayStillCome(t *testing.T) {
	for err, want := range map[error]int{
		nil:                  0,
		model.ErrNoLab:       0,
		model.ErrLocked:      0,
		model.ErrUnreachable: 0,
		model.ErrNotLab:      6,
		model.ErrNewer:       6,
		model.ErrDamaged:     6,
		model.ErrUnreadable:  6,
	} {
		env, _, errs := onTerminal(&fakeSource{err: err}, "./x")
		opened := false
		env.Monitor = func(context.Context, ui.Options) error { opened = true; return nil }
		if code := Main(t.Context(), env); code != want || opened != (want == 0) {
			t.Errorf("%v: exit code %d, opened %v: %s", err, code, opened, errs)
		}
	}
}

func TestTheMonitorsOptions(t *testing.T) {
	env, _, errs := onTerminal(&fakeSource{}, "--interval", "0", "--theme", "light", "--filter", "status:running", "--sort", "-eta", "--utc", "x.db")
	env.Zone = time.FixedZone("CST", 8*3600)
	env.Environ = []string{"TERM=xterm", "LC_ALL=zh_CN.GB18030", "LANG=C.UTF-8"}
	var got ui.Options
	env.Monitor = func(_ context.Context, o ui.Options) error { got = o; return nil }
	if code := Main(t.Context(), env); code != 0 {
		t.Fatal(errs)
	}
	if got.Interval != 0 || got.Theme != "light" || got.Filter != "status:running" || got.Sort != "-eta" || got.Zone != time.UTC || !got.ASCII {
		t.Errorf("options %+v", got)
	}
	env.Args = []string{"--ascii=false", "x.db"}
	if Main(t.Context(), env); got.ASCII || got.Interval != 2*time.Second || got.Theme != "auto" {
		t.Errorf("options %+v", got)
	}
}

// demoWorld is a terminal with a demo whose life is live.
func demoWorld(live func(ctx context.Context, o model.DemoOptions) error) (env Env, errs *bytes.Buffer) {
	env, _, errs = onTerminal(&fakeSource{}, "demo")
	env.DemoWrite = func(context.Context, model.DemoOptions, model.ProgressFunc) error { return nil }
	env.DemoLive = func(ctx context.Context, o model.DemoOptions, _ func() time.Time, ready func()) error {
		ready()
		return live(ctx, o)
	}
	return env, errs
}

func TestATemporaryLabIsRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var path string
	written := make(chan struct{})
	env, errs := demoWorld(func(ctx context.Context, o model.DemoOptions) error {
		path = o.Path
		err := os.WriteFile(path, nil, 0o600)
		close(written)
		<-ctx.Done()
		return err
	})
	env.Monitor = func(context.Context, ui.Options) error { <-written; return nil }
	if code := Main(t.Context(), env); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 || !strings.HasPrefix(path, dir) {
		t.Errorf("of %s is left %v, %v", path, left, err)
	}
}

func TestADemoThatFailsEndsItsMonitor(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for want, live := range map[int]func(context.Context, model.DemoOptions) error{
		5: func(context.Context, model.DemoOptions) error { return fmt.Errorf("write: %w", model.ErrRecorder) },
		1: func(context.Context, model.DemoOptions) error { var m map[string]int; m["x"]++; return nil }, //nolint:staticcheck // it is to panic
	} {
		env, errs := demoWorld(live)
		env.Environ = append(env.Environ, "XDG_STATE_HOME="+t.TempDir())
		env.Monitor = func(ctx context.Context, _ ui.Options) error { <-ctx.Done(); return context.Cause(ctx) }
		if code := Main(t.Context(), env); code != want || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("exit code %d, want %d: %s", code, want, errs)
		}
	}
}

func TestASignalEndsADemo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, stop := context.WithCancelCause(t.Context())
	env, _ := demoWorld(func(ctx context.Context, _ model.DemoOptions) error { <-ctx.Done(); return nil })
	env.Monitor = func(ctx context.Context, _ ui.Options) error {
		stop(Signal(syscall.SIGHUP))
		<-ctx.Done()
		return context.Cause(ctx)
	}
	if code := Main(ctx, env); code != 129 {
		t.Errorf("exit code %d", code)
	}
}

// imported is a world with an import of two halves, interrupted if ctx is done.
func imported(env Env) Env {
	clock := now
	env.Now = func() time.Time { return clock }
	env.Import = func(ctx context.Context, _ []string, _ string, _ []string, adv model.ProgressFunc) (model.ImportReport, error) {
		for i := range 3 {
			adv(int64(i), 2)
			clock = clock.Add(time.Second)
		}
		return model.ImportReport{Experiments: 1234, Changed: 7, LeftOut: []text.Text{text.Clean("a row")}}, ctx.Err()
	}
	return env
}

func TestTheBarOfLongWorkIsForTerminalsOnly(t *testing.T) {
	env, out, errs := onTerminal(&fakeSource{}, "import", "a", "b", "x")
	if code := Main(t.Context(), imported(env)); code != 0 || out.String() != "1,234 experiments read, 7 new or changed\n" {
		t.Errorf("exit code %d: %q", code, out)
	}
	half := "\rimport [###############               ]  50%"
	if !strings.Contains(errs.String(), half) || !strings.Contains(errs.String(), "\r\x1b[K") || !strings.Contains(errs.String(), "left out: a row\n") {
		t.Errorf("messages %q", errs)
	}
	for name, change := range map[string]func(*Env){
		"a file":          func(e *Env) { e.IsTerminal = func(any) bool { return false } },
		"a dumb terminal": func(e *Env) { e.Environ = []string{"TERM=dumb"} },
	} {
		env, _, errs := onTerminal(&fakeSource{}, "import", "a", "x")
		change(&env)
		if code := Main(t.Context(), imported(env)); code != 0 || strings.ContainsAny(errs.String(), "\r\x1b") {
			t.Errorf("%s: exit code %d: %q", name, code, errs)
		}
	}
}

func TestAnImportSaysWhatCameIn(t *testing.T) {
	for want, r := range map[string]model.ImportReport{
		"1 experiment read, 1 new or changed · 1 agent · 1 frame · 1 message · 1 answer":                  {Experiments: 1, Changed: 1, Agents: 1, Frames: 1, Messages: 1, Answers: 1},
		"2 experiments read, 0 new or changed":                                                            {Experiments: 2},
		"2 experiments read, 1 new or changed · 3 frames":                                                 {Experiments: 2, Changed: 1, Frames: 3},
		"2 experiments read, 1 new or changed · 200 agents · 1,000 frames · 12,000 messages · 50 answers": {Experiments: 2, Changed: 1, Agents: 200, Frames: 1000, Messages: 12000, Answers: 50},
	} {
		if got := cameIn(&r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAnInterruptedImport(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	stop(Signal(syscall.SIGINT))
	env, out, errs := onTerminal(&fakeSource{}, "import", "a", "x")
	if code := Main(ctx, imported(env)); code != 130 || out.Len() > 0 || !strings.HasSuffix(errs.String(), "societop: interrupted\n") {
		t.Errorf("exit code %d: %q %q", code, out, errs)
	}
}

// full is a disk without room.
type full struct{ io.Writer }

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputThatIsLostIsAFailure(t *testing.T) {
	for _, args := range [][]string{{"list", "x"}, {"list", "--json", "x"}, {"list", "--csv", "x"}, {"version"}, {"info", "x"}, {"show", "x", "01"}, {"talk", "x", "01"}, {"metrics", "--csv", "x", "01"}, {"log", "x", "01"}} {
		env, _, errs := onTerminal(&fakeSource{all: []model.Experiment{hostile()}, society: aSociety()}, args...)
		env.Out = full{}
		env.Report = func(context.Context, string) (model.LabReport, error) { return model.LabReport{}, nil }
		if code := Main(t.Context(), env); code != 1 || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
	}
}

func TestACheckNamesWhatIsWrong(t *testing.T) {
	env, out, errs := onTerminal(&fakeSource{}, "check", "x")
	env.Check = func(context.Context, string, model.ProgressFunc) (model.CheckReport, error) {
		return model.CheckReport{Problems: []text.Text{text.Clean("page 3 points at itself"), text.Clean("page 9 is free twice")}}, nil
	}
	if code := Main(t.Context(), env); code != 6 || out.String() != "page 3 points at itself\npage 9 is free twice\n" || !strings.Contains(errs.String(), "damaged") {
		t.Errorf("exit code %d: %q %q", code, out, errs)
	}
}
