package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"societop/model"
)

// TestAJumpToWhatIsFoundInAllRuns: to the run, the pane, the agent and the moment, or the line.
func TestAJumpToWhatIsFoundInAllRuns(t *testing.T) {
	src := town(99, 9)
	src.town.bulk = true
	src.log.text = "one EXP\ntwo\nneedle of EXP\nfour\n"
	play(t, src, 180, 40, nil, func(s *stage) {
		first := s.selected()
		s.press("down")
		s.rest()
		s.press("*")
		s.shows("Search in all runs", "A pattern is a regular expression")
		s.send(tea.PasteMsg{Content: "says d1 13:5"})
		s.press("5")
		s.press("enter")
		s.pass(settleTime)
		s.shows("says d1 13:5", "hits", "d1 13:55", "talk agent ")
		s.press("enter")
		s.rest()
		s.hides("Search in all runs")
		s.shows("until d1 13:55", "97/99  past")
		if s.selected() != s.shownKey() {
			t.Error("another experiment is shown than is selected")
		}
		s.press("esc", "/")
		s.send(tea.PasteMsg{Content: "hides everything"})
		s.press("enter")
		s.rest()
		s.press("*")
		s.shows("says d1 13:5", "talk agent ") // they are kept
		s.press("/", "ctrl+u")
		s.send(tea.PasteMsg{Content: "^needle of"})
		s.press("enter")
		s.pass(settleTime)
		s.shows("log line 3", "needle of")
		s.press("enter")
		s.rest()
		s.rest()
		s.shows("1 of 1", "needle of", "Experiments")
		s.hides("hides everything")
		if s.shownKey() != s.selected() {
			t.Errorf("%v is shown, %v selected; first was %v", s.shownKey(), s.selected(), first)
		}
	})
}

// TestTheSearchAtEverySize, with patterns that are wrong, find nothing, or hold hostile text.
func TestTheSearchAtEverySize(t *testing.T) {
	src := town(9, 3)
	src.town.bulk = true
	src.log.text = "\x1b[2J北京🚇 needle\u202e\xff\n"
	for _, size := range [][2]int{{40, 10}, {80, 24}, {160, 45}} {
		play(t, src, size[0], size[1], nil, func(s *stage) {
			for _, pattern := range []string{"(", "a{9999}", "nothing has this", ".", "", "needle", "\x1b[2J\n\u202e"} {
				s.press("*")
				if !s.app.prompt.find.Typing() {
					s.press("/")
				}
				s.press("ctrl+u")
				s.send(tea.PasteMsg{Content: pattern})
				s.press("enter")
				s.pass(settleTime)
				s.press("down", "pgdown", "G", "g")
				s.hides("\x1b[2J", "\u202e")
				s.press("esc", "esc", "esc")
			}
			s.press("*", "ctrl+u")
			s.send(tea.WindowSizeMsg{Width: 50, Height: 12})
			s.send(tea.WindowSizeMsg{Width: 3, Height: 2})
			s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
		})
	}
}

func TestTheSearchOfALostSource(t *testing.T) {
	src := town(9, 3)
	play(t, src, 100, 30, nil, func(s *stage) {
		src.mu.Lock()
		src.err = model.ErrUnreachable
		src.mu.Unlock()
		s.press("*")
		s.send(tea.PasteMsg{Content: "x"})
		s.press("enter")
		s.pass(settleTime)
		s.shows("0 hits, then: ")
		s.press("esc")
		s.shows("Experiments")
	})
}
