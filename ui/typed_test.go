package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
)

func TestTabCompletesTheFilter(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 24, nil, func(s *stage) {
		s.press("/")
		s.shows("Tab status: progress<", "-x not", "by created attention updated name status progress eta tokens")
		s.press("s", "t", "a")
		s.shows("/ sta", "Tab status: stalled:")
		s.press("tab")
		s.shows("/ status:")
		s.press("tab")
		s.shows("/ stalled:")
		s.press("tab", "f", "i")
		s.shows("/ status:fi", "Tab finished")
		s.press("tab")
		s.shows("/ status:finished", "Experiments 1 of 7")
		s.press("enter")
		s.shows("Experiments 1 of 7 · status:finished", "? help")
		s.hides("Tab")
		s.press("esc", "/", "t", "o")
		s.shows("Tab tokens>", "tokens in and out together")
		s.send(tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift})
		s.press("Overview")
		s.shows("/ tokens>1")
	})
}

func TestTheHelpHasTheFilterLanguage(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 200, 60, nil, func(s *stage) {
		s.press("?")
		for _, f := range model.FilterFields() {
			s.shows(f.Example)
		}
		for _, k := range model.SortKeys() {
			s.shows(k.Meaning())
		}
	})
}

func TestGoToATime(t *testing.T) {
	onAgents(t, town(100, 3), 80, 24, func(s *stage) {
		for _, tc := range []struct{ typed, want string }{
			{"d1 09:00", "d1 09:00"},
			{"1", "1/100"},
			{"100", "100/100"},
			{"step 50", " 50/100"},
			{"09:02", "d1 09:00"},
			{"d1 14:07", "100/100"},
		} {
			s.press("@")
			s.shows("@ ", "d1 09:00, 09:00 or a step")
			for _, r := range tc.typed {
				s.press(strings.Replace(string(r), " ", "space", 1))
			}
			s.press("enter")
			s.rest()
			s.shows(tc.want)
			s.hides("@ ")
		}
		s.press("@", "1", "2", "3", "enter")
		s.shows("@ 123", "the last step is 100")
		s.press("esc", "@", "d", "0", "enter")
		s.shows("the first step is of d1 05:50")
		s.press("esc", "@", "d", "9", "enter")
		s.shows("the last step is of d1 14:05")
		s.press("esc", "@", "x", "enter")
		s.shows("is not a time")
		s.send(tea.PasteMsg{Content: "y"})
		s.shows("@ xy")
		if c := s.app.View().Cursor; c == nil || c.Y != 23 || c.X != 5 {
			t.Errorf("the cursor is %+v", c)
		}
		s.press("esc")
		s.shows("? help")
		s.press("Overview", "@")
		s.shows("@ is off here. Overview shows no moment")
	})
}

// TestAShortListLeavesTheRoomToTheDetail: of a wide screen the list takes what it has use for.
func TestAShortListLeavesTheRoomToTheDetail(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status model.Status
		want   int
	}{
		{"short", model.Finished, 70},
		{"short", model.Running, 94},
		{strings.Repeat("n", 26), model.Finished, 82},
		{strings.Repeat("很长", 50), model.Running, 110},
	} {
		src := &fakeSource{all: testLab()[:2]}
		src.all[0].Name = text.Clean(tc.name)
		src.all[0].Status, src.all[1].Status = tc.status, model.Finished
		play(t, src, 200, 60, nil, func(s *stage) {
			if got := s.app.screen.layout.list.w; got != tc.want {
				t.Errorf("with the name %q the list has %d columns, want %d", tc.name, got, tc.want)
			}
			s.press("/", "q", "u", "i", "enter")
			if got := s.app.screen.layout.list.w; got != tc.want {
				t.Errorf("a filter makes it %d", got)
			}
		})
	}
}

// TestTheSelectedRowIsMarkedAsAWhole: in one style from its sign to its end, but for the bar.
func TestTheSelectedRowIsMarkedAsAWhole(t *testing.T) {
	src := town(30, 9)
	play(t, src, 120, 24, nil, func(s *stage) {
		for _, tc := range []struct{ keys, row, look string }{
			{"", s.row(3, 0, 60), s.app.theme.Selected.Render("x")},
			{"2 tab", s.row(3, 0, 60), s.app.theme.Resting.Render("x")},
		} {
			s.press(strings.Fields(tc.keys)...)
			s.rest()
			on, _, _ := strings.Cut(tc.look, "x")
			line := strings.Split(s.app.View().Content, "\n")[3]
			if got := strings.Count(line, on); got < 2 {
				t.Errorf("%q: %d parts of the row are marked: %q", tc.keys, got, line)
			}
			if !strings.Contains(line, on+cell.Space(0)) {
				t.Errorf("%q is not marked", line)
			}
		}
	})
}

// row is a part of a line of the screen.
func (s *stage) row(y, from, to int) string {
	return fmt.Sprintf("%.*s", to-from, strings.Split(s.screen(), "\n")[y][from:])
}

// TestGoToADate: the clock of a run with dates shows and takes dates, as does its column.
func TestGoToADate(t *testing.T) {
	src := town(100, 3)
	for i := range src.all {
		src.all[i].Dir = &model.RunDir{Done: 362, Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Agents: -1}
	}
	play(t, src, 120, 30, nil, func(s *stage) {
		s.rest()
		s.shows("01-06 14:05 ", "2026-01-06 14:05:01")
	})
	onAgents(t, src, 80, 24, func(s *stage) {
		s.shows("01-06 14:05  ")
		s.press("@")
		s.shows("@ ", "01-05 09:00, 09:00 or a step")
		s.send(tea.PasteMsg{Content: "2026-01-06 09:00"})
		s.press("enter")
		s.rest()
		s.shows("01-06 09:00", "past")
		s.press("@")
		s.send(tea.PasteMsg{Content: "01-09"})
		s.press("enter")
		s.shows("the last step is of 01-06 14:05")
	})
}
