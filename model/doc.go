// Package model is the domain of societop: experiments, their status, simulated
// time, workflow plan, progress and pace, and the lab that holds them in memory.
//
// It is pure: no input or output, no clock (time is passed in) and nothing of the
// terminal. The user interface draws what is here, and the packages under storage
// fill it; both import model and neither imports the other.
//
// # Text
//
// Everything that people or language models wrote is [Text] or [Lines]. A value of
// these types can only be made by [Clean] and [CleanLines], so what is drawn is free
// of control characters, escapes and bidirectional overrides by construction. The
// words as the source had them stay at hand in Raw, for copying from store to store;
// Raw must never reach a terminal.
//
// # Time
//
// Wall times are in UTC. Simulated time ([SimTime]) is a day, from 0, and seconds of
// that day. An unknown number is reported as unknown, never as 0.
//
// # Caveats
//
// A [Lab] and its [Selection]s are for one goroutine. Values handed out by a [Source]
// are copies and may be kept.
package model
