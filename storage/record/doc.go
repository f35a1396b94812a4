// Package record copies a source into a lab file, again at every tick: what has changed of the
// experiments, and with RecordOptions.Agents all data of their societies.
//
// # Order of work
//
// At every tick the source is asked for changes, and each page of them is one batch of the
// lab file. Between two ticks the societies are read, one request at a time; after one that
// took t there is a rest of t, so that a server has at least half of its time for others.
// Frames that are missing come first, then metrics and log, then the talk and the answers of
// one agent after the other: that has no route for all.
//
// # After a kill
//
// Everything is written under keys that say what it is, so what is read again is written over
// itself. What was read to its end is marked with the state of the experiment at that time:
// a recorder that is started again goes on where the last one was, and reads nothing of a run
// that has ended and was read whole.
//
// # What the source can't give out
//
// A frame, an agent or a part that the server fails on costs no other. It is said once, is not
// marked as read, and is asked for again after an hour, and by the next recorder. A log that
// is missing is taken for one that never was.
//
// # Caveats
//
// A run that begins again under the same id is read anew. What the lab has of it is replaced
// moment by moment; what lies later than it has come stays until then.
//
// The data of a run that has ended is taken for complete a minute after its end. That is so of
// AgentSociety. A lab file tells when more comes into it; a served one that is still being
// filled does not: record from the lab file itself, or once it is full.
//
// An experiment that vanishes from the source stays in the lab file as it was last. The log
// comes in tails of a thousand lines, the first one of a lab file whole: where it grows faster
// than it is read, a line says that some are missing. Configs are recorded as the source has
// them, keys of language models among them; the token of an endpoint never is.
package record
