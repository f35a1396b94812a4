//go:build !unix

package config

import "io/fs"

// writable is false: who may write is not in what package os knows of a file here.
func writable(fs.FileInfo) bool { return false }
