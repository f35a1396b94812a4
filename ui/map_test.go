package ui

import (
	"math"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
)

// placedTown is a town whose agents walk around in circles; every tenth of them is nowhere.
func placedTown(moments, agents int) fakeTown {
	t := townOf(moments, agents)
	t.does = func(i int, at model.SimTime) model.AgentStatus {
		s := statusOf(i, at)
		far := float64(i%9+1) / 100
		turn := float64(i)*2.4 + at.Seconds()/6000
		s.Lng, s.Lat = 116.4+far*math.Cos(turn), 39.9+0.75*far*math.Sin(turn)
		if i%10 == 9 {
			s.Lng, s.Lat = math.NaN(), math.NaN()
		}
		s.Action = text.Clean([]string{"睡觉 💤", "work", "sleep", "on the way 在路上 \x1b[31m", "work"}[(i+int(at.T)/3000)%5])
		return s
	}
	return t
}

// onMap shows the pane Map of the first experiment of a lab, with the focus.
func onMap(t *testing.T, town fakeTown, w, h int, test func(*stage, *fakeSource)) {
	t.Helper()
	src := &fakeSource{all: testLab(), town: town}
	play(t, src, w, h, nil, func(s *stage) {
		s.press("Map", "enter")
		s.rest()
		test(s, src)
	})
}

// marks reports whether an agent is marked with its name.
func (s *stage) marks(name string) bool {
	screen := s.screen()
	return strings.Contains(screen, "● "+name+" ") || strings.Contains(screen, " "+name+" ●")
}

func TestTheAgentOfTheMapIsThatOfAllPanes(t *testing.T) {
	onMap(t, placedTown(100, 40), 160, 40, func(s *stage, _ *fakeSource) {
		s.shows("40 agents · by action", "4 nowhere", "▌1  李娜 1 ", "100/100  ● live")
		if !s.marks("李娜 1") {
			t.Errorf("the first agent is not marked:\n%s", s.screen())
		}
		s.press("i", "i", "i")
		s.shows("▌4  李娜 4 ")
		if !s.marks("李娜 4") || s.marks("李娜 1") {
			t.Errorf("the fourth agent is not marked, or others are:\n%s", s.screen())
		}
		s.press("I", "I")
		s.shows("▌2  Zoë 2 ")
		s.press("I", "I")
		s.shows("▌39  ") // the fortieth has no place
		s.press("Agents")
		s.shows("▌39 ")
		s.press("k", "k", "k", "Map")
		s.shows("▌36  ", "100/100  ● live")
		s.press("Agents", "j", "j", "j", "j", "Map")
		s.shows("▌40  ", "has no place")
		if s.marks("李娜 40") {
			t.Errorf("who is nowhere is marked:\n%s", s.screen())
		}
	})
}

func TestTheMapFollowsAnAgentUntilEscape(t *testing.T) {
	onMap(t, placedTown(100, 40), 160, 40, func(s *stage, _ *fakeSource) {
		at := func() (x, y int) {
			for y, line := range strings.Split(s.screen(), "\n") {
				if before, _, found := strings.Cut(line, "● Zoë 2"); found {
					return cell.Width(before), y
				}
			}
			return -1, -1
		}
		s.press("/", "Z", "o", "ë", "enter", "z", "z", "z", "z", "z", "z")
		s.shows("1 of 13 Zoë", "zoom 8")
		s.press("enter")
		s.shows("follows Zoë 2")
		for range 5 {
			if x, y := at(); x != 123 || y != 20 { // of a map from 90, 6 to 159, 36
				t.Fatalf("who is followed is not in the middle, but at %d, %d:\n%s", x, y, s.screen())
			}
			s.press(",", ",")
		}
		s.press("l")
		s.hides("follows")
		s.press("enter", "esc")
		s.shows("zoom 8", "1 of 13 Zoë")
		if s.press(",", ",", ",", ",", ",", ","); s.marks("Zoë 2") {
			if x, y := at(); x == 123 && y == 20 {
				t.Error("who is not followed any more is still in the middle")
			}
		}
		s.press("n", "n")
		s.shows("3 of 13 Zoë")
		s.press("N", "N", "N")
		s.shows("13 of 13 Zoë")
		s.press("esc")
		s.hides("of 13")
		s.shows("zoom 8", "Esc back")
		s.press("x")
		s.hides("zoom 8", "moved")
		s.press("esc")
		s.shows("/ filter")
	})
}

func TestTheMapIsSearchedWhileItIsTyped(t *testing.T) {
	onMap(t, placedTown(100, 40), 160, 40, func(s *stage, _ *fakeSource) {
		s.press("/", "z", "O", "ë")
		s.shows("/ zOë", "1 of 13", "▌2  Zoë 2 ")
		if c := s.app.View().Cursor; c == nil || c.Y != 4 {
			t.Errorf("the cursor is %+v", c)
		}
		s.press("space", "Map")
		s.shows("1 of 3", "▌32  Zoë 32 ")
		s.press("q", "q")
		s.shows("no hit", "▌32  Zoë 32 ")
		s.send(tea.PasteMsg{Content: "\x1b[2J\n\u202e"})
		s.press("esc")
		s.shows("40 agents · by action", "▌32  Zoë 32 ")
	})
}

func TestATrailIsReadWhenItIsShown(t *testing.T) {
	onMap(t, placedTown(100, 40), 160, 40, func(s *stage, src *fakeSource) {
		bare := s.screen()
		if n := src.townReads("history"); n != 0 {
			t.Errorf("%d reads of the history that nobody sees", n)
		}
		s.press("t")
		s.rest()
		if n := src.townReads("history"); n != 1 || s.screen() == bare {
			t.Errorf("%d reads of the history for a trail:\n%s", n, s.screen())
		}
		s.press("t")
		if s.screen() != bare {
			t.Errorf("without the trail the map is not what it was:\n%s", s.screen())
		}
	})
}

func TestTheMapOfAnotherMomentSaysSo(t *testing.T) {
	town := placedTown(100, 40)
	town.took = 500 * time.Millisecond
	onMap(t, town, 160, 40, func(s *stage, _ *fakeSource) {
		s.pass(3 * time.Second)
		s.hides("still")
		s.press(",")
		s.shows("still d1 14:05", "d1 14:00")
		s.pass(2 * time.Second)
		s.hides("still")
	})
}

func TestWhyThereIsNoMap(t *testing.T) {
	server := &model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7")}
	individual := func(e *model.Experiment) { e.NumDay, e.Status = -1, model.Finished }
	for _, tc := range []struct {
		agents int
		err    error
		change func(*model.Experiment)
		want   string
	}{
		{0, model.ErrNotOffered, nil, "The agents are not offered by this server."},
		{0, model.ErrNotStarted, nil, "There are no agents yet: the experiment has not started."},
		{0, nil, nil, "This experiment has no agents."},
		{0, nil, individual, "This is an individual run: its agents do tasks of their own"},
		{12, nil, nil, "None of the 12 agents has a place."},
	} {
		town := townOf(20, tc.agents)
		town.err = tc.err
		town.does = func(i int, at model.SimTime) model.AgentStatus {
			s := statusOf(i, at)
			s.Lat = math.NaN()
			return s
		}
		src := &fakeSource{all: testLab(), town: town, info: server}
		if tc.change != nil {
			tc.change(&src.all[0])
		}
		play(t, src, 200, 30, nil, func(s *stage) {
			s.press("Map", "enter")
			s.rest()
			s.shows(tc.want)
			s.press(",", ".", "<", ">", "space", "{", "}", "L", "enter", "j", "z", "x", "v", "t", "i", "n", "/", "x", "G")
			s.pass(5 * time.Second)
			s.press("esc")
			s.rest()
			s.shows(tc.want)
		})
	}
	town := placedTown(20, 3)
	town.frameErr = model.ErrNotOffered
	src := &fakeSource{all: testLab(), town: town}
	play(t, src, 200, 30, nil, func(s *stage) {
		s.press("Map", "enter")
		s.rest()
		s.shows("The status of the agents is not offered by this lab file.")
	})
}

func TestTheMapAtEverySize(t *testing.T) {
	onMap(t, placedTown(30, 60), 160, 45, func(s *stage, _ *fakeSource) {
		for _, keys := range [][]string{{}, {"v", "z", "z"}, {"V", "V", "t"}, {"/", "李"}, {"enter", "enter"}} {
			s.press(keys...)
			for w := minWidth; w < 140; w += 7 {
				for h := minHeight; h < 40; h += 6 {
					s.send(tea.WindowSizeMsg{Width: w, Height: h}) // which checks the cells
					s.press("f")
					s.press("f")
				}
			}
			if strings.Contains(s.app.View().Content, "\x1b[31m") {
				t.Fatal("a sequence of the source is on the screen")
			}
		}
	})
}

func TestAMapInASCIIIsASCII(t *testing.T) {
	src := &fakeSource{all: testLab(), town: placedTown(20, 40)}
	play(t, src, 120, 40, func(o *Options) { o.ASCII = true }, func(s *stage) {
		s.press("Map", "enter")
		s.rest()
		for range 6 {
			s.press("t", "v")
			s.rest()
			for _, r := range s.screen() {
				if r > 126 {
					t.Fatalf("%q is on a screen of ASCII:\n%s", r, s.screen())
				}
			}
		}
	})
}
