package ui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"societop/model"
)

// onAgents shows the pane Agents of the first experiment of a lab, with the focus.
func onAgents(t *testing.T, src *fakeSource, w, h int, test func(*stage)) {
	t.Helper()
	play(t, src, w, h, nil, func(s *stage) {
		s.press("Agents", "enter")
		s.rest()
		test(s)
	})
}

func town(moments, agents int) *fakeSource {
	return &fakeSource{all: testLab(), town: townOf(moments, agents)}
}

func TestTheClockStepsAndFollows(t *testing.T) {
	src := town(400, 3)
	onAgents(t, src, 160, 24, func(s *stage) {
		s.shows("d1 14:05", "400/400  ● live", "acts 1 d1 14:05")
		for _, tc := range []struct {
			key  string
			want []string
		}{
			{",", []string{"399/400  past", "acts 1 d1 14:00"}},
			{",", []string{"398/400  past", "acts 1 d1 13:55"}},
			{".", []string{"399/400  past", "acts 1 d1 14:00"}},
			{"<", []string{"111/400  past", "acts 1 d0 14:00"}},
			{"<", []string{"  1/400  past", "acts 1 d0 04:50"}},
			{">", []string{"289/400  past", "acts 1 d1 04:50"}},
			{">", []string{"400/400  ● live", "acts 1 d1 14:05"}},
			{".", []string{"400/400  ● live"}},
			{"<", []string{"112/400  past"}},
			{"L", []string{"400/400  ● live", "acts 1 d1 14:05"}},
		} {
			s.press(tc.key)
			s.shows(tc.want...)
		}
		src.withTown(func(f *fakeTown) { f.moments = append(f.moments, momentAt(1)) })
		src.change(0, func(e *model.Experiment) { e.Now = momentAt(1) })
		s.pass(5 * time.Second)
		s.shows("401/401  ● live", "acts 1 d1 14:10")
		s.press(",")
		src.withTown(func(f *fakeTown) { f.moments = append(f.moments, momentAt(2)) })
		src.change(0, func(e *model.Experiment) { e.Now = momentAt(2) })
		s.pass(5 * time.Second)
		s.shows("400/402  past", "acts 1 d1 14:05")
	})
}

func TestTheKeysOfTheTimeAreThoseOfAPaneThatShowsIt(t *testing.T) {
	onAgents(t, town(20, 3), 160, 24, func(s *stage) {
		s.press("tab", ",", "<", "{")
		s.shows("20/20  ● live")
		s.press("Log", "enter", ",", "space", "Agents")
		s.rest()
		s.shows("20/20  ● live")
		s.press(",", "f")
		s.shows("19/20  past")
		s.press("esc", "j", "tab", "j")
		s.rest()
		s.press("enter")
		s.rest()
		s.shows("╭ a run gone quiet", "20/20  ● live")
	})
}

func TestATimelineIsReadWhenTheRunHasMoved(t *testing.T) {
	src := town(20, 3)
	onAgents(t, src, 160, 24, func(s *stage) {
		s.pass(time.Minute)
		if n := src.townReads("timeline"); n != 1 {
			t.Errorf("%d reads of a timeline that knows the newest step", n)
		}
		src.withTown(func(f *fakeTown) { f.moments, f.late = append(f.moments, momentAt(1)), true })
		src.change(0, func(e *model.Experiment) { e.Now = momentAt(1) })
		s.pass(4 * time.Second)
		s.shows("20/21  ● live", "acts 1 d1 14:05")
		src.withTown(func(f *fakeTown) { f.late = false })
		s.pass(4 * time.Second)
		s.shows("21/21  ● live", "acts 1 d1 14:10")
		frames, revision := src.townReads("frame"), s.app.revision
		s.pass(50 * time.Second)
		if n := src.townReads("frame"); n != frames || s.app.revision > revision+1 {
			t.Errorf("%d frames read, %d frames drawn while nothing happens", n-frames, s.app.revision-revision)
		}
	})
}

func TestPlaying(t *testing.T) {
	src := town(100, 3)
	onAgents(t, src, 160, 24, func(s *stage) {
		s.press("space")
		s.shows("  1/100  ▶ 5/s", "space stop  , . step")
		s.pass(4 * time.Second)
		s.shows(" 21/100  ▶ 5/s", "acts 1 "+momentAt(-79).Short())
		s.press("}", "}")
		s.pass(time.Second)
		s.shows(" 41/100  ▶ 20/s", "acts 1 "+momentAt(-59).Short())
		s.press("space")
		s.shows(" 41/100  past", "space play")
		revision := s.app.revision
		s.pass(10 * time.Second)
		if s.app.revision != revision {
			t.Error("what does not play is drawn anew")
		}
		s.press("{", "{", "{", "{", "{", "{", "{", "{")
		s.shows("plays 0.5 steps a second")
		s.press("space")
		s.pass(4 * time.Second)
		s.shows(" 43/100  ▶ 0.5/s")
		s.press("}", "}", "}", "}", "}", "}", "}", "}")
		s.shows("▶ 50/s")
		s.pass(2 * time.Second)
		s.shows("100/100  ● live")
		if n := src.townReads("frame"); n > 101 {
			t.Errorf("%d reads of 100 frames", n)
		}
		s.press("space")
		s.pass(time.Second)
		s.press("Log")
		s.pass(time.Second)
		if s.app.detail.data.Clock.Playing() {
			t.Error("it plays though nobody sees it")
		}
	})
}

// stageMoment is the moment of the bar, which fails unless the table is of it.
func stageMoment(s *stage) string {
	s.t.Helper()
	at := s.app.detail.data.Clock.Now().Short()
	s.shows("acts 1 "+at, "acts 2 "+at)
	return at
}

func TestASlowEndpointMakesThePlayerSkip(t *testing.T) {
	src := town(100, 3)
	onAgents(t, src, 160, 24, func(s *stage) {
		src.withTown(func(f *fakeTown) { f.took, f.frames = 700*time.Millisecond, nil })
		s.press("}", "space")
		shown := map[string]bool{}
		for range 60 {
			s.pass(100 * time.Millisecond)
			if s.app.detail.data.Clock.At() > 0 {
				shown[stageMoment(s)] = true
			}
		}
		src.withTown(func(f *fakeTown) {
			if f.most != 1 || len(f.frames) > 10 {
				t.Errorf("%d reads, %d at once", len(f.frames), f.most)
			}
		})
		if c := &s.app.detail.data.Clock; len(shown) < 6 || c.Goal() != momentAt(60-99) || c.At() < 45 {
			t.Errorf("%d moments shown, at %d of %v", len(shown), c.At(), c.Goal())
		}
		s.press("space")
		s.pass(2 * time.Second)
		stageMoment(s)
	})
}

func TestMomentsThatWerePassedAreNotRead(t *testing.T) {
	src := town(100, 3)
	onAgents(t, src, 160, 24, func(s *stage) {
		src.withTown(func(f *fakeTown) { f.took, f.frames = time.Second, nil })
		s.press(",", ",", ",", ",", ",")
		s.shows(" 95/100  past", "still d1 14:05")
		s.pass(1100 * time.Millisecond)
		s.shows("still d1 14:05")
		s.pass(time.Second)
		s.shows("acts 1 d1 13:40")
		s.hides("still")
		want := fmt.Sprint([]model.SimTime{momentAt(-1), momentAt(-5)})
		src.withTown(func(f *fakeTown) {
			if got := fmt.Sprint(f.frames); got != want {
				t.Errorf("read %s, want %s", got, want)
			}
		})
		s.press(".", ".", ".", ".")
		s.shows(" 99/100  past", "acts 1 d1 14:00") // it was read before
	})
}

func TestFramesAheadAreReadEarly(t *testing.T) {
	src := town(100, 3)
	onAgents(t, src, 160, 24, func(s *stage) {
		s.press("space")
		s.pass(100 * time.Millisecond)
		for i, want := range map[int]bool{5: true, 12: false} {
			at := momentAt(i - 99)
			read := false
			src.withTown(func(f *fakeTown) { read = slices.Contains(f.frames, at) })
			if read != want || s.app.detail.data.Clock.At() > 1 {
				t.Errorf("at %d, the frame of %v was read: %t, want %t", s.app.detail.data.Clock.At(), at, read, want)
			}
		}
	})
}

func TestTheNewestMomentIsShownOnceItsFrameIsThere(t *testing.T) {
	src := town(20, 3)
	onAgents(t, src, 160, 24, func(s *stage) {
		for i := range 4 {
			src.withTown(func(f *fakeTown) { f.moments, f.took = append(f.moments, momentAt(i+1)), time.Second })
			src.change(0, func(e *model.Experiment) { e.Now = momentAt(i + 1) })
			for range 50 {
				s.pass(100 * time.Millisecond)
				stageMoment(s)
				s.shows("● live")
			}
		}
		s.shows("24/24  ● live")
	})
	src = town(20, 3)
	src.town.late = true
	onAgents(t, src, 160, 24, func(s *stage) {
		s.shows("20/20  ● live", "▌ 1 李娜 1")
		s.hides("acts 1")
		src.withTown(func(f *fakeTown) { f.late = false })
		s.pass(4 * time.Second)
		s.shows("acts 1 d1 14:05")
	})
}

func TestFramesThatFailDoNotHoldThePlayer(t *testing.T) {
	src := town(100, 3)
	onAgents(t, src, 160, 24, func(s *stage) {
		src.withTown(func(f *fakeTown) { f.frameErr = refused })
		s.press(",")
		s.shows("acts 1 d1 14:05", "still d1 14:05 · The status of the agents can't be")
		before := src.townReads("frame")
		s.press("space")
		s.pass(5 * time.Second)
		s.shows("d1 14:05", "live")
		if n := src.townReads("frame") - before; n > 4 {
			t.Errorf("%d reads in five seconds of failure", n)
		}
		src.withTown(func(f *fakeTown) { f.frameErr = nil })
		s.press("r")
		s.shows("acts 1 d1 14:05")
		s.hides("lab-7")
	})
}
