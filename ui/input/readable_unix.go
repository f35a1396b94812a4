//go:build unix

package input

import (
	"time"

	"golang.org/x/sys/unix"
)

// readable reports whether a file has something to read within a time. It selects, because a
// terminal can't be polled everywhere.
func readable(fd uintptr, within time.Duration) bool {
	if fd >= unix.FD_SETSIZE {
		return false
	}
	for end := time.Now().Add(within); ; {
		left := max(time.Until(end), 0)
		var set unix.FdSet
		set.Set(int(fd))
		timeout := unix.NsecToTimeval(left.Nanoseconds())
		n, err := unix.Select(int(fd)+1, &set, nil, nil, &timeout)
		if err != unix.EINTR || left == 0 {
			return err == nil && n > 0
		}
	}
}
