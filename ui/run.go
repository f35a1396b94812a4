package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"societop/ui/input"
)

// Run shows the monitor until the user quits, ctx is done, or the terminal is closed. The
// terminal is restored when it returns. It fails with ErrUsage when the filter or the sort
// key is wrong, with the cause of ctx when that is done, and with a *model.Crash after a panic.
func Run(ctx context.Context, o Options) (err error) {
	app, err := New(ctx, o)
	if err != nil {
		return err
	}
	in, closeInput, err := input.Keyboard(o.In)
	if err != nil {
		return err
	}
	defer closeInput()
	g := &guard{app: app}
	program := tea.NewProgram(g,
		tea.WithContext(ctx),
		tea.WithEnvironment(o.Environ),
		tea.WithInput(in),
		tea.WithOutput(o.Out),
		tea.WithFilter(input.Sized(o.Environ)),
		tea.WithoutSignalHandler(),
	)
	g.quit = program.Quit
	_, err = program.Run()
	if crash := g.crash.Load(); crash != nil {
		return crash
	}
	app.remember(app.conf.hand)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	return err
}
