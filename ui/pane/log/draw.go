package log

import (
	"strings"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// earlier returns what is missing before the first line of a log, or "".
func earlier(log model.Log) string {
	var said []string
	switch {
	case log.Dropped == 1:
		said = append(said, "1 earlier line dropped")
	case log.Dropped > 1:
		said = append(said, human.Count(log.Dropped)+" earlier lines dropped")
	}
	if log.Tail {
		said = append(said, "the source sends the last lines only")
	}
	if len(said) == 0 {
		return ""
	}
	return cell.Ellipsis + " " + strings.Join(said, "; ")
}

// View draws the head and the visible lines.
func (l *log) View() string {
	head := ""
	if l.note == "" {
		head = l.head()
	}
	return l.DrawPage(l.note, head, l.drawRow)
}

// head returns the line above the log: the search, or whether the end is followed, and which
// lines and columns are shown.
func (l *log) head() string {
	t := l.Theme
	if l.Search.Typing {
		return l.Search.Line(l.HitCount())
	}
	var out []string
	if name := l.fileName(); name != "" {
		out = append(out, t.Strong.Render(name))
	}
	switch said := l.QueryAndCount(); {
	case said != "":
		out = append(out, t.Faint.Render(said))
	case !l.follow:
		out = append(out, t.Key.Render("G")+t.Faint.Render(" follows"))
	case l.ended:
		out = append(out, t.Faint.Render("the end"))
	default:
		out = append(out, t.Faint.Render("following"))
	}
	if l.left > 0 {
		out = append(out, t.Faint.Render("column "+human.Count(l.left+1)))
	}
	switch {
	case l.trouble != "":
		out = append(out, t.Warning.Render(l.trouble))
	case l.least > anyLevel:
		out = append(out, t.Faint.Render(l.least.said()+" "+t.Dot+" "+human.Count(len(l.Shown))+" of "+human.CountOf(len(l.Texts), "line")))
	default:
		out = append(out, t.Faint.Render(human.CountOf(len(l.Texts), "line")))
	}
	head := strings.Join(out, t.Faint.Render(" "+t.Dot+" "))
	if days := l.days(); days != "" && cell.Width(head)+3+cell.Width(days) <= l.Width {
		head += t.Faint.Render(" " + t.Dot + " " + days)
	}
	return head
}

// drawRow draws one row.
func (l *log) drawRow(i int) string {
	p := l.PositionAt(i)
	if p.Line < 0 {
		return l.Theme.Faint.Render(l.before[i])
	}
	text := l.Texts[p.Line].String()
	from, to, pad := 0, len(text), 0
	switch all := l.parts[p.Line]; {
	case l.oneRow:
		from, pad = cell.Skip(text, l.left)
		to = from + cell.Bytes(text[from:], l.TextWidth()+2) // which leaves a mark of what is cut
	case len(all) > 0:
		from = l.firstByte(p)
		to = from + len(all[p.Part])
	}
	return cell.Space(pad+l.indent(p)) + l.Paint(p.Line, text, from, to, l.tints(p.Line))
}

// tints returns the colours of a line: faint for the time, the colour of its level for the rest.
// The level is also a word of the line.
func (l *log) tints(line int) []kit.Tint {
	t := l.Theme
	var rest *lipgloss.Style
	switch l.known[line].level {
	case errorLevel:
		rest = &t.Failure
	case warningLevel:
		rest = &t.Warning
	case debugLevel:
		rest = &t.Faint
	default:
		rest = &t.Text
	}
	time := timeLength(l.Texts[line].String())
	if l.known[line].timed {
		time = clockWidth
	}
	end := len(l.Texts[line].String())
	if n := l.known[line].worker; n > 0 {
		return []kit.Tint{{To: time, Style: &t.Faint}, {To: headWidth, Style: rest}, {To: headWidth + n, Style: &t.Faint}, {To: end, Style: rest}}
	}
	return []kit.Tint{{To: time, Style: &t.Faint}, {To: end, Style: rest}}
}
