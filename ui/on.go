package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model/text"
	"societop/ui/theme"
)

// onSize arranges the screen. When it becomes wider, Bubble Tea forgets what it drew beyond the old
// edge and may shift a row with a wide character there, so everything is redrawn once the size has
// stopped changing.
func (a *App) onSize(msg tea.WindowSizeMsg) tea.Cmd {
	s := &a.screen
	wider := s.width > 0 && msg.Width > s.width
	s.width, s.height = msg.Width, msg.Height
	if !wider {
		return a.relayout()
	}
	s.widened++
	n := s.widened
	return tea.Batch(a.relayout(), tea.Tick(settleTime, func(time.Time) tea.Msg { return redrawMsg{n} }))
}

// onRedraw draws everything again, unless the size has changed meanwhile.
func (a *App) onRedraw(msg redrawMsg) tea.Cmd {
	if msg.n != a.screen.widened {
		return nil
	}
	return tea.ClearScreen
}

// relayout follows a change of the size or of what is open.
func (a *App) relayout() tea.Cmd {
	a.arrange()
	return a.follow()
}

// arrange gives every part of the screen its position and size.
func (a *App) arrange() {
	s := &a.screen
	fit := shape{open: a.detail.open, full: a.detail.full, lines: 1 + a.prompt.helpLines(s.height)}
	if w := a.list.Width(); w.Least > 0 {
		fit.list, fit.wideList = w.Least+2, w.Most+2
	}
	s.layout = layOut(s.width, s.height, fit)
	a.listed, a.visible = !s.layout.list.empty(), !s.layout.detail.empty()
	a.list.Resize(s.layout.list.h - 3)
	a.detail.resize(s.layout.detail)
	a.overlay.measure(s.height)
	a.act.Resize(s.width-2, s.height-3)
	a.touch()
}

// onStyle takes what the terminal says of itself: whether it is dark or light, the colours that it
// can show, and whether it has the focus.
func (a *App) onStyle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.FocusMsg, tea.BlurMsg:
		_, a.alarm.Watched = msg.(tea.FocusMsg)
		return nil
	case tea.ColorProfileMsg:
		a.theme.SetProfile(msg.Profile)
	case tea.BackgroundColorMsg:
		switch {
		case a.options.Theme != theme.Auto:
			return nil
		case msg.IsDark():
			a.theme.Set(theme.Dark)
		default:
			a.theme.Set(theme.Light)
		}
	}
	a.detail.refresh()
	a.touch()
	return nil
}

// onResume comes after a suspension or from the pager: time has passed.
func (a *App) onResume(msg pagedMsg) tea.Cmd {
	if msg.err != nil {
		a.notice = "the pager: " + text.Clean(msg.err.Error()).String()
	}
	a.feed.SetTime()
	a.touch()
	return nil
}

// settleTime is how long selection and pane stay unchanged before the detail is read, and the size
// before everything is drawn again.
const settleTime = 150 * time.Millisecond

// settledMsg comes settleTime after the selection moved; it counts only if n is still the number of
// the last move.
type settledMsg struct{ n int }

// pagedMsg says that the pager has ended.
type pagedMsg struct{ err error }

// redrawMsg comes settleTime after the screen became wider; it counts only if n is still the number of
// the last time.
type redrawMsg struct{ n int }
