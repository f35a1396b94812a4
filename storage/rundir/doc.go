// Package rundir is a directory of AgentSociety 2 as a [model.Source]: a run directory, a workspace
// (hypothesis_*/experiment_*), or any directory with runs below it, down to four levels. Nothing is
// ever written or locked in it.
//
// # What is a run
//
// A directory is a run if it has a pid.json, a SOCIETY.json, a replay/_schema.json or a sqlite.db
// with the tables of version 2. An experiment of a workspace that has an init/ with an
// init_config.json or a steps.yaml is a run, too: that in its run/, which need not be there before it
// is started. So is a directory with both of these files, unless there are other runs below it. Names
// that begin with a dot are passed over, as are the directories in which a run keeps its data.
//
// Directories are read again when they have changed; nothing is known by a number of a version.
//
// # What a poll costs
//
// A poll stats a few files of each run that is under way or looked at, and asks for its process; runs
// that have ended are looked at twice a minute. What a file says is kept until its time or its size
// changes. Logs are read by what has grown, from the end of long ones; the replay and the trace of a
// run are read for those who ask for its data.
//
// # Whether a run is alive
//
// No run says when it is killed: its pid.json says "running" for ever. See package proc for what a
// process proves; where it proves nothing, a run is lost that has written nothing for a quarter of an
// hour. That is judged by the clock at every poll, also while no file changes.
package rundir
