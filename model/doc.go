// Package model is the domain of societop: experiments, their status, simulated time, progress
// and pace, the lab that holds them in memory, and the contract between what draws them and what
// reads and stores them.
//
// It is pure: no input or output, no clock (time is passed in) and nothing of the terminal. The
// user interface draws what is here, and the packages under storage fill it; both import model
// and neither imports the other. Its own packages hold what needs no source: text (clean text and
// values), plan (what a config says) and survey (what questionnaires ask and answers say).
//
// # Glossary
//
// One word has one meaning, in names as in prose.
//
//	lab         a collection of experiments: in memory a [Lab], on disk a lab file
//	experiment  one row of AgentSociety's table of experiments, named by a [Key]
//	tenant      whose experiment it is; one id may exist under several tenants
//	summary     all of an experiment but its config: what lists show
//	config      the YAML from which AgentSociety runs an experiment
//	run         the execution of an experiment; one that restarts is a new run of the same id
//	run data    what a run has produced: frames, talk, answers, metrics, log ([RunData])
//	step        one round of a simulation, in which each agent acts once
//	tick        one second of simulated time since the start of a run
//	moment      a point in simulated time at which a step started ([SimTime])
//	timeline    the moments of a run that have frames
//	frame       the status of all agents at one moment
//	status      of an experiment: running, finished, …; of an agent: its values at a moment
//	talk        thoughts, conversations between agents, and those with the user
//	survey      a questionnaire; an answer is what one agent replied to it
//	round       the answers to a survey that was asked at one moment
//	metric      a measured series of a run
//	plan        the steps that the workflow of a config asks for
//	pace        how long the steps of a run take; an estimate follows from it
//	quiet       without a step for longer than the pace explains; stalled: for much longer
//	run directory  what a run of AgentSociety 2 leaves ([RunDir]): its clock has dates ([Calendar])
//	lost        of such a run: it says that it is running, but its process is gone or silent
//	short       of such a run: it completed, with fewer steps than planned
//	need        why a run needs attention: it failed, is stalled, …; of the past, until it was seen
//	source      where experiments come from: a lab file or an endpoint ([Source])
//	endpoint    a server with AgentSociety's API
//	control     what can be done to an experiment: stop, delete, message, survey ([Controller])
//	live        of a source: new data can arrive from it ([Liveness])
//	event       one thing that happened to an experiment or a source (ui/event)
//	alert       an event that is told by a channel: a command, a webhook, a desktop (ui/alert)
//	cursor      a place in the history of a source's changes
//	recorder    the process that writes a lab file
//	selection   the experiments of a lab that pass a filter, in an order
//	row         of a lab: a summary and what was computed of it
//
// # Text
//
// Everything that people or language models wrote is text.Text or text.Lines. A value of these
// types can only be made by cleaning, so what is drawn is free of control characters, escapes and
// bidirectional overrides by construction. The text as the source had it is kept in Raw, for
// copying from store to store; Raw must never reach a terminal.
//
// # Time
//
// Wall times are in UTC. Simulated time ([SimTime]) is a day, from 0, and seconds of that day. An
// unknown number is reported as unknown, never as 0.
//
// # Fields
//
// [Fields], the filter fields and the sort keys are tables in one file. JSON, CSV, endpoints,
// imports, helps and completions follow them, so that a new field of experiments is a member of
// [Summary], a line in each table, and its place in the layout of lab files.
//
// # Speed
//
// A lab finds rows with a hash table of its own (table.go) and prefetches them, because a map was
// measured to be slower where users wait. With 1,000,000 experiments (2 cores, best of 4): a fill
// takes 0.33 s against 0.71 s with a map by id, memory is 215 MB against 241 MB (311 MB with a
// map by key), and a tick of 100 changes 95 µs against 155 µs, which is 2.5 and 3.5 times that of
// a lab of 1,000: the budget is 3. The table without prefetching takes 0.67 s and 146 µs.
//
// # Caveats
//
// A [Lab] and its [Selection]s are for one goroutine. Values handed out by a [Source] are copies
// and may be kept.
package model
