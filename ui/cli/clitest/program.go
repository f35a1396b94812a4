package clitest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/ui/config"
)

// Program is the path of a built societop.
type Program string

// InTime reports whether something is done within a time. The time is counted in short waits of
// the test itself: those of a busy machine are late, too, and leave the program as much longer.
func InTime(done <-chan struct{}, within time.Duration) bool {
	const wait = 5 * time.Millisecond
	for range within / wait {
		select {
		case <-done:
			return true
		case <-time.After(wait):
		}
	}
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// Main builds the program into a folder of its own, sets p to it, runs the tests of m and
// returns their exit code. It is for TestMain.
func Main(m *testing.M, p *Program) int {
	dir, err := os.MkdirTemp("", "societop-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	*p = Program(filepath.Join(dir, "societop.exe")) // a name that every system runs
	build := exec.Command("go", "build", "-o", string(*p), "societop")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		return 1
	}
	if err := ownEnvironment(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// ownEnvironment takes from the environment what of the developer's would change how societop works: a
// configuration, what it remembers, and variables.
func ownEnvironment(dir string) error {
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"} {
		if err := os.Setenv(name, filepath.Join(dir, strings.ToLower(name))); err != nil {
			return err
		}
	}
	names := []string{"SOCIETOP_CONFIG", "SOCIETOP_TOKEN", "SOCIETOP_PASSWORD"}
	for i := range config.Settings {
		names = append(names, config.Settings[i].Env)
	}
	for _, name := range names {
		if err := os.Unsetenv(name); name != "" && err != nil {
			return err
		}
	}
	return nil
}

// Run runs the program as a script would, with neither a terminal nor a default source that
// exists.
func (p Program) Run(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return p.RunIn(t, nil, args...)
}

// RunIn is Run with more in the environment, as "KEY=value".
func (p Program) RunIn(t testing.TB, environ []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(string(p), args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm-256color", "SOCIETOP_SOURCE=", "XDG_DATA_HOME="+t.TempDir())
	cmd.Env = append(cmd.Env, environ...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// Done runs the program, fails the test unless it succeeds, and returns what it printed.
func (p Program) Done(t testing.TB, args ...string) string {
	t.Helper()
	out, errs, code := p.Run(t, args...)
	if code != 0 {
		t.Fatalf("societop %q: exit code %d\n%s", args, code, errs)
	}
	return out
}
