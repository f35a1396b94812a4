package cell

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"societop/model/text"
)

// TestMarksInTmux holds the widths of text with marks to those of a terminal that counts
// characters by the tables of the C library.
func TestMarksInTmux(t *testing.T) {
	t.Parallel()
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		t.Skip("there is no tmux")
	}
	var all []string
	for _, name := range []string{"Thai", "Lao", "Devanagari", "Gujarati, Punjabi", "Telugu, Kannada", "Malayalam, Sinhala", "Oriya", "Tamil, Bengali", "accents", "Chinese"} {
		all = append(all, text.Clean(kinds[name]).String())
	}
	s := strings.Join(all, " ")
	dir := t.TempDir()
	file, socket := filepath.Join(dir, "text"), filepath.Join(dir, "s")
	if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		cmd := exec.Command(tmux, append([]string{"-u", "-f", "/dev/null", "-S", socket}, args...)...)
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TMUX=")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Skipf("tmux does not run here: %v: %s", err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run("new-session", "-d", "-x", "600", "-y", "5", "cat "+file+"; read x")
	defer run("kill-server")
	last := ""
	for deadline := time.Now().Add(20 * time.Second); last != strconv.Itoa(Width(s)); last = run("display-message", "-p", "#{cursor_x}") {
		if time.Now().After(deadline) {
			t.Fatalf("%q has %d cells, in tmux %s", s, Width(s), last)
		}
	}
}
