//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"societop/storage/ssh/sshtest"
	"societop/ui/cli/clitest"
)

// overSSH is an ssh that runs the program on this machine, and the environment to find it by.
func overSSH(t *testing.T) (sshtest.Stub, []string) {
	t.Helper()
	s := sshtest.NewStub(t, string(program))
	return s, []string{sshtest.Path(s.Bin)}
}

// TestCommandsOverSSH print what they print on the file itself.
func TestCommandsOverSSH(t *testing.T) {
	t.Parallel()
	path, database := lab(t), sqliteFixture(t)
	_, environ := overSSH(t)
	commands := []string{
		"list --json", "list --csv", "show --json 1c2a", "config 1c2a", "agents --csv 1c2a", "talk --json 1c2a", "surveys --json 1c2a",
		"metrics --csv 1c2a", "timeline --csv 1c2a", "log 1c2a", "wait 1c2a",
	}
	for i := range 2 * len(commands) {
		args, file := commands[i/2], path
		if i%2 == 1 {
			file = database
		}
		words := strings.Fields(args)
		local, _, localCode := program.Run(t, append([]string{words[0], file}, words[1:]...)...)
		out, errs, code := program.RunIn(t, environ, append([]string{words[0], "ssh://lab-7" + file}, words[1:]...)...)
		if code != localCode || out != local {
			t.Errorf("societop %s %s: exit code %d, want %d: %s\n%.400s\nwant\n%.400s", args, file, code, localCode, errs, out, local)
		}
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if _, errs, code := program.RunIn(t, environ, "record", "--once", "ssh://lab-7"+path, copied); code != 0 {
		t.Errorf("record: exit code %d: %s", code, errs)
	} else if program.Done(t, "list", "--csv", copied) != program.Done(t, "list", "--csv", path) {
		t.Error("the copy differs")
	}
}

// TestFailuresOverSSH: the exit codes, each with one sentence.
func TestFailuresOverSSH(t *testing.T) {
	t.Parallel()
	_, environ := overSSH(t)
	other := write(t, "other.txt", []byte("no lab"))
	for _, tc := range []struct {
		address, environ string
		code             int
		says             string
	}{
		{"ssh://lab-7/no/such/lab.db", "", 6, "ssh://lab-7/no/such/lab.db: there is no file yet"},
		{"ssh://lab-7" + other, "", 6, "this is neither a lab file nor"},
		{"ssh://lab-7", "", 6, "there is no file yet"},
		{"ssh://lab-7", "SOCIETOP_SOURCE=http://ann:geheim@lab-8", 3, "it is not a file of this machine"},
		{"ssh://lab-7", "SOCIETOP_SOURCE=ssh://lab-8", 3, "it is not a file of this machine"},
		{"ssh://-oProxyCommand=id/x", "", 2, "does not begin with -"},
		{"ssh://ann:geheim@lab-7/x", "", 2, "put no password into the address"},
		{"ssh://lab-7/x", "PATH=/nowhere", 3, "there is no ssh on the PATH"},
	} {
		out, errs, code := program.RunIn(t, append(environ[:1:1], tc.environ), "list", tc.address)
		if code != tc.code || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, tc.says) || strings.Contains(errs, "geheim") {
			t.Errorf("%s with %q: exit code %d, want %d: %s%s", tc.address, tc.environ, code, tc.code, out, errs)
		}
	}
	if out, errs, code := program.RunIn(t, environ, "stop", "--write", "--yes", "ssh://lab-7"+lab(t), "1c2a"); code == 0 || !strings.Contains(errs, "ssh://lab-7") {
		t.Errorf("stop: exit code %d: %s%s", code, out, errs)
	}
}

// TestStdio is nothing for people, and says nothing but answers on standard output.
func TestStdio(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "x\n", "GET / HTTP/1.1\r\n\r\n"} {
		cmd := exec.Command(string(program), "stdio")
		cmd.Stdin = strings.NewReader(in)
		var errs strings.Builder
		cmd.Stderr = &errs
		if out, err := cmd.Output(); err == nil || len(out) > 0 || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%q: %v: %q, %q", in, err, out, errs.String())
		}
	}
	if help := program.Done(t, "--help"); strings.Contains(help, "stdio") {
		t.Error("the help has it")
	}
	x := program.Open(t, 80, 24, "stdio")
	x.Shows("stdio talks to another societop")
	if code := x.Gone(2 * time.Second); code != 2 {
		t.Errorf("in a terminal: exit code %d", code)
	}
}

// TestTheMonitorOverSSH: the child is killed, hangs, and ends with its parent, however that ends.
func TestTheMonitorOverSSH(t *testing.T) {
	t.Parallel()
	stub, environ := overSSH(t)
	path := filepath.Join(t.TempDir(), "lab.db")
	cmd := exec.Command(string(program), "--interval", "200ms", "ssh://lab-7"+path)
	cmd.Env = environ
	x := clitest.Start(t, cmd, 120, 30)
	x.Shows("There is no file yet")
	program.Done(t, "demo", "--once", "--file", path)
	x.Shows("Experiments 12")
	last := func() int {
		all := stub.Processes(t)
		return all[len(all)-1]
	}
	first := last()
	if err := os.Rename(filepath.Join(stub.Bin, "societop"), filepath.Join(stub.Bin, "away")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(-first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	x.Shows("STALE")
	x.Shows("is not found there")
	x.Shows("Experiments 12")
	if err := os.Rename(filepath.Join(stub.Bin, "away"), filepath.Join(stub.Bin, "societop")); err != nil {
		t.Fatal(err)
	}
	x.Press("r")
	x.Await("the data is fresh", func(screen string) bool { return !strings.Contains(screen, "STALE") })
	second := last()
	if err := syscall.Kill(-second, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	x.Shows("STALE")
	x.Await("the data is fresh", func(screen string) bool { return !strings.Contains(screen, "STALE") })
	third := last()
	if second == third || second == first {
		t.Errorf("processes %d, %d, %d", first, second, third)
	}
	x.Press("q")
	if code := x.Ends(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, pid := range stub.Processes(t) {
		if sshtest.Running(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
}

// TestAMonitorOverSSHThatIsKilled leaves nothing.
func TestAMonitorOverSSHThatIsKilled(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGHUP} {
		stub, environ := overSSH(t)
		cmd := exec.Command(string(program), "ssh://lab-7"+lab(t))
		cmd.Env = environ
		x := clitest.Start(t, cmd, 80, 24)
		x.Shows("as of")
		if err := x.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		x.Gone(2 * time.Second)
		all := stub.Processes(t)
		gone := make(chan struct{})
		go func() {
			for len(all) > 0 && sshtest.Running(all[len(all)-1]) {
				time.Sleep(5 * time.Millisecond)
			}
			close(gone)
		}()
		if len(all) != 1 || !clitest.InTime(gone, 2*time.Second) {
			t.Errorf("%v: processes %v", signal, all)
		}
	}
}

// TestOverSSHD: the monitor and a command by a real ssh.
func TestOverSSHD(t *testing.T) {
	t.Parallel()
	stub, _ := overSSH(t) // for the PATH of the other machine
	d := sshtest.Start(t, stub.Bin+":/usr/bin:/bin")
	path := filepath.Join(t.TempDir(), "lab $(id) 'x'.db")
	program.Done(t, "demo", "--once", "--file", path)
	out, errs, code := program.RunIn(t, []string{sshtest.Path(d.Bin)}, "list", "--csv", "ssh://"+d.Host+path)
	if local := program.Done(t, "list", "--csv", path); code != 0 || out != local {
		t.Errorf("exit code %d: %s%s", code, errs, out)
	}
	cmd := exec.Command(string(program), "--interval", "200ms", "ssh://"+d.Host+path)
	cmd.Env = []string{sshtest.Path(d.Bin)}
	x := clitest.Start(t, cmd, 120, 30)
	x.Shows("Experiments 12")
	d.Stop()
	x.Shows("STALE")
	x.Shows("connection refused")
	d.Restart(t)
	x.Press("r")
	x.Await("the data is fresh", func(screen string) bool { return !strings.Contains(screen, "STALE") })
	x.Press("q")
	if code := x.Ends(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
