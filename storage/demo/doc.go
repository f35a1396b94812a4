// Package demo simulates a lab: experiments in every status, of which several run at
// different paces while you watch. One goes quiet, one fails and one finishes within two
// minutes. It shows societop on a machine without AgentSociety, and it makes the large labs
// of the scale tests.
//
// Everything follows from the seed and the start, however often the lab is written. Its data
// is consistent: the simulated clock shows the start of the last completed step of the
// workflow in the config, updated_at is the end of that step, and a run is NOT_STARTED until
// its first step ends.
//
// The first dozen experiments, and those that follow them, have agents: citizens with ids
// from 1 on, then institutions, which have no place. A citizen lives through a routine of a
// small table (routine.go) at places of a map of Beijing. What it does is a function of the
// run, the agent and the simulated time, so no state is kept, and a step can be made at any
// time. A batch has a step's summary, frame, prompt, messages, answers, metrics and log.
// Some 2,500 steps happened before the start: [Live] writes the list of experiments and then
// those steps in portions, in about ten seconds with 200 agents, running experiments first;
// [Write] can write all at once.
//
// A new run follows each that ends. The lab keeps the latest 24 of those that have ended. A
// run that an earlier demo of the same seed has written is replaced.
//
// Experiments after the first dozen have no agents: mostly finished ones of the last two
// months, with one of a few short configs. One in twenty runs, at most 200. They are written
// in blocks whose ids and creation times are each close together, which is fast in a B+tree,
// although neither order follows the other.
//
// With [model.DemoOptions].Rundir, a run of AgentSociety 2 is written into a directory instead, file by
// file as AgentSociety writes it: [Write] writes its past, or all of it, [Live] what happens then. Its
// citizens live the same lives. A run whose demo is ended stays as one that was killed.
//
// Speed is at most 3600, and at most 20,000 divided by the number of agents where that is
// more than 1, so that the writer keeps up. A batch has at most about 10,000 agent statuses,
// or one step. What agents say comes from short lists.
package demo
