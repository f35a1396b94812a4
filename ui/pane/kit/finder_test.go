package kit

import (
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

func TestFind(t *testing.T) {
	for _, tc := range []struct {
		text, part, want string
	}{
		{"hello World", "world", "World"},
		{"北京早高峰", "早高", "早高"},
		{"ÄRGER", "ärg", "ÄRG"},
		{"aab", "ab", "ab"},
		{"ab", "abc", ""},
		{"ab", "", ""},
		{"", "a", ""},
		{"İx", "x", "x"}, // its lower case has another length
		{"a\xffb", "b", "b"},
	} {
		from, to := find(tc.text, tc.part)
		got := ""
		if from >= 0 {
			got = tc.text[from:to]
		}
		if got != tc.want {
			t.Errorf("of %q, %q finds %q, want %q", tc.text, tc.part, got, tc.want)
		}
	}
}

func FuzzMark(f *testing.F) {
	f.Add("a hit, a Hit", "hit")
	f.Add("天天", "天")
	f.Fuzz(func(t *testing.T, text, part string) {
		if strings.ContainsAny(text, "\x1b\n\r\t") || ansi.Strip(text) != text || strings.ToValidUTF8(text, "") != text {
			t.Skip()
		}
		if got := ansi.Strip(mark(text, part, lipgloss.NewStyle(), lipgloss.NewStyle().Reverse(true))); got != text {
			t.Errorf("%q with %q marked is %q", text, part, got)
		}
	})
}
