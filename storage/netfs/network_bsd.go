//go:build darwin || freebsd

package netfs

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// OnNetwork reports whether a path lies on a network file system.
func OnNetwork(path string) bool {
	var fs unix.Statfs_t
	if unix.Statfs(path, &fs) != nil && unix.Statfs(filepath.Dir(path), &fs) != nil {
		return false
	}
	return fs.Flags&unix.MNT_LOCAL == 0
}
