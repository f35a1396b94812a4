package ssh

import (
	"os/exec"
	"syscall"
)

// detach gives a command a session of its own, without a terminal, and ends it with its parent.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}
