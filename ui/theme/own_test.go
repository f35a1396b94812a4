package theme

import (
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// TestOwnColours: those of one theme count more than those of both, and mono has none.
func TestOwnColours(t *testing.T) {
	own := []Own{{Theme: "", Token: "running", Value: "#123456"}, {Theme: Light, Token: "running", Value: "#0000aa"}, {Theme: "", Token: "failed", Value: "13"}, {Theme: "", Token: "selected", Value: "#eeeeee"}}
	s := New(Dark, false)
	s.SetOwn(own)
	look := func(where string, style lipgloss.Style, want string) {
		t.Helper()
		if style.GetForeground() != lipgloss.Color(want) {
			t.Errorf("%s is %v, want %s", where, style.GetForeground(), want)
		}
	}
	look("dark running", s.Styles.status[1], "#123456")
	look("dark failed", s.Failure, "13")
	s.Set(Light)
	look("light running", s.Styles.status[1], "#0000aa")
	s.SetProfile(colorprofile.ANSI)
	look("light running of 16 colours", s.Styles.status[1], "#0000aa")
	if before := s.Revision; s.Selected.GetBackground() != lipgloss.Color("#eeeeee") || before == 0 {
		t.Error("the selected row has no colour of its own")
	}
	s.Set(Mono)
	if _, none := s.Failure.GetForeground().(lipgloss.NoColor); !none {
		t.Error("mono has a colour")
	}
	s.SetOwn(nil)
	s.SetProfile(colorprofile.TrueColor)
	s.Set(Dark)
	look("running again", s.Styles.status[1], "#5fd7af")
}

func TestColoursThatAreHardToRead(t *testing.T) {
	for _, one := range []struct {
		own  []Own
		want []string // their beginnings
	}{
		{nil, nil},
		{[]Own{{Theme: "", Token: "running", Value: "#7f7f7f"}}, []string{"running: is hard to read in the dark theme: its contrast is 4.2", "running: is hard to read in the light theme: its contrast is 4.0"}},
		{[]Own{{Theme: Dark, Token: "running", Value: "#5fd7af"}}, nil},
		{[]Own{{Theme: "", Token: "running", Value: "2"}}, nil}, // which nobody knows
		{[]Own{{Theme: Light, Token: "running", Value: "229"}}, []string{"running: is hard to read in the light theme"}},
		{[]Own{{Theme: Dark, Token: "header", Value: "#ffffff"}}, []string{"header: makes header-text hard to read in the dark theme: its contrast is 1.0", "header: makes alarm hard to read in the dark theme"}},
		{[]Own{{Theme: "", Token: "border", Value: "#000000"}}, nil}, // it is no text
	} {
		got := HardToRead(one.own)
		if len(got) != len(one.want) || slices.ContainsFunc(one.want, func(w string) bool {
			return !slices.ContainsFunc(got, func(g Hard) bool { return strings.HasPrefix(g.By.Token+": "+g.Said, w) })
		}) {
			t.Errorf("%v: it says %v, want %q", one.own, got, one.want)
		}
	}
}
