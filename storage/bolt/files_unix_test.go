//go:build unix

package bolt

import (
	"net"
	"path/filepath"
	"syscall"
	"testing"

	"societop/model"
)

func TestWhatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	fifo, sock := filepath.Join(dir, "fifo"), filepath.Join(dir, "s")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", sock)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for path, words := range map[string]string{
		dir: "directory", fifo: "pipe", sock: "socket", "/dev/zero": "device", "/dev/null": "device",
	} {
		refused(t, path, model.ErrNotLab, words)
	}
}
