package ui

import (
	"fmt"
	"time"

	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/theme"
)

// settleTime is how long selection and pane stay unchanged before the detail is read, and the size
// before everything is drawn again.
const settleTime = 150 * time.Millisecond

// settledMsg comes settleTime after the selection moved; it counts only if n is still the number of
// the last move.
type settledMsg struct{ n int }

// pagedMsg says that the pager has ended.
type pagedMsg struct{ err error }

// redrawMsg comes settleTime after the screen became wider; it counts only if n is still the number of
// the last time.
type redrawMsg struct{ n int }

// message is a message to the user, with the times of its first and last occurrence.
type message struct {
	at, last time.Time
	again    int
	text     text.Text
	bad      bool
}

// messages are the messages to the user, oldest first.
type messages []message

// maxMessages is how many messages are kept.
const maxMessages = 200

// say adds a message. A repeated message is counted, and keeps the time of the first.
func (m *messages) say(now time.Time, said text.Text, bad bool) {
	all := *m
	if n := len(all); n > 0 && all[n-1].text == said {
		all[n-1].again++
		all[n-1].last = now
		return
	}
	all = append(all, message{at: now, last: now, text: said, bad: bad})
	if len(all) > maxMessages {
		all = append(all[:0], all[1:]...)
	}
	*m = all
}

// lines returns the messages in w cells, with times of a zone.
func (m messages) lines(t *theme.Theme, zone *time.Location, w int) []string {
	if len(m) == 0 {
		return []string{"", t.Faint.Render("  Nothing has gone wrong.")}
	}
	clock := func(at time.Time) string { return at.In(zone).Format(time.TimeOnly) }
	var lines []string
	for _, one := range m {
		style := t.Text
		if one.bad {
			style = t.Warning
		}
		said := one.text.String()
		if one.again > 0 {
			said += fmt.Sprintf(" (%s times, last at %s)", human.Count(one.again+1), clock(one.last))
		}
		for i, part := range cell.Wrap(said, w-14) {
			head := cell.Space(10)
			if i == 0 {
				head = t.Faint.Render(" "+clock(one.at)) + " "
			}
			lines = append(lines, head+style.Render(part))
		}
	}
	return lines
}
