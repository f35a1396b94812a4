//go:build !linux && !darwin && !freebsd && !windows

package labfile

// OnNetwork is not known here.
func OnNetwork(string) bool { return false }
