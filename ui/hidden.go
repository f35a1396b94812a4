package ui

import (
	tea "charm.land/bubbletea/v2"

	"societop/ui/keymap"
	"societop/ui/pane"
)

// hide notes for which panes the run that is shown has nothing, and why. While that is not known of a
// run, the tabs stay as they were for the run before it.
func (d *detail) hide() {
	if d.lacks == nil {
		d.lacks = map[pane.Pane]string{}
	}
	for _, p := range d.panes {
		optional, ok := p.(pane.Optional)
		if !ok {
			continue
		}
		why, known := optional.Lacks(&d.data.View)
		if _, before := d.lacks[p]; known || !before || d.lacks[p] == pane.Reading {
			d.lacks[p] = why
		}
	}
}

// hidden reports whether a pane has no tab. The one on the screen always has one: it stays when
// another run is shown, and says itself what that lacks.
func (d *detail) hidden(i int) bool { return i != d.active && d.lacks[d.panes[i]] != "" }

// whyHidden returns for each pane why it is hidden; "" for those that are not.
func (d *detail) whyHidden() []string {
	all := make([]string, len(d.panes))
	for i, p := range d.panes {
		if d.hidden(i) {
			all[i] = d.lacks[p]
		}
	}
	return all
}

// tabbed returns the indices of the panes that have a tab.
func (d *detail) tabbed() (all []int) {
	for i := range d.panes {
		if !d.hidden(i) {
			all = append(all, i)
		}
	}
	return all
}

// next returns the pane that is so many tabs away.
func (d *detail) next(by int) int {
	n := len(d.panes)
	for i := d.active; ; {
		if i = (i + by + n) % n; !d.hidden(i) {
			return i
		}
	}
}

// chooseNumber shows the pane of a number, or says why it is hidden.
func chooseNumber(a *App, i int) tea.Cmd {
	if d := &a.detail; d.hidden(i) && d.data.Shows() {
		a.notice = keymap.OffNotice(d.signs[i], d.lacks[d.panes[i]])
		return nil
	}
	return turnTo(a, i)
}
