// Package ui is the monitor: a Bubble Tea program that shows a source's experiments as a
// list, and the selected one in panes.
//
// [App], the root model, routes messages and keys and lays out the screen. It shows a session: the
// list, the experiment whose panes are shown, and what is read of both. These are packages of their
// own, none of which knows this one:
//
//	load    reads the list of the source, and what panes need of the selected experiment
//	list    the rows, the selected one, marks, columns, filter and order, and their drawing
//	header  the line at the top: the source, its state, and counts
//	alarm   what has come to need attention, and how the terminal calls its user
//	seen    what has changed since the user last looked
//	find    the search in all runs
//	player  the simulated clock that all panes share, and the timeline
//	tabbar  the line with the names of the panes
//	pane    what a pane is; each pane is a package below it, and a line in panes.go
//
// In this package:
//
//	app.go        the state, Update and View; on.go: size, style and suspension
//	session.go    what follows from a message: what is read, and what is shown
//	onkey.go      where a key goes; actions.go, sessionkeys.go: what each key does
//	situation.go  which keys do something at present, for footer and help
//	keys.go       the key map: help, footer and KEYS.md are made from it
//	layout.go     from the size of the terminal to rectangles; draw.go: what is in them
//	footer.go     the hints in the footer; prompt.go: what is typed there
//	attention.go  what needs attention, and what has changed since the last look
//	detail.go     the panes; tabs.go: their tabs; hidden.go: those that a run has nothing for
//	overlay.go    what lies over the screen; help.go: the help; messages.go: Bubble Tea messages
//	jump.go       what is drawn of the search in all runs, and where a hit leads
//	mouse.go      the mouse
//	run.go        the program; crash.go: panics, held until the terminal is given back
//
// # Caveats
//
// Nothing on the screen moves by itself. Ages and estimates are drawn as of the last change
// or the last full minute, so that an idle monitor writes no byte.
package ui
