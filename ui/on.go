package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/list"
	"societop/ui/load"
	"societop/ui/pane"
	"societop/ui/player"
	"societop/ui/theme"
)

// onSize lays the screen out again. Of a screen that has become wider, Bubble Tea forgets what it
// drew beyond its old edge, and may draw a row shifted that has a wide character there: once the
// size has come to rest, everything is drawn again.
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

// arrange gives every part of the screen its place and its size.
func (a *App) arrange() {
	s := &a.screen
	fit := shape{open: a.detail.open, full: a.detail.full, lines: 1 + a.prompt.helpLines(s.height)}
	if w := a.list.Width(); w > 0 {
		fit.list = w + 2
	}
	s.layout = layOut(s.width, s.height, fit)
	a.list.Resize(s.layout.list.h - 3)
	a.detail.resize(s.layout.detail)
	a.overlay.measure(s.height)
	a.touch()
}

// fit lays the screen out again where the list has use for another width.
func (a *App) fit() {
	if a.list.Measure() {
		a.arrange()
	}
}

// onStyle chooses dark or light, once the terminal has answered, and takes the colours that it can
// show.
func (a *App) onStyle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
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

// read reads the source now.
func (a *App) read() tea.Cmd {
	keys := a.list.Watched(!a.screen.layout.list.empty())
	selected, has := a.list.Selected()
	if k, shown := a.detail.data.Key(); shown && (!has || k != selected) {
		at := 0
		if has {
			at = 1
		}
		keys = append(keys[:at:at], append([]model.Key{k}, keys[at:]...)...)
	}
	return a.feed.Read(keys)
}

// onFeed brings the list and the detail up to date with what was read.
func (a *App) onFeed(msg load.Msg) tea.Cmd {
	o := a.feed.Update(msg)
	for _, note := range o.Notes {
		a.messages.say(a.options.Now(), note.Text, note.Bad)
	}
	if o.Liveness != nil {
		said, bad := a.status().turned(*o.Liveness)
		a.messages.say(a.options.Now(), said, bad)
	}
	if o.Redraw {
		a.touch()
	}
	data := a.detail.data
	if o.Recovered {
		data.Retry()
	}
	a.list.Note(o.Changed, o.Gone, a.seen())
	if data.WroteMore(o.Put) {
		data.Outdate()
	}
	if o.Applied {
		a.list.Place()
		a.fit()
	}
	if o.Applied || o.Refresh {
		data.Follow()
		a.detail.refresh()
	}
	if o.Applied && !a.detail.focus && !a.moving {
		a.showSelected()
	}
	cmds := []tea.Cmd{o.Cmd}
	if o.Answered {
		cmds = append(cmds, a.readNeeds())
	}
	if o.Read {
		cmds = append(cmds, a.read())
	}
	if _, ok := msg.(load.MinuteMsg); ok && a.list.Query().Timed() {
		cmds = append(cmds, a.reselect(a.list.Query(), a.list.Sort()))
	}
	return tea.Batch(cmds...)
}

// seen is the experiment that is looked at.
func (a *App) seen() (k model.Key) {
	if !a.screen.layout.detail.empty() {
		k, _ = a.detail.data.Key()
	}
	return k
}

// debounce waits for the selection and the pane to rest.
func (a *App) debounce() tea.Cmd {
	a.moves++
	a.moving = true
	n := a.moves
	return tea.Tick(settleTime, func(time.Time) tea.Msg { return settledMsg{n} })
}

// onSettled shows the experiment on which the selection has come to rest. A detail that has the
// focus keeps its experiment, even one that is gone.
func (a *App) onSettled(msg settledMsg) tea.Cmd {
	if msg.n != a.moves {
		return nil
	}
	a.moving = false
	a.list.See()
	if a.detail.focus && a.detail.data.Shows() {
		return a.readNeeds()
	}
	return a.follow()
}

// follow lets the detail show the selected experiment, and reads what the pane wants of it.
func (a *App) follow() tea.Cmd {
	a.showSelected()
	return a.readNeeds()
}

// showSelected lets the detail show the selected experiment, if there is one and it can be
// seen.
func (a *App) showSelected() {
	selected, has := a.list.Selected()
	if key, shown := a.detail.data.Key(); a.screen.layout.detail.empty() || !has || shown && key == selected {
		return
	}
	s, ok := a.feed.Lab().Get(selected)
	if !ok {
		return
	}
	a.detail.data.Show(s)
	a.detail.refresh()
	a.touch()
}

// readNeeds begins to read what the pane on the screen wants, as far as it is time for it.
// Nothing is read while the selection or the pane still changes.
func (a *App) readNeeds() tea.Cmd {
	if a.moving || a.screen.layout.detail.empty() {
		return nil
	}
	return a.detail.data.Read(a.detail.pane().Needs())
}

// onNeed shows what was read for the pane.
func (a *App) onNeed(msg load.NeedMsg) tea.Cmd {
	if !a.detail.data.OnNeed(msg) {
		return nil
	}
	if strings.HasSuffix(a.notice, pane.Reading) { // which is why a key did nothing
		a.notice = ""
	}
	a.touch()
	a.detail.refresh()
	return a.readNeeds()
}

// onWork continues the filter or the order that is being made.
func (a *App) onWork(msg list.WorkMsg) tea.Cmd {
	done, more := a.list.Work(msg)
	if !done {
		return more
	}
	a.touch()
	a.fit()
	return a.debounce()
}

// onPlay plays on, as long as the pane can be seen.
func (a *App) onPlay(msg player.TickMsg) tea.Cmd {
	c := &a.detail.data.Clock
	if !c.Due(msg) {
		return nil
	}
	if !timed(a.detail.pane()) || a.screen.layout.detail.empty() {
		c.Stop()
		return nil
	}
	c.Run(a.options.Now())
	before := c.At()
	a.detail.refresh()
	if c.At() != before {
		a.touch()
	}
	cmd := a.readNeeds()
	if !c.Playing() {
		a.touch()
		return cmd
	}
	return tea.Batch(cmd, c.NextTick(a.options.Now()))
}

// timeMoved shows another moment, and reads what is not known of it.
func (a *App) timeMoved() tea.Cmd {
	a.touch()
	a.detail.refresh()
	return a.readNeeds()
}
