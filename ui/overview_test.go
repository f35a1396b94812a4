package ui

import (
	"fmt"
	"testing"
	"time"

	"societop/model"
)

// TestPaceAndTokensAreDrawn: steps that take longer and longer stand higher and higher.
func TestPaceAndTokensAreDrawn(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 160, 40, nil, func(s *stage) {
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
	})
}
