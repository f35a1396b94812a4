package ui

import (
	"testing"
	"time"

	"societop/model"
)

// TestARunThatBeginsAgainLeavesNothingInItsPanes: not what was read of the run before, even while
// nothing of the new one can be read.
func TestARunThatBeginsAgainLeavesNothingInItsPanes(t *testing.T) {
	src := withLog(lines(1, 3))
	play(t, src, 120, 30, nil, func(s *stage) {
		s.press("Log")
		s.rest()
		s.shows("line 3 of 1")
		src.withLog(func(l *fakeLog) { l.err = model.ErrNoData })
		src.change(0, func(e *model.Experiment) {
			e.Status, e.Now, e.Updated = model.Running, model.SimTime{T: 28801}, e.Updated.Add(time.Minute)
		})
		s.pass(4 * time.Second)
		s.hides("line 3 of 1")
		src.withLog(func(l *fakeLog) { l.err, l.text = nil, lines(7, 8) })
		s.pass(time.Minute)
		s.shows("line 8 of 1")
		s.hides("line 3 of 1")
	})
}
