// Package load reads what the monitor shows.
//
// [Feed] reads the list of a source: one read is under way at a time, its answer changes the lab,
// and that leads to the next tick. A change of what is asked for (a pause, another interval, a
// filter that needs more) raises the generation, and answers of an older one are dropped.
//
// [Detail] reads what the pane on the screen needs of one experiment, and keeps it in a view.
// needs.go is the table of what can be needed; scoped.go reads what is of one agent or of one
// moment, allagents.go what is of all agents at once, peragent.go the same from a source that
// returns one agent at a time; frames.go keeps frames that were read before or ahead of the player.
//
// [Histories] reads when the steps of runs were done, which estimates are made of: few requests of
// low importance, never more than one at a time.
//
// None of them draws, and none knows the list or the panes: each returns what has changed.
package load
