package ui

import (
	tea "charm.land/bubbletea/v2"

	"societop/ui/input"
	"societop/ui/keymap"
)

// wheelRows is how many rows a notch of the wheel moves.
const wheelRows = 3

// onMouse handles a click or the wheel.
func (a *App) onMouse(msg tea.MouseMsg) tea.Cmd {
	m := msg.Mouse()
	if a.screen.layout.tooSmall || a.prompt.typing() || a.prompt.find.IsOpen() || a.act.IsOpen() || a.conf.views.IsOpen() {
		return nil
	}
	switch msg.(type) {
	case tea.MouseWheelMsg:
		a.notice = ""
		a.touch()
		return a.onWheel(m)
	case tea.MouseClickMsg:
		said := a.notice != ""
		a.notice = ""
		a.touch()
		if m.Button == tea.MouseLeft {
			return a.onClick(m.X, m.Y, said)
		}
	}
	return nil
}

// onWheel sends the keys of up and down to what is under the mouse.
func (a *App) onWheel(m tea.Mouse) tea.Cmd {
	var keys []string
	switch m.Button {
	case tea.MouseWheelDown:
		keys = a.keys.Down.Keys()
	case tea.MouseWheelUp:
		keys = a.keys.Up.Keys()
	default:
	}
	if len(keys) == 0 {
		return nil
	}
	arrow := input.Press(keys[0])
	var cmds []tea.Cmd
	for range wheelRows {
		switch {
		case a.overlay.open():
			a.overlay.key(arrow, a.keys)
		case a.screen.layout.detail.has(m.X, m.Y):
			cmds = append(cmds, a.paneKey(arrow))
		case a.list.Key(a.keys.Moves, arrow):
			cmds = append(cmds, a.debounce())
		}
	}
	return tea.Batch(cmds...)
}

// onClick handles a click on a cell; said reports that the footer showed a notice, which a click there
// only removes.
func (a *App) onClick(x, y int, said bool) tea.Cmd {
	l := &a.screen.layout
	switch {
	case a.overlay.open():
		if y == a.screen.height-1 {
			a.overlay = overlay{}
		}
	case l.footer.has(x, y) && !said:
		return a.clickFooter(x - l.footer.x)
	case l.list.has(x, y):
		return a.clickList(x, y, l.list)
	case l.detail.has(x, y):
		return a.clickDetail(x, y, l.detail)
	}
	return nil
}

// clickFooter does what the key of a hint does. The numbers of the panes mean the next one.
func (a *App) clickFooter(x int) tea.Cmd {
	hints, w := a.situation().Hints(), a.screen.layout.footer.w
	switch name := keymap.KeyAt(a.theme, hints, w-2, x-1); name {
	case "":
		return nil
	default:
		if keys := a.keys.Panes.Keys(); len(keys) > 0 && keys[0] == name {
			return turnTo(a, a.detail.next(+1))
		}
		return a.onKey(input.Press(name))
	}
}

// clickList sorts by a column, selects an experiment, or opens the selected one.
func (a *App) clickList(x, y int, r rect) tea.Cmd {
	if y == r.y+1 {
		name, by, ok := a.list.SortAt(x-r.x-1, r.w-2)
		switch {
		case ok:
			return sortBy(a, by)
		case name != "":
			a.notice = "the list can't be sorted by " + name
		}
		return nil
	}
	row, ok := a.list.RowAt(y - r.y - 2)
	switch {
	case !ok:
		return nil
	case row == a.list.Index() && !a.detail.focus:
		return a.enter()
	}
	a.detail.focus = false
	a.list.Choose(row)
	return a.debounce()
}

// clickDetail shows the pane of a tab, goes to a moment of the timeline, or focuses the pane.
func (a *App) clickDetail(x, y int, r rect) tea.Cmd {
	d := &a.detail
	left, top, bottom := r.x+2, r.y+1, r.y+r.h-2 // inside of the frame
	if d.full {
		left, top, bottom = r.x, r.y, r.y+r.h-1
	}
	_, selected := a.list.Selected()
	switch tab := d.tabAt(x-left, r); {
	case y == top && tab >= 0:
		return turnTo(a, tab)
	case y == bottom && d.data.Shows() && keymap.Timed(d.pane()):
		if w, _ := d.size(d.pane(), r); d.bar().Click(x-left, w) {
			return a.timeMoved()
		}
	case !d.focus && selected:
		return a.enter()
	}
	return nil
}
