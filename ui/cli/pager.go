package cli

import (
	"errors"
	"os/exec"
	"runtime"
	"strings"
)

// pagers are the programs that show a text where the user has named none.
var pagers = []string{"less", "more"}

// shell is what runs a command line.
func shell(command string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		return exec.Command("cmd", "/C", command)
	}
	return exec.Command("sh", "-c", command)
}

// pager is the user's pager with a text to show. PAGER is a command of the shell, as for man
// and git.
func (e *Env) pager(text string) (*exec.Cmd, error) {
	command := e.getenv("PAGER")
	for _, name := range pagers {
		if _, err := exec.LookPath(name); err == nil && command == "" {
			command = name
		}
	}
	if command == "" {
		return nil, errors.New("no pager found: set PAGER to a program that shows text")
	}
	cmd := shell(command)
	cmd.Env = e.Environ
	cmd.Stdin = strings.NewReader(text)
	return cmd, nil
}
