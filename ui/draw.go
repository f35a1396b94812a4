package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/keymap"
	"societop/ui/theme"
)

// draw returns the whole screen: exactly width×height cells.
func (a *App) draw() string {
	s, l := &a.screen, &a.screen.layout
	switch {
	case l.tooSmall:
		return drawTooSmall(s.width, s.height)
	case a.act.IsOpen():
		lines := box(a.theme, rect{0, 0, s.width, s.height - 1}, a.act.Title(), true, a.act.Draw())
		return strings.Join(append(lines, a.act.Footer(s.width)), "\n")
	case a.conf.views.IsOpen():
		lines := box(a.theme, rect{0, 0, s.width, s.height - 1}, a.conf.views.Title(), true, a.conf.views.Draw(s.width-2, s.height-3))
		return strings.Join(append(lines, a.conf.views.Footer(s.width)), "\n")
	case a.overlay.open():
		return a.overlay.draw(a.theme, s.width, s.height)
	case a.prompt.find.IsOpen():
		return drawFind(a.prompt.find, a.theme, s.width, s.height)
	}
	var lines []string
	if !l.header.empty() {
		lines = append(lines, a.status().Draw(l.header.w))
	}
	switch {
	case l.detail.empty():
		lines = append(lines, a.drawList()...)
	case l.list.empty():
		lines = append(lines, a.detail.draw(l.detail)...)
	default:
		left, right := a.drawList(), a.detail.draw(l.detail)
		for i := range left {
			lines = append(lines, left[i]+right[i])
		}
	}
	return strings.Join(append(lines, a.drawFooter(l.footer.w)), "\n")
}

// drawTooSmall returns one plain sentence.
func drawTooSmall(w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	return cell.Block(cell.Wrap("societop needs a terminal of 40×10.", w), w, h)
}

// drawList returns the box with the list.
func (a *App) drawList() []string {
	r := a.screen.layout.list
	lines := a.list.Draw(r.w-2, r.h-2, !a.detail.focus, a.status().Nothing())
	return box(a.theme, r, a.list.Title(), !a.detail.focus, lines)
}

// drawFooter returns the prompt, the notice, or the hints.
func (a *App) drawFooter(w int) string {
	t, p := a.theme, &a.prompt
	l, typed := a.typed()
	switch {
	case typed:
		line, _ := l.draw(t, w)
		help := p.filter.Help(t, w, a.feed.Lab())[:p.helpLines(a.screen.height)]
		return strings.Join(append([]string{line}, help...), "\n")
	case a.notice != "":
		return cell.Fit(t.Warning.Render(" "+a.notice), w)
	}
	return cell.Fit(" "+keymap.DrawHints(t, a.situation().Hints(), w-2), w)
}

// typed returns the line into which text is typed.
func (a *App) typed() (l typedLine, ok bool) {
	return a.prompt.line(human.Count(a.list.Len()) + "/" + human.Count(a.feed.Lab().Len()))
}

// cursor returns the terminal's cursor: where text is typed, else hidden.
func (a *App) cursor() *tea.Cursor {
	s := &a.screen.layout
	if s.tooSmall || a.overlay.open() {
		return nil
	}
	if a.prompt.find.IsOpen() {
		return findCursor(a.prompt.find, a.screen.width)
	}
	if a.conf.views.IsOpen() {
		x, y, ok := a.conf.views.Cursor(s.header.w - 2)
		return cursorAt(x+1, y+1, ok)
	}
	if a.act.IsOpen() {
		x, y, ok := a.act.Cursor()
		return cursorAt(x+1, y+1, ok)
	}
	l, ok := a.typed()
	if !ok {
		return a.detail.cursor(s.detail)
	}
	_, x := l.draw(a.theme, s.footer.w)
	return cursorAt(x, s.footer.y, true)
}

// cursorAt returns a cursor that does not blink; ok false: none.
func cursorAt(x, y int, ok bool) *tea.Cursor {
	if !ok {
		return nil
	}
	c := tea.NewCursor(x, y)
	c.Blink = false
	return c
}

// box returns a frame with a title around lines: exactly the rectangle.
func box(t *theme.Theme, r rect, title string, focus bool, lines []string) []string {
	edge := t.Border
	if focus {
		edge = t.BorderFocus
	}
	title = cell.Cut(title, r.w-6)
	rest := r.w - 4 - cell.Width(title)
	out := make([]string, 0, r.h)
	out = append(out, edge.Render(t.TopLeft)+" "+t.Title.Render(title)+" "+edge.Render(strings.Repeat(t.Horizontal, rest)+t.TopRight))
	side := edge.Render(t.Vertical)
	for i := range r.h - 2 {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out = append(out, side+cell.Fit(line, r.w-2)+side)
	}
	return append(out, edge.Render(t.BottomLeft+strings.Repeat(t.Horizontal, r.w-2)+t.BottomRight))
}
