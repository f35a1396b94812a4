//go:build !linux && !darwin && !freebsd && !windows

package netfs

// OnNetwork is not known here.
func OnNetwork(string) bool { return false }
