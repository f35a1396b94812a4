//go:build unix

package ssh

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"societop/model"
	"societop/storage/ssh/sshtest"
)

// daemon is a machine with a real sshd.
func daemon(t *testing.T) (*machine, *sshtest.Daemon) {
	t.Helper()
	m := newMachine(t, nil)
	d := sshtest.Start(t, filepath.Dir(m.ssh)+":/usr/bin:/bin")
	m.ssh = filepath.Join(d.Bin, "ssh")
	return m, d
}

// TestSSHD: over a real ssh, the path arrives as it is, all ends at the end, and nothing is
// left.
func TestSSHD(t *testing.T) {
	m, d := daemon(t)
	to := m.open(t, "ssh://"+d.Host+"/lab $(id) '\"\n;", model.Access{RemoteCommand: "SOCIETOP_TEST_DIR=" + m.dir + " exec societop stdio"})
	if _, err := get(t.Context(), to, "/pid"); err != nil {
		t.Fatal(err)
	}
	if paths := left[struct{ Path []byte }](t, m, "path"); len(paths) != 1 || string(paths[0].Path) != "/lab $(id) '\"\n;" {
		t.Errorf("%q", paths)
	}
	if err := to.Close(); err != nil {
		t.Error(err)
	}
	m.gone(t, 2*time.Second)
}

// TestSSHDGoesAway and returns.
func TestSSHDGoesAway(t *testing.T) {
	m, d := daemon(t)
	to := m.open(t, "ssh://"+d.Host+"/x", model.Access{})
	first, err := get(t.Context(), to, "/pid")
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() {
		_, err := get(context.Background(), to, "/endless")
		failed <- err
	}()
	d.Stop()
	if err := <-failed; !errors.Is(err, model.ErrMachine) {
		t.Error(err)
	}
	if _, err := get(t.Context(), to, "/pid"); model.Reason(err).String() != "connection refused" {
		t.Error(err)
	}
	d.Restart(t)
	within(t, patience, "it does not come back", func() bool {
		second, err := get(t.Context(), to, "/pid")
		return err == nil && second != first
	})
}

// TestWhatSSHSays is understood.
func TestWhatSSHSays(t *testing.T) {
	m, d := daemon(t)
	reason := func(address string, a model.Access) string {
		to := m.open(t, address, a)
		defer to.Close()
		_, err := get(t.Context(), to, "/pid")
		if !errors.Is(err, model.ErrUnreachable) {
			t.Error(err)
		}
		return model.Reason(err).String()
	}
	at := "ssh://" + d.Host + "/x"
	for what, got := range map[string][2]string{
		"command": {reason(at, model.Access{RemoteCommand: "no-societop stdio"}), "the command `no-societop stdio` is not found there"},
		"echo":    {reason(at, model.Access{RemoteCommand: "cat"}), "something else is printed before the answer"},
		"name":    {reason("ssh://no-such-host.invalid/x", model.Access{}), "the name no-such-host.invalid is not known"},
	} {
		if !strings.HasPrefix(got[0], got[1]) {
			t.Errorf("%s: %q, want %q", what, got[0], got[1])
		}
	}
	d.Forget(t)
	if got := reason(at, model.Access{}); got != "its host key is not known yet" {
		t.Error(got)
	}
	d.Mistake(t)
	if got := reason(at, model.Access{}); got != "its host key has changed" {
		t.Error(got)
	}
}

// TestSSHDWantsAnotherKey, and no password is asked for.
func TestSSHDWantsAnotherKey(t *testing.T) {
	m, d := daemon(t)
	d.Lock(t)
	_, err := get(t.Context(), m.open(t, "ssh://"+d.Host+"/x", model.Access{}), "/pid")
	if model.Reason(err).String() != "permission denied" {
		t.Error(err)
	}
}

// TestSSHDHangs with its connections open.
func TestSSHDHangs(t *testing.T) {
	m, d := daemon(t)
	to := m.open(t, "ssh://"+d.Host+"/x", model.Access{RemoteCommand: "SOCIETOP_TEST_DIR=" + m.dir + " exec societop stdio"})
	to.times = times{ping: 300 * time.Millisecond, silent: 2 * time.Second}
	if _, err := get(t.Context(), to, "/pid"); err != nil {
		t.Fatal(err)
	}
	peer := left[started](t, m, "societop")[0].PID
	if err := syscall.Kill(peer, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if _, err := get(t.Context(), to, "/pid"); model.Reason(err).String() != errSilent.Error() {
		t.Error(err)
	}
	if err := syscall.Kill(peer, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if _, err := get(t.Context(), to, "/pid"); err != nil {
		t.Error(err)
	}
	within(t, 3*time.Second, "the other end is still there", func() bool { return !sshtest.Running(peer) })
}
