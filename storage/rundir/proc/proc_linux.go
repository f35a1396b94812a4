package proc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// inspect looks at a process. It reports false where processes can't be seen.
func inspect(pid int) (process, bool) {
	dir := fmt.Sprintf("/proc/%d", pid)
	line, err := head(dir + "/cmdline")
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ESRCH):
		if !proved() {
			return process{}, false
		}
		if err := unix.Kill(pid, 0); err == nil || errors.Is(err, unix.EPERM) {
			return process{exists: true, hidden: true}, true // of somebody else, who is hidden
		}
		return process{}, true
	case err != nil:
		return process{exists: true, hidden: true}, true
	}
	p := process{exists: true, args: arguments(line)}
	p.cwd, _ = os.Readlink(dir + "/cwd")
	return p, true
}

// proved reports whether /proc is there.
var proved = sync.OnceValue(func() bool {
	_, err := os.Stat("/proc/self/cmdline")
	return err == nil
})

// maxLine is how much of a command line is read.
const maxLine = 1 << 20

func head(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxLine))
}

// arguments cuts a command line. A process may have written over its own.
func arguments(line []byte) []string {
	if line = bytes.TrimRight(line, "\x00"); len(line) == 0 {
		return nil
	}
	return strings.Split(string(line), "\x00")
}

// allVisible reports whether a process that writes into a directory, and believes to have a number,
// would have been found under that number.
func allVisible(pid int, dir string) bool {
	if firstNamespace() {
		return !overUserSpace(dir) && !slices.Contains(inner.pids(), pid)
	}
	return ownFiles(dir)
}

// firstNamespace reports whether the processes of the whole machine are visible under their own
// numbers, but for those that have others inside a container. The inode is a constant of Linux.
var firstNamespace = sync.OnceValue(func() bool {
	ns, err := os.Readlink("/proc/self/ns/pid")
	return err == nil && ns == "pid:[4026531836]"
})

// overUserSpace reports whether a file system is a program's, which may have it from another machine.
func overUserSpace(dir string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(dir, &fs) == nil && uint32(fs.Type) == unix.FUSE_SUPER_MAGIC
}

// ownFiles reports whether a directory is on a file system of this container only: its root, or memory.
func ownFiles(dir string) bool {
	var here, root unix.Stat_t
	var fs unix.Statfs_t
	if unix.Stat(dir, &here) != nil || unix.Stat("/", &root) != nil || unix.Statfs(dir, &fs) != nil {
		return false
	}
	return here.Dev == root.Dev || uint32(fs.Type) == unix.TMPFS_MAGIC
}

// inner is the runs in containers of this machine.
var inner containers

// containers is the numbers that processes of AgentSociety 2 have inside containers.
type containers struct {
	mu   sync.Mutex
	at   time.Time
	seen []int
}

// fresh is how long the numbers are kept: finding them reads a file of each process.
const fresh = 5 * time.Second

// pids is those numbers. Callers must not change it.
func (c *containers) pids() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.at.IsZero() && time.Since(c.at) < fresh {
		return c.seen
	}
	c.at, c.seen = time.Now(), nil
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		if line, err := head("/proc/" + e.Name() + "/cmdline"); err != nil || !bytes.Contains(line, []byte(Name)) {
			continue
		}
		if n, ok := innerNumber("/proc/" + e.Name() + "/status"); ok {
			c.seen = append(c.seen, n)
		}
	}
	return c.seen
}

// innerNumber is the number that a process has in its own container; ok is false outside of any.
func innerNumber(path string) (n int, ok bool) {
	status, err := head(path)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "NSpid:"); found {
			numbers := strings.Fields(rest)
			if len(numbers) < 2 {
				return 0, false
			}
			n, err := strconv.Atoi(numbers[len(numbers)-1])
			return n, err == nil
		}
	}
	return 0, false
}
