package bolt

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/labfile"
	"societop/storage/storagetest"
)

// fault is a call of the system that fails from some moment on, wherever in the file it is
// between two offsets; of calls that take none the offsets mean nothing.
type fault struct {
	call     uintptr
	errno    syscall.Errno
	from, to uint32
}

const everywhere = ^uint32(0)

// faults are what a disk may answer to a writer.
var faults = map[string]fault{
	"EIO-data":         {unix.SYS_PWRITE64, syscall.EIO, 0x2000, everywhere},
	"EIO-later-data":   {unix.SYS_PWRITE64, syscall.EIO, 0x8000, everywhere},
	"EIO-meta":         {unix.SYS_PWRITE64, syscall.EIO, 0, 0x1FFF},
	"EIO-sync":         {unix.SYS_FDATASYNC, syscall.EIO, 0, everywhere},
	"EIO-grow":         {unix.SYS_FTRUNCATE, syscall.EIO, 0, everywhere},
	"EIO-grow-sync":    {unix.SYS_FSYNC, syscall.EIO, 0, everywhere},
	"EIO-read":         {unix.SYS_PREAD64, syscall.EIO, 0x2000, everywhere},
	"ENOSPC-data":      {unix.SYS_PWRITE64, syscall.ENOSPC, 0x2000, everywhere},
	"ENOSPC-meta":      {unix.SYS_PWRITE64, syscall.ENOSPC, 0, 0x1FFF},
	"ENOSPC-sync":      {unix.SYS_FDATASYNC, syscall.ENOSPC, 0, everywhere},
	"ENOSPC-grow":      {unix.SYS_FTRUNCATE, syscall.ENOSPC, 0, everywhere},
	"EDQUOT-data":      {unix.SYS_PWRITE64, syscall.EDQUOT, 0x2000, everywhere},
	"EIO-data-midway":  {unix.SYS_PWRITE64, syscall.EIO, 0x2000, everywhere},
	"EIO-meta-midway":  {unix.SYS_PWRITE64, syscall.EIO, 0, 0x1FFF},
	"EIO-sync-midway":  {unix.SYS_FDATASYNC, syscall.EIO, 0, everywhere},
	"ENOSPC-midway":    {unix.SYS_PWRITE64, syscall.ENOSPC, 0, everywhere},
	"EROFS-everything": {unix.SYS_PWRITE64, syscall.EROFS, 0, everywhere},
}

// architectures are the names that the kernel's filters have for them.
var architectures = map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}

// begin lets the calls of this process fail from now on, in all threads and for ever. The
// kernel answers, so nothing between the program and the disk is a stand-in. No rights are
// needed.
func (f fault) begin() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const number, arch, offset = 0, 4, 16 + 3*8 // in what the kernel shows to a filter
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	jump := func(how uint16, k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | how, K: k, Jt: yes, Jf: no}
	}
	filter := []unix.SockFilter{
		load(arch),
		jump(unix.BPF_JEQ, architectures[runtime.GOARCH], 0, 6),
		load(number),
		jump(unix.BPF_JEQ, uint32(f.call), 0, 4),
		load(offset),
		jump(unix.BPF_JGE, f.from, 0, 2),
		jump(unix.BPF_JGT, f.to, 1, 0),
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(f.errno)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return errno
	}
	return nil
}

// noFilter begins what a child says where the kernel has no such filters.
const noFilter = "no filter"

// goodBatches are written before a fault begins.
const goodBatches = 3

// underFault records until a fault stops it, tries once more, and reads what is there.
func underFault(name string) func(path string) error {
	return func(path string) error {
		f := faults[name]
		err := keepRecordingWith(path, func(n int) error {
			if n != goodBatches {
				return nil
			}
			if strings.HasSuffix(name, "-midway") {
				go func() {
					time.Sleep(rand.N(8 * time.Millisecond))
					_ = f.begin()
				}()
				return nil
			}
			if err := f.begin(); err != nil {
				return fmt.Errorf("%s: %w", noFilter, err)
			}
			return nil
		})
		again := keepRecording(path)
		if again == nil || strings.Contains(err.Error(), noFilter) {
			return err
		}
		_, reading := Open(path, Options{}).Changes(context.Background(), model.Cursor{}, model.Budget{})
		if f.call != unix.SYS_PREAD64 && reading != nil {
			return fmt.Errorf("it can't be read after %w: %w", err, reading)
		}
		return err
	}
}

func init() {
	children["tmpfs"] = onASmallDisk
	for name := range faults {
		children[name] = underFault(name)
	}
}

// TestADiskThatFails lets the writes, the syncs or the reads of a recorder fail: it says so in
// a sentence, and the file is whole and has every batch that was reported.
func TestADiskThatFails(t *testing.T) {
	if architectures[runtime.GOARCH] == 0 {
		t.Skip("no filter for this machine")
	}
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "lab.db")
			last, failed := startChild(t, name, path).toItsEnd()
			if strings.Contains(failed, noFilter) {
				t.Skip(failed)
			}
			want := model.ErrReadOnly
			switch {
			case errors.Is(labfile.Explain(labfile.OpWrite, "", f.errno), model.ErrFull):
				want = model.ErrFull
			case last < goodBatches:
				t.Errorf("it failed before the fault: %q", failed)
			}
			if !strings.Contains(failed, want.Error()) || !strings.Contains(failed, f.errno.Error()) || strings.Contains(failed, "can't be read after") {
				t.Errorf("after batch %d: %q, want %q and %q", last, failed, want, f.errno)
			}
			wholeBatches(t, path, last)
			one := storagetest.Experiments(1)
			writeLab(t, path, one) // the disk is well again
			checkLab(t, path)
		})
	}
}

// diskBytes is the size of the disk that fills up.
const diskBytes = 6 << 20

// onASmallDisk puts a file system of a few megabytes into a directory, which only this process
// sees, and fills it again and again: with a file of somebody else first, then with batches.
func onASmallDisk(path string) error {
	dir := filepath.Dir(path)
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("%s: %w", noDisk, err)
	}
	if err := unix.Mount("small", dir, "tmpfs", 0, fmt.Sprintf("size=%d", diskBytes)); err != nil {
		return fmt.Errorf("%s: %w", noDisk, err)
	}
	other := filepath.Join(dir, "other")
	for round := range 12 {
		var fs unix.Statfs_t
		if err := unix.Statfs(dir, &fs); err != nil {
			return err
		}
		free := int(fs.Bavail) * int(fs.Bsize)
		if err := os.WriteFile(other, make([]byte, max(0, free-(round+1)*70_000)), 0o600); err != nil {
			return err
		}
		err := keepRecording(path)
		if !errors.Is(err, model.ErrFull) && !errors.Is(err, model.ErrNoLab) {
			return fmt.Errorf("round %d: %w", round, err)
		}
		report, err := check.Lab(context.Background(), path, nil)
		if err != nil && !errors.Is(err, model.ErrNoLab) || len(report.Problems) > 0 {
			return fmt.Errorf("round %d: %w, %v", round, err, report.Problems)
		}
		if err := os.Remove(other); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	select {}
}

const noDisk = "no disk"

// TestAFullFileSystem is one with a real file system, which needs the right to mount it: that
// of root, or of a namespace of its own.
func TestAFullFileSystem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	own := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		own.Cloneflags |= syscall.CLONE_NEWUSER
		own.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	}
	c := newChild("tmpfs", path)
	c.cmd.SysProcAttr = own
	if err := c.start(t); err != nil {
		t.Skip("no file system can be mounted:", err)
	}
	last := 0
	for line := c.line(); line != "ready"; line = c.line() {
		n, err := strconv.Atoi(line)
		switch {
		case strings.Contains(line, noDisk):
			t.Skip(line)
		case err != nil:
			t.Fatalf("after batch %d: %q", last, line)
		}
		last = n
	}
	seen := fmt.Sprintf("/proc/%d/root%s", c.cmd.Process.Pid, path)
	wholeBatches(t, seen, last)
	t.Logf("%d batches on a disk of %d bytes that was full 12 times", last, diskBytes)
}
