// Package pane defines what a pane is: a view of one experiment. Each pane is a package below
// this one and one line in the list of package ui. What panes share is in package kit.
//
// A pane only draws. It receives its data by Show, its size by Resize, and keys by Update while
// it has the focus. It never reads, waits or ticks: Needs says what it wants to be read, and the
// root model shows it the result.
package pane

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/input"
)

// Pane is one view of the selected experiment.
type Pane interface {
	// Title is the name on the tab, which is also its heading.
	Title() string
	// Show gives the pane what to draw. It is called at every change.
	Show(v View)
	// Needs tells what the pane wants read for the selected experiment.
	Needs() []Need
	// Resize gives the pane its size in cells. Either may be 0.
	Resize(width, height int)
	// Update handles a message while the pane has the focus.
	Update(msg tea.Msg) tea.Cmd
	// View is exactly width×height cells. It is pure.
	View() string
	// The keys that the pane handles: in full, those that move, then its own.
	help.KeyMap
	// Rebind gives the actions of the pane their keys.
	Rebind(k *input.Keys)
	// Off is why one of these does nothing at present, in a few words; "" while it works.
	Off(b key.Binding) string
}

// KeyCapturer is a pane that handles some keys that otherwise work everywhere, such as ⏎ and
// Esc, which open and close something inside it.
type KeyCapturer interface {
	// CapturesKey reports whether the pane itself handles a key while it has the focus.
	CapturesKey(k tea.KeyPressMsg) bool
}

// TimeShower is a pane that may show a moment of the simulated clock (View.At). The timeline
// is drawn below it, and the keys of the clock work while it has the focus.
type TimeShower interface {
	// ShowsTime reports whether the pane shows a moment.
	ShowsTime() bool
}

// AgentSelector is a pane in which an agent can be selected. All panes share the selection.
type AgentSelector interface {
	// Agent returns the selected agent; ok is false if there is none.
	Agent() (id int64, ok bool)
}

// CursorProvider is a pane in which text can be typed.
type CursorProvider interface {
	// Cursor returns the position of the next character within the pane; ok reports whether
	// keys are typed into it.
	Cursor() (x, y int, ok bool)
}

// Optional is a pane that some runs have nothing for. Of these its tab is not shown, and its number
// says why.
type Optional interface {
	// Lacks returns why the run has nothing for the pane, in a sentence; "" if it has. known is
	// false until that is known, and the result then counts only if no other run was shown before.
	Lacks(v *View) (why string, known bool)
}

// Chooser is a pane that chooses which part of a need is read.
type Chooser interface {
	// Choose sets what the pane chooses, and leaves the rest as it is. It is called before Show.
	Choose(v *View, c *Choice)
}

// Printer is a pane that has more text than fits on the screen.
type Printer interface {
	// Print returns the whole pane as plain text, for a pager.
	Print() string
}

// Reading is shown in a pane until its data has been read.
const Reading = "reading …"
