package ui

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/pane"
	"societop/ui/theme"
)

// situation is what determines which keys do something. Footer and help show no others.
type situation struct {
	keys     *KeyMap
	theme    *theme.Theme
	pane     pane.Pane // the one on the screen
	focus    bool      // it has the keys
	typed    bool      // and they are typed into it
	inList   bool      // only the list could be left
	selected bool      // an experiment is
	filtered bool
	hidden   bool // the list is not on the screen
	changed  bool // an experiment has
	needs    bool // an experiment needs attention
	paused   bool
	playing  bool
	moments  int
}

// situation returns the present situation.
func (a *App) situation() situation {
	d, l := &a.detail, a.list
	_, selected := l.Selected()
	_, typed := d.typist()
	return situation{
		keys: &a.keys, theme: a.theme, pane: d.pane(), focus: d.focus, typed: typed, inList: !d.focus && !d.open && !d.full,
		selected: selected, filtered: !l.Query().Empty(), hidden: !a.listed, changed: l.AnyChanged(), needs: a.feed.Lab().Needs().Count() > 0,
		paused: a.feed.State().Paused, playing: d.data.Clock.Playing(), moments: d.data.Clock.Len(),
	}
}

// offNotice returns the notice that a key does nothing, and why.
func offNotice(name, why string) string {
	if r, _ := utf8.DecodeRuneInString(why); unicode.IsUpper(r) {
		return name + " is off here. " + why
	}
	return name + " is off here: " + why
}

// among reports whether a binding is one of some others.
func among(b key.Binding, others ...key.Binding) bool {
	return slices.ContainsFunc(others, func(o key.Binding) bool { return o.Help().Desc == b.Help().Desc })
}

// paneRefuses returns the name of a key of the focused pane, and why it does nothing at present. Both
// are empty if the key works, if it is not the pane's, or if it works anywhere.
func (s situation) paneRefuses(msg tea.KeyPressMsg) (name, why string) {
	if !s.focus || key.Matches(msg, s.keys.Back, s.keys.NextChanged, s.keys.PrevChanged) {
		return "", ""
	}
	for _, b := range slices.Concat(s.pane.FullHelp()...) {
		if slices.Contains(b.Keys(), msg.String()) {
			if why := s.pane.Off(b); why != "" {
				return s.theme.KeyName(b.Help().Key), why
			}
		}
	}
	return "", ""
}

// off returns why a key that works anywhere does nothing at present; "" while it works.
func (s situation) off(b key.Binding) string {
	if !b.Enabled() {
		return "there is no shell to resume it from"
	}
	if why := s.detailOff(b); why != "" {
		return why
	}
	return s.listOff(b)
}

// detailOff returns why a key that is about an experiment does nothing at present.
func (s situation) detailOff(b key.Binding) string {
	k := s.keys
	switch {
	case !s.selected && among(b, k.Panes, k.NextPane, k.PrevPane, k.Full, k.Pager, k.CopyID, k.CopyRow, k.Act, k.Open, k.Switch, k.SwitchBack):
		return "no experiment is selected"
	case s.focus && among(b, k.Open):
		return s.pane.Title() + " has nothing to open"
	case s.focus && among(b, k.Filter):
		return s.pane.Title() + " has no search; Esc returns to the list and its filter"
	case s.focus && among(b, k.timeKeys.all()...):
		return s.noTime()
	}
	return ""
}

// listOff returns why a key that is about the list does nothing at present.
func (s situation) listOff(b key.Binding) string {
	k := s.keys
	switch {
	case s.inList && among(b, k.Back) && !s.filtered:
		return "this is the list; q quits"
	case s.hidden && among(b, k.Sort, k.Reverse, k.Columns):
		return "the list is not on the screen; Esc returns to it"
	case s.focus && among(b, k.Mark):
		return "the list does not have the focus; Tab returns to it"
	}
	return s.newsOff(b)
}

// newsOff returns why a key that is about changes and trouble does nothing at present.
func (s situation) newsOff(b key.Binding) string {
	k := s.keys
	switch {
	case !s.changed && among(b, k.NextChanged, k.PrevChanged):
		return "no status has changed since you last looked"
	case !s.needs && (among(b, k.NextNeed) || among(b, k.OnlyNeeds) && !s.filtered):
		return "no experiment needs attention"
	case !s.needs && !s.changed && among(b, k.SeeAll):
		return "nothing has changed since you last looked"
	}
	return ""
}

// noTime returns why there is no moment to choose.
func (s situation) noTime() string {
	switch {
	case !timed(s.pane):
		return s.pane.Title() + " shows no moment of the simulated time"
	case s.moments == 0:
		return "no step is known yet"
	}
	return ""
}

// hint is a key and a word for it, for the footer.
type hint struct {
	key  key.Binding
	word string
}

// hints returns the keys for the footer: those that matter most where the focus is.
func (s situation) hints() []hint {
	k := s.keys
	switch {
	case s.typed: // every other key is a letter
		return []hint{{k.Open, "keep"}, {k.Back, "end search"}}
	case s.focus:
		return s.paneHints()
	}
	pause := "pause"
	if s.paused {
		pause = "resume"
	}
	all := []hint{{k.Open, "open"}, {k.Filter, "filter"}, {k.Sort, "sort"}, {k.NextNeed, "attention"}, {k.Panes, "pane"}, {k.Pause, pause}, {k.Help, "help"}, {k.Quit, "quit"}}
	return slices.DeleteFunc(all, func(h hint) bool { return s.off(h.key) != "" })
}

// beforePlay is how many keys are before the one that plays: back, and the most important
// ones of the pane.
const beforePlay = 4

// paneHints returns the keys that matter most in the pane.
func (s situation) paneHints() []hint {
	k := s.keys
	hints := []hint{{k.Back, "back"}}
	for _, b := range s.pane.ShortHelp() {
		if s.pane.Off(b) == "" {
			hints = append(hints, hint{b, b.Help().Desc})
		}
	}
	if s.noTime() == "" {
		play, step := "play", k.StepOn
		if s.playing {
			play = "stop"
		}
		step.SetHelp(k.StepBack.Help().Key+" "+step.Help().Key, "step")
		hints = slices.Insert(hints, min(len(hints), beforePlay), hint{k.Play, play})
		hints = append(hints, hint{step, "step"}, hint{k.GoTo, "go to"}, hint{k.Live, "live"})
	}
	return append(hints, hint{k.Panes, "pane"}, hint{k.Full, "full screen"}, hint{k.Help, "help"}, hint{k.Quit, "quit"})
}

// usable returns the keys of a group that do something at present. Of the panes, only the one on the
// screen has any.
func (s situation) usable(g Group) Group {
	off := func(b key.Binding) bool { return s.off(b) != "" }
	switch {
	case g.Title == s.pane.Title() && s.focus, g.Title == moveGroup && s.focus:
		off = func(b key.Binding) bool { return s.pane.Off(b) != "" }
	case g.pane:
		return Group{}
	case g.Title == timeGroup && (!s.focus || s.noTime() != ""):
		return Group{}
	}
	g.Keys = slices.DeleteFunc(slices.Clone(g.Keys), func(b key.Binding) bool { return b.Enabled() && off(b) })
	return g
}
