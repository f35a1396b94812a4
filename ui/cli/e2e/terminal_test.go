//go:build unix

package e2e

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"societop/ui/cli/clitest"
)

// leaves presses q, after which the program must succeed.
func leaves(t *testing.T, x *clitest.Terminal) {
	t.Helper()
	x.Press("q")
	if code := x.Ends(5 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// percents are the numbers of the progress column; they change as a lab lives.
var percents = regexp.MustCompile(`\d+%.*`)

// lives waits until the progress on the screen has changed a few times.
func lives(x *clitest.Terminal) {
	for range 3 {
		before := strings.Join(percents.FindAllString(x.Screen(), -1), "\n")
		x.Await("change of progress", func(s string) bool {
			return strings.Join(percents.FindAllString(s, -1), "\n") != before
		})
	}
}

// TestOneWriterAndThreeMonitors: a demo writes a lab while two others watch it.
func TestOneWriterAndThreeMonitors(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	demo := program.Open(t, 120, 36, "demo", "--file", path, "--seed", "5", "--speed", "4", "--interval", "500ms")
	demo.Shows("● live")
	first := program.Open(t, 100, 30, "--interval", "500ms", path)
	second := program.Open(t, 80, 24, "--interval", "500ms", path)
	all := []*clitest.Terminal{first, second, demo}
	for _, x := range all {
		x.Shows("● live")
		x.Shows("北京早高峰通勤模拟")
	}
	for _, x := range all {
		lives(x)
		if strings.Contains(x.Written(), "STALE") {
			t.Error("a monitor lost the lab to the others")
		}
	}
	for _, x := range all {
		leaves(t, x)
	}
	program.Done(t, "check", path)
}

func TestSignalsRestoreTheTerminal(t *testing.T) {
	t.Parallel()
	path := lab(t)
	for signal, want := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGINT: 130, syscall.SIGQUIT: 131} {
		x := program.Open(t, 80, 24, path)
		x.Shows("imported")
		if err := x.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if code := x.Ends(2 * time.Second); code != want {
			t.Errorf("%v: exit code %d, want %d", signal, code, want)
		}
		if told := x.Written(); strings.Contains(told, "goroutine") || strings.Contains(told, "/societop/crash-") != (signal == syscall.SIGQUIT) {
			t.Errorf("%v: it says %q", signal, told[max(len(told)-500, 0):])
		}
	}
}

// TestTheTerminalGoesAway: the monitor does not outlive its terminal, even under nohup.
func TestTheTerminalGoesAway(t *testing.T) {
	t.Parallel()
	path := lab(t)
	for name, start := range map[string]string{"hangup": `exec "$@"`, "nohup": `trap "" HUP; exec "$@"`} {
		x := clitest.Start(t, exec.Command("sh", "-c", start, "sh", string(program), path), 80, 24)
		x.Shows("imported")
		x.Hangup()
		if code := x.Gone(2 * time.Second); code != 129 {
			t.Errorf("%s: exit code %d", name, code)
		}
	}
}

func TestControlCIsQuit(t *testing.T) {
	t.Parallel()
	x := program.Open(t, 80, 24, lab(t))
	x.Shows("imported")
	x.Press("\x03")
	if code := x.Ends(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cpu.pprof")
	x := program.Open(t, 80, 24, "--pprof", path, lab(t))
	x.Shows("imported")
	leaves(t, x)
	if !bytes.HasPrefix(read(t, path), []byte{0x1f, 0x8b}) {
		t.Error("it is no profile")
	}
}

func TestTheMonitorWaitsForALab(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "later.db")
	x := program.Open(t, 80, 24, "--interval", "200ms", path)
	x.Shows("There is no file yet.")
	program.Done(t, "import", sqliteFixture(t), path)
	x.Shows("Experiments 14")
	leaves(t, x)
}

// TestWithoutInput: where standard input is no terminal, keys come from the terminal.
func TestWithoutInput(t *testing.T) {
	t.Parallel()
	path := lab(t)
	for _, start := range []string{`exec "$@" </dev/null`, `exec "$@" <&-`} {
		x := clitest.Start(t, exec.Command("sh", "-c", start, "sh", string(program), path), 80, 24)
		x.Shows("Experiments 14")
		leaves(t, x)
	}
}

func TestADumbTerminalGetsTheList(t *testing.T) {
	t.Parallel()
	path := lab(t)
	cmd := exec.Command(string(program), path)
	cmd.Env = []string{"TERM=dumb"}
	x := clitest.Start(t, cmd, 200, 40)
	if code := x.Gone(clitest.Patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
	want := strings.ReplaceAll(program.Done(t, "list", path), "\n", "\r\n")
	if got := x.Written(); !strings.HasSuffix(got, want) || !strings.HasPrefix(got, "societop: not live: as of ") {
		t.Errorf("it writes %q, want %q", got, want)
	}
}
