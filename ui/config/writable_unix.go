//go:build unix

package config

import (
	"io/fs"
	"os"
	"syscall"
)

// writable reports whether others than this user and root can write to a file or a directory.
func writable(info fs.FileInfo) bool {
	if info.Mode().Perm()&0o022 != 0 {
		return true
	}
	of, ok := info.Sys().(*syscall.Stat_t)
	return ok && of.Uid != 0 && int64(of.Uid) != int64(os.Geteuid())
}
