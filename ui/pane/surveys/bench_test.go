package surveys

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
)

// crowdPolled returns 50,000 answers of a thousand agents in fifty rounds.
func crowdPolled() pane.View {
	v := polled(1000)
	v.AllAnswers.Rows = nil
	for round := range 50 {
		v.Timeline = append(v.Timeline, hour(round))
		for i := range 1000 {
			v.AllAnswers.Rows = append(v.AllAnswers.Rows, model.Answer{ID: int64(i + 1), At: hour(round), Survey: uuid.UUID{1}, Result: text.CleanLines(fmt.Sprintf(
				`{"happy": %d, "by": "subway 地铁", "needs": ["food", "sleep"], "ubi": true, "why": "because of number %d, and for no other reason 因为"}`, i%5, i*round))})
		}
	}
	v.At = hour(60)
	return v
}

// BenchmarkSurveys is the time of showing 50,000 answers for the first time, again, and when
// the moment moves by a round.
func BenchmarkSurveys(b *testing.B) {
	v := crowdPolled()
	for name, keys := range map[string]string{"newest round": "", "all rounds": "x", "all rounds, many choices": "jjx", "all texts": "jjjjx", "all texts alone": "jjjjx\n", "all texts searched": "jjjjx/77"} {
		b.Run("first, "+name, func(b *testing.B) {
			for b.Loop() {
				s := shownSurveys(v, 90, 40)
				panetest.Press(s, keys)
			}
		})
		s := shownSurveys(v, 90, 40)
		panetest.Press(s, keys)
		b.Run("again, "+name, func(b *testing.B) {
			for b.Loop() {
				s.Show(v)
			}
		})
		b.Run("moved, "+name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				v := v
				v.At = hour(40 + i%2)
				s.Show(v)
			}
		})
	}
}
