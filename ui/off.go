package ui

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// offNotice says that a key does nothing, and why.
func offNotice(name, why string) string {
	if r, _ := utf8.DecodeRuneInString(why); unicode.IsUpper(r) {
		return name + " is off here. " + why
	}
	return name + " is off here: " + why
}

// paneRefuses is the name of a key of the pane that has the focus, and why it does nothing at
// present; "" of a key that works, that is none of the pane's, or that then means something to
// all of the screen.
func (a *App) paneRefuses(msg tea.KeyPressMsg) (name, why string) {
	k := &a.keys
	if !a.detail.focus || key.Matches(msg, k.Back, k.NextChanged, k.PrevChanged) {
		return "", ""
	}
	p := a.detail.pane()
	for _, b := range slices.Concat(p.FullHelp()...) {
		if slices.Contains(b.Keys(), msg.String()) {
			if why := p.Off(b); why != "" {
				return a.theme.KeyName(b.Help().Key), why
			}
		}
	}
	return "", ""
}

// off is why a key that all of the screen knows does nothing at present; "" while it works.
func (a *App) off(b key.Binding) string {
	if !b.Enabled() {
		return "no shell waits that could wake the monitor up again"
	}
	if why := a.detailOff(b); why != "" {
		return why
	}
	return a.listOff(b)
}

// among reports whether a binding is one of some others.
func among(b key.Binding, others ...key.Binding) bool {
	return slices.ContainsFunc(others, func(o key.Binding) bool { return o.Help().Desc == b.Help().Desc })
}

// detailOff is why a key that is about an experiment does nothing at present.
func (a *App) detailOff(b key.Binding) string {
	k, focus := &a.keys, a.detail.focus
	switch {
	case !a.list.has && among(b, k.Panes, k.NextPane, k.PrevPane, k.Full, k.Pager, k.CopyID, k.CopyRow, k.Open, k.Switch, k.SwitchBack):
		return "no experiment is selected"
	case focus && among(b, k.Open):
		return a.detail.pane().Title() + " has nothing that opens"
	case focus && among(b, k.Filter):
		return a.detail.pane().Title() + " has no search; Esc leads to the list and its filter"
	case focus && among(b, k.StepBack, k.StepOn, k.DayBack, k.DayOn, k.Play, k.PlaySlower, k.PlayFaster, k.Live, k.GoTo):
		return a.noTime()
	}
	return ""
}

// listOff is why a key that is about the list does nothing at present.
func (a *App) listOff(b key.Binding) string {
	k, d := &a.keys, &a.detail
	inList := !d.focus && !d.open && !d.full
	switch {
	case inList && among(b, k.Back) && a.list.selection.Query().Empty():
		return "this is the list; q quits"
	case a.layout.list.empty() && among(b, k.Sort, k.Reverse, k.Columns):
		return "the list is not on the screen; Esc leads back to it"
	case d.focus && among(b, k.Mark):
		return "the list does not have the focus; Tab gives it back"
	case among(b, k.NextChanged, k.PrevChanged) && len(a.changedRows()) == 0:
		return "nothing has changed its status since you looked"
	}
	return ""
}

// noTime is why there is no moment to choose.
func (a *App) noTime() string {
	switch {
	case !a.knowsTime():
		return a.detail.pane().Title() + " shows no moment of the simulated time"
	case a.detail.clock.Len() == 0:
		return "no step is known yet"
	}
	return ""
}
