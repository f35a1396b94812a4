package pane

import (
	"strings"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// earlier says what came before the lines of a log, if anything did.
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

// View draws the head and the part in view.
func (l *log) View() string {
	head := ""
	if l.note == "" {
		head = l.head()
	}
	return l.page(l.note, head, l.drawRow)
}

// head is the line above the log: the search, or else whether the end is followed; which
// lines are shown, and which part of them.
func (l *log) head() string {
	t := l.theme
	if l.search.typing {
		return l.search.line(l.said())
	}
	var out []string
	switch said := l.sought(); {
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
		out = append(out, t.Faint.Render(l.least.said()+" "+t.Dot+" "+human.Count(len(l.shown))+" of "+human.CountOf(len(l.texts), "line")))
	default:
		out = append(out, t.Faint.Render(human.CountOf(len(l.texts), "line")))
	}
	head := strings.Join(out, t.Faint.Render(" "+t.Dot+" "))
	if days := l.days(); days != "" && cell.Width(head)+3+cell.Width(days) <= l.width {
		head += t.Faint.Render(" " + t.Dot + " " + days)
	}
	return head
}

// drawRow draws one row.
func (l *log) drawRow(i int) string {
	p := l.at(i)
	if p.line < 0 {
		return l.theme.Faint.Render(l.before[i])
	}
	text := l.texts[p.line].String()
	from, to, pad := 0, len(text), 0
	switch all := l.parts[p.line]; {
	case l.oneRow:
		from, pad = cell.Skip(text, l.left)
		to = from + cell.Bytes(text[from:], l.text()+2) // which leaves a mark of what is cut
	case len(all) > 0:
		from = l.firstByte(p)
		to = from + len(all[p.part])
	}
	return cell.Space(pad+l.indent(p)) + l.paint(p.line, text, from, to, l.tints(p.line))
}

// tints is how a line looks: faint the time, in the colour of its level the rest. The level is
// a word of the line, so that the colour only helps.
func (l *log) tints(line int) []tint {
	t := l.theme
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
	time := timeLength(l.texts[line].String())
	if l.known[line].timed {
		time = clockWidth
	}
	return []tint{{time, &t.Faint}, {len(l.texts[line].String()), rest}}
}
