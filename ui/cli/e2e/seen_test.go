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

// TestTheDemoShowsTrouble, and what has changed since its user looked last, at its beginning.
func TestTheDemoShowsTrouble(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	cmd := exec.Command(string(program), "demo", "--agents", "20")
	cmd.Env = []string{"XDG_STATE_HOME=" + state}
	x := clitest.Start(t, cmd, 160, 40)
	x.Matches(`▲ \d need attention`)
	x.Matches(`since .*: 1 failed, 1 finished, 1 stopped, \d began · n next`)
	x.Press("T")
	x.Shows("Experiments 3 of 12 · attention:yes")
	leaves(t, x)
	if _, err := os.Stat(filepath.Join(state, "societop")); err == nil {
		t.Error("the demo keeps a state")
	}
}
