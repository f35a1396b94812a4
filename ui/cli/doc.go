// Package cli is societop's command line: the commands, their flags, their output and their
// exit codes.
//
// Everything a command needs of the world comes in an [Env]: arguments, streams,
// environment, clock, and the work of the storage side as functions over model types. So a
// command runs in a test as it runs in the program, and this package imports no storage.
//
// # Output
//
// Data goes to standard output, messages to standard error, one sentence each. Nothing here
// asks a terminal anything, colours anything or moves the cursor, except the bar of long work,
// which is drawn only on a terminal. All text of a source was cleaned before it comes here.
//
// # Caveats
//
// A source that a command was given no name for is $SOCIETOP_SOURCE or the default lab file.
// A source whose name is also a command's needs a path: ./list.
package cli
