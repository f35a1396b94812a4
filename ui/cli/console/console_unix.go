//go:build unix

package console

import (
	"context"
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"societop/ui/cli"
)

// watchTerminal calls stop when a terminal goes away. A program that ignores SIGHUP does not learn
// of it otherwise, because an idle monitor never writes.
func watchTerminal(terminal *os.File, stop context.CancelCauseFunc) {
	if !IsTerminal(terminal) {
		return
	}
	fds := []unix.PollFd{{Fd: int32(terminal.Fd())}}
	for {
		_, err := unix.Poll(fds, -1)
		if err == nil {
			stop(cli.Signal(syscall.SIGHUP))
		}
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// UnderShell reports whether the parent is a shell with job control, that is, in this session and
// in another process group. No other parent could continue a suspended program.
func UnderShell() bool {
	parent := os.Getppid()
	session, err := unix.Getsid(parent)
	if err != nil {
		return false
	}
	group, err := unix.Getpgid(parent)
	own, ownErr := unix.Getsid(0)
	return err == nil && ownErr == nil && session == own && group != unix.Getpgrp()
}
