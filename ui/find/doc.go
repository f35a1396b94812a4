// Package find is the search in all runs of a source: the pattern that is typed, the hits, which
// come while the search goes on, and which of them is chosen. What searches is package search of
// the model.
//
// A [Panel] takes keys and messages and draws itself as lines; it does no reading in Update. A search
// that is under way ends when the panel is closed, when another one begins, or with the context of
// the monitor. Hits are kept, so that one can come back to them.
package find
