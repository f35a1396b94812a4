package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"societop/model"
)

// maxChanged is how many changed experiments are remembered; who has so many does not go
// through them one by one.
const maxChanged = 10_000

// flag is the cell before the name of an experiment: whether it is marked, or has changed
// since it was selected last.
func (a *App) flag(k model.Key) (sign string, style lipgloss.Style) {
	switch {
	case a.list.marked[k]:
		return a.theme.Mark, a.theme.Key
	case a.list.changed[k]:
		return a.theme.News, a.theme.Warning
	}
	return " ", a.theme.Text
}

// toggleMark marks the selected experiment, or takes the mark away, and goes on to the next.
func (a *App) toggleMark() tea.Cmd {
	l := &a.list
	if !l.has {
		return nil
	}
	if l.marked[l.selected] {
		delete(l.marked, l.selected)
	} else {
		l.marked[l.selected] = true
	}
	if l.index+1 >= l.selection.Len() {
		return nil
	}
	return a.choose(l.index + 1)
}

// choose selects the experiment of a row.
func (a *App) choose(row int) tea.Cmd {
	l := &a.list
	l.index, l.selected, l.has = row, l.selection.At(row).Key, true
	l.reveal()
	return a.settle()
}

// noteChanges remembers which experiments have another status than before, or are new. What
// is there when the monitor begins is not new.
func (a *App) noteChanges(put []model.Summary, gone []model.Key) {
	l := &a.list
	for _, k := range gone {
		delete(l.marked, k)
		delete(l.changed, k)
	}
	if !a.loaded {
		return
	}
	for i := range put {
		k := put[i].Key
		before, known := a.lab.Get(k)
		if (!known || before.Status != put[i].Status) && k != a.seen() && len(l.changed) < maxChanged {
			l.changed[k] = true
		}
	}
}

// seen is the experiment that is looked at.
func (a *App) seen() (k model.Key) {
	if a.detailVisible() && a.detail.shown {
		k = a.detail.key
	}
	return k
}

// changedRows is the rows of the changed experiments, in order.
func (a *App) changedRows() (rows []int) {
	for k := range a.list.changed {
		if row, ok := a.list.selection.Rank(k); ok {
			rows = append(rows, row)
		}
	}
	slices.Sort(rows)
	return rows
}

// stepChanged goes to the next changed experiment in the list, or the one before; behind the
// last one comes the first.
func (a *App) stepChanged(by int) func() tea.Cmd {
	return func() tea.Cmd {
		rows := a.changedRows()
		at, found := slices.BinarySearch(rows, a.list.index)
		switch {
		case by < 0:
			at--
		case found:
			at++
		}
		cmd := a.choose(rows[(at+len(rows))%len(rows)])
		if a.detail.focus { // which keeps its experiment, unless another is asked for
			a.showSelected()
		}
		return cmd
	}
}

// chosen is the experiments that are meant: those that are marked, in the order of the list,
// or else the selected one.
func (a *App) chosen() (all []model.Summary) {
	l := &a.list
	type row struct {
		at int
		s  model.Summary
	}
	var rows []row
	for k := range l.marked {
		if s, ok := a.lab.Get(k); ok {
			at, shown := l.selection.Rank(k)
			if !shown {
				at = l.selection.Len()
			}
			rows = append(rows, row{at, s})
		}
	}
	slices.SortFunc(rows, func(x, y row) int { return x.at - y.at })
	for _, r := range rows {
		all = append(all, r.s)
	}
	if s, ok := a.lab.Get(l.selected); ok && l.has && len(all) == 0 {
		all = append(all, s)
	}
	return all
}
