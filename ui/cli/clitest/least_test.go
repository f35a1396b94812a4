//go:build unix

package clitest

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
)

// drawn is a screen of 20×4 with something drawn on it.
func drawn(text string) *Terminal {
	x := &Terminal{screen: vt.NewEmulator(20, 4)}
	_, _ = x.screen.WriteString(strings.ReplaceAll(text, "\n", "\r\n"))
	return x
}

func TestLeast(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after, bytes string
	}{
		"nothing":            {"abc", "abc", ""},
		"a space is empty":   {"ab", "ab ", ""},
		"a letter":           {"abc", "abd", "\x1b[1;3Hd"},
		"in the first place": {"abc", "xbc", "\x1b[1Hx"},
		"rewritten":          {"abcd", "xbcy", "\x1b[1Hxbcy"},
		"moved over":         {"a23456789z", "b23456789y", "\x1b[1Hb\x1b[8Cy"},
		"wide":               {"a北京z", "b北京y", "\x1b[1Hb\x1b[4Cy"},
		"style":              {"abc", "a\x1b[1mbc", "\x1b[1;2H\x1b[1mbc"},
		"repeated":           {"abc", "a\x1b[1mxxxxxxx", "\x1b[1;2H\x1b[1mx\x1b[6b"},
		"two rows":           {"abc\nabc", "abx\nxbc", "\x1b[1;3Hx\r\nx"},
		"below":              {"abc\nabc", "xbc\nayc", "\x1b[1Hx\ny"},
	} {
		if n := Least(drawn(tc.before).Cells(), drawn(tc.after).Cells()); n != len(tc.bytes) {
			t.Errorf("%s: %d bytes, want %q", name, n, tc.bytes)
		}
	}
}
