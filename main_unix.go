//go:build unix

package main

import (
	"context"
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"societop/ui/cli"
)

// hold ends ctx when a terminal goes away. Who ignores SIGHUP is told of it by nothing else,
// and an idle monitor never writes.
func hold(terminal *os.File, stop context.CancelCauseFunc) {
	if !isTerminal(terminal) {
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

// underShell reports whether the parent is a shell with job control: of this session, and of
// another process group. Whoever else suspends the program could not wake it up.
func underShell() bool {
	parent := os.Getppid()
	session, err := unix.Getsid(parent)
	if err != nil {
		return false
	}
	group, err := unix.Getpgid(parent)
	own, ownErr := unix.Getsid(0)
	return err == nil && ownErr == nil && session == own && group != unix.Getpgrp()
}
