package player

import (
	"testing"
	"time"

	"societop/model"
)

// start is when the wall clock of a test begins.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// momentAt is the n-th moment after noon of the first day, five minutes each.
func momentAt(n int) model.SimTime { return model.SimTime{T: float64(43_200 + 300*n)} }

func TestANewTimelineKeepsTheMoment(t *testing.T) {
	c := Clock{live: true}
	c.SetTimeline([]model.SimTime{momentAt(0), momentAt(1), momentAt(2)})
	c.moveTo(1)
	c.SetTimeline([]model.SimTime{momentAt(-2), momentAt(-1), momentAt(1), momentAt(5)})
	if c.Now() != momentAt(1) || c.live {
		t.Errorf("at %v", c.Now())
	}
	c.SetTimeline([]model.SimTime{momentAt(-2), momentAt(0), momentAt(4)})
	if c.Now() != momentAt(0) {
		t.Errorf("at %v", c.Now())
	}
	for _, all := range [][]model.SimTime{nil, {}, {momentAt(7)}, nil} {
		c.SetTimeline(all)
		c.Play(start)
		c.Run(start.Add(time.Hour))
		c.StepDay(1)
		c.StepDay(-1)
		c.moveTo(-3)
		c.moveTo(9)
		if c.Now().Valid() != (len(all) > 0) || c.playing {
			t.Errorf("%v: at %v", all, c.Now())
		}
	}
}
