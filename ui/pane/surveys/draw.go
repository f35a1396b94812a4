package surveys

import (
	"strings"

	"societop/model/survey"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
)

// The sizes of the pane, in cells.
const (
	surveyWide = 60 // from here on, the questions stand next to the answers
	surveyTall = 9  // from here on, the head has two lines and an empty one
)

// draw draws the pane: a note, or head and answers.
func (s *surveys) draw() string {
	t := s.theme
	if s.note != "" {
		return cell.Block(cell.Wrap(t.Faint.Render(s.note), s.width), s.width, s.height)
	}
	w, h := s.width, max(s.height-len(s.head()), 0)
	var body []string
	switch {
	case s.own || s.open:
		body = s.drawPage(w, h)
	case w < surveyWide:
		body = s.summary(w, h)
	default:
		body = s.split(w, h)
	}
	return cell.Block(append(s.head(), body...), s.width, s.height) // which tells what the body has found
}

// head returns the survey, the round, and how many have answered, in one line if the pane is
// low.
func (s *surveys) head() []string {
	if s.height < surveyTall {
		return []string{s.lowHead()}
	}
	if s.Search.Typing {
		return []string{s.Search.Line(s.hits()), s.counts(), ""}
	}
	t := s.theme
	first, second := t.Strong.Render(s.name(s.list[s.at].ID)), s.counts()
	switch {
	case s.own:
		first = t.Strong.Render(s.who.Name(s.v.Agent)) + t.Faint.Render(s.dot()) + first
	case s.open:
		first += t.Faint.Render(s.dot()) + t.Strong.Render(s.label(s.items[s.item]))
		if s.Search.Query != "" {
			first += t.Faint.Render(s.dot() + s.hits() + " with " + text.Clean(s.Search.Query).String())
		}
	}
	which := s.which()
	if cell.Width(first+s.dot()+which) > s.width {
		which = s.briefly()
	}
	lines := []string{cell.Cut(first, s.width-cell.Width(s.dot()+which)) + t.Faint.Render(s.dot()+which)}
	if trouble := s.complaint(); trouble != "" {
		if second != "" {
			second += t.Faint.Render(s.dot())
		}
		second += t.Warning.Render(trouble)
	}
	if second == "" && s.own && !s.v.Bulk && (s.v.AllAnswers.Of == 0 || s.v.AllAnswers.Agents < s.v.AllAnswers.Of) {
		second = t.Faint.Render("This source tells the answers of one agent at a time; a gathers those of all.")
	}
	if second != "" {
		lines = append(lines, second)
	}
	return append(lines, "")
}

// which returns the numbers of the survey and of the round.
func (s *body) which() string {
	rounds := s.list[s.at].Rounds
	out := human.Count(s.at+1) + " of " + human.CountOf(len(s.list), "survey") + s.dot()
	switch {
	case s.own:
		return out + human.CountOf(len(rounds), "round")
	case s.last-s.first != 1:
		return out + "all " + human.Count(s.last-s.first) + " rounds"
	case len(rounds) == 1:
		return out + s.v.Short(rounds[0].At)
	}
	return out + "round " + human.Count(s.first+1) + " of " + human.Count(len(rounds)) + ", " + s.v.Short(rounds[s.first].At)
}

// briefly returns the same in a short form.
func (s *body) briefly() string {
	out := human.Count(s.at+1) + "/" + human.Count(len(s.list))
	if !s.own {
		out += s.dot() + s.when()
	}
	return out
}

// when returns the moment of the round.
func (s *body) when() string {
	if s.last-s.first != 1 {
		return "all rounds"
	}
	return s.v.Short(s.list[s.at].Rounds[s.first].At)
}

// lowHead returns the head in one line.
func (s *surveys) lowHead() string {
	t := s.theme
	if s.Search.Typing {
		return s.Search.Line(s.hits())
	}
	if s.own {
		return t.Strong.Render(s.who.Name(s.v.Agent)) + t.Faint.Render(s.dot()+s.name(s.list[s.at].ID))
	}
	end := s.dot() + s.when() + s.dot() + human.Count(s.rows.states[survey.UnderstoodReply]) + "/" + human.Count(len(s.rows.rows))
	if s.complaint() != "" {
		end += " !"
	}
	name := cell.Cut(s.name(s.list[s.at].ID), max(s.width-cell.Width(end), 0))
	return t.Strong.Render(name) + t.Faint.Render(end)
}

// counts returns how many agents were asked and how many answered.
func (s *body) counts() string {
	t, n := s.theme, s.rows.states
	if s.own {
		return ""
	}
	out := human.Count(len(s.rows.rows)) + " asked" + t.Faint.Render(s.dot()) + human.Count(n[survey.UnderstoodReply]) + " answered"
	for _, part := range []struct {
		n    int
		what string
	}{
		{n[survey.FailedReply], " failed"}, {s.rows.parts, " not understood"}, {n[survey.UnparsableReply], " unparsable"}, {n[survey.PendingReply], " pending" + s.age()},
	} {
		if part.n > 0 {
			out += t.Faint.Render(s.dot()) + t.Warning.Render(human.Count(part.n)+part.what)
		}
	}
	return out
}

// age returns for how long the oldest of those that are pending has waited, "" if that is not known.
func (s *body) age() string {
	if s.rows.since.IsZero() || !s.v.Live || s.v.Experiment.Status.Ended() {
		return ""
	}
	return " for " + human.Span(max(s.v.Now.Sub(s.rows.since), 0))
}

// dot separates parts of a line.
func (s *body) dot() string { return " " + s.theme.Dot + " " }

// listRows returns how many questions fit.
func (s *surveys) listRows() int {
	if s.height < surveyTall {
		return max(s.height-1, 1)
	}
	return s.height - 3
}

// split draws the questions on the left and the answers to the selected one on the right.
func (s *surveys) split(w, h int) []string {
	left := s.listWidth()
	right := s.summary(w-left-3, h)
	edge := " " + s.theme.Border.Render(s.theme.Vertical) + " "
	list := s.listLines(left, h)
	out := make([]string, h)
	for i := range out {
		out[i] = cell.Space(left) + edge
		if i < len(list) {
			out[i] = list[i] + edge
		}
		if i < len(right) {
			out[i] += right[i]
		}
	}
	return out
}

// listLines draws the questions, with a gap before what is not a question if there is room. The
// selected one is in the middle if not all fit.
func (s *body) listLines(w, h int) (lines []string) {
	top := max(min(s.item-h/2, len(s.items)-h), 0)
	for i := top; i < min(top+h, len(s.items)); i++ {
		if i == s.asks() && len(s.items) < h {
			lines = append(lines, cell.Space(w))
		}
		lines = append(lines, s.listLine(i, w))
	}
	return lines
}

// listWidth returns the width of the longest name of a question, at most a third of the pane.
func (s *body) listWidth() int {
	w := 10
	for _, item := range s.items {
		w = max(w, cell.Width(s.label(item)))
	}
	return min(w+1+1+len("choices"), s.width/3)
}

// label returns the name of an item.
func (s *poll) label(item surveyItem) string {
	switch {
	case item.question != nil:
		return item.question.Name.String()
	case item.state == survey.PendingReply:
		return "pending"
	case item.trouble:
		return "trouble"
	}
	return "unparsable"
}

// listLine draws a question and the form of its answers, or how many have not answered.
func (s *body) listLine(i, w int) string {
	t, item := s.theme, s.items[i]
	cursor, style, kind := " ", t.Text, ""
	if item.question != nil {
		kind = item.question.Form.String()
	} else {
		kind, style = human.Count(s.others(item)), t.Faint
	}
	if i == s.item {
		cursor, style = t.Cursor, t.Selected
	}
	name := cell.Fit(s.label(item), w-2-cell.Width(kind))
	return t.Key.Render(cursor) + style.Render(name) + " " + t.Faint.Render(kind)
}

// numbered returns the number of the selected question, for panes without the list.
func (s *body) numbered() string {
	item := s.items[s.item]
	if item.question == nil {
		return s.label(item)
	}
	return human.Count(s.item+1) + "/" + human.Count(s.asks())
}

// oneLine returns a text on one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
