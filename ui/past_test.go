package ui

import (
	"testing"
	"time"

	"societop/model"
)

// steady is a history of steps of 9 seconds.
func steady(s model.Summary) (all []model.StepTime) {
	done := s.Progress().Step
	for step := range done {
		at := s.Plan.Start + 1 + step*300
		all = append(all, model.StepTime{At: model.SimTimeOf(at), Wall: s.Updated.Add(time.Duration(step+1-done) * 9 * time.Second)})
	}
	return all
}

// TestAMonitorThatWasJustOpenedKnowsThePast: how long the steps of a run took before that, and when
// it ends by that. Each history is read once: of those that run, and of what is shown.
func TestAMonitorThatWasJustOpenedKnowsThePast(t *testing.T) {
	src := &fakeSource{all: testLab()[:4], past: steady}
	reads := func() int {
		src.mu.Lock()
		defer src.mu.Unlock()
		return len(src.pasts)
	}
	play(t, src, 160, 40, nil, func(s *stage) {
		s.rest()
		s.shows("Step length · 362 steps", "9.0s a step", "in ~21m, about 00:22 (rough)") // for the end is unlike what was
		s.hides("whole run")
		if n := reads(); n != 2 {
			t.Errorf("%d histories were read, of 2 runs", n)
		}
		s.pass(time.Minute)
		if n := reads(); n != 2 {
			t.Errorf("later %d histories were read", n)
		}
		s.press("j", "j")
		s.rest()
		s.pass(3 * time.Second)
		s.shows("Polarization baseline", "Step length · 492 steps") // of 300 ticks, which the last are not
		if n := reads(); n != 3 {
			t.Errorf("%d histories were read, of 2 runs and what has ended", n)
		}
	})
}

func TestAMonitorThatIsPausedReadsNoHistory(t *testing.T) {
	src := &fakeSource{all: testLab()[:4], past: steady}
	play(t, src, 160, 40, nil, func(s *stage) {
		s.press("p")
		s.rest()
		src.mu.Lock()
		before := len(src.pasts)
		src.mu.Unlock()
		s.press("j", "j", "j")
		s.rest()
		s.shows("RuntimeError")
		if src.mu.Lock(); len(src.pasts) != before {
			t.Error("a history was read while the user pauses")
		}
		src.mu.Unlock()
	})
}
