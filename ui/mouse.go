package ui

import tea "charm.land/bubbletea/v2"

// wheelRows is how many rows a notch of the wheel moves.
const wheelRows = 3

// toggleMouse turns the mouse on or off. While it is on, the terminal's own way of marking
// text needs a key more.
func (a *App) toggleMouse() tea.Cmd {
	a.mouse = !a.mouse
	if a.notice = "the mouse is off"; a.mouse {
		a.notice = "the mouse is on; with Shift the terminal marks text"
	}
	return nil
}

// onMouse follows a click or the wheel.
func (a *App) onMouse(msg tea.MouseMsg) tea.Cmd {
	m := msg.Mouse()
	if a.layout.tooSmall || a.filter.typing {
		return nil
	}
	a.notice = ""
	a.touch()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		return a.onWheel(m)
	case tea.MouseClickMsg:
		if m.Button == tea.MouseLeft && a.overlay.kind == noOverlay {
			return a.onClick(m.X, m.Y)
		}
	}
	return nil
}

// onWheel is so many times the arrow key, where the mouse is.
func (a *App) onWheel(m tea.Mouse) tea.Cmd {
	arrow := tea.KeyPressMsg{Code: tea.KeyDown}
	switch m.Button {
	case tea.MouseWheelDown:
	case tea.MouseWheelUp:
		arrow.Code = tea.KeyUp
	default:
		return nil
	}
	var cmds []tea.Cmd
	for range wheelRows {
		switch {
		case a.overlay.kind != noOverlay:
			a.overlayKey(arrow)
		case a.layout.detail.has(m.X, m.Y):
			cmds = append(cmds, a.paneKey(arrow))
		case a.list.key(a.keys, arrow):
			cmds = append(cmds, a.settle())
		}
	}
	return tea.Batch(cmds...)
}

// onClick selects an experiment, opens the one that is selected, or shows a pane.
func (a *App) onClick(x, y int) tea.Cmd {
	l, d := a.layout.list, a.layout.detail
	switch {
	case l.has(x, y):
		row := a.list.top + y - l.y - 2
		inside := y >= l.y+2 && y < l.y+l.h-1 && row < a.list.selection.Len()
		switch {
		case !inside:
			return nil
		case row == a.list.index && !a.detail.focus:
			return a.openDetail()
		}
		a.detail.focus = false
		return a.choose(row)
	case d.has(x, y):
		left, top := d.x+2, d.y+1
		if a.detail.full {
			left, top = d.x, d.y
		}
		if tab := a.tabAt(x - left); y == top && tab >= 0 {
			return a.setPane(tab)
		}
		if !a.detail.focus {
			return a.openDetail()
		}
	}
	return nil
}
