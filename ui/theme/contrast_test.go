package theme

import (
	"fmt"
	"image/color"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// The first sixteen colours of terminals, as they are set where nobody has chosen others.
var (
	xterm16 = [16]string{
		"#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
		"#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
	}
	vga16 = [16]string{
		"#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
		"#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff",
	}
)

// ansi16 is what the colours were on the first such screens, and what emulators of them take.
var ansi16 = [16]string{
	"#000000", "#800000", "#008000", "#808000", "#000080", "#800080", "#008080", "#c0c0c0",
	"#808080", "#ff0000", "#00ff00", "#ffff00", "#0000ff", "#ff00ff", "#00ffff", "#ffffff",
}

// screen is a terminal: its colours, and its grounds in a theme.
type screen struct {
	name    string
	profile colorprofile.Profile
	base    [16]string
	grounds map[Name][]string
}

// screens is terminals of all kinds, with the grounds that are usual there.
func screens() []screen {
	many := map[Name][]string{Dark: {"#000000", "#1e1e1e", "#282828", "#002b36"}, Light: {"#ffffff", "#fdf6e3", "#f5f5f5"}}
	few := map[Name][]string{Dark: {"#000000"}, Light: {"#ffffff"}}
	return []screen{
		{"24 bit", colorprofile.TrueColor, xterm16, many},
		{"256 colours", colorprofile.ANSI256, xterm16, many},
		{"16 colours of xterm", colorprofile.ANSI, xterm16, few},
		{"16 colours of VGA", colorprofile.ANSI, vga16, few},
		{"16 colours of emulators", colorprofile.ANSI, ansi16, few},
	}
}

// shown returns a colour as a terminal shows it, or what stands for one that is the terminal's own.
func (s screen) shown(c color.Color, own string) color.Color {
	if _, none := c.(lipgloss.NoColor); c == nil || none {
		return lipgloss.Color(own)
	}
	switch c := s.profile.Convert(c).(type) {
	case ansi.BasicColor:
		return lipgloss.Color(s.base[c])
	case ansi.IndexedColor:
		if c < 16 {
			return lipgloss.Color(s.base[c])
		}
		return c
	default:
		return c
	}
}

// contrastOf returns the contrast of a style's text on its ground, or on the terminal's.
func (s screen) contrastOf(style lipgloss.Style, own, ground string) float64 {
	return contrast(s.shown(style.GetForeground(), own), s.shown(style.GetBackground(), ground))
}

// texts returns the styles in which words are written.
func (s *Styles) texts() map[string]lipgloss.Style {
	all := map[string]lipgloss.Style{
		"Text": s.Text, "Faint": s.Faint, "Strong": s.Strong, "Title": s.Title, "Label": s.Label, "Tab": s.Tab, "TabActive": s.TabActive,
		"Header": s.Header, "Alarm": s.Alarm, "Footer": s.Footer, "Key": s.Key, "Selected": s.Selected, "Resting": s.Resting,
		"Warning": s.Warning, "Failure": s.Failure, "Hit": s.Hit, "HitNow": s.HitNow, "Field": s.Field, "String": s.String, "Number": s.Number,
	}
	for i, style := range s.status {
		all[fmt.Sprint("status ", i)] = style
	}
	return all
}

// drawings returns the styles of what is drawn: bars, lines, points.
func (s *Styles) drawings() map[string]lipgloss.Style {
	all := map[string]lipgloss.Style{"BarLive": s.BarLive, "BarPast": s.BarPast, "Chart": s.Chart, "BorderFocus": s.BorderFocus, "Other": s.Other}
	for i, shades := range s.Classes {
		for j, style := range shades {
			all[fmt.Sprint("class ", i, " shade ", j)] = style
		}
	}
	for i, level := range s.Heat {
		all[fmt.Sprint("heat ", i)] = level[0]
	}
	return all
}

// each calls check for every theme in every terminal on every ground. own is the colour of text
// that has none.
func each(t *testing.T, check func(t *testing.T, at screen, s *Styles, own, ground string)) {
	own := map[Name]string{Dark: "#d0d0d0", Light: "#202020"}
	for _, at := range screens() {
		for _, look := range []Name{Dark, Light} {
			for _, ground := range at.grounds[look] {
				t.Run(fmt.Sprint(at.name, " ", look, " on ", ground), func(t *testing.T) {
					s := New(look, false)
					s.SetProfile(at.profile)
					check(t, at, &s.Styles, own[look], ground)
				})
			}
		}
	}
}

// TestTextCanBeRead asks for the contrast that the guidelines call readable: of all texts, on the
// ground and in the row under the cursor.
func TestTextCanBeRead(t *testing.T) {
	const least = 4.5
	each(t, func(t *testing.T, at screen, s *Styles, own, ground string) {
		for name, style := range s.texts() {
			for where, style := range map[string]lipgloss.Style{"": style, " in the selected row": s.Row(style, true), " in the resting row": s.Row(style, false)} {
				if got := at.contrastOf(style, own, ground); got < least {
					t.Errorf("%s%s has a contrast of %.2f", name, where, got)
				}
			}
		}
	})
}

// TestDrawingsCanBeSeen asks for the contrast that the guidelines want of what is no text. Of
// sixteen colours too few have it in every palette.
func TestDrawingsCanBeSeen(t *testing.T) {
	each(t, func(t *testing.T, at screen, s *Styles, own, ground string) {
		least := 3.0
		if at.profile == colorprofile.ANSI {
			least = 2.4
		}
		for name, style := range s.drawings() {
			if got := contrast(at.shown(style.GetForeground(), own), lipgloss.Color(ground)); got < least {
				t.Errorf("%s has a contrast of %.2f", name, got)
			}
		}
		for name, style := range map[string]lipgloss.Style{"BarLive": s.BarLive, "BarPast": s.BarPast} {
			if got := at.contrastOf(style, own, ground); got < 2 {
				t.Errorf("%s has a contrast of %.2f to what is left of it", name, got)
			}
		}
	})
}

// TestTheRowUnderTheCursorIsSeen asks that it has a ground of its own, or a line under it.
func TestTheRowUnderTheCursorIsSeen(t *testing.T) {
	each(t, func(t *testing.T, at screen, s *Styles, _, ground string) {
		row := s.Row(s.Text, true)
		if got := contrast(at.shown(row.GetBackground(), ground), lipgloss.Color(ground)); got < 1.15 {
			t.Errorf("the selected row stands out by %.2f", got)
		}
		row = s.Row(s.Text, false)
		if at.shown(row.GetBackground(), ground) == lipgloss.Color(ground) && !row.GetUnderline() {
			t.Error("the resting row does not stand out")
		}
	})
}

// TestEightColoursCanBeRead folds the bright colours to the eight that there are, as terminals
// do that have no more; many of them draw those bold, and so brighter than here.
func TestEightColoursCanBeRead(t *testing.T) {
	folded := xterm16
	copy(folded[8:], xterm16[:8])
	at := screen{"8 colours", colorprofile.ANSI, folded, nil}
	for look, ground := range map[Name]string{Dark: "#000000", Light: "#ffffff"} {
		s := New(look, false)
		s.SetProfile(at.profile)
		for name, style := range s.texts() {
			own := map[Name]string{Dark: "#e5e5e5", Light: "#000000"}[look]
			if got := at.contrastOf(style, own, ground); got < 3.5 {
				t.Errorf("%s: %s has a contrast of %.2f", look, name, got)
			}
		}
	}
}

func TestThemesWithoutColours(t *testing.T) {
	s := New(Mono, false)
	for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.ANSI, colorprofile.TrueColor} {
		s.SetProfile(profile)
		if row := s.Row(s.Failure, true); !row.GetReverse() || !row.GetBold() {
			t.Error("mono's selected row is not the text reversed")
		}
		if _, none := s.Failure.GetForeground().(lipgloss.NoColor); !none {
			t.Error("mono has a colour")
		}
	}
}
