package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"societop/ui/cell"
	"societop/ui/input"
	"societop/ui/keymap"
)

// click is a click on a cell of the screen.
func (s *stage) click(x, y int) {
	s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	s.rest()
}

// find is the first cell of a text on the screen, in the newest line that has it.
func (s *stage) find(text string) (x, y int) {
	s.t.Helper()
	lines := strings.Split(s.screen(), "\n")
	for y := len(lines) - 1; y >= 0; y-- {
		if before, _, ok := strings.Cut(lines[y], text); ok {
			return cell.Width(before), y
		}
	}
	s.t.Fatalf("%q is not on the screen:\n%s", text, s.screen())
	return 0, 0
}

func (s *stage) clickOn(text string) {
	s.t.Helper()
	s.click(s.find(text))
}

// TestClicksOnColumnHeadsSort: by that column, and the second time the other way round.
func TestClicksOnColumnHeadsSort(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 220, 24, nil, func(s *stage) {
		s.press("m")
		s.press("c")
		for range 20 { // all columns that are not shown yet
			for line := range strings.SplitSeq(s.screen(), "\n") {
				if strings.Contains(line, s.app.theme.Cursor) && strings.Contains(line, s.app.theme.Off) {
					s.press("space")
				}
			}
			s.press("j")
		}
		s.press("esc")
		for _, tc := range [][3]string{
			{"NAME", "by name", "by name, Z to A"},
			{"PROGRESS", "furthest first", "least done first"},
			{"SIM TIME", "latest day first", "earliest day first"},
			{"ETA", "ending soonest first", "ending last first"},
			{"TOK", "most tokens first", "fewest tokens first"},
			{"UPDATED", "last updated first", "longest silent first"},
		} {
			if s.press("esc"); !strings.Contains(s.screen(), tc[0]) {
				t.Fatalf("no column %s:\n%s", tc[0], s.screen())
			}
			s.clickOn(tc[0])
			s.shows("· " + tc[1] + " ─")
			s.clickOn(tc[0])
			s.shows("· " + tc[2] + " ─")
		}
		s.clickOn("A STEP")
		s.shows("the list can't be sorted by pace", "· longest silent first ─")
		x, y := s.find("NAME")
		s.click(x-2, y) // over the glyphs
		s.shows("· running first ─")
	})
}

// TestClicksOnTheTimeBar go to the moment that the cell stands for.
func TestClicksOnTheTimeBar(t *testing.T) {
	for _, full := range []bool{false, true} {
		play(t, town(20, 7), 160, 24, nil, func(s *stage) {
			s.press("m", "Agents", "enter")
			s.rest()
			if full {
				s.press("f")
				s.rest()
			}
			d, clock := s.app.screen.layout.detail, &s.app.detail.data.Clock
			left, y := d.x+2, d.y+d.h-2
			if full {
				left, y = d.x, d.y+d.h-1
			}
			w, _ := s.app.detail.size(s.app.detail.pane(), s.app.screen.layout.detail)
			from, room := s.app.detail.bar().Bounds(w)
			if (clock.Len()-1) < 2 || room < 10 {
				t.Fatalf("%d moments in %d cells", clock.Len(), room)
			}
			before := clock.At()
			s.click(left+from-1, y) // next to the bar
			if clock.At() != before {
				t.Errorf("a click beside the bar goes to %d", clock.At())
			}
			for _, tc := range [][2]int{{0, 0}, {room - 1, clock.Len() - 1}, {room / 2, room / 2 * (clock.Len() - 1) / (room - 1)}} {
				s.click(left+from+tc[0], y)
				if off := clock.At() - tc[1]; off < -1 || off > 1 || (tc[0] == 0 || tc[0] == room-1) && off != 0 {
					t.Errorf("cell %d of %d is moment %d, want %d of %d", tc[0], room, clock.At(), tc[1], clock.Len()-1)
				}
			}
			s.click(left+from, y)
			s.shows("past")
		})
	}
}

// TestClicksOnTheFooter do what the key does.
func TestClicksOnTheFooter(t *testing.T) {
	play(t, town(20, 7), 160, 24, nil, func(s *stage) {
		s.press("m", "j")
		s.clickOn("s sort")
		s.shows("· what needs attention first ─")
		s.clickOn("pause")
		s.shows("paused")
		s.clickOn("resume")
		s.hides("paused")
		s.clickOn("? help")
		s.shows("Esc close")
		s.clickOn("close")
		s.hides("Esc close")
		s.clickOn("⏎ open")
		s.shows("Esc back")
		s.clickOn("pane  ") // the next one
		s.rest()
		if s.app.detail.active != 1 {
			t.Errorf("it is pane %d", s.app.detail.active)
		}
		s.clickOn(", . step")
		at := s.app.detail.data.Clock.At()
		if at != (s.app.detail.data.Clock.Len()-1)-1 {
			t.Errorf("it is moment %d of %d", at, (s.app.detail.data.Clock.Len() - 1))
		}
		s.clickOn(". step")
		if s.app.detail.data.Clock.At() != at+1 {
			t.Error("it did not go on")
		}
		s.clickOn("Esc back")
		s.shows("/ filter")
		s.press("y") // something is said where the keys were
		x, y := 160-8, 23
		s.click(x, y)
		if s.quit {
			t.Error("it quit by a key that could not be seen")
		}
		s.clickOn("q quit")
		if !s.quit {
			t.Error("it did not quit")
		}
	})
}

// TestKeysUnderACell holds the footer's regions to its drawing, whatever is in it.
func TestKeysUnderACell(t *testing.T) {
	for _, w := range []int{40, 80, 160} {
		play(t, town(20, 7), w, 24, nil, func(s *stage) {
			for _, keys := range [][]string{{}, {"enter"}, {"2"}, {"3"}, {"4"}, {"5"}, {"6"}, {"7"}, {"8"}} {
				s.press(keys...)
				s.rest()
				a := s.app
				line := []rune(strings.Split(s.screen(), "\n")[23])
				if a.notice != "" {
					t.Fatalf("it says %q", a.notice)
				}
				hints := a.situation().Hints()
				for _, p := range keymap.LayOutHints(a.theme, hints, w-2) {
					if got := string(line[1+p.X : 1+p.End()]); got != p.Name+" "+p.Word {
						t.Errorf("in %d cells %q is where %q should be", w, got, p.Name+" "+p.Word)
					}
					for x := p.X; x < p.End(); x++ {
						name := keymap.KeyAt(a.theme, hints, w-2, x)
						if msg := input.Press(name); name == "" || msg.String() != name {
							t.Errorf("cell %d of %q is the key %q, %q", x-p.X, p.Name+" "+p.Word, name, msg)
						}
					}
					if got := keymap.KeyAt(a.theme, hints, w-2, p.End()); got != "" {
						t.Errorf("beside %q is the key %q", p.Word, got)
					}
				}
			}
		})
	}
}
