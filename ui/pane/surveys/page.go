package surveys

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/survey"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// surveyPage is scrolled lines: the answers to one question, or all answers of one agent. The
// first visible line stays when there are more lines.
type surveyPage struct {
	kit.Scroller
	of    surveyPageKey
	lines []string
	marks []surveyMark // what each line is of
	found int          // how many answers the search has found
	among int          // of how many
}

// surveyMark is the answer to which a line belongs.
type surveyMark struct {
	id   int64
	at   model.SimTime
	line int // of that answer
}

// surveyPageKey is the input of a page. The page changes only when it does.
type surveyPageKey struct {
	rows          rowsKey
	item          string
	agent         int64
	until         int
	width, height int
	theme         int
	names         int
	query         string
}

// drawPage draws the page in w×h cells.
func (s *surveys) drawPage(w, h int) []string {
	p := &s.page
	p.SetSize(w, h)
	key := surveyPageKey{
		rows: s.rows.of, item: s.items[s.item].key, agent: s.v.Agent, until: len(s.list[s.at].Rounds),
		width: w, height: h, theme: s.theme.Revision, names: len(s.who.Names), query: s.Search.Query,
	}
	if key != p.of {
		s.write(key)
	}
	if w <= 0 || h <= 0 {
		return nil
	}
	return strings.Split(p.Draw(func(i int) string { return p.lines[i] }), "\n")
}

// write makes the lines again.
func (s *surveys) write(key surveyPageKey) {
	p := &s.page
	before := surveyMark{}
	if p.Top > 0 && p.Top < len(p.marks) {
		before = p.marks[p.Top]
	}
	if key.rows.own != p.of.rows.own || key.rows.survey != p.of.rows.survey || key.item != p.of.item || key.rows.own && key.agent != p.of.agent {
		p.Top, before = 0, surveyMark{}
	}
	p.of, p.lines, p.marks = key, p.lines[:0], p.marks[:0]
	if p.TextWidth() > 0 {
		if s.own {
			s.writeAgent()
		} else {
			s.writeQuestion()
		}
	}
	if i := slices.Index(p.marks, before); i >= 0 && before != (surveyMark{}) {
		p.Top = i
	}
	p.SetRows(len(p.lines))
}

// add appends lines of an answer.
func (p *surveyPage) add(of surveyMark, lines ...string) {
	for i, line := range lines {
		of.line = i
		p.lines, p.marks = append(p.lines, line), append(p.marks, of)
	}
}

// writeQuestion writes one question with all answers: a chart, and a limited number of answers
// agent by agent. During a search it writes only the matching answers.
func (s *surveys) writeQuestion() {
	p, t, item := &s.page, s.theme, s.items[s.item]
	said := s.said(len(s.rows.rows))
	p.among = len(said)
	if s.Search.Query != "" {
		said = slices.DeleteFunc(said, func(one surveySaid) bool { return !s.matches(one) })
	}
	if p.found = len(said); s.Search.Query == "" {
		s.writeChart()
		if item.question != nil && item.question.Form != survey.WordsQuestion && len(said) > 0 {
			p.add(surveyMark{}, "", t.Strong.Render("By agent"))
		}
	}
	for _, one := range said[:min(len(said), maxSaid)] {
		a := &s.all.Rows[s.rows.rows[one.of]]
		p.add(surveyMark{id: a.ID, at: a.At}, s.text(one, p.TextWidth())...)
	}
	if n := len(said) - maxSaid; n > 0 {
		p.add(surveyMark{}, t.Faint.Render(human.Count(n)+" more; "+s.Search.Keys.Search.Help().Key+" finds those with some words"))
	}
	if len(said) == 0 && s.Search.Query != "" {
		p.add(surveyMark{}, t.Faint.Render("No answer has that; "+s.Search.Keys.Clear.Help().Key+" shows all."))
	}
}

// writeChart writes the question in words and the chart of the answers.
func (s *surveys) writeChart() {
	p, t := &s.page, s.theme
	for _, line := range cell.Wrap(s.title(), p.TextWidth()) {
		p.add(surveyMark{}, t.Strong.Render(line))
	}
	p.add(surveyMark{}, t.Faint.Render(s.facts(meanHeight)), "")
	rows := s.bars()
	if q := s.items[s.item].question; q != nil && q.Form == survey.RatingQuestion {
		rows = max(min(rows, p.Height-len(p.lines)), meanHeight)
	}
	p.add(surveyMark{}, s.drawing(p.TextWidth(), rows)...)
}

// matches reports whether an answer, or the name of its agent, matches the search.
func (s *body) matches(one surveySaid) bool {
	return s.Search.Matches(s.words(one)) || s.Search.Matches(s.who.Name(s.all.Rows[s.rows.rows[one.of]].ID))
}

// hits returns how many answers match the search.
func (s *surveys) hits() string {
	return human.Count(s.page.found) + " of " + human.Count(s.page.among)
}

// writeAgent writes the answers of one agent to a survey, the newest round first.
func (s *surveys) writeAgent() {
	p, shown := &s.page, s.list[s.at]
	for i := len(shown.Rounds) - 1; i >= 0; i-- {
		round := shown.Rounds[i]
		for _, row := range round.Rows {
			if len(p.lines) > 0 {
				p.add(surveyMark{}, "")
			}
			lines := append([]string{s.theme.Strong.Render(s.v.Short(round.At))}, s.answer(shown.ID, row)...)
			p.add(surveyMark{id: s.mine.Rows[row].ID, at: round.At}, lines...)
		}
	}
}

// answer returns one answer of an agent, question by question.
func (s *surveys) answer(sv uuid.UUID, row int32) (lines []string) {
	t, r, w := s.theme, s.mine.Reply(row), s.page.TextWidth()
	if r.State == survey.PendingReply {
		return []string{t.Warning.Render("  " + s.pending(&s.mine.Rows[row]))}
	}
	trouble := s.mine.Rows[row].Trouble.String()
	if trouble != "" {
		for _, line := range cell.Wrap(trouble, w-2) {
			lines = append(lines, t.Warning.Render("  "+line))
		}
	}
	if r.State == survey.FailedReply {
		return lines
	}
	if r.State == survey.UnparsableReply {
		lines = append(lines, t.Warning.Render("  unparsable:"))
		for _, line := range cell.Wrap(whole(&s.mine.Rows[row]), w-2) {
			lines = append(lines, "  "+line)
		}
		return lines
	}
	questions, widest := s.questions(sv), 0
	for _, q := range questions {
		widest = max(widest, cell.Width(q.Title.String()))
	}
	for _, q := range questions {
		said := model.Unknown
		if v, ok := r.To(&q); ok {
			said = cmp.Or(oneLine(q.Says(v).String()), "nothing")
		}
		lines = append(lines, pairOf(t.Label.Render(oneLine(q.Title.String())), said, min(widest, w/2), w)...)
	}
	return lines
}

// pending says that an answer is not there, and since when it was asked for: the time, because the
// page is not made again when time passes.
func (s *surveys) pending(a *model.Answer) string {
	out := "pending: not answered yet"
	if human.Dated(a.Created) {
		out += ", asked " + a.Created.In(s.v.Zone).Format("2006-01-02 15:04")
	}
	return out
}

// pairOf draws a question and its answer, side by side with left cells for the question, or one
// below the other if there is little room.
func pairOf(question, answer string, left, w int) (lines []string) {
	if w < surveyWide {
		for _, line := range cell.Wrap(question, w-2) {
			lines = append(lines, "  "+line)
		}
		for _, line := range cell.Wrap(answer, w-4) {
			lines = append(lines, "    "+line)
		}
		return lines
	}
	questions, answers := cell.Wrap(question, left), cell.Wrap(answer, w-left-4)
	for i := range max(len(questions), len(answers)) {
		line := cell.Space(left)
		if i < len(questions) {
			line = cell.Fit(questions[i], left)
		}
		if i < len(answers) {
			line += "  " + answers[i]
		}
		lines = append(lines, "  "+line)
	}
	return lines
}
