package ui

import (
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/pane"
	"societop/ui/theme"
)

// detail is the panes and what they show.
type detail struct {
	panes  []pane.Pane
	active int
	focus  bool
	open   bool // on a narrow screen: the detail is shown
	full   bool // it has the whole screen
	view   model.View
	key    model.Key // of the experiment that is shown
	shown  bool      // there is one
}

func newDetail(t *theme.Theme) detail {
	var d detail
	for _, m := range pane.All {
		d.panes = append(d.panes, m.Make(t))
	}
	return d
}

// detailVisible tells whether the detail is on the screen.
func (a *App) detailVisible() bool { return !a.layout.detail.empty() }

// onSettled shows the experiment on which the selection has come to rest.
func (a *App) onSettled(msg settledMsg) tea.Cmd {
	if msg.n != a.moves {
		return nil
	}
	return a.follow()
}

// follow lets the detail show the selected experiment, if there is one and it can be seen.
func (a *App) follow() tea.Cmd {
	if !a.detailVisible() || !a.list.has || (a.detail.shown && a.detail.key == a.list.selected) {
		return nil
	}
	s, ok := a.lab.Get(a.list.selected)
	if !ok {
		return nil
	}
	a.detail.key, a.detail.shown = s.Key, true
	a.detail.view = model.View{Experiment: model.Experiment{Summary: s}, Zone: a.options.Zone}
	a.refreshPane()
	a.touch()
	if !a.needs(model.NeedWhole) {
		return nil
	}
	return a.readWhole(s.Key)
}

// needs tells whether the pane on the screen wants something read.
func (a *App) needs(n model.Need) bool {
	return slices.Contains(a.detail.panes[a.detail.active].Needs(), n)
}

// refreshDetail takes over what has changed of the experiment that is shown. A change of
// its status is a reason to read it whole again.
func (a *App) refreshDetail() tea.Cmd {
	if !a.detail.shown {
		return nil
	}
	v := &a.detail.view
	s, ok := a.lab.Get(a.detail.key)
	if !ok {
		v.Trouble = model.Clean("This experiment is gone from the source; its last data is shown.")
		a.refreshPane()
		return nil
	}
	again := s.Status != v.Experiment.Status || !s.Plan.Equal(v.Experiment.Plan) || s.Created != v.Experiment.Created
	if s.Error.Empty() && !again {
		s.Error = v.Experiment.Error
	}
	v.Experiment.Summary = s
	a.refreshPane()
	if again && a.needs(model.NeedWhole) {
		return a.readWhole(s.Key)
	}
	return nil
}

// onWhole takes over an experiment that was read whole. The list may know it newer.
func (a *App) onWhole(msg wholeMsg) tea.Cmd {
	if !a.detail.shown || msg.key != a.detail.key {
		return nil
	}
	v := &a.detail.view
	a.touch()
	if msg.err != nil {
		if !errors.Is(msg.err, model.ErrNoExperiment) || !v.Whole {
			v.Trouble = model.Explain(msg.err)
		}
		a.refreshPane()
		return nil
	}
	s := msg.experiment.Summary
	if known, ok := a.lab.Get(s.Key); ok && known.Updated.After(s.Updated) {
		known.Error = s.Error
		s = known
	}
	v.Experiment = msg.experiment
	v.Experiment.Summary = s
	v.Outline, v.Whole, v.Trouble = msg.outline, true, model.Text{}
	a.refreshPane()
	return nil
}

// refreshPane shows the pane on the screen what there is.
func (a *App) refreshPane() {
	if !a.detail.shown {
		return
	}
	v := &a.detail.view
	v.Now, v.Estimate = a.now, a.lab.Estimate(a.detail.key, a.now)
	a.detail.panes[a.detail.active].Show(*v)
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
	for i, m := range pane.All {
		if fmt.Sprint(m.Number) == msg.String() {
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

// setPane shows a pane; a narrow screen opens the detail for it.
func (a *App) setPane(i int) tea.Cmd {
	a.detail.active = i
	a.refreshPane()
	if !a.detailVisible() {
		return a.openDetail()
	}
	if a.detail.shown && a.needs(model.NeedWhole) && !a.detail.view.Whole {
		return a.readWhole(a.detail.key)
	}
	return nil
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
