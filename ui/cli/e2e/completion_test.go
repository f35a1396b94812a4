package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompletionInBash: the script completes in a bash that has nothing but itself.
func TestCompletionInBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	path, dir := lab(t), t.TempDir()
	if err := os.Symlink(string(program), filepath.Join(dir, "societop")); err != nil {
		t.Skip(err)
	}
	for _, tc := range []struct{ words, want string }{
		{"societop li", "list"},
		{"societop show " + path + " 51b2", "51b2d179"},
		{"societop list --sort e", "eta"},
		{"societop list --filter status:run", "running"}, // bash replaces what follows the colon only
		{"societop wait --for=er", "error"},
		{"societop watch --events new,sto", "new,stopped"},
	} {
		// as readline splits the line: at blanks, and at : and = into words of their own
		split := strings.NewReplacer(":", "\x00:\x00", "=", "\x00=\x00", " ", "\x00").Replace(tc.words)
		var words []string
		for word := range strings.SplitSeq(split, "\x00") {
			words = append(words, "'"+word+"'")
		}
		script := `PATH="$1:$PATH"; source <(societop completion bash); COMP_LINE=$2; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(` + strings.Join(words, " ") +
			`); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_TYPE=9; compopt() { :; }; __start_societop; printf '%s\n' "${COMPREPLY[@]}"`
		out, err := exec.Command(bash, "--norc", "--noprofile", "-c", script, "bash", dir, tc.words).CombinedOutput()
		if got := strings.ReplaceAll(string(out), `\`, ""); err != nil || !strings.HasPrefix(got, tc.want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: %v: %q, want %q", tc.words, err, got, tc.want)
		}
	}
}
