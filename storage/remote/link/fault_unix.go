//go:build unix

package link

import "syscall"

// The errors of connections that have a word of their own.
const (
	errRefused   = syscall.ECONNREFUSED
	errReset     = syscall.ECONNRESET
	errBroken    = syscall.EPIPE
	errNoRoute   = syscall.EHOSTUNREACH
	errNoNetwork = syscall.ENETUNREACH
	errHostDown  = syscall.EHOSTDOWN
)
