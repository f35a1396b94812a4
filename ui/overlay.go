package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/act"
	"societop/ui/cell"
	"societop/ui/keymap"
	"societop/ui/pane"
	"societop/ui/theme"
)

// overlay covers the screen with text: the help, the messages or the columns.
type overlay struct {
	title   string
	content func(at int) []string // its lines; nil: there is no overlay
	pick    func(at int)          // chooses a line; nil: there is nothing to choose
	top     int
	rows    int // that fit
	at      int // the chosen line
}

// open reports whether there is an overlay.
func (o *overlay) open() bool { return o.content != nil }

// show opens an overlay.
func (a *App) show(o overlay) tea.Cmd {
	a.overlay = o
	a.overlay.measure(a.screen.height)
	return nil
}

// messageOverlay returns the messages, the newest in view.
func (a *App) messageOverlay() overlay {
	lines := func(int) []string {
		lines := a.messages.Lines(a.theme, a.options.Zone, a.screen.width)
		if sources := a.status().Sources(a.screen.width - 3); sources != nil {
			lines = append(append(lines, "", a.theme.Strong.Render(" Sources")), sources...)
		}
		return lines
	}
	return overlay{title: "Messages", content: lines, top: len(lines(0))}
}

// columnOverlay returns the columns of the list, to choose from.
func (a *App) columnOverlay() overlay {
	lines := func(at int) []string { return a.list.DrawChoice(at, a.screen.layout.list.w-2) }
	return overlay{title: "Columns of the list", content: lines, pick: a.list.ToggleColumn}
}

// helpOverlay returns the keys that do something at present.
func (a *App) helpOverlay() overlay {
	lines := func(int) []string { return a.situation().Help(a.screen.width) }
	return overlay{title: "Keys", content: lines}
}

// measure adapts the overlay to the height of the screen.
func (o *overlay) measure(h int) {
	if o.open() {
		o.rows = max(h-3, 0)
		o.top = max(min(o.top, len(o.content(o.at))-o.rows), 0)
	}
}

// key scrolls the overlay or picks a line; any other key closes it. It reports whether a line was
// picked.
func (o *overlay) key(msg tea.KeyPressMsg, keys *keymap.Map) (picked bool) {
	if o.pick != nil {
		if to, ok := keys.Move(msg, o.at, len(o.content(o.at))-1, o.rows); ok {
			o.at = to
			o.top = max(min(o.top, o.at), o.at-o.rows+1)
			return false
		}
		if key.Matches(msg, keys.Mark, keys.Open) {
			o.pick(o.at)
			return true
		}
	}
	to, ok := keys.Move(msg, o.top, max(len(o.content(o.at))-o.rows, 0), o.rows)
	if !ok {
		*o = overlay{}
		return false
	}
	o.top = to
	return false
}

// draw returns the overlay in a frame of the size of the screen.
func (o *overlay) draw(t *theme.Theme, w, h int) string {
	lines := o.content(o.at)
	out := box(t, rect{0, 0, w, h - 1}, o.title, true, lines[min(o.top, len(lines)):])
	hint := func(key, word string) string { return t.Key.Render(key) + " " + t.Footer.Render(word) }
	hints := []string{" " + hint("Esc", "close")}
	if o.pick != nil {
		hints = append(hints, hint("space", "show or hide"))
	}
	if len(lines) > o.rows {
		hints = append(hints, hint("j k", "scroll"))
	}
	return strings.Join(append(out, cell.Whole(hints, w)), "\n")
}

// toActOn returns the runs to act on: those that are marked, else the selected one, or the one that is shown
// while the detail has the focus; and the selected agent, if the pane shows one.
func (s *session) toActOn() act.About {
	runs, data := s.list.Chosen(), s.detail.data
	selected, _ := s.list.Selected()
	shown, shows := data.Key()
	if summary, ok := s.feed.Lab().Get(shown); ok && shows && s.detail.focus && len(runs) == 1 && runs[0].Key == selected {
		runs[0] = summary
	}
	about := act.About{Runs: runs, Sources: s.feed.Lab().Sources()}
	if len(runs) == 1 && shows && runs[0].Key == shown {
		about.Profiles, about.Agent = data.View.Profiles, data.View.Agent
		_, selects := s.detail.pane().(pane.AgentSelector)
		about.Chosen = selects && s.detail.focus && data.View.Chosen
	}
	return about
}

// onAct takes the answer to a command of the actions.
func (a *App) onAct(msg act.Msg) tea.Cmd {
	cmd, done := a.act.Update(msg)
	a.touch()
	if done == nil {
		return cmd
	}
	said := text.Clean(done.Said())
	bad := done.Result.Outcome != model.OutcomeDone
	a.messages.Say(a.feed.Now(), said, bad)
	if !a.act.IsOpen() {
		a.notice = said.String()
	}
	a.detail.data.Asked(done.Order, done.Result)
	if !done.Over {
		return cmd
	}
	a.feed.RestartFresh()
	a.detail.data.Outdate()
	a.detail.refresh()
	return tea.Batch(cmd, a.read(), a.readNeeds())
}
