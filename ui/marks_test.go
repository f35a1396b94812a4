package ui

import (
	"encoding/base64"
	"os/exec"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
)

// copied is what was put into the clipboard last.
func (s *stage) copied() string {
	s.t.Helper()
	_, rest, ok := strings.Cut(s.raw, "\x1b]52;c;")
	text, err := base64.StdEncoding.DecodeString(strings.TrimRight(strings.SplitN(rest, "\x07", 2)[0], "\x1b\\"))
	if !ok || err != nil {
		s.t.Fatalf("nothing was copied: %q", s.raw)
	}
	s.raw = ""
	return string(text)
}

func TestCopying(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 120, 24, nil, func(s *stage) {
		s.raw = ""
		s.press("j", "y")
		if got := s.copied(); got != "02ab0000-0000-0000-0000-000000000000" {
			t.Errorf("the id that was copied is %q", got)
		}
		s.shows("copied: 02ab0000-0000")
		s.press("Y")
		if got := s.copied(); got != `{"a run gone quiet"}` {
			t.Errorf("the row that was copied is %q", got)
		}
		s.press("space", "space", "y") // the marks go down the list
		if got := s.copied(); got != "02ab0000-0000-0000-0000-000000000000\n03ab0000-0000-0000-0000-000000000000" {
			t.Errorf("the marked ids are %q", got)
		}
		s.press("k", "k", "space", "k", "y")
		if got := s.copied(); got != "03ab0000-0000-0000-0000-000000000000" {
			t.Errorf("without the first mark: %q", got)
		}
	})
}

func TestHostileNamesAreCopiedClean(t *testing.T) {
	play(t, &fakeSource{all: testLab()[5:6]}, 120, 24, nil, func(s *stage) {
		s.raw = ""
		s.press("Y")
		if got := s.copied(); strings.Contains(got, "\x1b") {
			t.Errorf("an escape is in the clipboard: %q", got)
		}
	})
}

func TestTmuxIsToldToHandItOn(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 120, 24, func(o *Options) { o.Environ = []string{"TMUX=/tmp/x,1,0"} }, func(s *stage) {
		s.raw = ""
		s.press("y")
		if !strings.Contains(s.raw, "\x1bPtmux;") {
			t.Errorf("written: %q", s.raw)
		}
	})
}

func TestChangedExperimentsAreFound(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 120, 24, nil, func(s *stage) {
		s.rest()
		s.press("n")
		s.shows("no status has changed since you last looked")
		src.change(5, func(e *model.Experiment) { e.Status = model.Running })
		src.change(2, func(e *model.Experiment) { e.InputTokens++ })         // no other status
		src.change(0, func(e *model.Experiment) { e.Status = model.Failed }) // it is looked at
		s.pass(3 * time.Second)
		src.change(1, func(e *model.Experiment) { e.Status = model.Stopped })
		s.pass(3 * time.Second)
		s.shows("■•a run gone quiet", "●•尚未开始", "✔ Polarization", "▌✖ 北京早高峰")
		s.press("n")
		s.shows("▌■•a run")
		s.rest() // it is looked at by now
		s.shows("▌■ a run")
		s.press("n")
		s.shows("▌●•尚未开始")
		s.rest()
		s.press("N")
		s.shows("no status has changed")
	})
}

// TestTheNextChangedIsShown: who reads one experiment and asks for the next that has changed gets
// to see it, on a narrow screen, too.
func TestTheNextChangedIsShown(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 80, 24, nil, func(s *stage) {
		s.press("enter")
		s.rest()
		src.change(2, func(e *model.Experiment) { e.Status = model.Stopped })
		s.pass(3 * time.Second)
		s.shows("╭ 北京早高峰")
		s.press("n")
		s.rest()
		s.shows("╭ Polarization baseline", "■ stopped")
		s.press("n")
		s.shows("n is off here: no status has changed since you last looked")
	})
}

func TestColumnsAreChosen(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 200, 24, nil, func(s *stage) {
		s.hides("A STEP", "UPDATED")
		s.press("c")
		s.shows("Columns of the list", "▌ ■ progress bar", "□ pace")
		for _, name := range []string{"pace", "tokens", "updated"} {
			for range 20 {
				if !strings.Contains(s.screen(), "▌ □ "+name) && !strings.Contains(s.screen(), "▌ ■ "+name) {
					s.press("j")
				}
			}
			s.press("space")
		}
		s.shows("■ pace", "□ tokens", "■ updated")
		s.press("esc")
		s.shows("A STEP", "UPDATED", "90m")
		s.hides("   TOK")
	})
}

func TestColumnsWithoutRoomSaySo(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 60, 24, nil, func(s *stage) {
		s.press("c", "G", "space")
		s.shows("▌ ■ id                no room")
		s.press("esc")
		s.hides("ID  ")
	})
}

func TestTheMouse(t *testing.T) {
	play(t, town(20, 7), 160, 24, nil, func(s *stage) {
		if s.app.View().MouseMode != tea.MouseModeNone {
			t.Error("the mouse is on at the start")
		}
		s.press("m")
		if s.app.View().MouseMode != tea.MouseModeCellMotion {
			t.Error("the mouse is off")
		}
		click := func(x, y int) { s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }
		click(10, 5) // the third row
		s.shows("▌✔ Polarization baseline")
		s.rest()
		s.shows("╭ Polarization baseline")
		click(10, 5)
		s.shows("Esc back") // it is open
		click(91+12, 2)
		s.rest()
		s.shows("7 agents")
		s.send(tea.MouseWheelMsg{X: 100, Y: 10, Button: tea.MouseWheelDown})
		s.shows("▌ 4 李娜")
		s.send(tea.MouseWheelMsg{X: 5, Y: 10, Button: tea.MouseWheelUp})
		s.shows("▌● 北京早高峰")
		s.press("m")
		s.shows("the mouse is off")
	})
}

func TestKeysThatAreOffSayWhy(t *testing.T) {
	play(t, town(20, 7), 160, 24, nil, func(s *stage) {
		s.press("ctrl+z")
		s.shows("^z is off here: there is no shell")
		s.press("enter", ".")
		s.shows("Overview shows no moment of the simulated time")
		s.press("o")
		s.shows("there is no pager")
	})
}

func TestThePagerGetsAllOfThePane(t *testing.T) {
	text := ""
	play(t, &fakeSource{all: testLab()}, 120, 12, func(o *Options) {
		o.Pager = func(all string) (*exec.Cmd, error) { text = all; return exec.Command("true"), nil }
	}, func(s *stage) {
		s.rest()
		s.hides("updated ")
		s.press("o")
		for _, part := range []string{"北京早高峰通勤模拟 🚇 · Overview\n\n", "simulated  day 1 14:05:01", "id         01ab0000-0000", "updated "} {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not in the pager:\n%s", part, text)
			}
		}
		if strings.Contains(text, "\x1b") {
			t.Error("styles are in the pager")
		}
	})
}

// TestEveryPaneGoesToThePager: each gives all of its text, clean and without styles.
func TestEveryPaneGoesToThePager(t *testing.T) {
	src := town(20, 40)
	src.town.bulk = true
	src.log.text = strings.Repeat("one\n", 60) + "the end \x1b[2J\n"
	text := ""
	play(t, src, 160, 24, func(o *Options) {
		o.Pager = func(all string) (*exec.Cmd, error) { text = all; return exec.Command("true"), nil }
	}, func(s *stage) {
		s.press("enter")
		for key, parts := range map[string][]string{
			"1": {"simulated ", "updated "}, "2": {"ID NAME", " 1 李娜 1", "40 李娜 40"}, "3": {"agents"}, "4": {"李娜 1 thinks:", "李娜 40 "},
			"5": {"survey"}, "6": {"measured nothing"}, "7": {"ticks_per_step: 600", "provider: qwen"}, "8": {"one\none\n", "the end �"},
		} {
			s.press(key)
			s.rest()
			s.press("o")
			for _, part := range parts {
				if !strings.Contains(text, part) {
					t.Errorf("%q is not in pane %s:\n%s", part, key, text)
				}
			}
			if strings.Contains(text, "\x1b") || strings.Contains(text, "sk-abc") {
				t.Errorf("pane %s gives the pager what it must not", key)
			}
		}
		s.press("Agents", "enter")
		s.rest()
		s.press("o")
		if !strings.Contains(text, "Profile") || !strings.Contains(text, "zodiac") || !strings.Contains(text, "History") {
			t.Errorf("of the agent:\n%s", text)
		}
	})
}
