//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

const (
	// timeout is how long a screen may take to show what is expected.
	timeout = 20 * time.Second
	// quiet is how long nothing may be written before the screen counts as complete.
	quiet = 400 * time.Millisecond
)

// session is a program that runs in a terminal emulator.
type session struct {
	cmd     *exec.Cmd
	tty     *os.File
	screen  *vt.SafeEmulator
	changed chan struct{}
}

// start runs a command in an emulator of a size.
func start(cmd *exec.Cmd, width, height int) (*session, error) {
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)})
	if err != nil {
		return nil, err
	}
	s := &session{cmd, tty, vt.NewSafeEmulator(width, height), make(chan struct{}, 1)}
	go func() { _, _ = io.Copy(&notifier{s.screen, s.changed}, tty) }()
	go func() { _, _ = io.Copy(tty, s.screen) }() // its answers to the program's questions
	return s, nil
}

// close ends the program.
func (s *session) close() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
	_ = s.tty.Close()
}

// press types keys, and waits after each until the screen is complete.
func (s *session) press(keys ...string) error {
	for _, k := range keys {
		if _, err := io.WriteString(s.tty, k); err != nil {
			return err
		}
		s.settle()
	}
	return nil
}

// await waits until the screen shows a text and is complete.
func (s *session) await(text string) error {
	deadline := time.After(timeout)
	for !strings.Contains(s.screen.String(), text) {
		select {
		case <-s.changed:
		case <-deadline:
			return errors.New("the screen does not show " + text + ":\n" + s.screen.String())
		}
	}
	s.settle()
	return nil
}

// settle waits until nothing is written for a moment.
func (s *session) settle() {
	for {
		select {
		case <-s.changed:
		case <-time.After(quiet):
			return
		}
	}
}

// notifier reports each write to an emulator.
type notifier struct {
	io.Writer
	changed chan<- struct{}
}

func (n *notifier) Write(p []byte) (int, error) {
	written, err := n.Writer.Write(p)
	select {
	case n.changed <- struct{}{}:
	default:
	}
	return written, err
}
