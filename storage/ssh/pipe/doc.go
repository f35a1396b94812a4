// Package pipe is what both ends of a pipe between two societops need: a line of JSON each, before
// the protocol itself begins, and the base of a connection.
//
// The societop that was started says nothing until it has read a [Request]. What comes before its
// [Reply] was printed by the shell that started it.
package pipe
