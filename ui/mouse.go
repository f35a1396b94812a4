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
	if a.layout.tooSmall || a.filter.typing || a.jump.typing {
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

// onClick does what is at a cell; said reports that the footer had something to say, which a click
// there only takes away.
func (a *App) onClick(x, y int, said bool) tea.Cmd {
	switch {
	case a.overlay.kind != noOverlay:
		if y == a.height-1 {
			a.overlayKey(keyPress("esc"))
		}
	case a.layout.footer.has(x, y) && !said:
		return a.clickFooter(x)
	case a.layout.list.has(x, y):
		return a.clickList(x, y)
	case a.layout.detail.has(x, y):
		return a.clickDetail(x, y)
	}
	return nil
}

// clickList sorts by a column, selects an experiment, or opens the one that is selected.
func (a *App) clickList(x, y int) tea.Cmd {
	l := a.layout.list
	row := a.list.top + y - l.y - 2
	inside := y >= l.y+2 && y < l.y+l.h-1 && row < a.list.selection.Len()
	switch {
	case y == l.y+1:
		return a.clickHead(x - l.x - 1)
	case !inside:
		return nil
	case row == a.list.index && !a.detail.focus:
		return a.openDetail()
	}
	a.detail.focus = false
	return a.choose(row)
}

// clickDetail shows the pane of a tab, goes to a moment on the timeline, or gives the pane the keys.
func (a *App) clickDetail(x, y int) tea.Cmd {
	d := a.layout.detail
	left, top, bottom := d.x+2, d.y+1, d.y+d.h-2 // inside of the frame
	if a.detail.full {
		left, top, bottom = d.x, d.y, d.y+d.h-1
	}
	switch tab := a.tabAt(x - left); {
	case y == top && tab >= 0:
		return a.setPane(tab)
	case y == bottom && a.detail.shown && timed(a.detail.pane()):
		return a.clickTime(x - left)
	case !a.detail.focus:
		return a.openDetail()
	}
	return nil
}
