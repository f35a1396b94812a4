package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/cell"
	"societop/ui/human"
)

// overlay is what lies over the screen.
type overlay struct {
	kind  overlayKind
	top   int
	lines int // that there are
	rows  int // that fit
	at    int // the chosen line of the columns
}

type overlayKind int8

const (
	noOverlay overlayKind = iota
	helpOverlay
	messagesOverlay
	columnsOverlay
)

// show lays something over the screen.
func (a *App) show(kind overlayKind) tea.Cmd {
	a.overlay = overlay{kind: kind}
	a.measureOverlay()
	if kind == messagesOverlay {
		a.overlay.top = max(a.overlay.lines-a.overlay.rows, 0)
	}
	return nil
}

// measureOverlay follows a change of the screen's size, or of what the overlay says.
func (a *App) measureOverlay() {
	o := &a.overlay
	o.lines, o.rows = len(a.overlayLines()), max(a.height-3, 0)
	o.top = max(min(o.top, o.lines-o.rows), 0)
}

// overlayKey scrolls the overlay, or chooses columns; every other key closes it.
func (a *App) overlayKey(msg tea.KeyPressMsg) {
	o := &a.overlay
	if o.kind == columnsOverlay && a.columnsKey(msg) {
		return
	}
	to, ok := a.keys.Move(msg, o.top, max(o.lines-o.rows, 0), o.rows)
	if !ok {
		*o = overlay{}
		return
	}
	o.top = to
}

// drawOverlay is the overlay in a frame of the size of the screen.
func (a *App) drawOverlay() string {
	lines := a.overlayLines()
	title := map[overlayKind]string{helpOverlay: "Keys", messagesOverlay: "Messages", columnsOverlay: "Columns of the list"}[a.overlay.kind]
	r := rect{0, 0, a.width, a.height - 1}
	out := a.box(r, title, true, lines[min(a.overlay.top, len(lines)):])
	footer := " " + a.theme.Key.Render("Esc") + " " + a.theme.Footer.Render("close")
	if a.overlay.kind == columnsOverlay {
		footer += "  " + a.theme.Key.Render("space") + " " + a.theme.Footer.Render("show, leave out")
	}
	if len(lines) > a.overlay.rows {
		footer += "  " + a.theme.Key.Render("j k") + " " + a.theme.Footer.Render("scroll")
	}
	return strings.Join(append(out, cell.Fit(footer, a.width)), "\n")
}

// overlayLines is what the overlay says.
func (a *App) overlayLines() []string {
	switch a.overlay.kind {
	case messagesOverlay:
		return a.messageLines()
	case columnsOverlay:
		return a.columnLines()
	default:
		return a.helpLines()
	}
}

// messageLines is the messages, oldest first.
func (a *App) messageLines() []string {
	if len(a.messages) == 0 {
		return []string{"", a.theme.Faint.Render("  Nothing has gone wrong.")}
	}
	var lines []string
	for _, m := range a.messages {
		style := a.theme.Text
		if m.bad {
			style = a.theme.Warning
		}
		text := m.text.String()
		if m.again > 0 {
			text += fmt.Sprintf(" (%s times, last at %s)", human.Count(m.again+1), a.clockTime(m.last))
		}
		for i, part := range cell.Wrap(text, a.width-14) {
			head := cell.Space(10)
			if i == 0 {
				head = a.theme.Faint.Render(" "+a.clockTime(m.at)) + " "
			}
			lines = append(lines, head+style.Render(part))
		}
	}
	return lines
}

// helpColumn is the width of a column of the help.
const helpColumn = 38

// helpLines is the key map, in as many columns as fit.
func (a *App) helpLines() []string {
	columns := make([][]string, max(min((a.width-2)/helpColumn, 5), 1))
	groups := a.keys.Groups()
	if a.detail.focus { // the keys of the pane come first
		own := slices.IndexFunc(groups, func(g Group) bool { return g.Title == a.detail.pane().Title() })
		if own > 0 {
			groups = slices.Concat(groups[own:own+1], groups[:own], groups[own+1:])
		}
	}
	place := func(lines []string) {
		shortest := 0
		for i := range columns {
			if len(columns[i]) < len(columns[shortest]) {
				shortest = i
			}
		}
		columns[shortest] = append(columns[shortest], lines...)
	}
	for _, g := range groups {
		if g = a.usable(g); len(g.Keys) == 0 {
			continue
		}
		place(a.helpGroup(g))
	}
	if !a.detail.focus {
		for _, topic := range a.filterTopics() {
			place(topic)
		}
	}
	var lines []string
	for i := 0; ; i++ {
		line, any := "", false
		for _, c := range columns {
			text := ""
			if i < len(c) {
				text, any = c[i], true
			}
			line += cell.Fit(text, helpColumn)
		}
		if !any {
			return lines
		}
		lines = append(lines, line)
	}
}

// usable is those of a group's keys that do something at present: of the panes, only the one on
// the screen has any.
func (a *App) usable(g Group) Group {
	p := a.detail.pane()
	off := func(b key.Binding) bool { return a.off(b) != "" }
	switch {
	case g.Title == p.Title() && a.detail.focus, g.Title == moveGroup && a.detail.focus:
		off = func(b key.Binding) bool { return p.Off(b) != "" }
	case g.pane:
		return Group{}
	case g.Title == timeGroup && (!a.detail.focus || a.noTime() != ""):
		return Group{}
	}
	g.Keys = slices.DeleteFunc(slices.Clone(g.Keys), func(b key.Binding) bool { return b.Enabled() && off(b) })
	return g
}

// helpGroup is one heading with its keys.
func (a *App) helpGroup(g Group) []string {
	lines := []string{" " + a.theme.Strong.Render(g.Title)}
	for _, b := range g.Keys {
		lines = append(lines, "  "+a.helpKey(b))
	}
	return append(lines, "")
}

// helpKey is one key; a disabled one says why.
func (a *App) helpKey(b key.Binding) string {
	h := b.Help()
	line := a.theme.Key.Render(cell.Fit(a.theme.KeyName(h.Key), 9)) + a.theme.KeyName(h.Desc)
	if !b.Enabled() {
		line += a.theme.Faint.Render(" (no shell)")
	}
	return line
}
