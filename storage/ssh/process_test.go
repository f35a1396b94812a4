//go:build unix

package ssh

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"societop/model"
	"societop/storage/ssh/sshtest"
)

// TestAProcessThatIsKilled: requests under way fail with a sentence, and the next one is answered.
func TestAProcessThatIsKilled(t *testing.T) {
	for _, path := range []string{"/never", "/endless"} {
		t.Run(path, func(t *testing.T) {
			m := newMachine(t, nil)
			to := m.open(t, "ssh://lab/x", model.Access{})
			failed := make(chan error)
			go func() {
				_, err := get(context.Background(), to, path)
				failed <- err
			}()
			first, err := get(t.Context(), to, "/pid")
			if err != nil {
				t.Fatal(err)
			}
			if err := syscall.Kill(left[started](t, m, "ssh")[0].PID, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-failed:
				if !errors.Is(err, model.ErrMachine) || model.Reason(err).String() != "ssh was killed" {
					t.Errorf("%s: %v", path, err)
				}
			case <-time.After(patience):
				t.Fatal("the request goes on")
			}
			second, err := get(t.Context(), to, "/pid")
			if err != nil || second == first {
				t.Errorf("%s: process %s, then %s, %v", path, first, second, err)
			}
			if n := len(left[started](t, m, "ssh")); n != 2 {
				t.Errorf("%d processes", n)
			}
		})
	}
}

// TestAStopIsSilence: a process that is stopped is known to hang by that nothing is heard, while
// one with nothing to say is heard.
func TestAStopIsSilence(t *testing.T) {
	m := newMachine(t, nil)
	to := m.open(t, "ssh://lab/x", model.Access{})
	to.times = times{ping: 300 * time.Millisecond, silent: 2 * time.Second}
	first, err := get(t.Context(), to, "/pid")
	if err != nil {
		t.Fatal(err)
	}
	quiet, done := context.WithTimeoutCause(t.Context(), 3*time.Second, errors.New("it waits as long as it is asked to"))
	defer done()
	if _, err := get(quiet, to, "/never"); !errors.Is(err, context.Cause(quiet)) {
		t.Errorf("a long request: %v", err)
	}
	stub := left[started](t, m, "ssh")[0].PID
	if err := syscall.Kill(-stub, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	_, err = get(t.Context(), to, "/never")
	if !errors.Is(err, model.ErrMachine) || model.Reason(err).String() != errSilent.Error() {
		t.Error(err)
	}
	if second, err := get(t.Context(), to, "/pid"); err != nil || second == first {
		t.Errorf("%s, then %s, %v", first, second, err)
	}
	within(t, 3*time.Second, "the stopped process is still there", func() bool { return !sshtest.Running(stub) })
}

// TestASlowLinkIsNoSilence, though an answer to a ping waits until all before it has come.
func TestASlowLinkIsNoSilence(t *testing.T) {
	m := newMachine(t, &act{Slow: true, Exit: -1})
	to := m.open(t, "ssh://lab/x", model.Access{})
	to.times = times{ping: 50 * time.Millisecond, silent: 2 * time.Second}
	if long, err := get(t.Context(), to, "/long"); err != nil || len(long) != 200<<10 {
		t.Errorf("%d bytes, %v", len(long), err)
	}
}

// TestAnAnswerThatIsCut fails, and no other request.
func TestAnAnswerThatIsCut(t *testing.T) {
	m := newMachine(t, nil)
	to := m.open(t, "ssh://lab/x", model.Access{})
	first, err := get(t.Context(), to, "/pid")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get(t.Context(), to, "/cut"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if second, err := get(t.Context(), to, "/pid"); err != nil || first != second {
		t.Errorf("process %s, then %s, %v", first, second, err)
	}
}

// TestCloseEndsAStubbornProcess within two seconds, also while it is connecting.
func TestCloseEndsAStubbornProcess(t *testing.T) {
	m := newMachine(t, &act{Stubborn: true, Exit: -1})
	to := m.open(t, "ssh://lab/x", model.Access{})
	failed := make(chan error)
	go func() {
		_, err := get(context.Background(), to, "/pid")
		failed <- err
	}()
	within(t, patience, "no process", func() bool { return len(left[started](t, m, "ssh")) > 0 })
	closed := make(chan error, 1)
	go func() { closed <- to.Close() }()
	within(t, 2*time.Second, "it is not closed", func() bool { return len(closed) > 0 })
	if err := <-closed; err != nil {
		t.Error(err)
	}
	m.gone(t, time.Second)
	if err := <-failed; err == nil {
		t.Error("the request is answered")
	}
}

// TestAParentThatIsKilled leaves no process, whatever that one does.
func TestAParentThatIsKilled(t *testing.T) {
	for name, a := range map[string]*act{"at work": nil, "connecting": {Stubborn: true, Exit: -1}} {
		t.Run(name, func(t *testing.T) {
			if name == "connecting" && !endsWithParent {
				t.Skip("only Linux ends a process that ignores the end of its input")
			}
			m := newMachine(t, a)
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			parent := exec.Command(self)
			parent.Env = append(m.environ, parentOf+"=ssh://lab/x") // whose PATH has the stub
			out, err := parent.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := parent.Start(); err != nil {
				t.Fatal(err)
			}
			if name == "at work" {
				if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "open: <nil>\n" {
					t.Fatalf("%q, %v", line, err)
				}
			}
			within(t, patience, "no process", func() bool { return len(left[started](t, m, "ssh")) > 0 })
			if err := parent.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = parent.Wait()
			m.gone(t, 3*time.Second)
		})
	}
}
