package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// tickMsg is the time for the next read; it counts only in its generation.
type tickMsg struct{ gen int }

// changesMsg is the answer to a read.
type changesMsg struct {
	gen     int
	changes model.Changes
	err     error
}

// settledMsg comes a moment after the selection moved; it counts only if n is still the
// number of the last move.
type settledMsg struct{ n int }

// needMsg is the answer to the read of one need; it counts only if its number is still that
// of the read under way.
type needMsg struct {
	need   pane.Need
	number int
	of     subject          // what was read of a need that has parts
	show   func(*pane.View) // writes what was read into a view
	err    error
}

// pagedMsg says that the pager has ended.
type pagedMsg struct{ err error }

// redrawMsg comes a moment after the screen has become wider; it counts only if n is still the
// number of the last time.
type redrawMsg struct{ n int }

// minuteMsg says that a minute of wall time is over, so that ages are drawn anew.
type minuteMsg struct{}

// secondMsg says the same of a second, while the source is away and the header counts down.
type secondMsg struct{}

// workMsg goes on with a filter or an order that is being made.
type workMsg struct{ selection *model.Selection }

// slowMsg says that a read takes too long; answer waits for it.
type slowMsg struct {
	gen    int
	answer tea.Cmd
}

// message is one thing that was said: when first, how often again, and when last.
type message struct {
	at, last time.Time
	again    int
	text     text.Text
	bad      bool
}
