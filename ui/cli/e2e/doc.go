// Package e2e tests societop from end to end: its tests build the program and run it as its
// users do, as a command and in a pseudo-terminal.
//
// # Caveats
//
// A test may write the lab file or the endpoint that the program reads with the packages of
// storage. So this package is, like package main, an exception to the rule that nothing in ui
// imports them.
package e2e
