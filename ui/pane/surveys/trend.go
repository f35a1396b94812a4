package surveys

import (
	"fmt"
	"math"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/survey"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
)

// surveyTrend is the mean of a rating in each round of a survey, also in those that are not
// shown.
type surveyTrend struct {
	revision int
	survey   uuid.UUID
	item     string
	means    []float64 // NaN where nobody answered
}

// trendHeight is the least height of a drawing with a line for the trend.
const trendHeight = 9

// trendNumbers is the largest number of rounds whose means are shown as numbers.
const trendNumbers = 6

// means returns the mean of the chosen rating in each round up to the moment.
func (s *poll) means() []float64 {
	item, shown, t := s.items[s.item], s.list[s.at], &s.trend
	if t.revision != s.all.revision || t.survey != shown.ID || t.item != item.key || t.means == nil {
		*t = surveyTrend{s.all.revision, shown.ID, item.key, []float64{}}
	}
	for _, round := range shown.Rounds[min(len(t.means), len(shown.Rounds)):] {
		c := survey.Count(item.question, len(round.Rows), func(i int) *survey.Reply { return s.all.Reply(round.Rows[i]) })
		m := math.NaN()
		if len(c.Ratings) > 0 {
			m = mean(c.Ratings)
		}
		t.means = append(t.means, m)
	}
	return t.means[:len(shown.Rounds)]
}

// trendLine returns the mean of a rating in each round, as numbers or, of many rounds, as a
// sparkline; nothing for one round.
func (s *body) trendLine(w int) []string {
	t, means := s.theme, s.means()
	n := len(means)
	if n < 2 {
		return nil
	}
	var numbers []string
	for _, m := range means[:min(n, trendNumbers)] {
		numbers = append(numbers, meanText(m))
	}
	head, end := "by round ", " "+meanText(means[0])+" to "+meanText(means[n-1])
	if text := head + strings.Join(numbers, s.dot()); n <= trendNumbers && cell.Width(text) <= w {
		return []string{"", t.Faint.Render(text)}
	}
	room := min(w-cell.Width(head)-cell.Width(end), n)
	if room < 2 {
		return nil
	}
	line := chart.Spark(means, room, chart.SparkStyle{Line: t.Chart, ASCII: t.ASCII})
	return []string{"", t.Faint.Render(head) + line + t.Faint.Render(end)}
}

// meanText returns a mean for the screen.
func meanText(m float64) string {
	switch {
	case math.IsNaN(m):
		return model.Unknown
	case math.Abs(m) >= 1e6:
		return human.Number(m)
	}
	return fmt.Sprintf("%.2f", m)
}
