// Package demo is a simulated lab: experiments in every status, of which several run on
// while one looks, at different paces; one goes quiet, one fails and one finishes within
// two minutes. It stands in for AgentSociety on a machine that has none, and it makes the
// large labs of the tests of scale.
//
// Everything follows from the seed and the start: [New] does no I/O and looks at no clock,
// and a [Society] is at any moment what it would be had it been asked more or less often
// on the way. Its wall times are those of its caller, and what the experiments say is
// consistent: the simulated clock shows the start of the last completed step of the
// workflow in the config, updated_at is when that step ended, and a run has status
// NOT_STARTED until its first step ends.
//
// # Agents
//
// The first dozen, and those that follow them, have agents: citizens with ids from 1 on, then
// a bank, a government, an office of statistics and firms, which have no place. What a
// citizen does is a function of the seed, the run, the agent and the simulated time alone
// (dice.go, agenda.go): it sleeps, eats, works, learns, shops and meets people at places of a
// map of Beijing that is the same in every run, and is on the way between them. So nothing
// is kept of an agent, a frame of the past costs what one of the present does, and who looks
// at one twice sees the same.
//
// A step that ends is written with its frame, its prompt, what was thought, said and
// answered, its metrics and its lines of the log in one batch with its summary. What
// happened before the start is some 2,500 steps: [Live] writes the list first and then those,
// in portions between the steps that end, the newest run under way before the others; until
// that is done, which takes some ten seconds with 200 agents, older steps are missing from a
// timeline. [Write] writes all of them at once where it is asked to: with 200 agents in
// about a second and a half and 34 MB.
//
// # Growth
//
// A run that ends is followed by a new one, so a demo that is left open lives on. At most
// 24 that came later and have ended are kept; the oldest is deleted with its data then, as an
// operator would. A lab that an earlier demo of the same seed took further is begun anew.
//
// # Large labs
//
// Beyond the first dozen, experiments are generated: mostly finished ones of the last
// two months, with one of a few short configs that name neither their id nor their name.
// One in twenty of them runs, but never more than 200, so that the writer keeps up. They
// are written in blocks whose ids and whose times of creation both lie together, which is
// where a B+tree is quick, though neither order follows the other. Nothing is known of their
// agents.
//
// # Caveats
//
// With [model.DemoOptions].Steps given, the runs under way stand at that step, or a step
// before their end; when the first of them fails or finishes then follows from it.
// Speed is at most 3600; and 20,000 by the number of agents, where that is more than 1, so
// that the writer keeps up. Batches are bounded to 10,000 statuses, or by one step where that has
// more agents: a thousand agents or ten thousand need memory for one frame, and patience for
// their past. What agents say is taken from short lists, and nobody learns from it. The
// surveys at the end of a workflow are answered in its last step, because no other comes.
package demo
