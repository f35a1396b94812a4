//go:build unix

package e2e

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"societop/ui/cli/clitest"
)

// TestAnswersInPieces: what a terminal says arrives in two pieces on a slow link, and is no key.
func TestAnswersInPieces(t *testing.T) {
	t.Parallel()
	const pause = 70 * time.Millisecond
	x := program.Open(t, 80, 24, lab(t))
	x.Shows("imported")
	for _, answer := range []string{
		"\x1b]11;rgb:ffff/|ffff/ffff\x1b\\", "\x1b|]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]|11;rgb:ffff/ffff/ffff\x07", "\x1b]11;rgb:ffff/ffff/ffff\x1b|\\",
		"\x1b[?62;|4;22c", "\x1b[?2026;|2$y", "\x1b[?|5u", "\x1bP>|\x7cXTerm(354)\x1b\\", "\x1b[|I", "\x1b[<0;|99;99M", "\x1b[200~ffff/|ffff\x1b[20|1~", "\xe5|\x8c\x97",
	} {
		for piece := range strings.SplitSeq(answer, "|") {
			x.Press(piece)
			x.Quiet(pause)
		}
	}
	x.Press("\x1b[|B"[:2])
	x.Quiet(pause)
	x.Press("B") // down, in two pieces
	x.Press("!") // the messages: by now all of it was read
	x.Shows("Esc close")
	x.Press("\x1b") // Esc by itself is a key
	x.Await("the list", func(s string) bool { return strings.Contains(s, "/ filter") && strings.Contains(s, "Experiments 14") })
	for _, typed := range []string{"ffff", "\x1b[22;", "XTerm"} {
		if strings.Contains(x.Screen(), typed) {
			t.Errorf("%q was taken for keys:\n%s", typed, x.Screen())
		}
	}
	leaves(t, x)
}

// TestKeysOfOtherLayouts: commands are where they are on the usual layout, and text is text.
func TestKeysOfOtherLayouts(t *testing.T) {
	t.Parallel()
	path := lab(t)
	for name, keys := range map[string]string{
		"Cyrillic": "й", "full width": "ｑ", "Hebrew": "\x1b[1489;5u", "kitty": "\x1b[1089;5u", "kitty, with the place": "\x1b[1089::99;5u", "xterm": "\x1b[27;5;1089~",
	} {
		x := program.Open(t, 80, 24, path)
		x.Shows("imported")
		x.Press("？")
		x.Shows("Esc close")
		x.Press("\x1b")
		x.Await("the list", func(s string) bool { return strings.Contains(s, "/ filter") && !strings.Contains(s, "Keys") })
		x.Press("／йqｑ")
		x.Shows("йqｑ") // as it was typed
		x.Press("\x1b")
		x.Await("all of the list", func(s string) bool {
			return strings.Contains(s, "/ filter") && strings.Contains(s, "Experiments 14 ·")
		})
		x.Press(keys)
		if code := x.Ends(5 * time.Second); code != 0 {
			t.Errorf("%s: exit code %d", name, code)
		}
	}
}

// TestATerminalWithoutASize is drawn for as if it were of the usual size, or of the environment's.
func TestATerminalWithoutASize(t *testing.T) {
	t.Parallel()
	path := lab(t)
	for size, env := range map[[2]int][]string{{80, 24}: {"COLUMNS=", "LINES="}, {100, 30}: {"COLUMNS=100", "LINES=30"}} {
		cmd := exec.Command(string(program), path)
		cmd.Env = env
		x := clitest.StartSizeless(t, cmd, size[0], size[1])
		x.Shows("imported")
		x.Await("footer in the last line", func(s string) bool {
			lines := strings.Split(s, "\n")
			return len(lines) == size[1] && strings.Contains(lines[size[1]-1], "/ filter")
		})
		x.Resize(120, 36)
		x.Shows("Overview")
		leaves(t, x)
	}
}
