//go:build unix && !linux

package ssh

// endsWithParent is whether the system ends a process with its parent.
const endsWithParent = false
