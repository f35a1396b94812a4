package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
)

func TestTheSelectionIsBoundToTheAgent(t *testing.T) {
	src := town(100, 40)
	onAgents(t, src, 160, 24, func(s *stage) {
		s.shows("40 agents · by id", "▌ 1 李娜 1")
		s.press("j", "j", "j", "j")
		s.shows("▌ 5 Zoë 5")
		for range 5 {
			s.press("s", ",")
			s.shows("▌ 5 Zoë 5")
		}
		s.shows("by occupation", "OCCUPATION")
		s.press("S")
		s.shows("▌ 5 Zoë 5", "by occupation, backwards")
		s.press("s", "S", "g")
		s.shows("by age, backwards")
		if v := &s.app.detail.data.View; v.Agent == 5 || !v.Chosen {
			t.Errorf("agent %d is selected", v.Agent)
		}
		s.press("tab", "s")
		s.shows("by age, backwards", "what needs attention first")
	})
}

func TestAgentsAreSearched(t *testing.T) {
	src := town(100, 40)
	onAgents(t, src, 160, 24, func(s *stage) {
		s.press("/", "q", "1")
		s.shows("/ q1", "0 of 40", "No agent matches; Esc shows all of them.")
		if c := s.app.View().Cursor; c == nil || c.Y != 4 {
			t.Errorf("the cursor is %+v", c)
		}
		s.press("backspace", "backspace", "天")
		s.shows("40 of 40")
		s.press("backspace")
		s.send(tea.PasteMsg{Content: "心情\n"})
		s.shows("10 of 40")
		s.send(tea.PasteMsg{Content: "\x1b[2J\u202e"})
		s.press("esc")
		s.shows("40 agents")
	})
	onAgents(t, src, 160, 24, func(s *stage) {
		s.press("/", "Z", "o", "ë", "space", "D", "r", "I", "enter")
		s.shows("13 of 40 · ")
		s.press("j", ",", "enter")
		s.shows("occupation driver")
		s.press("esc", "esc")
		s.shows("40 agents", "99/100")
		s.press("esc")
		s.shows("/ filter")
	})
}

func TestOneAgentUpToTheMoment(t *testing.T) {
	src := town(100, 9)
	onAgents(t, src, 160, 60, func(s *stage) {
		s.press("j", "enter")
		s.shows("2 Zoë 2", "acts 2 d1 14:05", "116.0100 39.9000 in 500000001", "hunger", "Profile", "occupation driver",
			"Talk · 100", "thinks says d1 14:05 你好 �[2J in two lines", "user: ", "李娜 1: shall we meet? 一起吃饭吗")
		for _, what := range []string{"history", "talk", "answers"} {
			if n := src.townReads(what); n != 1 {
				t.Errorf("%d reads of the %s", n, what)
			}
		}
		s.press(",")
		s.shows("acts 2 d1 14:00", "Talk · 99")
		s.hides("14:05 你好")
		s.press("G")
		s.shows(momentAt(-99).Short() + "  acts 2")
		s.press("esc", "j", "enter")
		s.shows("3 �[2J很长的名字很长的名字很长的名字 3 �", "feels fine 心情不错 �[31m", "Talk · 99")
		if n := src.townReads("history"); n != 2 {
			t.Errorf("%d reads of the history", n)
		}
		s.press("L")
		s.shows("Talk · 100")
		s.press("/")
		s.shows("9 of 9")
	})
}

func TestWhatAnAgentDidIsReadAgainWhileTheRunGoesOn(t *testing.T) {
	src := town(100, 9)
	onAgents(t, src, 160, 60, func(s *stage) {
		s.press("enter")
		src.withTown(func(f *fakeTown) { f.moments = append(f.moments, momentAt(1)) })
		src.change(0, func(e *model.Experiment) { e.Now = momentAt(1) })
		s.pass(10 * time.Second)
		s.shows("acts 1 d1 14:10", "Talk · 101")
		src.change(0, func(e *model.Experiment) { e.Status = model.Finished })
		s.pass(10 * time.Second)
		before := src.townReads("history")
		s.pass(time.Minute)
		if n := src.townReads("history") - before; n != 0 {
			t.Errorf("%d reads of what has ended", n)
		}
		s.shows("101/101  the end")
	})
}

func TestWhyThereAreNoAgents(t *testing.T) {
	server := &model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7")}
	individual := func(e *model.Experiment) { e.NumDay, e.Status = -1, model.Finished }
	for _, tc := range []struct {
		err    error
		change func(*model.Experiment)
		want   string
	}{
		{model.ErrNotOffered, nil, "The agents are not offered by this server."},
		{model.ErrNotStarted, nil, "There are no agents yet: the experiment has not started."},
		{&model.Error{Op: "read", Err: model.ErrNoData}, nil, "This experiment has no agents here: they were not kept, or are gone."},
		{nil, nil, "This experiment has no agents."},
		{nil, individual, "This is an individual run: its agents do tasks of their own"},
	} {
		src := town(0, 0)
		src.info, src.town.err = server, tc.err
		if tc.change != nil {
			tc.change(&src.all[0])
		}
		onAgents(t, src, 200, 30, func(s *stage) {
			s.shows(tc.want)
			s.press(",", ".", "<", ">", "space", "{", "}", "L", "enter", "j", "s", "/", "x", "G")
			s.pass(5 * time.Second)
			s.press("esc")
			s.rest()
			s.shows(tc.want)
		})
	}
	src := town(20, 3)
	src.town.frameErr = model.ErrNotOffered
	onAgents(t, src, 200, 30, func(s *stage) {
		s.shows("▌ 1 李娜 1", "The status of the agents is not offered by this lab file.")
		s.press("enter")
		s.shows("action     –", "Profile")
	})
}

func TestAgentsAtEverySize(t *testing.T) {
	src := town(30, 12)
	onAgents(t, src, 160, 45, func(s *stage) {
		for _, keys := range [][]string{{}, {"s", "s", "s", "s"}, {"/", "李"}, {"enter", "enter"}} {
			s.press(keys...)
			for w := minWidth; w < 140; w += 7 {
				for h := minHeight; h < 40; h += 6 {
					s.send(tea.WindowSizeMsg{Width: w, Height: h}) // which checks the cells
					s.press("f")
					s.press("f")
				}
			}
			if strings.Contains(s.app.View().Content, "\x1b[2J") {
				t.Fatal("a sequence of the source is on the screen")
			}
		}
	})
}

// TestASearchSelectsWhatItFinds: ⏎ opens the first hit, not an agent that is not shown, and the
// next search starts again.
func TestASearchSelectsWhatItFinds(t *testing.T) {
	onAgents(t, town(20, 9), 160, 24, func(s *stage) {
		s.press("/", "Z", "o", "ë", "enter")
		s.shows("3 of 9", "▌ 2 Zoë 2")
		s.press("enter")
		s.shows("2 Zoë 2", "Profile")
		s.press("esc", "/", "李", "enter")
		s.shows("3 of 9 · 李", "▌ 4 李娜 4")
	})
}
