package ssh

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// detach keeps a command from the console.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW}
}

// terminate ends a command: there is no asking it.
func terminate(cmd *exec.Cmd) { kill(cmd) }

// kill ends a command.
func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
