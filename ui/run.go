package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"
)

// Run shows the monitor until it is left, or ctx is done, or its terminal goes away. The
// terminal is restored when it returns. It fails with ErrUsage when the filter or the sort
// key is wrong, with the cause of ctx when that is done, and with a *model.Crash after a panic.
func Run(ctx context.Context, o Options) error {
	app, err := New(ctx, o)
	if err != nil {
		return err
	}
	options := []tea.ProgramOption{
		tea.WithContext(ctx),
		tea.WithEnvironment(o.Environ),
		tea.WithOutput(o.Out),
		tea.WithoutSignalHandler(),
	}
	if o.In != nil {
		options = append(options, tea.WithInput(o.In))
	}
	g := &guard{app: app}
	program := tea.NewProgram(g, options...)
	g.quit = program.Quit
	_, err = program.Run()
	if crash := g.crash.Load(); crash != nil {
		return crash
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	return err
}
