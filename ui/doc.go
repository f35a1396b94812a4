// Package ui is the monitor: a Bubble Tea program that shows a source's experiments as a
// list, and the selected one in panes.
//
// The root model ([App]) alone owns the tick. A tick leads to one read of the source, its
// answer to one change of the lab, and that to the next tick; one read is under way at a
// time. A change of the source's state that makes answers worthless (a pause, another
// interval, a filter that needs more) raises the generation, and answers of an older one are
// dropped.
//
//	app.go       the state, and what Update and View do with it
//	on.go        what happens on each message: short methods, no effects; onkey.go: on each key
//	commands.go  the effects: everything that reads, waits or ticks
//	layout.go    from the size of the terminal to rectangles
//	list.go      the list of experiments
//	detail.go    the panes and what they show
//	needs.go     what panes want read: how, and when
//	parts.go     what panes want of one moment or one agent, and how that is read
//	frames.go    the frames that were read before or ahead of the player
//	time.go      what the simulated clock shows
//	columns.go   the columns of the list
//	marks.go     marks, changed experiments, and what is meant by a key
//	copy.go      the clipboard; pager.go: $PAGER; mouse.go: the mouse
//	crash.go     panics, held until the terminal is given back
//	filter.go    the filter and the order of the list
//	status.go    the header and the footer
//	overlay.go   help and messages
//	keys.go      the key map: help, footer and README are made from it; off.go: why a key is off
//	tabs.go      the bar of tabs; shape.go: what the layout depends on
//	typed.go     the line that is typed into, with its help; jump.go: going to a time
//
// The simulated clock that all panes share is in [societop/ui/player].
//
// # Caveats
//
// Nothing on the screen moves by itself. Ages and estimates are drawn as of the last change
// or the last full minute, so that an idle monitor writes no byte.
package ui
