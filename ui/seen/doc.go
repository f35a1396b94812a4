// Package seen keeps what a user has seen of a source, so that the monitor can say what began and ended
// since they last looked.
//
// All times are the source's own, so a difference between two clocks does not matter. A list may come
// late, and parts of it before others; that is why the notes of a look do not only hold its time, but
// also what of the last minutes before it was known.
//
// Several monitors may look at one source at once: each writes the whole notes, and the last one counts;
// only what was marked as seen in any of them stays so.
package seen
