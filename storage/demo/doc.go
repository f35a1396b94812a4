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
// # Growth
//
// A run that ends is followed by a new one, so a demo that is left open lives on. At most
// 24 that came later and have ended are kept; the oldest is deleted then, as an operator
// would.
//
// # Large labs
//
// Beyond the first dozen, experiments are generated: mostly finished ones of the last
// two months, with one of a few short configs that name neither their id nor their name.
// One in twenty of them runs, but never more than 200, so that the writer keeps up. They
// are written in blocks whose ids and whose times of creation both lie together, which is
// where a B+tree is quick, though neither order follows the other.
//
// # Caveats
//
// With [model.DemoOptions].Steps given, the runs under way stand at that step, or a step
// before their end; when the first of them fails or finishes then follows from it.
// Speed is at most 3600. Only experiments are simulated, not yet their agents.
package demo
