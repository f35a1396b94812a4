//go:build unix

package alert

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// shell is a command of the shell in a process group of its own, which ends with ctx.
func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return killGroup(cmd) }
	return cmd
}

func killGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// awaitGroup waits until the last process of the group of a command that has ended is gone, and
// kills what is left of it at the end of ctx.
func awaitGroup(ctx context.Context, cmd *exec.Cmd) {
	for wait := time.Millisecond; ; wait = min(2*wait, 200*time.Millisecond) {
		if errors.Is(syscall.Kill(-cmd.Process.Pid, 0), syscall.ESRCH) {
			return
		}
		select {
		case <-ctx.Done():
			_ = killGroup(cmd) // it may be gone by now
			return
		case <-time.After(wait):
		}
	}
}
