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
	k := &a.keys
	among := func(others ...key.Binding) bool {
		return slices.ContainsFunc(others, func(o key.Binding) bool { return o.Help().Desc == b.Help().Desc })
	}
	switch {
	case !b.Enabled():
		return "no shell waits that could wake the monitor up again"
	case among(k.Panes, k.NextPane, k.PrevPane, k.Full, k.Pager, k.CopyID, k.CopyRow, k.Open, k.Switch, k.SwitchBack) && !a.list.has:
		return "no experiment is selected"
	case among(k.Open) && a.detail.focus:
		return a.detail.pane().Title() + " has nothing that opens"
	case among(k.Back) && !a.detail.focus && !a.detail.open && !a.detail.full && a.list.selection.Query().Empty():
		return "this is the list; q quits"
	case among(k.Filter) && a.detail.focus:
		return a.detail.pane().Title() + " has no search; Esc leads to the list and its filter"
	case among(k.Sort, k.Reverse, k.Columns) && a.layout.list.empty():
		return "the list is not on the screen; Esc leads back to it"
	case among(k.Mark) && a.detail.focus:
		return "the list has not the focus; Tab gives it back"
	case among(k.NextChanged, k.PrevChanged) && len(a.changedRows()) == 0:
		return "nothing has changed its status since you looked"
	case a.detail.focus && among(k.StepBack, k.StepOn, k.DayBack, k.DayOn, k.Play, k.PlaySlower, k.PlayFaster, k.Live, k.GoTo):
		return a.noTime()
	}
	return ""
}

// noTime is why there is no moment to choose.
func (a *App) noTime() string {
	switch {
	case !a.knowsTime():
		return a.detail.pane().Title() + " shows no moment of the simulated time"
	case len(a.detail.clock.moments) == 0:
		return "no step is known yet"
	}
	return ""
}
