package serve

import "golang.org/x/sys/windows"

// errInUse is the error of an address on which another program listens.
const errInUse = windows.WSAEADDRINUSE
