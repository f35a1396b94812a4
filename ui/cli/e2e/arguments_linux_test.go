package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoPasswordIsInTheListOfProcesses: what ps shows of a program that was given an address with
// one has x in its place, and the rest.
func TestNoPasswordIsInTheListOfProcesses(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const secret = "p4ss:w@rd%2F"
	for _, address := range []string{
		"postgres://reader:%s@" + l.Addr().String() + "/lab?sslmode=disable",
		"postgresql+asyncpg://" + l.Addr().String() + "/lab?user=reader&password=%s&sslmode=disable",
	} {
		cmd := exec.Command(string(program), "list", fmt.Sprintf(address, secret))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		c, err := l.Accept() // it is at work
		if err != nil {
			t.Fatal(err)
		}
		shown, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(cmd.Process.Pid), "cmdline"))
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = c.Close()
		if want := fmt.Sprintf(address, strings.Repeat("x", len(secret))); err != nil || !strings.Contains(string(shown), want) {
			t.Errorf("%v: %q", err, shown)
		}
	}
}
