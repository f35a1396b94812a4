// Package several makes one source of several.
//
// Each source is a part. A part is read by a goroutine of its own, from a cursor of its own, and after
// a failure again with a growing delay. What it answers goes into a table of all experiments with a
// log of its changes, from which Changes hands out pages at once, whatever the other parts do. Callers
// drive the reading: a call of Changes asks each part that is due and not yet being read, and waits
// for those that usually answer soon, for a second at the most. A part that hangs, fails or lags is
// late, and not waited for until it has answered again; what it says then is handed out by the next
// call. A caller that reads only once, and so gives no Interval, waits until each part has answered
// or failed.
//
// What was known of a part that is away stays. A full listing by a part is compared with what is known
// of it, so that to a reader only what has changed has changed, and what is missing is gone. Nothing of
// two parts is ever merged: each key has the name of its source. A lab file that recorded several
// has keys with sources itself; within several, they are named LAB/SOURCE.
//
// All else, the data of runs and the controls, goes to the part that the key names, without a detour.
//
// A row costs about 0.4 KB here, in addition to what its readers keep of it; with only one source
// there is no such table.
package several
