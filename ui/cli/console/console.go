// Package console connects the commands to the process they run in: its signals and its
// terminal.
package console

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"societop/model"
	"societop/ui/cli"

	"github.com/charmbracelet/x/term"
)

// Context returns a context that ends at the first signal, with a [cli.Signal] as its cause, or
// when the terminal of standard output goes away.
func Context() context.Context {
	ctx, stop := context.WithCancelCause(context.Background())
	listen(stop)
	go watchTerminal(os.Stdout, stop)
	return ctx
}

// listen calls stop at the first signal; the next one ends the program at once. Signals that were
// ignored at the start, as SIGHUP is under nohup, stay ignored. SIGQUIT also reports the stacks of
// all goroutines.
func listen(stop context.CancelCauseFunc) {
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	go func() {
		if s, ok := (<-signals).(syscall.Signal); ok {
			signal.Stop(signals)
			var err error = cli.Signal(s)
			if s == syscall.SIGQUIT {
				err = errors.Join(err, model.AllStacks("it was told to quit by SIGQUIT"))
			}
			stop(err)
		}
	}()
}

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// Width returns how many columns a terminal has, or 0 if that is unknown.
func Width(stream any) int {
	f, ok := stream.(*os.File)
	if !ok {
		return 0
	}
	w, _, err := term.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return w
}
