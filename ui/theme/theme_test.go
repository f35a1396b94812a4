package theme

import (
	"image/color"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

func TestClassesAreToldApart(t *testing.T) {
	for _, look := range []Name{Dark, Light, Mono} {
		s := New(look, false)
		for _, profile := range []colorprofile.Profile{colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
			s.SetProfile(profile)
			toldApart(t, look, s)
		}
	}
}

// toldApart fails where two classes, or two levels, look the same.
func toldApart(t *testing.T, look Name, s *Theme) {
	if len(s.Classes) != 7 || len(s.Heat) != 8 {
		t.Errorf("%s has %d classes and %d levels of heat", look, len(s.Classes), len(s.Heat))
	}
	seen := map[string]bool{s.Other.Render("x"): true}
	for i, shades := range s.Classes {
		for _, shade := range shades {
			if seen[shade.Render("x")] {
				t.Errorf("in %s class %d looks like another, or twice the same", look, i)
			}
			seen[shade.Render("x")] = true
		}
	}
	seen = map[string]bool{}
	for i, level := range s.Heat {
		if seen[level[0].Render("x")] {
			t.Errorf("in %s level %d looks like another", look, i)
		}
		seen[level[0].Render("x")] = true
	}
}

func TestClassesAreToldApartInSixteenColours(t *testing.T) {
	for _, look := range []Name{Dark, Light} {
		p := paletteOf(look, colorprofile.ANSI)
		seen := map[color.Color]bool{p.other: true}
		for i, c := range p.classes {
			if _, basic := c.(ansi.BasicColor); !basic || seen[c] {
				t.Errorf("in %s class %d is %v, as another, or none of sixteen", look, i, c)
			}
			seen[c] = true
		}
	}
}
