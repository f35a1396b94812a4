package load

import (
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// momentAt is the n-th moment after midnight of the second day, five minutes each.
func momentAt(n int) model.SimTime { return model.SimTime{Day: 1, T: float64(300 * n)} }

func TestFramesAreBounded(t *testing.T) {
	f := newFrames()
	for i := range 3 * maxFrames {
		f.put(momentAt(i), model.Frame{})
	}
	if len(f.order) != maxFrames || f.has(momentAt(0)) || !f.has(momentAt(3*maxFrames-1)) {
		t.Errorf("%d frames are kept", len(f.order))
	}
	long := text.ValueOf(strings.Repeat("x", maxFrameBytes/3))
	for i := range 5 {
		f.put(momentAt(i), model.Frame{Agents: []model.AgentStatus{{Status: long}}})
	}
	if f.bytes > maxFrameBytes || len(f.order) != 2 || f.room() > 1 {
		t.Errorf("%d frames of %d bytes, room for %d", len(f.order), f.bytes, f.room())
	}
	f.put(momentAt(9), model.Frame{Agents: []model.AgentStatus{{Status: long}, {Status: long}, {Status: long}, {Status: long}}})
	if len(f.order) != 1 || !f.has(momentAt(9)) {
		t.Error("the frame that is shown is not kept")
	}
}

func TestReadsPerAgentAreBounded(t *testing.T) {
	var g perAgentReads
	v := pane.View{Moment: pane.Moment{Timeline: []model.SimTime{momentAt(0)}}}
	for i := range 10 {
		v.Profiles = append(v.Profiles, model.Profile{ID: int64(i)})
	}
	n := 0
	for of := g.next(v.Profiles); of.known; of = g.next(v.Profiles) {
		g.add(of, make([]model.Answer, maxAnswers/4), &v)
		n++
	}
	if all := v.AllAnswers; n != 4 || len(all.Rows) != maxAnswers || !all.Cut || all.Agents != 4 || all.Of != 10 || all.Until != momentAt(0) {
		t.Errorf("%d agents were read: %d rows, %+v", n, len(all.Rows), []any{all.Cut, all.Agents, all.Of, all.Until})
	}
	g.restart()
	if of := g.next(v.Profiles); of.known {
		t.Error("what does not fit is read again and again")
	}
}
