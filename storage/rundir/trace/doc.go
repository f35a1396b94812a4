// Package trace reads what the trace and the logs of one AgentSociety 2 run directory say: tokens,
// the wall time of steps, who acted in which step, how long calls took and what failed.
//
// A trace is up to 256 files of finished spans, trace/trace_{hh}.jsonl. All spans of an agent's step
// are in one file, which its trace id chooses, so that a few files are a sample of all steps and all
// agents. A trace may be large: Refresh reads a bounded number of bytes from where it stopped, and
// what was read is folded into counts. Directories of releases up to 2.5 have no trace; for these the
// logs say what they can.
package trace
