// Package demo simulates a lab: experiments in every status, of which several run at
// different paces while you watch. One goes quiet, one fails and one finishes within two
// minutes. It shows societop on a machine without AgentSociety, and it makes the large labs
// of the scale tests.
//
// Everything follows from the seed and the start. A [lab] reads no clock and does no I/O
// until it is written, and its state at a moment does not depend on how often it was
// advanced. Its data is consistent: the simulated clock shows the start of the last completed
// step of the workflow in the config, updated_at is the end of that step, and a run is
// NOT_STARTED until its first step ends.
//
// # Agents
//
// The first dozen experiments, and those that follow them, have agents: citizens with ids
// from 1 on, then a bank, a government, an office of statistics and firms, which have no
// place. What a citizen does is a function of the seed, the run, the agent and the simulated
// time (city.go, citizen.go): it lives through a routine of a small table at places of a map
// of Beijing, and travels between them. No state of an agent is kept, so any step can be made
// at any time, at the same cost.
//
// Each step is written in one batch with the run's summary: its frame, prompt, messages,
// answers, metrics and log lines. Some 2,500 steps happened before the start. [Live] writes
// the list first and then those steps in portions, between the steps that end, running
// experiments first. This takes about ten seconds with 200 agents; until then older steps are
// missing from timelines. [Write] can write all of them at once.
//
// # Growth
//
// A new run follows each run that ends. The lab keeps the latest 24 of those that have ended,
// and deletes older ones. A run that an earlier demo of the same seed has written is replaced.
//
// # Large labs
//
// Experiments after the first dozen are generated and have no agents: mostly finished ones
// of the last two months, with one of a few short configs. One in twenty runs, at most 200.
// They are written in blocks whose ids and creation times are each close together, which is
// fast in a B+tree, although neither order follows the other.
//
// # Limits
//
// With [model.DemoOptions].Steps, the runs under way stand at that step, or one before their
// end. Speed is at most 3600, and at most 20,000 divided by the number of agents where that
// is more than 1, so that the writer keeps up. A batch has at most 10,000 agent statuses, or
// one step. What agents say comes from short lists. Surveys at the end of a workflow are
// answered in its last step.
package demo
