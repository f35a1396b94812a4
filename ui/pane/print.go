package pane

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Print is all of a pane as plain text: what a Printer tells, of another pane what can be seen.
func Print(p Pane) string {
	if printer, ok := p.(Printer); ok {
		return printer.Print()
	}
	return strings.TrimRight(trimmed(strings.Split(p.View(), "\n")), "\n")
}

// Print is the whole overview.
func (o *overview) Print() string { return ansi.Strip(strings.Join(o.lines, "\n")) }

// Print is the whole table, or all there is of the agent that is open.
func (a *agents) Print() string {
	switch {
	case a.note != "":
		return a.note
	case a.open:
		return ansi.Strip(a.page.head() + "\n" + strings.Join(a.page.lines, "\n"))
	}
	c := a.columns()
	lines := []string{a.head(), c.heading(a.table.sort.key.name)}
	for i := range a.table.order {
		lines = append(lines, a.drawRow(a.table.row(i), c))
	}
	return trimmed(lines)
}

// Print is every message that is shown, in full.
func (t *talk) Print() string {
	if t.note != "" {
		return t.note
	}
	lines := []string{t.head()}
	for i := range t.until {
		m := t.message(i)
		text := strings.ReplaceAll(m.text, "\n", "\n"+strings.Repeat(" ", momentWidth+1+hang))
		lines = append(lines, m.At.Short()+"  "+plain(t.chatView.head(m))+" "+text)
	}
	return trimmed(lines)
}

// Print is the whole config, unfolded.
func (c *config) Print() string {
	if c.note != "" {
		return c.note
	}
	return c.source.String()
}

// Print is all of the log that is kept, of every level.
func (l *log) Print() string {
	if l.note != "" {
		return l.note
	}
	return strings.Join(append(l.before[:len(l.before):len(l.before)], l.log.Lines.String()), "\n")
}

// trimmed is lines as text, without styles and the spaces at their ends.
func trimmed(lines []string) string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimRight(ansi.Strip(line), " ")
	}
	return strings.Join(out, "\n")
}
