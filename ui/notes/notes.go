// Package notes keeps what the user was told, and draws it.
package notes

import (
	"fmt"
	"time"

	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/theme"
)

// Note is a message to the user, with the times of its first and last occurrence.
type Note struct {
	at, last time.Time
	Again    int // how often it was said after the first time
	text     text.Text
	bad      bool
}

// Notes are the messages to the user, oldest first.
type Notes []Note

// most is how many messages are kept.
const most = 200

// Say adds a message. A repeated message is counted, and keeps the time of the first.
func (m *Notes) Say(now time.Time, said text.Text, bad bool) {
	all := *m
	if n := len(all); n > 0 && all[n-1].text == said {
		all[n-1].Again++
		all[n-1].last = now
		return
	}
	all = append(all, Note{at: now, last: now, text: said, bad: bad})
	if len(all) > most {
		all = append(all[:0], all[1:]...)
	}
	*m = all
}

// Lines returns the messages in w cells, with times of a zone.
func (m Notes) Lines(t *theme.Theme, zone *time.Location, w int) []string {
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
		if one.Again > 0 {
			said += fmt.Sprintf(" (%s times, last at %s)", human.Count(one.Again+1), clock(one.last))
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
