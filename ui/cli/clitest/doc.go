// Package clitest runs a built societop as its users do: as a command, and in a
// pseudo-terminal with an emulator that shows what it draws.
//
// # Caveats
//
// Nothing here sleeps: a condition is waited for until [Patience] is over. Only
// [Terminal.Quiet] needs a length of time, for that nothing happens can't be seen sooner.
package clitest
