//go:build unix

package clitest

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Terminal is a process in a pseudo-terminal, with an emulator that shows what it draws and
// answers what it asks.
type Terminal struct {
	// Process is the process in the terminal.
	Process *os.Process

	t       testing.TB
	cmd     *exec.Cmd
	tty     *os.File
	changed chan struct{}
	ended   chan struct{}

	// mu guards what follows. vt.SafeEmulator would not do: its String takes no lock. Only the
	// emulator's Read, which is that of a pipe, needs none.
	mu     sync.Mutex
	screen *vt.Emulator
	raw    bytes.Buffer
}

// Patience is how long a condition may take; nothing waits as long when all is well.
const Patience = 30 * time.Second

// heed lets commands take signals that the tests were begun to ignore, as under nohup: what a
// process ignores its children do, too; what it catches they do not.
func heed(signals ...os.Signal) {
	for _, s := range signals {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

// Start runs a command in a terminal of so many cells. Entries of cmd.Env are put behind
// those of an ordinary terminal. The process is gone when the test ends.
func Start(t testing.TB, cmd *exec.Cmd, width, height int) *Terminal {
	t.Helper()
	return start(t, cmd, width, height, true)
}

// StartSizeless is Start in a terminal that does not say its size, as a serial line.
func StartSizeless(t testing.TB, cmd *exec.Cmd, width, height int) *Terminal {
	t.Helper()
	return startSized(t, cmd, width, height, &pty.Winsize{}, true)
}

// StartDeaf is Start in a terminal that answers no question.
func StartDeaf(t testing.TB, cmd *exec.Cmd, width, height int) *Terminal {
	t.Helper()
	return start(t, cmd, width, height, false)
}

// Open runs the program in a terminal of so many cells.
func (p Program) Open(t testing.TB, width, height int, args ...string) *Terminal {
	t.Helper()
	return Start(t, exec.Command(string(p), args...), width, height)
}

func start(t testing.TB, cmd *exec.Cmd, width, height int, answers bool) *Terminal {
	t.Helper()
	return startSized(t, cmd, width, height, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}, answers)
}

// startSized is start in a terminal that says a size.
func startSized(t testing.TB, cmd *exec.Cmd, width, height int, says *pty.Winsize, answers bool) *Terminal {
	t.Helper()
	x := &Terminal{t: t, cmd: cmd, screen: vt.NewEmulator(width, height), changed: make(chan struct{}, 1), ended: make(chan struct{})}
	// A demo that is killed at the end of its test can't remove its lab.
	ordinary := []string{"TMPDIR=" + t.TempDir(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORTERM=truecolor", "SSH_TTY=", "NO_COLOR=", "SOCIETOP_SOURCE=", "XDG_STATE_HOME=" + t.TempDir()}
	cmd.Env = append(append(os.Environ(), ordinary...), cmd.Env...)
	heed(syscall.SIGHUP, syscall.SIGINT)
	var err error
	if x.tty, err = pty.StartWithSize(cmd, says); err != nil {
		t.Fatal(err)
	}
	x.Process = cmd.Process
	// The package pty leaves it blocking; then a Read that waits would keep it from being closed.
	if err = unix.SetNonblock(int(x.tty.Fd()), true); err != nil {
		t.Fatal(err)
	}
	var back io.Writer = x.tty
	if !answers {
		back = io.Discard
	}
	go func() { _, _ = io.Copy(back, x.screen) }() // who does not read its answers would stop the emulator
	go x.watch()
	t.Cleanup(func() {
		_ = x.Process.Kill()
		<-x.ended
		x.Hangup()
	})
	return x
}

// watch shows what the process writes, until it ends.
func (x *Terminal) watch() {
	buf := make([]byte, 1<<15)
	for {
		n, err := x.tty.Read(buf)
		if n > 0 {
			x.mu.Lock()
			x.show(buf[:n])
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

// show writes to the emulator. It cannot bear margins beyond its size, which terminals clip and
// which come after a change of the size; then what it shows is worth nothing until all is drawn
// again, as it is after such a change.
func (x *Terminal) show(p []byte) {
	defer func() {
		if recover() != nil {
			_, _ = x.screen.WriteString("\x1b[r\x1b[2J")
		}
	}()
	_, _ = x.screen.Write(p)
}

// Written is every byte that the process has written.
func (x *Terminal) Written() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.String()
}

// Screen is the text on the screen, a line a row.
func (x *Terminal) Screen() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.String()
}

// Await waits until the screen passes a condition, whose name the failure tells.
func (x *Terminal) Await(name string, ok func(screen string) bool) {
	x.t.Helper()
	deadline := time.After(Patience)
	for !ok(x.Screen()) {
		select {
		case <-x.changed:
		case <-x.ended:
			if !ok(x.Screen()) {
				x.t.Fatalf("it ended before %s:\n%s", name, x.Written())
			}
			return
		case <-deadline:
			x.t.Fatalf("no %s:\n%s", name, x.Screen())
		}
	}
}

// Shows waits until the screen holds a text.
func (x *Terminal) Shows(text string) {
	x.t.Helper()
	x.Await(text, func(s string) bool { return strings.Contains(s, text) })
}

// Matches waits until a line of the screen matches a regular expression.
func (x *Terminal) Matches(expression string) {
	x.t.Helper()
	x.Await(expression, regexp.MustCompile(expression).MatchString)
}

// Quiet waits until nothing is written for so long, and returns how many bytes have been by
// then.
func (x *Terminal) Quiet(d time.Duration) int {
	x.t.Helper()
	deadline := time.After(Patience)
	for {
		select {
		case <-x.changed:
		case <-time.After(d):
			return len(x.Written())
		case <-deadline:
			x.t.Fatal("it never stops writing")
		}
	}
}

// Press types keys.
func (x *Terminal) Press(keys string) {
	x.t.Helper()
	if _, err := io.WriteString(x.tty, keys); err != nil {
		x.t.Fatal(err)
	}
}

// Resize gives the terminal another size, of which the process is told.
func (x *Terminal) Resize(width, height int) {
	x.t.Helper()
	x.mu.Lock()
	x.screen.Resize(width, height)
	x.mu.Unlock()
	if err := pty.Setsize(x.tty, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		x.t.Fatal(err)
	}
}

// Hangup takes the terminal away.
func (x *Terminal) Hangup() { _ = x.tty.Close() }

// Gone waits for the end, which must come in time (see InTime), and returns the exit code. Of
// a program that is late the failure tells what it was doing.
func (x *Terminal) Gone(within time.Duration) int {
	x.t.Helper()
	if !InTime(x.ended, within) {
		before := len(x.Written())
		_ = x.Process.Signal(syscall.SIGABRT)
		<-x.ended
		x.t.Fatalf("it is still there after %v:\n%s", within, x.Written()[before:])
	}
	return x.cmd.ProcessState.ExitCode()
}

// Ends is Gone of a program that had the screen: the terminal must be as it was.
func (x *Terminal) Ends(within time.Duration) int {
	x.t.Helper()
	code := x.Gone(within)
	raw := x.Written()
	for _, restored := range []string{"\x1b[?1049l", "\x1b[?25h"} {
		if !strings.Contains(raw, restored) {
			x.t.Errorf("the terminal was left without %q", restored)
		}
	}
	if !x.cooked() {
		x.t.Error("the terminal was left raw")
	}
	return code
}

// cooked reports whether the terminal echoes and edits lines, as a shell wants it.
func (x *Terminal) cooked() (is bool) {
	conn, err := x.tty.SyscallConn()
	if err != nil {
		x.t.Fatal(err)
	}
	look := func(fd uintptr) {
		state, failed := term.GetState(fd)
		if err = failed; err == nil {
			is = state.Lflag&(unix.ECHO|unix.ICANON) == unix.ECHO|unix.ICANON
		}
	}
	if controlled := conn.Control(look); controlled != nil || err != nil {
		x.t.Fatal(controlled, err)
	}
	return is
}
