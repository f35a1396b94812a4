//go:build unix

package trace

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestPipes: named pipes that nobody writes to are passed over, not waited for.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "trace"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pid.json", "SOCIETY_STEP.json", "LLM_STATS.json", "output.log", "trace/trace_00.jsonl"} {
		if err := unix.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Skip(err)
		}
	}
	done := make(chan error, 1)
	go func() {
		_, err := Open(dir).Refresh(context.Background(), Bound{})
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for a pipe")
	}
}
