//go:build unix

package importer

import "syscall"

// errDiskFull is the error of a disk that takes no more.
const errDiskFull = syscall.ENOSPC
