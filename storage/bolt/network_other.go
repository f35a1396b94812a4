//go:build !linux && !darwin && !freebsd && !windows

package bolt

// onNetwork is not known here.
func onNetwork(string) bool { return false }
