package ui

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"societop/model/text"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// styled are the scenes whose styles are compared.
var styled = []string{"list", "overview", "error", "stale", "help"}

// TestGoldenStyles compares the styles of frames with those that were reviewed, dark and light.
func TestGoldenStyles(t *testing.T) {
	const w, h = 80, 20
	withPanes(t, goldenPanes)
	for _, name := range styled {
		scene, ok := scenes[name]
		if !ok {
			t.Fatalf("there is no scene %q", name)
		}
		for _, look := range []theme.Name{theme.Dark, theme.Light} {
			src := &fakeSource{all: testLab()}
			play(t, src, w, h, func(o *Options) { o.Theme = look }, func(s *stage) {
				scene(s, src)
				file := filepath.Join("testdata", "golden", "styles", fmt.Sprintf("%s_%s.txt", strings.ReplaceAll(name, " ", "_"), look))
				panetest.Compare(t, file, retry.ReplaceAllString(panetest.Styles(s.app.View().Content, w, h), "retry in N s"))
			})
		}
	}
}

// TestFewColours asks that a terminal of sixteen colours gets those that were chosen for it, and
// not what the nearest would be.
func TestFewColours(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 80, 20, func(o *Options) { o.Theme = theme.Dark }, func(s *stage) {
		s.send(tea.ColorProfileMsg{Profile: colorprofile.ANSI})
		frame := s.app.View().Content
		if strings.Contains(frame, "38;2;") || strings.Contains(frame, "48;5;") || !strings.Contains(frame, "\x1b[96m") {
			t.Errorf("other colours are on the screen: %q", frame)
		}
	})
}

// TestAWarningOfTheOptionsIsSaid, in the footer until the next key, and in the messages.
func TestAWarningOfTheOptionsIsSaid(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 20, func(o *Options) { o.Warning = text.Clean("TZ is wrong.") }, func(s *stage) {
		s.shows("TZ is wrong.")
		s.press("j")
		s.hides("TZ is wrong.")
		s.press("!")
		s.shows("TZ is wrong.")
	})
}
