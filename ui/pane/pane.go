// Package pane holds the views of one experiment: a pane is one file here and one line in
// All.
//
// A pane draws and nothing else. It gets its data by Show, its size by Resize, and keys by
// Update while it has the focus. It never reads, waits or ticks: what it wants read it says
// by Needs, and the root model shows it the answer.
package pane

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/theme"
)

// Pane is one view of the selected experiment.
type Pane interface {
	// Title is the name on the tab, which is also its heading.
	Title() string
	// Show gives the pane what to draw. It is called at every change.
	Show(v model.View)
	// Needs tells what the pane wants read for the selected experiment.
	Needs() []model.Need
	// Resize gives the pane its size in cells. Either may be 0.
	Resize(width, height int)
	// Update handles a message while the pane has the focus.
	Update(msg tea.Msg) tea.Cmd
	// View is exactly width×height cells. It is pure.
	View() string
	// The keys that the pane handles: in full, those that move and behind them its own.
	help.KeyMap
	// Off is why one of these does nothing at present, in a few words; "" while it works.
	Off(b key.Binding) string
}

// Taker is a pane with an inside of its own, to which keys lead that all of the screen knows:
// ⏎ further in, Esc out again.
type Taker interface {
	// Takes tells whether the pane itself handles a key while it has the focus.
	Takes(k tea.KeyPressMsg) bool
}

// Timed is a pane that shows a moment of the simulated clock (model.View.At): the timeline
// stands under it, and while it has the focus the keys of the time are its.
type Timed interface {
	// Timed does nothing.
	Timed()
}

// Chooser is a pane in which an agent is selected, which other panes then show.
type Chooser interface {
	// Agent is the selected agent; ok is false while there is none.
	Agent() (id int64, ok bool)
}

// Typist is a pane in which something can be typed.
type Typist interface {
	// Cursor is where the next character will stand, within the pane; ok tells that the keys
	// are typed.
	Cursor() (x, y int, ok bool)
}

// Printer is a pane that has more text than fits on the screen.
type Printer interface {
	// Print is all of the pane as plain text, for a pager.
	Print() string
}

// Reading stands in a pane until what it shows is read.
const Reading = "reading …"

// Maker makes a pane that draws with a theme, which may change in place.
type Maker struct {
	Number int // its key, as the list of panes in the README has it
	Make   func(*theme.Theme) Pane
}

// All is every pane, in the order of the tabs. A new pane is one new file and one line here.
var All = []Maker{
	{1, NewOverview},
	{2, NewAgents},
	{3, NewMap},
	{4, NewTalk},
	{5, NewSurveys},
	{6, NewMetrics},
	{7, NewConfig},
	{8, NewLog},
}
