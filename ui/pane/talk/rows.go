package talk

import (
	"strings"
	"time"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// chatView is the visible part of a chat. Only visible messages are wrapped, so that its cost
// does not depend on the length of the chat. Its place is a row of a message.
type chatView struct {
	chat
	theme         *theme.Theme
	width, height int
	top           place
	follow        bool      // the end is in view, whatever is added to it
	ended         bool      // the run has: what is open will not be answered
	now           time.Time // the wall time, while the newest moment is shown; zero at another one
	kit.Searchable
	hits    []int32 // the messages that hold what is looked for
	hit     int     // the one of them that was gone to, −1 none
	made    int     // counts what messages were laid out for
	madeFor madeFor // and is this

	calendar model.Calendar // in which times are written
}

// place is a row of a message.
type place struct{ message, row int }

// before reports whether a place is above another.
func (p place) before(o place) bool {
	return p.message < o.message || p.message == o.message && p.row < o.row
}

// madeFor is the input of the layout of messages.
type madeFor struct {
	width, times int // of the text, and of the times before it: 0 where they are part of it
	ascii        bool
	calendar     model.Calendar
}

const (
	// maxRows is how many rows of one message are shown.
	maxRows = 200
	// hang is how far the second row of a message stands after the first.
	hang = 2
	// narrowChat is the width below which times have no column of their own.
	narrowChat = 48
)

// show sets the messages and the moment; what is looked at stays.
func (c *chatView) show(rows, others []model.Message, profiles []model.Profile, at model.SimTime) {
	top, hit := c.looked(c.top.message), c.looked(c.hit)
	if c.Names == nil || !kit.Same(profiles, c.Profiles) {
		c.People.SetProfiles(profiles)
		c.made++
	}
	if c.chat.take(rows, others) {
		c.keep(top, hit)
	}
	c.chat.goTo(at)
	c.measure()
}

// showKinds selects kinds of messages; the message at the top stays, or the next one.
func (c *chatView) showKinds(kinds talkKinds) {
	top, hit := c.looked(c.top.message), c.looked(c.hit)
	c.kinds = kinds
	c.choose()
	c.keep(top, hit)
}

// looked returns the message at an index, or nil.
func (c *chatView) looked(i int) *said {
	if i < 0 || i >= len(c.shown) {
		return nil
	}
	return c.message(i)
}

// keep finds the message at the top and the current hit after a change.
func (c *chatView) keep(top, hit *said) {
	c.found()
	if top != nil {
		c.top.message, _ = c.chat.find(top)
	}
	if hit != nil {
		if i, ok := c.chat.find(hit); ok {
			c.hit = i
		}
	}
}

// resize sets the size; the row at the top stays.
func (c *chatView) resize(width, height int) {
	c.width, c.height = max(width, 0), max(height, 0)
	c.measure()
}

// measure divides the width. Layouts for another width become invalid.
func (c *chatView) measure() {
	m := madeFor{ascii: c.theme.ASCII, calendar: c.calendar}
	if c.width >= narrowChat {
		m.times = c.calendar.Width()
		if n := len(c.said); n > 0 {
			m.times = max(m.times, cell.Width(c.calendar.Short(c.said[n-1].At)))
		}
	}
	if m.width = c.width - 2; m.times > 0 {
		m.width -= m.times + 1
	}
	if m != c.madeFor {
		c.madeFor = m
		c.made++
	}
}

// span is a part of a row in a style.
type span struct {
	text  string
	style lipgloss.Style
}

// head returns who thought or said a message, and who heard it; and when, if there is little
// room.
func (c *chatView) head(s *said) (head []span) {
	t := c.theme
	if c.madeFor.times == 0 {
		head = append(head, span{c.calendar.Short(s.At) + " ", t.Faint})
	}
	speaker, listener := c.cutName(c.Speaker(s.Message)), c.listener(s, c.cutName)
	switch {
	case s.Kind == model.Thought:
		return append(head, span{speaker, t.Text}, span{" thinks:", t.Faint})
	case listener == "":
		return append(head, span{speaker, t.Strong}, span{" says:", t.Faint})
	}
	of, to := t.Strong, t.Text
	switch {
	case s.IsQuestion():
		of, to = t.Key, t.Strong
	case s.Kind == model.UserTalk:
		to = t.Key
	}
	arrow := " → "
	if t.ASCII {
		arrow = " -> "
	}
	return append(head, span{speaker, of}, span{arrow, t.Faint}, span{listener, to}, span{":", t.Faint})
}

// cutName shortens a name to leave room for the words.
func (c *chatView) cutName(name string) string {
	return cell.Cut(name, min(max(c.madeFor.width/4, 6), 24))
}

// plain returns the text of spans.
func plain(spans []span) string {
	out := ""
	for _, s := range spans {
		out += s.text
	}
	return out
}

// lay returns the rows of a message, the first of them with its head.
func (c *chatView) lay(s *said) []string {
	if s.made != c.made {
		s.parts, s.made = layOut(plain(c.head(s)), s.text, c.madeFor.width-hang), c.made
	}
	return s.parts
}

// layOut wraps a message. The last row says how much of a very long message is not shown.
func layOut(head, text string, width int) (rows []string) {
	width = max(width, 2)
	some := text
	if limit := maxRows * width * utf8.UTFMax; len(some) > limit {
		for !utf8.RuneStart(some[limit]) {
			limit--
		}
		some = some[:limit]
	}
	if head += " "; text == "" {
		some = model.Unknown
	}
	at := -len(head)
	for line := range strings.SplitSeq(head+some, "\n") {
		for _, part := range cell.Break(line, width) {
			if len(rows) == maxRows {
				return append(rows, more(text[max(at, 0):]))
			}
			rows = append(rows, part)
			at += len(part)
		}
		at++
	}
	if at < len(text) {
		rows = append(rows, more(text[at:]))
	}
	return rows
}

// more returns how much is not shown.
func more(rest string) string {
	return cell.Ellipsis + " " + human.Count(utf8.RuneCountInString(rest)) + " more characters"
}

// rows returns how many rows a message takes.
func (c *chatView) rows(i int) int {
	s := c.message(i)
	n := len(c.lay(s))
	if open, _ := c.open(s); open {
		n++
	}
	if c.begins(i) {
		n++
	}
	return n
}

// begins reports whether a note above the message says that older messages are missing.
func (c *chatView) begins(i int) bool { return i == 0 && c.cut }

// move returns the place so many rows further, or back.
func (c *chatView) move(p place, by int) place {
	for by > 0 {
		below := c.rows(p.message) - 1 - p.row
		switch {
		case by <= below:
			return place{p.message, p.row + by}
		case p.message == c.until-1:
			return place{p.message, p.row + below}
		}
		p, by = place{p.message + 1, 0}, by-below-1
	}
	for by < 0 {
		switch {
		case -by <= p.row:
			return place{p.message, p.row + by}
		case p.message == 0:
			return place{}
		}
		by += p.row + 1
		p = place{p.message - 1, c.rows(p.message-1) - 1}
	}
	return p
}

// end returns the place of the first visible row at the end of the chat.
func (c *chatView) end() place {
	if c.until == 0 {
		return place{}
	}
	last := c.until - 1
	return c.move(place{last, c.rows(last) - 1}, -max(c.height-1, 0))
}

// first returns the place of the first visible row.
func (c *chatView) first() place {
	end := c.end()
	if c.follow || !c.top.before(end) {
		return end
	}
	return place{c.top.message, min(c.top.row, c.rows(c.top.message)-1)}
}

// last returns the last visible message, −1 if there is none.
func (c *chatView) last() int {
	if c.until == 0 {
		return -1
	}
	return c.move(c.first(), max(c.height-1, 0)).message
}

// scroll moves a place to the top. At the end it starts following.
func (c *chatView) scroll(to place) {
	c.top = to
	c.follow = !to.before(c.end())
}

// draw draws the visible rows with a scroll bar.
func (c *chatView) draw() []string {
	out := make([]string, 0, c.height)
	at := c.first()
	last := at.message
	for len(out) < c.height && last < c.until {
		for row := range c.rows(last) {
			if p := (place{last, row}); !p.before(at) && len(out) < c.height {
				out = append(out, cell.Cut(c.row(p, p == at), c.width-1))
			}
		}
		last++
	}
	from, to := kit.Thumb(at.message, last-at.message, c.until, c.height)
	if last < c.until || at.message > 0 {
		for i := from; i < min(to, len(out)); i++ {
			out[i] = cell.Fit(out[i], c.width-1) + c.theme.Border.Render(c.theme.Scroll)
		}
	}
	return out
}

// row draws one row of a message, with its moment if it differs from that of the previous
// message or is at the top of the view.
func (c *chatView) row(p place, top bool) string {
	s, t, row := c.message(p.message), c.theme, p.row
	if c.begins(p.message) {
		if row == 0 {
			return t.Faint.Render(cell.Ellipsis + " older talk is left out; it is there at an earlier time")
		}
		row--
	}
	left := ""
	if w := c.madeFor.times; w > 0 {
		left = cell.Space(w + 1)
		if top || row == 0 && (p.message == 0 || c.message(p.message-1).At != s.At) {
			left = t.Faint.Render(cell.Fit(c.calendar.Short(s.At), w)) + " "
		}
	}
	if p.message == c.hit {
		return left + t.Key.Render(t.Cursor) + c.text(s, row)
	}
	return left + " " + c.text(s, row)
}

// age returns how long ago a question was asked, "" if that is not known or another moment is shown.
func (c *chatView) age(asked time.Time) string {
	if !human.Dated(asked) || c.now.IsZero() {
		return ""
	}
	return ", asked " + human.Span(max(c.now.Sub(asked), 0)) + " ago"
}

// text draws one row of the words of a message, or the note below them.
func (c *chatView) text(s *said, row int) string {
	t, parts := c.theme, c.lay(s)
	if row == len(parts) {
		_, ever := c.open(s)
		if c.ended && !ever {
			return t.Warning.Render(cell.Space(hang) + "not answered")
		}
		return t.Warning.Render(cell.Space(hang) + "not answered yet" + c.age(s.Created))
	}
	style := t.Text
	if s.Kind == model.Thought || row == maxRows {
		style = t.Faint
	}
	if row > 0 {
		return cell.Space(hang) + c.Search.Mark(parts[row], style)
	}
	head := c.head(s)
	n := len(plain(head))
	if n > len(parts[0]) {
		return c.Search.Mark(parts[0], t.Strong)
	}
	out := ""
	for _, one := range head {
		out += c.Search.Mark(one.text, one.style)
	}
	return out + c.Search.Mark(parts[0][n:], style)
}
