//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"societop/ui/cli/clitest"
)

// TestSinceTheLastLook: however a monitor was left, the next one knows what its user has seen; with
// --no-state nothing is kept. A damaged file is said and replaced.
func TestSinceTheLastLook(t *testing.T) {
	t.Parallel()
	path, state := lab(t), t.TempDir()
	open := func(args ...string) *clitest.Terminal {
		cmd := exec.Command(string(program), append(args, path)...)
		cmd.Env = []string{"XDG_STATE_HOME=" + state}
		return clitest.Start(t, cmd, 120, 30)
	}
	notes := func() []string {
		files, err := filepath.Glob(filepath.Join(state, "societop", "seen", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	x := open("--no-state")
	x.Shows("Experiments 14")
	leaves(t, x)
	if files := notes(); len(files) > 0 {
		t.Fatalf("--no-state has written %v", files)
	}
	x = open()
	x.Shows("Experiments 14")
	leaves(t, x)
	if files := notes(); len(files) != 1 || !strings.HasSuffix(files[0], ".json") {
		t.Fatalf("the notes are in %v", files)
	}
	before, err := os.ReadFile(notes()[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range []os.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		if err := os.WriteFile(notes()[0], []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		x := open()
		x.Shows("what you have seen of this source is forgotten")
		if err := x.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		x.Ends(10 * time.Second)
		after, err := os.ReadFile(notes()[0])
		if err != nil || len(notes()) != 1 || len(after) < len(before)/2 {
			t.Errorf("after %v the notes are %q: %v", sig, after, err)
		}
	}
}
