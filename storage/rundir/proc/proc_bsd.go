//go:build darwin || freebsd

package proc

import (
	"bytes"
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// inspect looks at a process. Its working directory can't be known without cgo.
func inspect(pid int) (process, bool) {
	if err := unix.Kill(pid, 0); errors.Is(err, unix.ESRCH) {
		return process{}, true
	}
	raw, err := unix.SysctlRaw(argsName, pid)
	if err != nil {
		return process{exists: true, hidden: true}, true
	}
	return process{exists: true, args: arguments(raw)}, true
}

// words cuts texts that end in NUL.
func words(raw []byte) []string {
	if raw = bytes.TrimRight(raw, "\x00"); len(raw) == 0 {
		return nil
	}
	return strings.Split(string(raw), "\x00")
}
