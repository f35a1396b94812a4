package ui

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"

	"societop/model/text"
	"societop/ui/theme"
)

// styled is the scenes whose styles are kept: every pane, and what lies over the screen.
var styled = []string{"list", "overview", "agents", "agent", "map", "talk", "surveys", "metrics", "metrics single", "config search", "log", "error", "stale", "help"}

// TestGoldenStyles compares the styles of frames with those that were reviewed, dark and light.
func TestGoldenStyles(t *testing.T) {
	const w, h = 80, 20
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
				compareGolden(t, file, look, retry.ReplaceAllString(stylesOf(s.app.View().Content, w, h), "retry in N s"))
			})
		}
	}
}

// stylesOf is a frame with a letter for the style of each cell below each line, "." for the
// terminal's own, and what the letters stand for at the end.
func stylesOf(frame string, w, h int) string {
	em := vt.NewEmulator(w, h)
	for y, line := range strings.Split(frame, "\n") {
		_, _ = fmt.Fprintf(em, "\x1b[%d;1H%s", y+1, line)
	}
	letters, legend := map[string]byte{"": '.'}, []string{}
	var b strings.Builder
	for y := range h {
		var text, styles strings.Builder
		for x := range w {
			c := em.CellAt(x, y)
			if c.Width == 0 { // the second half of a wide one
				styles.WriteByte(' ')
				continue
			}
			text.WriteString(c.Content)
			styles.WriteByte(letterOf(c, letters, &legend))
		}
		b.WriteString(text.String() + "\n" + strings.TrimRight(styles.String(), ".") + "\n")
	}
	return b.String() + "\n" + strings.Join(legend, "\n") + "\n"
}

// letterOf is the letter of a cell's style; of an empty cell only the background can be seen.
func letterOf(c *uv.Cell, letters map[string]byte, legend *[]string) byte {
	style := c.Style
	if strings.TrimSpace(c.Content) == "" && style.Attrs&uv.AttrReverse == 0 && style.Underline == 0 {
		style = uv.Style{Bg: style.Bg}
	}
	code := strings.Trim(style.String(), "\x1b[m")
	letter, known := letters[code]
	if !known {
		letter = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(*legend)%52]
		letters[code] = letter
		*legend = append(*legend, string(letter)+" "+code)
	}
	return letter
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
