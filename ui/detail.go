package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/pane"
	"societop/ui/player"
	"societop/ui/theme"
)

// detail is the panes and what they show.
type detail struct {
	panes  []pane.Pane
	active int
	focus  bool
	open   bool // on a narrow screen: the detail is shown
	full   bool // it has the whole screen
	view   pane.View
	key    model.Key // of the experiment that is shown
	shown  bool      // there is one
	gone   bool      // it has vanished from the source

	clock  player.Clock
	frames frames

	gathering gathering // of the experiment that is shown

	readings map[pane.Need]*reading // of the experiment that is shown
	reads    int                    // that were begun: their numbers
}

func newDetail(t *theme.Theme) detail {
	d := detail{readings: map[pane.Need]*reading{}, frames: newFrames(), clock: player.New()}
	for _, m := range panes {
		d.panes = append(d.panes, m.create(t))
	}
	return d
}

// detailVisible tells whether the detail is on the screen.
func (a *App) detailVisible() bool { return !a.layout.detail.empty() }

// onSettled shows the experiment on which the selection has come to rest. Who reads the
// detail keeps it, even of an experiment that is gone.
func (a *App) onSettled(msg settledMsg) tea.Cmd {
	if msg.n != a.moves {
		return nil
	}
	a.moving = false
	delete(a.list.changed, a.list.selected)
	if a.detail.focus && a.detail.shown {
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
	d := &a.detail
	if !a.detailVisible() || !a.list.has || (d.shown && d.key == a.list.selected) {
		return
	}
	s, ok := a.lab.Get(a.list.selected)
	if !ok {
		return
	}
	a.showRun(s)
	a.refreshPane()
	a.touch()
}

// showRun lets the detail show a run from its start: nothing of another one stays, and what is
// being read of that comes to nothing.
func (a *App) showRun(s model.Summary) {
	d := &a.detail
	d.forget()
	d.key, d.shown, d.gone = s.Key, true, false
	d.view = pane.View{Zone: a.options.Zone}
	d.view.Experiment.Summary, d.view.Frame.At = s, model.Latest
	_, d.view.Bulk = a.options.Source.RunData(s.Key).(model.AllAgentsReader)
	d.clock.Reset()
	d.frames, d.gathering = newFrames(), gathering{}
}

// refreshDetail takes over what has changed of the experiment that is shown. Another status or
// plan is a reason to read again what was read of it; of a run that begins again under the same
// id nothing of what was read stays.
func (a *App) refreshDetail() {
	d := &a.detail
	if !d.shown {
		return
	}
	s, ok := a.lab.Get(d.key)
	if d.gone = !ok; ok {
		e := &d.view.Experiment
		if s.BeganAgain(&e.Summary) {
			a.showRun(s)
		} else if s.Status != e.Status || !s.Plan.Equal(e.Plan) || s.Created != e.Created {
			d.outdate()
		} else if s.Error.Empty() {
			s.Error = e.Error
		}
		e.Summary = s
	}
	a.refreshPane()
}

// refreshPane shows the pane on the screen what there is.
func (a *App) refreshPane() {
	if !a.detail.shown {
		return
	}
	v := &a.detail.view
	v.Liveness = a.lab.Liveness()
	v.Now, v.Estimate, v.Moves = a.now, a.lab.Estimate(a.detail.key, a.now), a.lab.Moves(a.detail.key)
	a.detail.showMoment()
	a.detail.aim()
	a.detail.tell(a.failure != nil)
	a.detail.pane().Show(*v)
}

// openDetail gives the detail the focus; a narrow screen shows it.
func (a *App) openDetail() tea.Cmd {
	if !a.list.has {
		return nil
	}
	a.detail.focus, a.detail.open = true, true
	return a.relayout()
}

// back leaves, one at a time: the full screen, the detail, the filter.
func (a *App) back() tea.Cmd {
	switch {
	case a.detail.full:
		a.detail.full = false
	case a.detail.focus || a.detail.open:
		a.detail.focus, a.detail.open = false, false
	case !a.list.selection.Query().Empty():
		a.filter.clear()
		return a.setFilter("")
	}
	return a.relayout()
}

// switchFocus goes from the list to the detail and back.
func (a *App) switchFocus() tea.Cmd {
	if a.detail.focus {
		a.detail.full = false
		a.detail.focus, a.detail.open = false, false
		return a.relayout()
	}
	return a.openDetail()
}

// pickPane shows the pane of a number.
func (a *App) pickPane(msg tea.KeyPressMsg) tea.Cmd {
	for i, m := range panes {
		if fmt.Sprint(m.number) == msg.String() {
			return a.setPane(i)
		}
	}
	return nil
}

// turnPane shows the next pane, or the one before.
func (a *App) turnPane(by int) tea.Cmd {
	n := len(a.detail.panes)
	return a.setPane((a.detail.active + by + n) % n)
}

// setPane shows a pane; a narrow screen opens the detail for it. What it wants is read when
// the turning of panes has come to rest.
func (a *App) setPane(i int) tea.Cmd {
	a.detail.active = i
	a.refreshPane()
	cmd := a.settle()
	if !a.detailVisible() {
		cmd = tea.Batch(cmd, a.openDetail())
	}
	return cmd
}

// toggleFull gives the pane the whole screen, or takes it back.
func (a *App) toggleFull() tea.Cmd {
	if !a.list.has {
		return nil
	}
	if a.detail.full = !a.detail.full; a.detail.full {
		a.detail.focus, a.detail.open = true, true
	}
	return a.relayout()
}
