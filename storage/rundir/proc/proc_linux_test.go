package proc

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sleeper starts a process that does nothing, with these arguments, in a directory.
func sleeper(t *testing.T, dir string, args ...string) int64 {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	c := &exec.Cmd{Path: sh, Args: append([]string{"sh", "-c", "echo; read x", "sh"}, args...), Dir: dir}
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = c.Wait()
	})
	if _, err := out.Read(make([]byte, 1)); err != nil { // it runs the shell by now
		t.Fatal(err)
	}
	return int64(c.Process.Pid)
}

func TestLook(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	run, other := filepath.Join(root, "run"), filepath.Join(root, "run-2")
	for _, dir := range []string{run, other} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(run, filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	if !allVisible(1<<30, run) {
		t.Skip("processes may be hidden here")
	}
	const program = "agentsociety2.society.cli"
	for _, tc := range []struct {
		name string
		dir  string
		args []string
		want State
	}{
		{"in the directory", run, []string{"-m", program, "--config", "init_config.json"}, Alive},
		{"with its path", root, []string{"-m", program, "--run-dir", run}, Alive},
		{"with its path after =", root, []string{"-m", program, "--run-dir=" + run}, Alive},
		{"with a relative path", root, []string{"-m", program, "--run-dir", "run"}, Alive},
		{"with a path through a link", "/", []string{"-m", program, "--run-dir", filepath.Join(root, "link")}, Alive},
		{"with a file in it", "/", []string{"-m", program, "--log-file", filepath.Join(run, "output.log")}, Alive},
		{"of another run", other, []string{"-m", program, "--run-dir", other}, Gone},
		{"another program", run, []string{"tail", "-f", filepath.Join(run, "pid.json")}, Gone},
		{"a console script", run, []string{"/usr/bin/agentsociety"}, Unknown},
	} {
		if got := Look(sleeper(t, tc.dir, tc.args...), run); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestLookForNone(t *testing.T) {
	dir := t.TempDir()
	if !allVisible(1<<30, dir) {
		t.Skip("processes may be hidden here")
	}
	c := exec.Command("true")
	if err := c.Run(); err != nil {
		t.Skip(err)
	}
	if got := Look(int64(c.Process.Pid), dir); got != Gone {
		t.Errorf("a process that has ended: %v, want %v", got, Gone)
	}
	unburied := exec.Command("true", Name, dir)
	if err := unburied.Start(); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); time.Since(begun) < 10*time.Second; time.Sleep(time.Millisecond) {
		if stat, _ := os.ReadFile("/proc/" + strconv.Itoa(unburied.Process.Pid) + "/stat"); strings.Contains(string(stat), ") Z ") {
			break
		}
	}
	if got := Look(int64(unburied.Process.Pid), dir); got != Gone {
		t.Errorf("a process that has ended and is not buried: %v, want %v", got, Gone)
	}
	_ = unburied.Wait()
	for _, pid := range []int64{0, -1, 1 << 31, 1 << 60} {
		if got := Look(pid, dir); got != Unknown {
			t.Errorf("process %d: %v, want %v", pid, got, Unknown)
		}
	}
	if got := Look(2, dir); got == Alive {
		t.Errorf("a process of the kernel: %v", got)
	}
	if got := Look(4711, "/proc"); got == Alive {
		t.Errorf("an odd directory: %v", got)
	}
}

func TestInnerNumber(t *testing.T) {
	for status, want := range map[string]int{"Name:\tpython\nNSpid:\t4711\t12\nThreads:\t1\n": 12, "NSpid:\t4711\n": 0, "NSpid:\t1\t2\tx\n": 0, "": 0} {
		path := filepath.Join(t.TempDir(), "status")
		if err := os.WriteFile(path, []byte(status), 0o644); err != nil {
			t.Fatal(err)
		}
		if n, ok := innerNumber(path); ok != (want > 0) || ok && n != want {
			t.Errorf("%q: %d, %v", status, n, ok)
		}
	}
	if _, ok := innerNumber("/nowhere"); ok {
		t.Error("a file that is not there has a number")
	}
}
