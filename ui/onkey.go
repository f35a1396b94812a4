package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model/text"
	"societop/ui/input"
	"societop/ui/pane"
)

// onKey routes a key: to the overlay, to the filter, to what all of the screen knows, or to
// what has the focus.
func (a *App) onKey(msg tea.KeyPressMsg) tea.Cmd {
	if msg.String() == "ctrl+j" { // Enter, typed before the terminal was the monitor's
		msg = tea.KeyPressMsg{Code: tea.KeyEnter}
	}
	if msg.Text == "" || !a.typing() {
		msg = tea.KeyPressMsg(input.Latin(tea.Key(msg)))
	}
	msg.Text = text.Clean(msg.Text).String() // what is typed is shown: of it too only what has one width everywhere
	a.notice = ""
	a.touch()
	switch {
	case key.Matches(msg, a.keys.Interrupt):
		return tea.Quit
	case a.overlay.kind != noOverlay:
		a.overlayKey(msg)
		return nil
	case a.filter.typing:
		return a.onFilterKey(msg)
	case a.jump.typing:
		return a.onJumpKey(msg)
	case a.paneTakes(msg):
		return a.paneKey(msg)
	}
	if name, why := a.paneRefuses(msg); why != "" {
		a.notice = offNotice(name, why)
		return nil
	}
	for _, action := range a.actions() {
		if !slices.Contains(action.key.Keys(), msg.String()) {
			continue
		}
		if why := a.off(action.key); why != "" {
			a.notice = offNotice(a.theme.KeyName(action.key.Help().Key), why)
			return nil
		}
		return action.do(msg)
	}
	if a.detail.focus {
		return a.paneKey(msg)
	}
	if a.list.key(a.keys, msg) {
		return a.settle()
	}
	return nil
}

// typing reports whether keys are a text, which is taken as it is typed.
func (a *App) typing() bool {
	if a.overlay.kind != noOverlay {
		return false
	}
	_, ok := a.typist()
	return ok || a.filter.typing || a.jump.typing
}

// paneTakes tells whether a key that all of the screen knows is the pane's for now.
func (a *App) paneTakes(msg tea.KeyPressMsg) bool {
	inner, ok := a.detail.pane().(pane.KeyCapturer)
	return ok && a.detail.focus && inner.CapturesKey(msg)
}

// action is what a key does wherever the focus is.
type action struct {
	key key.Binding
	do  func(tea.KeyPressMsg) tea.Cmd
}

// actions is the keys that all of the screen knows.
func (a *App) actions() []action {
	just := func(do func() tea.Cmd) func(tea.KeyPressMsg) tea.Cmd {
		return func(tea.KeyPressMsg) tea.Cmd { return do() }
	}
	k := &a.keys
	all := []action{
		{k.Quit, just(func() tea.Cmd { return tea.Quit })},
		{k.Stop, just(func() tea.Cmd { return tea.Suspend })},
		{k.Open, just(a.openDetail)},
		{k.Back, just(a.back)},
		{k.Switch, just(a.switchFocus)},
		{k.SwitchBack, just(a.switchFocus)},
		{k.Panes, a.pickPane},
		{k.NextPane, just(func() tea.Cmd { return a.turnPane(+1) })},
		{k.PrevPane, just(func() tea.Cmd { return a.turnPane(-1) })},
		{k.Full, just(a.toggleFull)},
		{k.Filter, just(a.beginFilter)},
		{k.Sort, just(a.nextSort)},
		{k.Reverse, just(a.reverseSort)},
		{k.Columns, just(func() tea.Cmd { return a.show(columnsOverlay) })},
		{k.NextChanged, just(a.stepChanged(+1))},
		{k.PrevChanged, just(a.stepChanged(-1))},
		{k.CopyID, just(a.copyIDs)},
		{k.CopyRow, just(a.copyRows)},
		{k.Pager, just(a.openPager)},
		{k.Mouse, just(a.toggleMouse)},
		{k.Refresh, just(a.refreshNow)},
		{k.Pause, just(a.togglePause)},
		{k.Faster, just(func() tea.Cmd { return a.changeInterval(-1) })},
		{k.Slower, just(func() tea.Cmd { return a.changeInterval(+1) })},
		{k.Messages, just(func() tea.Cmd { return a.show(messagesOverlay) })},
		{k.Help, just(func() tea.Cmd { return a.show(helpOverlay) })},
	}
	if !a.detail.focus {
		return append(all, action{k.Mark, just(a.toggleMark)})
	}
	return append(all, a.timeActions()...)
}

// timeActions is the keys of the time, in a pane that shows a moment; in others they say so.
func (a *App) timeActions() []action {
	k := &a.keys
	just := func(do func() tea.Cmd) func(tea.KeyPressMsg) tea.Cmd {
		return func(tea.KeyPressMsg) tea.Cmd { return do() }
	}
	return []action{
		{k.StepBack, just(a.stepTime(-1))},
		{k.StepOn, just(a.stepTime(+1))},
		{k.DayBack, just(a.stepDay(-1))},
		{k.DayOn, just(a.stepDay(+1))},
		{k.Play, just(a.togglePlay)},
		{k.PlaySlower, just(a.changeSpeed(-1))},
		{k.PlayFaster, just(a.changeSpeed(+1))},
		{k.Live, just(a.goLive)},
		{k.GoTo, just(a.beginJump)},
	}
}
