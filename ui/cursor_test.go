package ui

import (
	"strings"
	"testing"
)

// TestTheCursorStandsBehindWideCharacters: it is counted in cells, in the filter and in a
// pane's search, also where what is typed is longer than its room.
func TestTheCursorStandsBehindWideCharacters(t *testing.T) {
	play(t, town(20, 7), 80, 24, nil, func(s *stage) {
		at := func(x, y int) {
			t.Helper()
			c := s.app.View().Cursor
			if c == nil || c.X != x || c.Y != y {
				t.Errorf("the cursor is at %+v, want %d,%d:\n%s", c, x, y, s.screen())
			}
		}
		s.press("/")
		at(3, 21)
		s.press("北", "京", "a")
		at(8, 21)
		s.press("left")
		at(7, 21)
		s.press(strings.Split(strings.Repeat("长 ", 60), " ")[:60]...)
		s.shows("/ …长")
		if c := s.app.View().Cursor; c.X < 60 || c.X > 76 {
			t.Errorf("the cursor is at %d", c.X)
		}
		s.press("esc", "Agents")
		s.rest()
		s.press("/", "李", "x")
		at(2+2+3, 4)
	})
}
