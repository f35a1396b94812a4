package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/keymap"
	"societop/ui/load"
	"societop/ui/pane"
	"societop/ui/player"
	"societop/ui/theme"
)

// detail is the panes with what they show.
type detail struct {
	theme  *theme.Theme
	data   *load.Detail
	panes  []pane.Pane
	order  []paneEntry // of the tabs
	signs  []string    // of their keys
	active int
	focus  bool
	open   bool                 // on a narrow screen: the detail is shown
	full   bool                 // it has the whole screen
	lead   lead                 // to a line that was found
	lacks  map[pane.Pane]string // why the run has nothing for a pane; "": it has
}

func newDetail(t *theme.Theme, data *load.Detail) detail {
	d := detail{theme: t, data: data, order: panes}
	for _, m := range panes {
		d.panes = append(d.panes, m.create(t))
	}
	d.hide()
	return d
}

// pane returns the one on the screen.
func (d *detail) pane() pane.Pane { return d.panes[d.active] }

// enter gives the detail the focus; a narrow screen shows it.
func (d *detail) enter() { d.focus, d.open = true, true }

// leave gives the focus to the list.
func (d *detail) leave() { d.focus, d.open, d.full = false, false, false }

// refresh updates the pane on the screen.
func (d *detail) refresh() {
	if !d.data.Shows() {
		return
	}
	d.data.Choose = nil
	if c, ok := d.pane().(pane.Chooser); ok {
		d.data.Choose = c.Choose
	}
	d.data.Refresh(d.pane().Needs())
	d.hide()
	d.pane().Show(d.data.View)
}

// takes reports whether the pane captures a key that otherwise works anywhere.
func (d *detail) takes(msg tea.KeyPressMsg) bool {
	inner, ok := d.pane().(pane.KeyCapturer)
	return ok && d.focus && inner.CapturesKey(msg)
}

// typist returns the pane on the screen while text is typed into it.
func (d *detail) typist() (p pane.CursorProvider, ok bool) {
	if p, ok = d.pane().(pane.CursorProvider); ok && d.focus && d.data.Shows() {
		_, _, ok = p.Cursor()
		return p, ok
	}
	return nil, false
}

// cursor returns the cursor while text is typed into the pane.
func (d *detail) cursor(r rect) *tea.Cursor {
	typist, ok := d.typist()
	if !ok || r.empty() {
		return nil
	}
	x, y, _ := typist.Cursor()
	c := tea.NewCursor(r.x+2+x, r.y+3+y)
	if d.full {
		c = tea.NewCursor(x, r.y+2+y)
	}
	c.Blink = false
	return c
}

// title returns the name of the experiment that is shown.
func (d *detail) title() string {
	if !d.data.Shows() {
		return "Detail"
	}
	e := &d.data.View.Experiment
	if e.Name.Empty() {
		return e.ID.String()
	}
	return e.Name.String()
}

// bar returns the timeline under a pane.
func (d *detail) bar() player.Bar {
	v := &d.data.View
	return player.Bar{Clock: &d.data.Clock, Theme: d.theme, Running: v.Experiment.Status == model.Running, Live: v.Liveness.Live()}
}

// size returns the room for a pane in the detail's part of the screen. Under one that knows time is the
// timeline.
func (d *detail) size(p pane.Pane, r rect) (w, h int) {
	if w, h = r.w-4, r.h-4; d.full {
		w, h = r.w, r.h-2
	}
	if keymap.Timed(p) {
		h--
	}
	return max(w, 0), max(h, 0)
}

// resize gives every pane its size.
func (d *detail) resize(r rect) {
	for _, p := range d.panes {
		p.Resize(d.size(p, r))
	}
}

// lines returns the pane on the screen and the timeline under it.
func (d *detail) lines(r rect) []string {
	p := d.pane()
	w, h := d.size(p, r)
	lines := strings.Split(p.View(), "\n")[:h]
	if keymap.Timed(p) {
		lines = append(lines, d.bar().Draw(w))
	}
	return lines
}

// draw returns the box with the tabs and the pane; on the full screen without borders.
func (d *detail) draw(r rect) []string {
	if d.full {
		return d.drawFull(r)
	}
	lines := []string{" " + d.drawTabs(r), ""}
	if d.data.Shows() {
		for _, line := range d.lines(r) {
			lines = append(lines, " "+line+" ")
		}
	} else {
		lines = append(lines, d.theme.Faint.Render(" Nothing is selected."))
	}
	return box(d.theme, r, d.title(), d.focus, lines)
}

// drawFull returns the pane without borders.
func (d *detail) drawFull(r rect) []string {
	const leastTitle = 8
	tabs := d.drawTabs(r)
	title := ""
	if room := r.w - cell.Width(tabs) - 2; room >= leastTitle {
		title = d.theme.Title.Render(cell.Cut(d.title(), room))
	}
	lines := []string{cell.Fit(tabs+cell.Space(r.w-cell.Width(tabs)-cell.Width(title))+title, r.w), cell.Space(r.w)}
	return append(lines, d.lines(r)...)
}
