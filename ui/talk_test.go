package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
)

// onTalk plays with the pane Talk of the first experiment.
func onTalk(t *testing.T, src *fakeSource, w, h int, test func(*stage)) {
	t.Helper()
	play(t, src, w, h, nil, func(s *stage) {
		s.press("Talk", "enter")
		s.rest()
		test(s)
	})
}

func TestTalkOfAllUpToTheMoment(t *testing.T) {
	src := town(99, 9)
	src.town.bulk = true
	onTalk(t, src, 180, 60, func(s *stage) {
		// Of what agent 1 says to the others, there are nine copies.
		s.shows("following · 627 messages of all agents", "李娜 1 → Zoë 2 and 7 others: shall we meet? 一起吃饭吗", "Zoë 2 → user: says d1 14:05 你好 �[2J")
		s.press(",")
		s.shows("until d1 14:00 · 618 messages", "98/99  past")
		s.hides("says d1 14:05")
		s.press("t")
		s.shows("until d1 14:00 · 297 thoughts of all agents")
		s.press("L", "t", "t", "t")
		src.withTown(func(f *fakeTown) { f.moments = append(f.moments, momentAt(1)) })
		src.change(0, func(e *model.Experiment) { e.Now = momentAt(1) })
		s.pass(10 * time.Second)
		s.shows("following · 636 messages", "thinks: says d1 14:10")
	})
}

func TestTalkOfOneAgent(t *testing.T) {
	src := town(30, 9)
	src.info = &model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7")}
	onTalk(t, src, 160, 24, func(s *stage) {
		s.shows("following · 1 waits for 60m · 30 messages of 李娜 1 · 1 of 9", "李娜 1 says: shall we meet?", "i I agent")
		s.press("i")
		s.shows("of Zoë 2 · 2 of 9", "李娜 1 → Zoë 2: shall we meet?", "Zoë 2 thinks: says")
		s.press("a")
		s.shows("a is off here: an endpoint tells talk agent by agent; i I choose the agent")
		s.send(tea.KeyPressMsg{Code: tea.KeyRight})
		s.send(tea.KeyPressMsg{Code: tea.KeyRight})
		s.press("I", "I", "I", "I", "i")
		s.shows("of Zoë 2 · 2 of 9")
		s.press("Agents", "enter")
		s.rest()
		s.shows("Talk · 30", "user: not answered yet · says")
		s.press("esc", "j", "Talk")
		s.rest()
		s.shows("30 messages of �[2J很长的名字很长的…")
	})
}

func TestTalkOfOneAgentOfALabFile(t *testing.T) {
	src := town(30, 9)
	src.town.bulk = true
	onTalk(t, src, 160, 24, func(s *stage) {
		s.press("I")
		s.shows("I is off here: all agents are shown; a shows one of them")
		s.press("a")
		s.shows("following · 1 waits for 60m · 30 messages of 李娜 1 · 1 of 9", "李娜 1 → Zoë 2 and 7 others: shall we meet?", "a all agents")
		s.press("a")
		s.shows("of all agents", "a one agent")
	})
}

func TestOlderTalkIsThereAtAnEarlierTime(t *testing.T) {
	src := town(440, 15)
	src.town.bulk = true
	onTalk(t, src, 160, 24, func(s *stage) {
		s.shows("the newest")
		s.press("g")
		s.shows("… older talk is left out; it is there at an earlier time")
		s.press("<", "G")
		s.rest()
		s.shows("until d", "shall we meet?", "152/440")
		s.hides("the newest", "reading")
	})
}

func TestTalkIsSearchedAndTheListIsNot(t *testing.T) {
	src := town(99, 9)
	src.town.bulk = true
	onTalk(t, src, 180, 24, func(s *stage) {
		s.press("/", "1", "3", ":", "0", "enter", "N", "N")
		s.shows("7 of 9 13:0 · G follows")
		s.press("n", "n", "n")
		s.shows("1 of 9 13:0")
		s.press("esc")
		s.shows("G follows · 627 messages", "Esc back")
		s.press("esc", "/", "北")
		s.shows("1/7")
	})
}

func TestWhyThereIsNoTalk(t *testing.T) {
	server := &model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7")}
	individual := func(e *model.Experiment) { e.NumDay, e.Status = -1, model.Finished }
	for _, tc := range []struct {
		err    error
		change func(*model.Experiment)
		want   string
	}{
		{&model.Error{Op: "read", Err: model.ErrNotOffered}, individual, "This is an individual run: its agents do tasks of their own"},
		{model.ErrNotOffered, nil, "is not offered by this server."},
		{model.ErrNotStarted, nil, "yet: the experiment has not started."},
		{&model.Error{Op: "read", Err: model.ErrNoData}, nil, "here: what its agents did was not kept."},
		{nil, nil, "This experiment has no agents."},
		{nil, individual, "This is an individual run: its agents do tasks of their own"},
	} {
		src := town(0, 0)
		src.info, src.town.err = server, tc.err
		if tc.change != nil {
			tc.change(&src.all[0])
		}
		onTalk(t, src, 200, 30, func(s *stage) {
			s.shows(tc.want)
			s.press(",", ".", "space", "L", "a", "t", "t", "t", "t", "I", "i", "j", "G", "n", "/", "x", "esc")
			s.pass(5 * time.Second)
			s.rest()
			s.shows(tc.want)
		})
	}
	src := town(20, 3)
	src.town.bulk, src.town.err = true, &model.Error{Op: "read", Err: model.ErrNoData}
	onTalk(t, src, 200, 30, func(s *stage) { s.shows("This experiment has no talk here: what its agents said was not kept") })
}

func TestTalkAtEverySize(t *testing.T) {
	src := town(30, 12)
	src.town.bulk = true
	onTalk(t, src, 160, 45, func(s *stage) {
		for _, keys := range [][]string{{}, {"a", "i"}, {"/", "李"}} {
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

// TestWhatWaitsIsInTheOverview: once Talk has read it, until it is answered; and the run needs attention.
func TestWhatWaitsIsInTheOverview(t *testing.T) {
	for _, bulk := range []bool{false, true} {
		src := town(30, 9) // each agent was asked something at the last moment
		src.town.bulk = bulk
		play(t, src, 160, 40, nil, func(s *stage) {
			s.rest()
			s.hides("waits", "waiting")
			s.press("Talk", "enter")
			s.rest()
			s.shows("not answered yet, asked 60m ago")
			s.press("Overview")
			s.rest()
			want := map[bool]string{false: "waiting    1 question waits for 60m", true: "waiting    9 questions wait for 60m"}[bulk]
			s.shows(want)
			if e := s.app.feed.Lab().Estimate(s.shownKey(), s.app.feed.SourceTime()); e.Attention.Need != model.Unanswered {
				t.Errorf("it needs attention: %v", e.Attention)
			}
			src.withTown(func(f *fakeTown) { f.moments = append(f.moments, momentAt(1), momentAt(2), momentAt(3)) })
			src.change(0, func(e *model.Experiment) { e.Now = momentAt(3) })
			s.pass(time.Minute)
			s.hides("question")
			if e := s.app.feed.Lab().Estimate(s.shownKey(), s.app.feed.SourceTime()); e.Attention.Need == model.Unanswered {
				t.Error("it needs attention though all is answered")
			}
		})
	}
}
