// Package record copies a source into a lab file and keeps it up to date: what changes of the
// experiments, and with RecordOptions.Agents all data of their runs.
//
//	record.go     Record, the recorder, and its loop
//	changes.go    experiments: what has changed since the last tick
//	schedule.go   runs: which part of which run is read next
//	track.go      how far the recording of one run is; part.go that of one part
//	reading.go    reads one part of a run; frames.go, agents.go, log.go, origin.go, steps.go, reports.go and
//	              tables.go the larger ones
//	liveness.go   what the monitors of the lab are told
//
// # Order of work
//
// At every tick the recorder asks the source for changes and writes each page of them as one batch.
// Between two ticks it reads the runs, one request at a time. It pauses as long as each took, so
// that a server has at least half of its time for others.
//
// What is small and can't be had again comes first, of all runs in turn: profiles, the talk and
// answers of one agent after the other (there is no route for all), metrics, log. Once each of
// them was read to its end, frames and what has grown since take turns.
//
// When the steps of a run are done is known from its frames, and from each state that the list tells
// of it. Those before the first state, and those of more than two minutes in which the run was not
// seen, are read from the source, once, and last of what is small.
//
// Of a run of AgentSociety 2, activity, health and questionnaires are small, and the notes of its agents,
// which are read once it has ended. Its datasets take turns with frames, some steps at a time: from the
// first step on that was not whole when it was read. All rows are read again once the run has ended, or
// goes on after its end, and by a new recorder, because a run that is resumed may write a step twice; what
// the lab has already is not written.
//
// # After a kill
//
// It resumes where it stopped, without loss or duplicates. All rows are written under keys that
// identify them, so reading a row again overwrites it. A part that was read to its end is marked
// with the state of the experiment at that time: a new recorder reads nothing of a run that has
// ended and was read whole. The talk is marked agent by agent, so that a recorder that is killed
// again and again still reaches its end.
//
// # Runs that begin again
//
// A run may begin again under the same id and created_at. A recorder that sees it go back, or wait
// for its start once more, deletes the data of the run before. A recorder that was not running may
// find the new run further than the old one was. So it marks when the first moment of a run was
// created, and compares that with the source's whenever it has not seen the run for a minute: at
// its start, after an outage, and after a long step.
//
// # What the source can't give out
//
// A frame, an agent or a part that the server fails on affects no other. It is reported once, is
// not marked as read, and is asked for again after an hour, and by the next recorder. A missing log
// is taken for one that never existed.
//
// # Caveats
//
// The data of a run that has ended is taken for complete a minute after its end, as it is for
// AgentSociety. A lab file says when more is written into it; a served one that is still being
// filled does not: record from the lab file itself, or once it is complete.
//
// An experiment that disappears from the source stays in the lab file in its last state. The log
// is read in tails of a thousand lines, from a lab file at first as a whole: where it grows faster
// than it is read, a line says that some are missing. Configs are recorded as the source has
// them, including keys of language models; the token of an endpoint never is.
package record
