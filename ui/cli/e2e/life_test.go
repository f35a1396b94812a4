//go:build unix

package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/ui/cli/clitest"
)

// TestAStormOfSizes: whatever sizes a terminal goes through, in the end the screen is that of a
// monitor that has always had this size.
func TestAStormOfSizes(t *testing.T) {
	t.Parallel()
	path := lab(t)
	x := program.Open(t, 100, 30, path)
	x.Shows("Experiments 14")
	for i := range 60 {
		x.Resize(1+i*37%211, 1+i*53%71)
	}
	x.Resize(1, 1)
	x.Resize(110, 32)
	x.Shows("Experiments 14")
	fresh := program.Open(t, 110, 32, path)
	fresh.Shows("Experiments 14")
	fresh.Quiet(500 * time.Millisecond)
	want := fresh.Screen()
	x.Await("the screen of a fresh monitor", func(s string) bool { return s == want })
	leaves(t, x)
}

// TestKeysTypedAhead: what is typed before there is a screen arrives once and in order.
func TestKeysTypedAhead(t *testing.T) {
	t.Parallel()
	x := program.Open(t, 100, 30, lab(t))
	x.Press("/status:fin")
	for _, key := range "ished" {
		x.Press(string(key))
	}
	x.Press("\rjjk8")
	x.Shows("The log was not recorded") // the log of the second of them
	x.Press("\x1b")
	x.Shows("Experiments 5 of 14 · status:finished")
	leaves(t, x)
}

// TestAHostilePaste: a megabyte of lines and escapes is one line of clean text in the filter.
func TestAHostilePaste(t *testing.T) {
	t.Parallel()
	x := program.Open(t, 100, 30, lab(t))
	x.Shows("Experiments 14")
	x.Press("/")
	x.Shows("/ ")
	before := len(x.Written())
	go x.Press("\x1b[200~" + strings.Repeat("q\r\n\x1b]0;owned\x07\x1b[2J\u202e", 1<<16) + "\x1b[201~")
	x.Shows("No experiment matches")
	written := x.Written()[before:]
	for _, never := range []string{"owned\x07", "\u202e"} {
		if strings.Contains(written, never) {
			t.Errorf("%q came through", never)
		}
	}
	x.Press("\x1b")
	x.Shows("Experiments 14")
	leaves(t, x)
}

// TestAHostilePasteInAPane: the search of every pane that has one takes a megabyte of lines and
// escapes as one line of clean text.
func TestAHostilePasteInAPane(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	program.Done(t, "demo", "--once", "--experiments", "7", "--agents", "20", "--file", path)
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		x := program.Open(t, size[0], size[1], "--filter", "status:finished", path)
		x.Shows("of 7")
		x.Press("\r")
		before := len(x.Written())
		for _, pane := range [][2]string{{"2", "by id"}, {"3", "by action"}, {"4", "messages"}, {"7", "agents:"}, {"8", "INFO"}} {
			x.Press(pane[0])
			x.Shows(pane[1])
			x.Press("/")
			x.Matches(`│ / `)
			go x.Press("\x1b[200~QQ" + strings.Repeat("q\r\n\x1b]0;owned\x07\x1b[2J\u202e\u200b", 1<<15) + "\x1b[201~")
			x.Matches(`│ / .*q .*(no hit|0 of)`)
			x.Press("\x1b[27u")
			x.Await("an end of the search", func(s string) bool { return !strings.Contains(s, "│ / ") })
		}
		for _, never := range []string{"owned\x07", "\x1b[2J\u202e", "\u202e", "\u200b"} {
			if strings.Contains(x.Written()[before:], never) {
				t.Errorf("%q came through", never)
			}
		}
		leaves(t, x)
	}
}

// TestATerminalThatNeverAnswers: nothing waits for it.
func TestATerminalThatNeverAnswers(t *testing.T) {
	t.Parallel()
	x := clitest.StartDeaf(t, exec.Command(string(program), lab(t)), 100, 30)
	x.Shows("Experiments 14")
	leaves(t, x)
}

// TestALocaleWithoutUTF8 gets ASCII alone.
func TestALocaleWithoutUTF8(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(string(program), lab(t))
	cmd.Env = []string{"LC_ALL=C"}
	x := clitest.Start(t, cmd, 120, 30)
	x.Shows("Experiments 14")
	x.Press("?")
	x.Shows("Keys")
	x.Press("\x1b")
	x.Shows("Experiments 14")
	leaves(t, x)
	for _, r := range x.Written() {
		if r > 0x7e {
			t.Fatalf("%q was written", r)
		}
	}
}

// TestSuspension: ^z goes back to the shell, fg comes back to the monitor.
func TestSuspension(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("bash", "--norc", "--noprofile", "-i")
	cmd.Env = []string{"PS1=shell> ", "HISTFILE="}
	x := clitest.Start(t, cmd, 100, 30)
	x.Shows("shell>")
	x.Press(fmt.Sprintf("%s %s; echo left=$?\r", program, lab(t)))
	x.Shows("Experiments 14")
	x.Press("\x1a")
	x.Shows("Stopped")
	x.Press("fg; echo back=$?\r")
	x.Await("the monitor", func(s string) bool { return strings.Contains(s, "Experiments 14") && !strings.Contains(s, "Stopped") })
	x.Press("j")
	x.Press("q")
	x.Shows("back=0") // the shell reads keys again: the prompt of before is on the screen sooner
	x.Press("exit\r")
	if code := x.Gone(clitest.Patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestWithoutAShell: where nobody could wake it up, ^z does nothing and says so.
func TestWithoutAShell(t *testing.T) {
	t.Parallel()
	x := program.Open(t, 100, 30, lab(t)) // the leader of its session
	x.Shows("Experiments 14")
	x.Press("\x1a")
	x.Shows("^z is off here: there is no shell")
	leaves(t, x)
}

// TestInsideTmux: the monitor works in a multiplexer, and leaves it as it was.
func TestInsideTmux(t *testing.T) {
	t.Parallel()
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		t.Skip("there is no tmux")
	}
	socket := filepath.Join(t.TempDir(), "s")
	run := fmt.Sprintf("%s %s; exec sleep 1000", program, lab(t))
	x := clitest.Start(t, exec.Command(tmux, "-f", "/dev/null", "-S", socket, "new-session", run), 120, 36)
	t.Cleanup(func() { _ = exec.Command(tmux, "-S", socket, "kill-server").Run() })
	x.Shows("Experiments 14")
	x.Press("j7\r")
	x.Shows("agents:")
	x.Press("q")
	x.Await("an empty screen", func(s string) bool { return !strings.Contains(s, "Experiments") })
}

// TestStreamsThatAreClosed: no file that the program opens takes their place.
func TestStreamsThatAreClosed(t *testing.T) {
	t.Parallel()
	path := lab(t)
	text, err := exec.Command("sh", "-c", `exec "$@" <&- >&- 2>&-`, "sh", string(program), path).CombinedOutput()
	if err != nil || len(text) > 0 {
		t.Errorf("%v: %s", err, text)
	}
	program.Done(t, "check", path)
}
