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

// TestNoPasswordOfPairs: pairs as libpq takes them are refused and shown nowhere, also while a program
// runs that was given some.
func TestNoPasswordOfPairs(t *testing.T) {
	t.Parallel()
	const pairs = "host=127.0.0.1 user=lab password=%s dbname=labdb"
	secret := fmt.Sprintf(pairs, "topSecret99")
	dir := t.TempDir()
	for _, args := range [][]string{
		{"list", secret},
		{"info", secret},
		{"info", "--json", secret},
		{"show", secret, "x"},
		{secret},
		{"check", secret},
		{"import", secret, filepath.Join(dir, "lab.db")},
		{"list", secret, filepath.Join(dir, "none.db")},
		{"record", "--once", secret, filepath.Join(dir, "lab.db")},
		{"grep", ".", secret},
	} {
		out, errs, code := program.Run(t, args...)
		if code != 2 || strings.Contains(out+errs, "topSecret99") || !strings.Contains(errs, "postgres://user@host/db") {
			t.Errorf("%s: exit code %d: %s%s", args[0], code, out, errs)
		}
	}
	if out, errs, _ := program.Run(t, "__complete", "show", secret, ""); strings.Contains(out+errs, "topSecret99") {
		t.Errorf("completion: %s%s", out, errs)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cmd := exec.Command(string(program), "show", "postgres://u@"+l.Addr().String()+"/lab?sslmode=disable", secret)
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
	if want := fmt.Sprintf(pairs, "xxxxxxxxxxx"); err != nil || !strings.Contains(string(shown), want) {
		t.Errorf("%v: %q", err, shown)
	}
}
