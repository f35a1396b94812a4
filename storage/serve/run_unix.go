//go:build unix

package serve

import "syscall"

// errInUse is the error of an address on which another program listens.
const errInUse = syscall.EADDRINUSE
