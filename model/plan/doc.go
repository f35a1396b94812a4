// Package plan reads the configs of experiments: the [Plan] that follows from the workflow, the
// language [Models] that a run asks, the [Outline] that people look at, and the config with its
// secrets masked; and the [Steps] of a run of AgentSociety 2.
//
// [Read] scans configs in the style that AgentSociety writes in one pass, because a lab of a
// thousand configs of 20 KB is listed at once: it is 50 times as fast as the YAML library, to
// which it leaves everything unusual. FuzzPlan compares the two. ReadOutline reads one config at
// a time, with the library.
package plan
