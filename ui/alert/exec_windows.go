package alert

import (
	"context"
	"os/exec"
	"strconv"
	"syscall"
)

// shell is a command of the shell, which ends with ctx, and with it what it has started.
func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd /S /C "` + command + `"`, CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
	cmd.Cancel = func() error {
		return exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
	}
	return cmd
}

// awaitGroup has nothing to do: Windows has no process groups.
func awaitGroup(context.Context, *exec.Cmd) {}
