package theme

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestClassesAreToldApart(t *testing.T) {
	for _, look := range []Name{Dark, Light, Mono} {
		s := New(look, false)
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
}

func TestClassesAreToldApartInSixteenColours(t *testing.T) {
	for name, p := range map[string]palette{"dark": dark, "light": light} {
		seen := map[ansi.BasicColor]bool{ansi.Convert16(p.faint): true} // which stands for those of no class
		for i, c := range p.classes {
			if seen[ansi.Convert16(c)] {
				t.Errorf("in %s class %d is %v, as another", name, i, ansi.Convert16(c))
			}
			seen[ansi.Convert16(c)] = true
		}
	}
}
