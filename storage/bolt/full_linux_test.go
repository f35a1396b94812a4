package bolt

import (
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"societop/model"
	"societop/storage/storagetest"
)

func init() {
	children["full"] = func(path string) error {
		signal.Ignore(syscall.SIGXFSZ)
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		limit := syscall.Rlimit{Cur: uint64(info.Size()) + 1<<20, Max: uint64(info.Size()) + 1<<20}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			return err
		}
		return keepRecording(path)
	}
}

// TestAFullDisk stands in for one with a limit on the length of files.
func TestAFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	all := storagetest.Experiments(batchSize)
	for i := range all {
		all[i].NumDay = 1
	}
	writeLab(t, path, all)
	last, failed := startChild(t, "full", path).toItsEnd()
	last = max(last, 1)
	if !strings.Contains(failed, model.ErrFull.Error()) {
		t.Errorf("after batch %d: %q, want %q", last, failed, model.ErrFull)
	}
	wholeBatches(t, path, last)
	if batches := countersOf(t, path).Experiments / batchSize; int(batches) != last {
		t.Errorf("%d batches are there, %d were reported", batches, last)
	}
}
