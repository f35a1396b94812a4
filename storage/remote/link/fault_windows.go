package link

import "golang.org/x/sys/windows"

// The errors of connections that have a word of their own.
const (
	errRefused   = windows.WSAECONNREFUSED
	errReset     = windows.WSAECONNRESET
	errBroken    = windows.WSAECONNABORTED
	errNoRoute   = windows.WSAEHOSTUNREACH
	errNoNetwork = windows.WSAENETUNREACH
	errHostDown  = windows.WSAEHOSTDOWN
)
