package cli_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// terminal is the program in a pseudo-terminal, with an emulator that shows what it draws.
type terminal struct {
	t       *testing.T
	cmd     *exec.Cmd
	tty     *os.File
	screen  *vt.SafeEmulator
	changed chan struct{}
	ended   chan struct{}

	mu  sync.Mutex
	raw bytes.Buffer
}

// patience is how long a condition may take; nothing waits as long when all is well.
const patience = 30 * time.Second

// open runs the program in a terminal of a size.
func open(t *testing.T, width, height int, args ...string) *terminal {
	t.Helper()
	x := &terminal{t: t, cmd: exec.Command(program, args...), screen: vt.NewSafeEmulator(width, height), changed: make(chan struct{}, 1), ended: make(chan struct{})}
	x.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORTERM=truecolor", "SSH_TTY=", "NO_COLOR=")
	var err error
	if x.tty, err = pty.StartWithSize(x.cmd, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(x.tty, x.screen) }() // the emulator's answers
	go x.watch()
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		<-x.ended
		_ = x.tty.Close()
	})
	return x
}

// watch shows what the program writes, until it ends.
func (x *terminal) watch() {
	buf := make([]byte, 1<<15)
	for {
		n, err := x.tty.Read(buf)
		if n > 0 {
			_, _ = x.screen.Write(buf[:n])
			x.mu.Lock()
			x.raw.Write(buf[:n])
			x.mu.Unlock()
			select {
			case x.changed <- struct{}{}:
			default:
			}
		}
		if err != nil {
			break
		}
	}
	_ = x.cmd.Wait()
	close(x.ended)
}

// written is all that the program has written.
func (x *terminal) written() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.String()
}

// await waits until the screen passes a condition.
func (x *terminal) await(what string, ok func(screen string) bool) {
	x.t.Helper()
	deadline := time.After(patience)
	for !ok(x.screen.String()) {
		select {
		case <-x.changed:
		case <-x.ended:
			x.t.Fatalf("it ended before %s:\n%s", what, x.written())
		case <-deadline:
			x.t.Fatalf("no %s:\n%s", what, x.screen.String())
		}
	}
}

// shows waits until the screen holds a text.
func (x *terminal) shows(text string) {
	x.t.Helper()
	x.await(text, func(s string) bool { return strings.Contains(s, text) })
}

// quiet waits until nothing is written for a while, and returns how much has been by then.
func (x *terminal) quiet(d time.Duration) int {
	x.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case <-x.changed:
		case <-time.After(d):
			return len(x.written())
		case <-deadline:
			x.t.Fatal("it never stops writing")
		}
	}
}

// press types keys.
func (x *terminal) press(keys string) {
	x.t.Helper()
	if _, err := io.WriteString(x.tty, keys); err != nil {
		x.t.Fatal(err)
	}
}

// ends waits for the end and returns the exit code. The terminal must be as it was.
func (x *terminal) ends(within time.Duration) int {
	x.t.Helper()
	select {
	case <-x.ended:
	case <-time.After(within):
		x.t.Fatalf("it is still there after %v", within)
	}
	raw := x.written()
	for _, restored := range []string{"\x1b[?1049l", "\x1b[?25h"} {
		if !strings.Contains(raw, restored) {
			x.t.Errorf("the terminal was left without %q", restored)
		}
	}
	return x.cmd.ProcessState.ExitCode()
}

// percents are the numbers of the progress column; they change as a lab lives.
var percents = regexp.MustCompile(`\d+%.*`)

// lives waits until the progress on the screen has changed a few times.
func (x *terminal) lives() {
	x.t.Helper()
	for range 3 {
		before := strings.Join(percents.FindAllString(x.screen.String(), -1), "\n")
		x.await("change of progress", func(s string) bool {
			return strings.Join(percents.FindAllString(s, -1), "\n") != before
		})
	}
}

// TestOneWriterAndThreeMonitors: a demo writes a lab while two others watch it.
func TestOneWriterAndThreeMonitors(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	demo := open(t, 120, 36, "demo", "--file", path, "--seed", "5", "--speed", "4", "--interval", "500ms")
	demo.shows("● live")
	first := open(t, 100, 30, "--interval", "500ms", path)
	second := open(t, 80, 24, "--interval", "500ms", path)
	for _, x := range []*terminal{first, second, demo} {
		x.shows("● live")
		x.shows("北京早高峰通勤模拟")
	}
	for _, x := range []*terminal{first, second, demo} {
		x.lives()
		if strings.Contains(x.written(), "STALE") {
			t.Error("a monitor lost the lab to the others")
		}
	}
	for _, x := range []*terminal{first, second, demo} {
		x.press("q")
		if code := x.ends(5 * time.Second); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
	done(t, "check", path)
}

func TestSignalsRestoreTheTerminal(t *testing.T) {
	t.Parallel()
	for signal, want := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGINT: 130} {
		x := open(t, 80, 24, "demo")
		x.shows("● live")
		if err := x.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if code := x.ends(2 * time.Second); code != want {
			t.Errorf("%v: exit code %d, want %d", signal, code, want)
		}
	}
}

func TestControlCIsQuit(t *testing.T) {
	t.Parallel()
	x := open(t, 80, 24, "demo")
	x.shows("● live")
	x.press("\x03")
	if code := x.ends(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestTheMonitorWaitsForALab(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "later.db")
	x := open(t, 80, 24, "--interval", "200ms", path)
	x.shows("There is no lab file yet.")
	done(t, "import", sqliteFixture(t), path)
	x.shows("Experiments 14")
	x.press("q")
	if code := x.ends(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestBytes counts what the monitor writes at 100×50 with Chinese and emoji on the screen.
func TestBytes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "big.db")
	done(t, "demo", "--once", "--file", path, "--experiments", "200", "--start", "2020-01-01T00:00:00Z")
	x := open(t, 100, 50, "--interval", "200ms", path)
	x.shows("● live")
	settled := x.quiet(time.Second)
	if idle := x.quiet(3*time.Second) - settled; idle != 0 {
		t.Errorf("an idle monitor wrote %d bytes", idle)
	}
	var costs []int
	for range 9 {
		before := x.quiet(200 * time.Millisecond)
		x.press("j")
		costs = append(costs, x.quiet(200*time.Millisecond)-before)
	}
	if n := median(costs); n == 0 || n > 300 {
		t.Errorf("a j writes %d bytes: %v", n, costs)
	}
}

func median(numbers []int) int {
	slices.Sort(numbers)
	return numbers[len(numbers)/2]
}

// TestBytesOfATick counts what ticks write that change a few rows.
func TestBytesOfATick(t *testing.T) {
	t.Parallel()
	x := open(t, 100, 50, "demo", "--interval", "2s")
	x.shows("● live")
	var costs []int
	for range 5 {
		before := x.quiet(700 * time.Millisecond)
		<-x.changed
		costs = append(costs, x.quiet(700*time.Millisecond)-before)
	}
	if n := median(costs); n > 500 {
		t.Errorf("a tick writes %d bytes: %v", n, costs)
	}
}
