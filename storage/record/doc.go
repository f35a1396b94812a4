// Package record copies a source into a lab file, again at every tick: what has changed of the
// experiments, and with RecordOptions.Agents all data of their runs.
//
// # Order of work
//
// At every tick the source is asked for changes, and each page of them is one batch of the
// lab file. Between two ticks the runs are read, one request at a time; after those that
// took t there is a rest of t, so that a server has at least half of its time for others.
//
// What is small and can't be had again comes first, of all runs in turn: profiles, talk and
// answers of one agent after the other (there is no route for all), metrics, log. Once each of
// them was read to its end, frames and what has grown since take turns.
//
// # After a kill
//
// Everything is written under keys that say what it is, so what is read again is written over
// itself. What was read to its end is marked with the state of the experiment at that time:
// a recorder that is started again goes on where the last one was, and reads nothing of a run
// that has ended and was read whole.
//
// The talk is marked agent by agent, so that a recorder that is killed again and again still
// comes to the end of it.
//
// # Runs that begin again
//
// A run may begin again under the same id and created_at. A recorder that sees it go back, or
// wait for its start once more, takes the data of the run before out of the lab. It may also be
// away meanwhile and find the new run further than the old one was. So it marks when the first
// moment of a run was created, and compares that with the source's whenever it has not seen the
// run for a minute: at its start, after an outage, and after a long step.
//
// # What the source can't give out
//
// A frame, an agent or a part that the server fails on costs no other. It is said once, is not
// marked as read, and is asked for again after an hour, and by the next recorder. A log that
// is missing is taken for one that never was.
//
// # Caveats
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
