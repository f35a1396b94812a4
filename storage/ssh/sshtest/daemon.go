//go:build unix

package sshtest

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Daemon is an sshd of this machine's own user on a port of its own.
type Daemon struct {
	// Bin has an ssh that knows the daemon's host key, and has a key to it. It belongs at the
	// beginning of the PATH.
	Bin string
	// Host is the authority of its addresses.
	Host string

	dir  string
	port int
	sshd string
	path string // of its commands
	cmd  *exec.Cmd
	log  bytes.Buffer
}

// patience is how long a daemon may take to start or to end.
const patience = 20 * time.Second

// Start starts an sshd whose commands have this PATH, until the end of the test. It skips the test where
// there is no sshd, or where it can't be run.
func Start(t testing.TB, path string) *Daemon {
	t.Helper()
	d := &Daemon{dir: t.TempDir(), path: path}
	d.Bin = filepath.Join(d.dir, "bin")
	ssh, sshErr := exec.LookPath("ssh")
	keygen, keygenErr := exec.LookPath("ssh-keygen")
	if d.sshd = find("sshd"); d.sshd == "" || sshErr != nil || keygenErr != nil {
		t.Skip("there is no sshd, ssh or ssh-keygen here: Debian's packages are openssh-server and openssh-client")
	}
	if os.Geteuid() == 0 {
		_ = os.MkdirAll("/run/sshd", 0o755) // where it has to be, whatever the configuration says
	}
	d.must(t, os.Mkdir(d.Bin, 0o700))
	for _, key := range []string{"host", "user"} {
		out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(d.dir, key)).CombinedOutput()
		if err != nil {
			t.Fatalf("ssh-keygen: %v: %s", err, out)
		}
	}
	d.write(t, "client", fmt.Sprintf("Host *\nIdentityFile %[1]s/user\nIdentitiesOnly yes\nIdentityAgent none\nUserKnownHostsFile %[1]s/known\nGlobalKnownHostsFile /dev/null\n", d.dir), 0o600)
	d.write(t, "bin/ssh", fmt.Sprintf("#!/bin/sh\nexec '%s' -F '%s/client' \"$@\"\n", ssh, d.dir), 0o700)
	d.must(t, os.Link(filepath.Join(d.dir, "user.pub"), filepath.Join(d.dir, "authorized")))
	t.Cleanup(d.Stop)
	for range 5 { // another program may take the port first
		d.port = freePort(t)
		if d.start(t) {
			d.Host = fmt.Sprintf("127.0.0.1:%d", d.port)
			d.know(t, "host")
			login := exec.Command(filepath.Join(d.Bin, "ssh"), "-T", "-o", "BatchMode=yes", "-p", strconv.Itoa(d.port), "--", "127.0.0.1", "true")
			if out, err := login.CombinedOutput(); err != nil {
				t.Skipf("this user can't log in to an sshd here: %v: %s", err, out)
			}
			return d
		}
	}
	t.Skipf("sshd can't be run here: %s", d.log.String())
	return nil
}

// find is the path of a program that is rather in a directory of the administrator.
func find(name string) string {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/local/sbin", "/sbin") {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil && filepath.IsAbs(path) {
			return path
		}
	}
	return ""
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// start starts the daemon, and reports whether it serves.
func (d *Daemon) start(t testing.TB) bool {
	t.Helper()
	d.write(t, "server", fmt.Sprintf(`Port %d
ListenAddress 127.0.0.1
HostKey %[2]s/host
PidFile none
UsePAM no
StrictModes no
AuthorizedKeysFile %[2]s/authorized
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
SetEnv PATH=%[3]s
`, d.port, d.dir, d.path), 0o600)
	d.log.Reset()
	d.cmd = exec.Command("sh", "-c", supervisor, "-", d.sshd, "-D", "-e", "-f", filepath.Join(d.dir, "server"))
	d.cmd.Stderr = &d.log
	d.cmd.WaitDelay = time.Second
	_, err := d.cmd.StdinPipe() // which ends with this process
	d.must(t, err)
	d.must(t, d.cmd.Start())
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(10 * time.Millisecond) {
		if d.answers() {
			return true
		}
		if time.Since(begun) > time.Second && exited(d.cmd.Process.Pid) {
			break
		}
	}
	d.Stop()
	return false
}

// supervisor runs a program until standard input ends.
const supervisor = `"$@" & read -r _; kill $!`

// exited reports whether the program of a supervisor has ended.
func exited(supervisor int) bool {
	for _, pid := range Below(supervisor) {
		if fields := stat(pid); len(fields) > 0 && fields[0] != "Z" {
			return false
		}
	}
	return true
}

// answers reports whether there is an sshd at the port.
func (d *Daemon) answers() bool {
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", d.port))
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	line, _ := bufio.NewReader(conn).ReadString('\n')
	return strings.HasPrefix(line, "SSH-2.0-")
}

// Stop ends the daemon with all of its connections.
func (d *Daemon) Stop() {
	if d.cmd == nil {
		return
	}
	all := append(Below(d.cmd.Process.Pid), d.cmd.Process.Pid)
	for _, pid := range all {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = d.cmd.Wait()
	d.cmd = nil
}

// Restart starts the daemon again after Stop.
func (d *Daemon) Restart(t testing.TB) {
	t.Helper()
	if !d.start(t) {
		t.Fatalf("sshd does not start again: %s", d.log.String())
	}
}

// Forget takes the host key away that the client knows.
func (d *Daemon) Forget(t testing.TB) {
	t.Helper()
	d.write(t, "known", "", 0o600)
}

// Mistake has the client know another host key than the daemon's.
func (d *Daemon) Mistake(t testing.TB) {
	t.Helper()
	d.know(t, "user")
}

// Share has all connections of the client share one, as people configure it who connect often.
func (d *Daemon) Share(t testing.TB) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, "client"))
	d.must(t, err)
	control, err := os.MkdirTemp("/tmp", "ssh") // the path of a socket has to be short
	d.must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(control) })
	d.write(t, "client", fmt.Sprintf("%sControlMaster auto\nControlPath %s/%%C\nControlPersist 10\n", b, control), 0o600)
}

// Lock takes the key away that the daemon lets in.
func (d *Daemon) Lock(t testing.TB) {
	t.Helper()
	d.must(t, os.Remove(filepath.Join(d.dir, "authorized")))
}

// know has the client know a key as that of the daemon.
func (d *Daemon) know(t testing.TB, key string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, key+".pub"))
	d.must(t, err)
	d.write(t, "known", fmt.Sprintf("[127.0.0.1]:%d %s", d.port, b), 0o600)
}

func (d *Daemon) write(t testing.TB, name, text string, mode os.FileMode) {
	t.Helper()
	d.must(t, os.WriteFile(filepath.Join(d.dir, name), []byte(text), mode))
}

func (*Daemon) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Below returns the processes that a process has started, and those that they have, as far as the
// system has /proc.
func Below(pid int) (all []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if fields := stat(child); len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			all = append(append(all, child), Below(child)...)
		}
	}
	return all
}

// Running reports whether a process runs. One that has ended may wait for its parent for ever.
func Running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	fields := stat(pid)
	return len(fields) == 0 || fields[0] != "Z"
}

// stat is what /proc says of a process: its state, its parent and more.
func stat(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return strings.Fields(rest)
}
