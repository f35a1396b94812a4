// Package cli is societop's command line: the commands, their flags, their output and their
// exit codes.
//
// An [Env] holds everything that a command needs of the world: arguments, streams, environment,
// clock, and the work of the storage side as functions over model types. So a command runs in a
// test as it runs in the program, and this package imports no storage.
//
// A command is a file: its constructor passes a cobra command and a function to onSource,
// onExperiment or onLab, which add the common flags and do the common work, and is listed in
// main.go.
//
// # Output
//
// Data goes to standard output, messages go to standard error, one sentence each. This package
// does not query a terminal, use colours or move the cursor, except for the bar of long work, which
// it draws only on a terminal. All text of a source has been cleaned before it arrives here.
//
// # Caveats
//
// Without a name, the source is $SOCIETOP_SOURCE or the default lab file. A source that has the
// name of a command needs a path: ./list.
package cli
