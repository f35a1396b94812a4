package surveys

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"societop/model"
	"societop/model/survey"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

const (
	// maxSaid is how many texts can be scrolled through.
	maxSaid = 5_000
	// maxColumn is how high a histogram gets.
	maxColumn = 14
	// histogramFrame is the lines of a histogram besides its columns, trendRows those below it.
	histogramFrame, trendRows = 3, 2
	// meanHeight is from where on a histogram tells the mean.
	meanHeight = 5
)

// body draws the answers.
type body struct {
	poll
	theme          *theme.Theme
	width, height  int // of the pane
	kit.Searchable     // among the answers to the question
}

// title returns the selected question in words.
func (s *poll) title() string {
	item := s.items[s.item]
	switch {
	case item.question != nil:
		return oneLine(item.question.Title.String())
	case item.trouble:
		return "Failed, or not understood"
	case item.state == survey.PendingReply:
		return "Not answered yet"
	}
	return "Answers of another form than the survey asks for"
}

// facts returns how many answered the selected question, and the mean if a chart of h lines does
// not show it.
func (s *body) facts(h int) string {
	item, c := s.items[s.item], &s.tally
	if item.question == nil {
		return human.CountOf(s.others(item), "agent")
	}
	out := human.CountOf(c.Answered, "answer")
	if len(c.Ratings) > 0 && h < meanHeight {
		out = "mean " + meanText(mean(c.Ratings)) + s.dot() + out
	}
	if c.Missing > 0 {
		out += s.dot() + human.Count(c.Missing) + " left it out"
	}
	if c.Odd > 0 {
		out += s.dot() + human.Count(c.Odd) + " of another form"
	}
	return out
}

// mean returns the mean of numbers without overflow.
func mean(all []float64) (m float64) {
	for i, f := range all {
		n := float64(i + 1)
		m += f/n - m/n
	}
	return m
}

// summary draws the answers to the selected question in w×h cells.
func (s *body) summary(w, h int) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	t, title := s.theme, s.title()
	if s.width < surveyWide {
		title = s.numbered() + " " + title
	}
	lines := cell.Wrap(title, w)
	if most := max(min(3, h/4), 1); len(lines) > most {
		lines = append(lines[:most-1], cell.Cut(strings.Join(lines[most-1:], " "), w))
	}
	for i := range lines {
		lines[i] = t.Strong.Render(lines[i])
	}
	facts, gap := s.hasFacts(h), h >= surveyTall
	rest := h - len(lines) - count(facts) - count(gap)
	if facts {
		lines = append(lines, t.Faint.Render(s.facts(rest)))
	}
	if gap {
		lines = append(lines, "")
	}
	lines = append(lines, s.drawing(w, rest)...)
	if s.bars() == 0 {
		lines = append(lines, s.someTexts(w, rest)...)
	}
	return lines
}

// hasFacts reports whether there is room for a line of facts. Showing all choices is more
// important.
func (s *body) hasFacts(h int) bool {
	q := s.items[s.item].question
	chosen := q != nil && (q.Form == survey.ChoiceQuestion || q.Form == survey.ChoicesQuestion)
	return h >= 6 || h >= 4 && !chosen || h > 2+s.bars()
}

// count returns 1 for what is there.
func count(there bool) int {
	if there {
		return 1
	}
	return 0
}

// bars returns how many lines a drawing of the selected question needs; 0 for texts.
func (s *poll) bars() int {
	switch q := s.items[s.item].question; {
	case q == nil:
		return 0
	case q.Form == survey.RatingQuestion:
		return maxColumn + histogramFrame + trendRows
	case q.Form == survey.WordsQuestion:
		return 0
	}
	return max(len(s.tally.Counts), 1)
}

// drawing draws the answers to the selected question in at most w×h cells.
func (s *body) drawing(w, h int) []string {
	t, q := s.theme, s.items[s.item].question
	h = min(h, s.bars())
	if h <= 0 {
		return nil
	}
	style := chart.HistogramStyle{Bar: t.BarLive, Rest: t.BarRest, Label: t.Text, Count: t.Text, Share: t.Faint, Mean: t.Strong, ASCII: t.ASCII}
	if q.Form == survey.RatingQuestion {
		style.Bar, style.Label = t.Chart, t.Faint
		var trend []string
		if h >= trendHeight {
			trend = s.trendLine(w)
		}
		h = min(h-len(trend), maxColumn+histogramFrame)
		return append(strings.Split(chart.Histogram(s.buckets(q, w), w, h, style), "\n"), trend...)
	}
	items := make([]chart.Item, len(s.tally.Counts))
	for i, c := range s.tally.Counts {
		items[i] = chart.Item{Label: oneLine(c.Label.String()), Count: c.Count}
	}
	if q.Form == survey.ChoicesQuestion {
		style.Of = s.tally.Answered
	}
	return strings.Split(chart.Choices(items, min(w, maxBar), h, style), "\n")
}

// maxBar is the largest width of bars with their labels: wider ones are hard to compare.
const maxBar = 90

// buckets returns ratings as the columns of a histogram. A scale of whole numbers is shown
// completely.
func (s *body) buckets(q *survey.Question, w int) []chart.Bucket {
	ratings, ends := s.tally.Ratings, []float64{q.Min, q.Max}
	broken := func(f float64) bool { return f != math.Trunc(f) } // NaN is, too
	narrow := func(all []float64) bool {
		return !slices.ContainsFunc(all, broken) && slices.Max(all)-slices.Min(all) < float64(w/3)
	}
	all := append(ends, ratings...)
	switch {
	case len(ratings) > 0 && !narrow(ratings):
		return chart.Buckets(ratings, max(min(w/7, 12), 1))
	case !narrow(all):
		return chart.Buckets(ratings, max(w/3, 1))
	}
	out := chart.Buckets(all, max(w/3, 1))
	for i := range out {
		out[i].Value = math.Round(out[i].Value) // a mean of equal numbers is not always one of them
		for _, end := range ends {
			if out[i].Value == end {
				out[i].Count--
			}
		}
	}
	return out
}

// surveySaid is what one agent answered.
type surveySaid struct {
	of    int // the place of the row among those that are shown
	value text.Value
}

// whole returns a whole answer on one line, cut if it is very long.
func whole(a *model.Answer) string { return oneLine(text.Clean(a.Result.String()).String()) }

// someTexts draws the first texts in w×h cells, and how many more there are.
func (s *body) someTexts(w, h int) (lines []string) {
	all := s.sayers()
	for i, one := range s.said(h) {
		text := s.text(one, w)
		if more := all - i; len(lines)+len(text) > h || len(lines)+len(text) == h && more > 1 {
			if h > len(lines) {
				lines = append(lines, s.theme.Faint.Render(human.Count(more)+" more: "+s.theme.KeyName("⏎")+" shows all"))
			}
			break
		}
		lines = append(lines, text...)
	}
	return lines
}

// words returns an answer in words.
func (s *poll) words(one surveySaid) string {
	if q := s.items[s.item].question; q != nil {
		return cmp.Or(oneLine(q.Says(one.value).String()), "nothing")
	}
	return oneLine(one.value.Text().String())
}

// text draws the answer of one agent, wrapped, after its name.
func (s *body) text(one surveySaid, w int) []string {
	t, a := s.theme, &s.all.Rows[s.rows.rows[one.of]]
	style := t.Label
	if a.ID == s.v.Agent && s.v.Chosen {
		style = t.Selected
	}
	head := s.Search.Mark(s.who.Name(a.ID), style)
	if s.last-s.first > 1 {
		head = t.Faint.Render(s.v.Short(a.At)) + " " + head
	}
	words := s.words(one)
	if words == "" {
		return []string{cell.Cut(head, w)}
	}
	if trouble := a.Trouble.String(); trouble != "" && !s.items[s.item].trouble {
		words += " " // the mark stands apart
		return hanging(head+t.Label.Render(":")+" "+s.Search.Mark(words, t.Text)+t.Warning.Render("("+trouble+")"), w)
	}
	return hanging(head+t.Label.Render(":")+" "+s.Search.Mark(words, t.Text), w)
}

// hanging wraps a text; all lines but the first are indented by two cells.
func hanging(text string, w int) []string {
	if cell.Width(text) <= w {
		return []string{text}
	}
	lines := cell.Wrap(text, w-2)
	for i := 1; i < len(lines); i++ {
		lines[i] = "  " + lines[i]
	}
	return lines
}
