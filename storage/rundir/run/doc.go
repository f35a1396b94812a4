// Package run is the data of one AgentSociety 2 run as a society of version 1 has it: a
// [model.RunData] with a timeline, frames, talk, answers, metrics and a log, so that panes and
// commands that know only version 1 show it. What only version 2 has is offered by the optional
// interfaces: datasets, activity, health, several logs, and notes of agents.
//
// Nothing here knows the name of a table: which rows are positions, talk or measurements follows
// from the kinds and the capabilities of the run's catalog. Tables are joined by their step, and
// the simulated time of a step is that of the plan: a row's own is the end of the step in some
// versions and its start in others.
//
// A source opens its runs in one [Pool]. A [Data] is small and reads nothing before it is asked;
// what was read is kept by the pool for the runs that were read last, and is brought up to date at
// most once a second.
package run
