package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/ui"
)

func TestACrashIsReported(t *testing.T) {
	for name, monitor := range map[string]func(context.Context, ui.Options) error{
		"held":  func(context.Context, ui.Options) error { return model.Caught("a \x1b[2Jnail broke") },
		"panic": func(context.Context, ui.Options) error { panic("a \x1b[2Jnail broke") },
	} {
		state := t.TempDir()
		env, _, errs := onTerminal(&fakeSource{}, "http://me:secret@lab")
		env.Environ = append(env.Environ, "XDG_STATE_HOME="+state, "SOCIETOP_TOKEN=secret")
		env.Monitor = monitor
		if code := Main(t.Context(), env); code != 1 {
			t.Errorf("%s: exit code %d", name, code)
		}
		files, err := filepath.Glob(filepath.Join(state, "societop", "crash-*.txt"))
		if err != nil || len(files) != 1 {
			t.Fatalf("%s: reports %v, %v", name, files, err)
		}
		report, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"societop test", "nail broke", "goroutine", "crash_test.go"} {
			if !strings.Contains(string(report), part) {
				t.Errorf("%s: %q is not in the report:\n%s", name, part, report)
			}
		}
		if text := string(report) + errs.String(); strings.Contains(text, "secret") || strings.Contains(text, "\x1b") {
			t.Errorf("%s: what must not be told is told: %q", name, text)
		}
		if !strings.Contains(errs.String(), files[0]) {
			t.Errorf("%s: it does not say where the report is: %s", name, errs)
		}
	}
}

func TestACrashWithoutAPlaceForReportsIsToldInFull(t *testing.T) {
	env, _, errs := onTerminal(&fakeSource{}, "x.db")
	env.Monitor = func(context.Context, ui.Options) error { panic("a nail broke") }
	if code := Main(t.Context(), env); code != 1 || !strings.Contains(errs.String(), "goroutine") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
