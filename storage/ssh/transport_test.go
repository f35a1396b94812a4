//go:build unix

package ssh

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/storage/ssh/sshtest"
)

// patience is the longest that a test waits for what comes soon.
const patience = 20 * time.Second

// machine is another machine, as the stub of ssh has it.
type machine struct {
	dir     string
	ssh     string // the program
	environ []string
}

// newMachine makes a machine on which the stub does an act; nil: what it is told.
func newMachine(t *testing.T, a *act) *machine {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Parallel()
	bin := t.TempDir()
	m := &machine{dir: t.TempDir(), ssh: filepath.Join(bin, "ssh")}
	for _, name := range []string{"ssh", "societop"} {
		if err := os.Symlink(self, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	m.environ = append(os.Environ(), dirVariable+"="+m.dir, "PATH="+bin+":/usr/bin:/bin")
	if a != nil {
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(bin, "act")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		m.environ = append(m.environ, actsVariable+"="+file)
	}
	return m
}

// open makes a transport to a path on the machine.
func (m *machine) open(t *testing.T, address string, access model.Access) *Transport {
	t.Helper()
	a, err := Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	access.Environ = slices.Concat(m.environ, access.Environ)
	to := New(a, access)
	to.program = m.ssh
	t.Cleanup(func() { _ = to.Close() })
	return to
}

// left are the notes of a name that the stubs have left.
func left[T any](t *testing.T, m *machine, name string) []T {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(m.dir, name+".*"))
	if err != nil {
		t.Fatal(err)
	}
	notes := make([]T, len(files))
	for i, file := range files {
		b, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &notes[i])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return notes
}

// started is what a stub was started as.
type started struct {
	Args, Environ []string
	PID           int
}

// within fails t unless a condition holds soon. The time is counted in short waits, which are longer on a
// busy machine.
func within(t *testing.T, d time.Duration, what string, holds func() bool) {
	t.Helper()
	const wait = 5 * time.Millisecond
	for range d / wait {
		if holds() {
			return
		}
		time.Sleep(wait)
	}
	t.Fatalf("after %v: %s", d, what)
}

// gone fails t unless all processes that the stubs were end soon.
func (m *machine) gone(t *testing.T, d time.Duration) {
	t.Helper()
	for _, s := range slices.Concat(left[started](t, m, "ssh"), left[started](t, m, "societop")) {
		within(t, d, fmt.Sprintf("process %d is still there", s.PID), func() bool { return !sshtest.Running(s.PID) })
	}
}

// TestSSHIsFoundOnThePath.
func TestSSHIsFoundOnThePath(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "ssh")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	to := New(Address{Host: "lab"}, model.Access{})
	defer to.Close()
	if _, err := get(t.Context(), to, "/pid"); !strings.HasPrefix(model.Reason(err).String(), "the command `societop stdio` is not found there") {
		t.Error(err)
	}
}

// TestOneProcessForAllRequests: what is run, and what of the address gets where.
func TestOneProcessForAllRequests(t *testing.T) {
	m := newMachine(t, nil)
	mark := filepath.Join(m.dir, "mark")
	path := "/lab $(touch " + mark + ") `touch " + mark + "` '\"\n; touch " + mark + " #%25%ff"
	to := m.open(t, "ssh://ann@lab-7:2222"+path, model.Access{Environ: []string{"SOCIETOP_TOKEN=geheim", "SOCIETOP_PASSWORD=geheim", "PGPASSWORD=geheim"}})
	var all sync.WaitGroup
	pids := make([]string, 50)
	for i := range pids {
		all.Go(func() {
			var err error
			if pids[i], err = get(t.Context(), to, "/pid"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if slices.Sort(pids); pids[0] != pids[len(pids)-1] || pids[0] == "" {
		t.Errorf("answers of several processes: %v", slices.Compact(pids))
	}
	stubs, paths := left[started](t, m, "ssh"), left[struct{ Path []byte }](t, m, "path")
	if len(stubs) != 1 || len(paths) != 1 {
		t.Fatalf("%d processes, %d paths", len(stubs), len(paths))
	}
	want := []string{"-T", "-o", "BatchMode=yes", "-p", "2222", "-l", "ann", "--", "lab-7", "societop", "stdio"}
	if !slices.Equal(stubs[0].Args, want) {
		t.Errorf("run with %q", stubs[0].Args)
	}
	if strings.Contains(strings.Join(stubs[0].Environ, "\n"), "geheim") || !slices.Contains(stubs[0].Environ, "SSH_ASKPASS_REQUIRE=never") {
		t.Errorf("in the environment %q", stubs[0].Environ)
	}
	if got, want := string(paths[0].Path), strings.ReplaceAll(strings.ReplaceAll(path, "%25", "%"), "%ff", "\xff"); got != want {
		t.Errorf("the path is %q, want %q", got, want)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("a shell has seen the path")
	}
	if err := to.Close(); err != nil {
		t.Error(err)
	}
	m.gone(t, 2*time.Second)
	if _, err := get(t.Context(), to, "/pid"); err == nil {
		t.Error("a closed transport answers")
	}
}

// TestARemoteCommand is run as it stands in the configuration.
func TestARemoteCommand(t *testing.T) {
	m := newMachine(t, nil)
	to := m.open(t, "ssh://lab/x", model.Access{RemoteCommand: "exec societop stdio --x"})
	if _, err := get(t.Context(), to, "/pid"); err != nil {
		t.Fatal(err)
	}
	if stubs := left[started](t, m, "societop"); len(stubs) != 1 || !slices.Equal(stubs[0].Args, []string{"stdio", "--x"}) {
		t.Errorf("%+v", stubs)
	}
}

// TestSentences: what is said, and what is advised, for whatever ssh complains of.
func TestSentences(t *testing.T) {
	const changed = "@@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@@@@@@\nHost key verification failed.\r\n"
	for name, tc := range map[string]struct {
		act    act
		kind   error
		reason string
		remedy string
	}{
		"name":       {act{Say: "ssh: Could not resolve hostname lab-7: Name or service not known\r\n", Exit: 255}, model.ErrMachine, "the name lab-7 is not known", "~/.ssh/config"},
		"refused":    {act{Say: "ssh: connect to host lab-7 port 2222: Connection refused\r\n", Exit: 255}, model.ErrMachine, "connection refused", "sshd runs there"},
		"timeout":    {act{Say: "ssh: connect to host lab-7 port 22: Connection timed out\r\n", Exit: 255}, model.ErrMachine, "it does not answer", "`ssh -p 2222 ann@lab-7` connects"},
		"route":      {act{Say: "ssh: connect to host lab-7 port 22: No route to host\r\n", Exit: 255}, model.ErrMachine, "no route to the host", "network"},
		"login":      {act{Say: "Banner\x1b]0;x\a\nann@lab-7: Permission denied (publickey,password).\r\n", Exit: 255}, model.ErrMachine, "permission denied", "log in once by hand with `ssh -p 2222 ann@lab-7`, or add the key to the agent with `ssh-add`"},
		"unknown":    {act{Say: "No ED25519 host key is known for lab-7 and you have requested strict checking.\r\nHost key verification failed.\r\n", Exit: 255}, model.ErrMachine, "its host key is not known yet", "log in once by hand"},
		"changed":    {act{Say: changed, Exit: 255}, model.ErrMachine, "its host key has changed", "ssh-keygen -R '[lab-7]:2222'"},
		"missing":    {act{Say: "sh: 1: societop: not found\n", Exit: 127}, model.ErrNoPeer, "the command `societop stdio` is not found there", "install societop on lab-7 in a directory that is on the PATH of ssh's commands, or set remote_command in the configuration"},
		"windows":    {act{Say: "'societop' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n", Exit: 1}, model.ErrNoPeer, "the command `societop stdio` is not found there", "install societop"},
		"permission": {act{Say: "sh: 1: societop: Permission denied\n", Exit: 126}, model.ErrNoPeer, "it can't be run there: sh: 1: societop: Permission denied", "install"},
		"ancient":    {act{Say: "societop: unknown command \"stdio\"; see `societop --help`\n", Exit: 2}, model.ErrNoPeer, "it is too old", "update societop on lab-7"},
		"older":      {act{Version: -1, Exit: -1}, model.ErrNoPeer, "it speaks an older protocol: v0.9", "update societop on lab-7"},
		"newer":      {act{Version: 99, Exit: -1}, model.ErrNoPeer, "it speaks a newer protocol: v0.9", "update societop on this machine"},
		"other":      {act{Say: "\n one\x1b[2J\n\n the reason\x1b[31m \r\n\n", Exit: 255}, model.ErrMachine, "the reason\ufffd", "log in by hand"},
		"silent":     {act{Exit: 255}, model.ErrMachine, "the connection was lost", "log in by hand"},
		"at once":    {act{Exit: 0}, model.ErrMachine, "the connection was lost", ""},
		"noise":      {act{Print: "This account is not available.\n", Exit: 1}, model.ErrNoPeer, `something else is printed before the answer: "This account is not available."`, "`ssh -p 2222 ann@lab-7 true`"},
		"flood":      {act{Print: strings.Repeat("no\x1b[2Jise ", 20_000), Exit: -1}, model.ErrNoPeer, "something else is printed", ""},
		"long":       {act{Say: strings.Repeat("x", 100_000) + "\n", Exit: 255}, model.ErrMachine, strings.Repeat("x", maxSaid) + "…", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, &tc.act)
			_, err := get(t.Context(), m.open(t, "ssh://ann@lab-7:2222/lab.db", model.Access{}), "/pid")
			text := model.Explain(err).String()
			if !errors.Is(err, tc.kind) || !errors.Is(err, model.ErrUnreachable) || !strings.HasPrefix(model.Reason(err).String(), tc.reason) || !strings.Contains(text, tc.remedy) {
				t.Errorf("%v\n%s", err, text)
			}
			if !strings.Contains(text, "ssh://ann@lab-7:2222/lab.db: ") || strings.ContainsAny(text, "\x1b\n\r\a") || len(text) > 1000 {
				t.Errorf("%q", text)
			}
		})
	}
}

// TestTheOtherEndRefuses: its sentence is told.
func TestTheOtherEndRefuses(t *testing.T) {
	m := newMachine(t, nil)
	_, err := get(t.Context(), m.open(t, "ssh://lab/refused", model.Access{}), "/pid")
	if !errors.Is(err, model.ErrNotLab) || !strings.Contains(err.Error(), "it is a cake") {
		t.Error(err)
	}
	m.gone(t, 2*time.Second)
	_, err = get(t.Context(), m.open(t, "ssh://lab", model.Access{}), "/pid")
	if text := model.Explain(err).String(); !errors.Is(err, model.ErrNoPeer) || !strings.Contains(text, "(there is no default); give the path") {
		t.Error(text)
	}
}

// TestThereIsNoSSH on the PATH.
func TestThereIsNoSSH(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	to := New(Address{Host: "lab"}, model.Access{})
	defer to.Close()
	_, err := get(t.Context(), to, "/pid")
	if text := model.Explain(err).String(); !errors.Is(err, model.ErrMachine) || !strings.Contains(text, "there is no ssh on the PATH") || !strings.HasSuffix(text, "install OpenSSH's client") {
		t.Error(text)
	}
}

// TestABannerIsSkipped up to a limit.
func TestABannerIsSkipped(t *testing.T) {
	m := newMachine(t, &act{Print: strings.Repeat("Welcome!\n", 5000) + "> ", Exit: -1})
	if _, err := get(t.Context(), m.open(t, "ssh://lab/x", model.Access{}), "/pid"); err != nil {
		t.Error(err)
	}
}

// TestAFailureAnswersForASecond, so that many requests do not start as many processes.
func TestAFailureAnswersForASecond(t *testing.T) {
	m := newMachine(t, &act{Exit: 255})
	to := m.open(t, "ssh://lab/x", model.Access{})
	begun := time.Now()
	for range 20 {
		if _, err := get(t.Context(), to, "/pid"); !errors.Is(err, model.ErrMachine) {
			t.Fatal(err)
		}
	}
	if n := len(left[started](t, m, "ssh")); n != 1 && time.Since(begun) < restTime {
		t.Errorf("%d processes", n)
	}
	within(t, patience, "there is no second process", func() bool {
		_, _ = get(t.Context(), to, "/pid")
		return len(left[started](t, m, "ssh")) > 1
	})
}

// TestACallerThatLeaves does not wait for the connection, which is there for the next one.
func TestACallerThatLeaves(t *testing.T) {
	m := newMachine(t, nil)
	to := m.open(t, "ssh://lab/x", model.Access{})
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := get(ctx, to, "/pid"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := get(t.Context(), to, "/pid"); err != nil {
		t.Error(err)
	}
	if n := len(left[started](t, m, "ssh")); n != 1 {
		t.Errorf("%d processes", n)
	}
}
