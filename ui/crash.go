package ui

import (
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"societop/model"
)

// guard is the App without its panics: the first one ends the program in an orderly way, so that the
// terminal is restored before the panic is reported.
type guard struct {
	app   *App
	quit  func()
	crash atomic.Pointer[model.Crash] // the first
	last  tea.View                    // the newest that could be drawn
}

// caught, when deferred, ends the program after a panic.
func (g *guard) caught() {
	if r := recover(); r != nil && g.crash.CompareAndSwap(nil, model.Caught(r)) {
		go g.quit() // the program may be waiting for this very method
	}
}

// Init begins to read.
func (g *guard) Init() tea.Cmd {
	defer g.caught()
	return g.guarded(g.app.Init())
}

// Update passes a message on.
func (g *guard) Update(msg tea.Msg) (self tea.Model, cmd tea.Cmd) {
	defer g.caught()
	self = g
	_, cmd = g.app.Update(msg)
	return self, g.guarded(cmd)
}

// View returns the screen.
func (g *guard) View() (v tea.View) {
	v = g.last
	defer g.caught()
	v = g.app.View()
	g.last = v
	return v
}

// guarded returns a command, and all that it batches, without panics.
func (g *guard) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		defer g.caught()
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = g.guarded(batch[i])
			}
		}
		return msg
	}
}
