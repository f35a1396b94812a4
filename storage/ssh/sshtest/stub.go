//go:build unix

package sshtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Stub is an ssh that runs the command on this machine, as sshd does: by a shell.
type Stub struct {
	// Bin has the ssh, and nothing else but the program that the command names. It belongs at the beginning of
	// the PATH.
	Bin string
}

// NewStub makes a stub whose other machine has a program under the name societop.
func NewStub(t testing.TB, societop string) Stub {
	t.Helper()
	s := Stub{t.TempDir()}
	script := fmt.Sprintf("#!/bin/sh\necho $$ >>'%s'\nwhile [ \"$1\" != -- ]; do shift; done\nshift 2\nexec sh -c \"$*\"\n", s.pids())
	err := os.WriteFile(filepath.Join(s.Bin, "ssh"), []byte(script), 0o700)
	if err == nil {
		err = os.Symlink(societop, filepath.Join(s.Bin, "societop"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Path is a PATH that begins with a directory.
func Path(bin string) string {
	return "PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH")
}

func (s Stub) pids() string { return filepath.Join(s.Bin, "pids") }

// Processes are those that were started as ssh so far.
func (s Stub) Processes(t testing.TB) (pids []int) {
	t.Helper()
	b, err := os.ReadFile(s.pids())
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, line := range strings.Fields(string(b)) {
		pid, err := strconv.Atoi(line)
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	return pids
}
