package ui

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
)

// fakeServer is a source whose experiments can be changed, which takes until it is let go.
type fakeServer struct {
	*fakeSource
	letGo   chan struct{}
	carried int
	forbids error
}

// newFakeServer is a server with the experiments of a source.
func newFakeServer(src *fakeSource) *fakeServer {
	src.info = &model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7")}
	return &fakeServer{fakeSource: src}
}

func (f *fakeServer) Forbids(model.Control) error { return f.forbids }

func (f *fakeServer) Carry(_ context.Context, k model.Key, o model.Order, _ model.ProgressFunc) model.ControlResult {
	<-f.letGo
	f.mu.Lock()
	defer f.mu.Unlock()
	f.carried++
	r := model.NewResult(k, o.Control, "it was done", nil)
	r.Reach(o.Agents...)
	return r
}

func TestAStopGoesOnWhileItIsHidden(t *testing.T) {
	src := newFakeServer(&fakeSource{all: testLab()})
	play(t, src, 120, 30, nil, func(s *stage) {
		src.letGo = make(chan struct{}) // of the bubble
		s.rest()
		s.hides("read-only")
		s.press("X", "j", "j", "enter")
		s.shows("Stop the run? It can't be resumed.", "北京早高峰通勤模拟")
		s.press("y", "y", "enter")
		s.shows("Stopping")
		s.press("esc", "q")
		if s.quit {
			t.Error("it quits while a stop is under way")
		}
		s.shows("a stop is under way; X shows it, and ^c quits all the same")
		s.press("X")
		s.shows("Stopping")
		s.press("esc")
		close(src.letGo)
		s.settle()
		s.shows("stop 北京早高峰通勤模拟 🚇: it was done")
		s.press("!")
		s.shows("stop 北京早高峰通勤模拟 🚇: it was done")
		if s.press("esc", "q"); !s.quit || src.carried != 1 {
			t.Errorf("carried out %d times; quit: %v", src.carried, s.quit)
		}
	})
}

// TestAMessageIsPendingAtOnce: before the source has it, with text that is pasted.
func TestAMessageIsPendingAtOnce(t *testing.T) {
	src := newFakeServer(town(4, 9))
	play(t, src, 160, 30, nil, func(s *stage) {
		src.letGo = make(chan struct{})
		close(src.letGo)
		s.press("Talk", "enter")
		s.rest()
		s.press("X", "enter")
		s.send(tea.PasteMsg{Content: "为什么\nwhy?"})
		s.shows("To 李娜 1 of", "为什么 why?")
		s.press("q", "enter", "y")
		s.shows("it was done")
		s.press("esc")
		if s.quit {
			t.Error("a q that is typed quits")
		}
	})
}

// TestWhatWasSentIsInTheOverview: also to an agent that was not selected, and after another run was looked at.
func TestWhatWasSentIsInTheOverview(t *testing.T) {
	src := newFakeServer(town(30, 9))
	play(t, src, 160, 40, nil, func(s *stage) {
		src.letGo = make(chan struct{})
		close(src.letGo)
		s.rest()
		s.hides("question")
		s.press("X", "enter", "j", "j", "enter")
		s.send(tea.PasteMsg{Content: "why?"})
		s.press("enter", "y")
		s.shows("it was done")
		s.press("esc")
		s.rest()
		s.shows("1 question waits")
		s.press("j")
		s.rest()
		s.hides("1 question waits")
		s.press("k")
		s.rest()
		s.shows("1 question waits")
	})
}

func TestWithoutWriteTheHeaderSaysSo(t *testing.T) {
	src := newFakeServer(&fakeSource{all: testLab()})
	src.forbids = &model.Error{Op: "stop", Address: "x", Err: model.ErrNoWrite}
	for width, want := range map[int]bool{160: true, 40: false} {
		play(t, src, width, 24, nil, func(s *stage) {
			if s.rest(); want {
				s.shows("read-only")
			} else {
				s.hides("read-only")
			}
			s.press("X")
			s.shows("without --write")
			s.press("enter", "y", "esc")
		})
	}
	if src.carried > 0 {
		t.Error("something was carried out")
	}
}
