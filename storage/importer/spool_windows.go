package importer

import "golang.org/x/sys/windows"

// errDiskFull is the error of a disk that takes no more.
const errDiskFull = windows.ERROR_DISK_FULL
