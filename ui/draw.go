package ui

import (
	"strings"

	"societop/ui/cell"
	"societop/ui/pane"
)

// draw is the whole screen: exactly width×height cells.
func (a *App) draw() string {
	l := a.layout
	if l.tooSmall {
		return a.drawTooSmall()
	}
	if a.overlay.kind != noOverlay {
		return a.drawOverlay()
	}
	var lines []string
	if !l.header.empty() {
		lines = append(lines, a.drawHeader(l.header.w))
	}
	switch {
	case a.detail.full:
		lines = append(lines, a.drawFull()...)
	case l.detail.empty():
		lines = append(lines, a.drawList()...)
	case l.list.empty():
		lines = append(lines, a.drawDetail()...)
	default:
		left, right := a.drawList(), a.drawDetail()
		for i := range left {
			lines = append(lines, left[i]+right[i])
		}
	}
	return strings.Join(append(lines, a.drawFooter(l.footer.w)), "\n")
}

// drawTooSmall is one plain sentence.
func (a *App) drawTooSmall() string {
	if a.width <= 0 || a.height <= 0 {
		return ""
	}
	return cell.Block(cell.Wrap("societop needs a terminal of 40×10.", a.width), a.width, a.height)
}

// box is a frame with a title around lines: exactly the rectangle.
func (a *App) box(r rect, title string, focus bool, lines []string) []string {
	t := a.theme
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

// paneSize is the room that the layout leaves for a pane. Under one that knows time stands the
// timeline.
func (a *App) paneSize(p pane.Pane) (w, h int) {
	r := a.layout.detail
	if w, h = r.w-4, r.h-4; a.detail.full {
		w, h = r.w, r.h-2
	}
	if timed(p) {
		h--
	}
	return max(w, 0), max(h, 0)
}

// paneLines is the pane on the screen and what stands under it.
func (a *App) paneLines() []string {
	p := a.detail.pane()
	w, h := a.paneSize(p)
	lines := strings.Split(p.View(), "\n")[:h]
	if timed(p) {
		lines = append(lines, a.timeBar().Draw(w))
	}
	return lines
}

// drawDetail is the box with the tabs and the pane.
func (a *App) drawDetail() []string {
	r := a.layout.detail
	lines := []string{" " + a.drawTabs(), ""}
	if a.detail.shown {
		for _, line := range a.paneLines() {
			lines = append(lines, " "+line+" ")
		}
	} else {
		lines = append(lines, a.theme.Faint.Render(" Nothing is selected."))
	}
	return a.box(r, a.detailTitle(), a.detail.focus, lines)
}

// drawFull is the pane without borders.
func (a *App) drawFull() []string {
	r := a.layout.detail
	tabs := a.drawTabs()
	title := ""
	if room := r.w - cell.Width(tabs) - 2; room >= leastName {
		title = a.theme.Title.Render(cell.Cut(a.detailTitle(), room))
	}
	lines := []string{cell.Fit(tabs+cell.Space(r.w-cell.Width(tabs)-cell.Width(title))+title, r.w), cell.Space(r.w)}
	return append(lines, a.paneLines()...)
}

// detailTitle is the name of the experiment that is shown.
func (a *App) detailTitle() string {
	if !a.detail.shown {
		return "Detail"
	}
	e := &a.detail.view.Experiment
	if e.Name.Empty() {
		return e.ID.String()
	}
	return e.Name.String()
}
