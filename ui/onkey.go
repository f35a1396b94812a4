package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/input"
	"societop/ui/keymap"
	"societop/ui/list"
	"societop/ui/pane/kit"
)

// onKey routes a key: to the overlay, to the prompt, to the pane if it captures the key, or to the
// keys that work anywhere.
func (a *App) onKey(msg tea.KeyPressMsg) tea.Cmd {
	if msg.String() == "ctrl+j" { // Enter, typed before the terminal was the monitor's
		msg = tea.KeyPressMsg{Code: tea.KeyEnter}
	}
	_, typing := a.detail.typist()
	if typing = (typing || a.prompt.typing()) && !a.overlay.open() || a.act.Typing() || a.conf.views.Typing(); msg.Text == "" || !typing {
		msg = tea.KeyPressMsg(input.Latin(tea.Key(msg)))
	}
	msg.Text = text.Clean(msg.Text).String() // what is typed is shown: of it too only what has one width everywhere
	a.notice = ""
	a.touch()
	if cmd, covered := coveredKey(a, msg); covered {
		return cmd
	}
	switch {
	case a.prompt.filter.Typing():
		return a.onFilterKey(msg)
	case a.prompt.jump.typing:
		if !a.prompt.jump.key(msg, &a.detail.data.Clock) {
			return nil
		}
		return a.timeMoved()
	case a.detail.takes(msg):
		return a.paneKey(msg)
	}
	return a.onGlobalKey(msg)
}

// coveredKey passes a key to what covers the screen, if anything does; ^c quits anywhere.
func coveredKey(a *App, msg tea.KeyPressMsg) (cmd tea.Cmd, covered bool) {
	switch {
	case key.Matches(msg, a.keys.Interrupt):
		return tea.Quit, true
	case a.act.IsOpen():
		return a.act.Key(msg), true
	case a.prompt.find.IsOpen():
		return findKey(a, msg), true
	case a.conf.views.IsOpen():
		return viewKey(a, msg), true
	case a.overlay.open():
		if a.refit = a.overlay.key(msg, a.keys); a.refit {
			cmd = a.conf.choose("columns", strings.Join(list.ShownColumns(a.list), ","))
		}
		return cmd, true
	}
	return nil, false
}

// onGlobalKey handles a key that works anywhere, or passes it to the list or the pane that has the
// focus. A key that is off says why.
func (a *App) onGlobalKey(msg tea.KeyPressMsg) tea.Cmd {
	now := a.situation()
	if name, why := now.PaneRefuses(msg); why != "" {
		a.notice = keymap.OffNotice(name, why)
		return nil
	}
	for _, action := range a.actions() {
		if !slices.Contains(action.key.Keys(), msg.String()) {
			continue
		}
		if why := now.Off(action.key); why != "" {
			a.notice = keymap.OffNotice(a.theme.KeyName(action.key.Help().Key), why)
			return nil
		}
		return action.do()
	}
	if a.detail.focus {
		return a.paneKey(msg)
	}
	if a.list.Key(a.keys.Moves, msg) {
		return a.debounce()
	}
	return nil
}

// situation returns which keys do something at present.
func (a *App) situation() *keymap.Situation {
	d, l := &a.detail, a.list
	_, selected := l.Selected()
	_, typed := d.typist()
	return &keymap.Situation{
		Keys: a.keys, Theme: a.theme, Pane: d.pane(), Focus: d.focus, Typed: typed, InList: !d.focus && !d.open && !d.full,
		Selected: selected, Filtered: !l.Query().Empty(), Hidden: !a.listed, Lacks: d.whyHidden(),
		News:    keymap.News{Changed: l.AnyChanged(), Needs: a.feed.Lab().Needs().Count() > 0},
		Reading: keymap.Reading{Paused: a.feed.State().Paused, Playing: d.data.Clock.Playing(), Moments: d.data.Clock.Len()},
	}
}

// onFilterKey edits the filter. The list follows every key.
func (a *App) onFilterKey(msg tea.KeyPressMsg) tea.Cmd {
	f := &a.prompt.filter
	switch {
	case key.Matches(msg, kit.Escape):
		before := f.Cancel()
		return tea.Batch(a.setFilter(before), a.relayout())
	case key.Matches(msg, kit.Enter):
		if f.Keep() {
			return a.relayout()
		}
		return nil
	case msg.String() == "tab":
		f.Complete(+1)
	case msg.String() == "shift+tab":
		f.Complete(-1)
	default:
		f.Update(msg, a.feed.Lab())
	}
	return a.setFilter(f.Input.Value())
}

// onPaste adds text to the line that has the keys, as one clean line; elsewhere it is ignored.
func (a *App) onPaste(msg tea.PasteMsg) tea.Cmd {
	if a.act.IsOpen() {
		a.touch()
		a.act.Paste(msg.Content)
		return nil
	}
	msg.Content = text.Clean(msg.Content).String()
	_, typed := a.detail.typist()
	f, j := &a.prompt.filter, &a.prompt.jump
	switch {
	case a.prompt.find.IsOpen():
		a.touch()
		a.prompt.find.Paste(msg)
	case a.conf.views.IsOpen():
		a.touch()
		a.conf.views.Paste(msg)
	case typed && !a.overlay.open():
		a.touch()
		return a.paneKey(msg)
	case j.typing:
		a.touch()
		j.input, _ = j.input.Update(msg)
	case f.Typing():
		a.touch()
		f.Update(msg, a.feed.Lab())
		return a.setFilter(f.Input.Value())
	}
	return nil
}

// setFilter filters the list. A filter with an error leaves the list as it is.
func (a *App) setFilter(s string) tea.Cmd {
	q, err := model.ParseQuery(s)
	if err != nil {
		a.prompt.filter.Wrong = text.Clean(err.Error())
		return nil
	}
	a.prompt.filter.Wrong = text.Text{}
	cmd := a.reselect(q, a.list.Sort())
	if q.NeedsErrors() && a.feed.NeedErrors() {
		cmd = tea.Batch(cmd, a.read())
	}
	return cmd
}

// back leaves the full screen, else the detail, else clears the filter.
func (a *App) back() tea.Cmd {
	switch d := &a.detail; {
	case d.full:
		d.full = false
	case d.focus || d.open:
		d.leave()
	case !a.list.Query().Empty():
		a.prompt.filter.Clear()
		return a.setFilter("")
	}
	return a.relayout()
}

// setPane shows the i-th pane; a narrow screen opens the detail for it. What it needs is read after
// settleTime without another change.
func (a *App) setPane(i int) tea.Cmd {
	n := len(a.detail.panes)
	a.detail.active = (i + n) % n
	a.detail.refresh()
	cmd := a.debounce()
	if _, ok := a.list.Selected(); ok && !a.visible {
		cmd = tea.Batch(cmd, a.enter())
	}
	return cmd
}

// enter gives the detail the focus.
func (a *App) enter() tea.Cmd {
	a.detail.enter()
	return a.relayout()
}
