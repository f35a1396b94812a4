package ui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
)

// TestWhatHasStoppedHasNoRate: of a run that moves no more there is no rate, whatever it was.
func TestWhatHasStoppedHasNoRate(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 160, 24, nil, func(s *stage) {
		s.rest()
		s.shows("584/s")
		s.press("j")
		s.rest()
		s.shows("a run gone quiet", "stalled 90m", "in · ")
		s.hides("/s ")
	})
}

// TestPaceAndTokensAreDrawn: steps that take longer and longer stand higher and higher. Where there is
// room, they have a chart.
func TestPaceAndTokensAreDrawn(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 160, 22, nil, func(s *stage) {
		s.press("enter")
		s.rest()
		s.hides("▁", "█")
		for i := range 8 {
			s.pass(time.Duration(2*i+2) * time.Second)
			src.change(0, func(e *model.Experiment) {
				e.Now, e.Updated = momentAt(i+1), time.Now().UTC()
				e.InputTokens += 10_000
			})
		}
		s.pass(3 * time.Second)
		s.shows(fmt.Sprintf("%-11s%s", "", "▄▃▄▅▆▇██"), fmt.Sprintf("%-11s%s", "", "▅█▆▅▄▃▃▃"))
		s.send(tea.WindowSizeMsg{Width: 160, Height: 40})
		s.shows("Step length · 8 of 370 steps", "20s┤", fmt.Sprintf("%-11s%s", "", "▅█▆▅▄▃▃▃"))
		s.hides("▄▃▄▅▆▇██")
	})
}
