package keymap

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// Situation is what determines which keys do something. Footer and help show no others.
type Situation struct {
	Keys     *Map
	Theme    *theme.Theme
	Pane     pane.Pane // the one on the screen
	Focus    bool      // it has the keys
	Typed    bool      // and they are typed into it
	InList   bool      // only the list could be left
	Selected bool      // an experiment is
	Filtered bool
	Hidden   bool     // the list is not on the screen
	Lacks    []string // why a pane is hidden; "" for those that are not
	News
	Reading
}

// News is what there is to go to.
type News struct {
	Changed bool // an experiment has
	Needs   bool // an experiment needs attention
}

// Reading is what is read and played.
type Reading struct {
	Paused, Playing bool
	Moments         int
}

// OffNotice returns the notice that a key does nothing, and why.
func OffNotice(name, why string) string {
	if r, _ := utf8.DecodeRuneInString(why); unicode.IsUpper(r) {
		return name + " is off here. " + why
	}
	return name + " is off here: " + why
}

// among reports whether a binding is one of some others.
func among(b key.Binding, others ...key.Binding) bool {
	return slices.ContainsFunc(others, func(o key.Binding) bool { return o.Help().Desc == b.Help().Desc })
}

// PaneRefuses returns the name of a key of the focused pane, and why it does nothing at present. Both
// are empty if the key works, if it is not the pane's, or if it works anywhere.
func (s *Situation) PaneRefuses(msg tea.KeyPressMsg) (name, why string) {
	if !s.Focus || key.Matches(msg, s.Keys.Back, s.Keys.NextChanged, s.Keys.PrevChanged) {
		return "", ""
	}
	for _, b := range slices.Concat(s.Pane.FullHelp()...) {
		if slices.Contains(b.Keys(), msg.String()) {
			if why := s.Pane.Off(b); why != "" {
				return s.Theme.KeyName(b.Help().Key), why
			}
		}
	}
	return "", ""
}

// Off returns why a key that works anywhere does nothing at present; "" while it works.
func (s *Situation) Off(b key.Binding) string {
	if !b.Enabled() {
		return "there is no shell to resume it from"
	}
	if why := s.detailOff(b); why != "" {
		return why
	}
	return s.listOff(b)
}

// detailOff returns why a key that is about an experiment does nothing at present.
func (s *Situation) detailOff(b key.Binding) string {
	k := s.Keys
	switch {
	case !s.Selected && among(b, k.Panes, k.NextPane, k.PrevPane, k.Full, k.Pager, k.CopyID, k.CopyRow, k.Act, k.Open, k.Switch, k.SwitchBack):
		return "no experiment is selected"
	case s.Focus && among(b, k.Open):
		return s.Pane.Title() + " has nothing to open"
	case s.Focus && among(b, k.Filter):
		return s.Pane.Title() + " has no search; " + k.Back.Help().Key + " returns to the list and its filter"
	case s.Focus && among(b, k.timeKeys.all()...):
		return s.noTime()
	}
	return ""
}

// listOff returns why a key that is about the list does nothing at present.
func (s *Situation) listOff(b key.Binding) string {
	k := s.Keys
	switch {
	case s.InList && among(b, k.Back) && !s.Filtered:
		return "this is the list; " + k.Quit.Help().Key + " quits"
	case s.Hidden && among(b, k.Sort, k.Reverse, k.Columns):
		return "the list is not on the screen; " + k.Back.Help().Key + " returns to it"
	case s.Focus && among(b, k.Mark, k.Views):
		return "the list does not have the focus; " + k.Switch.Help().Key + " returns to it"
	}
	return s.newsOff(b)
}

// newsOff returns why a key that is about changes and trouble does nothing at present.
func (s *Situation) newsOff(b key.Binding) string {
	k := s.Keys
	switch {
	case !s.Changed && among(b, k.NextChanged, k.PrevChanged):
		return "no status has changed since you last looked"
	case !s.Needs && (among(b, k.NextNeed) || among(b, k.OnlyNeeds) && !s.Filtered):
		return "no experiment needs attention"
	case !s.Needs && !s.Changed && among(b, k.SeeAll):
		return "nothing has changed since you last looked"
	}
	return ""
}

// Timed reports whether a pane shows a moment of the simulated clock.
func Timed(p pane.Pane) bool {
	shower, ok := p.(pane.TimeShower)
	return ok && shower.ShowsTime()
}

// noTime returns why there is no moment to choose.
func (s *Situation) noTime() string {
	switch {
	case !Timed(s.Pane):
		return s.Pane.Title() + " shows no moment of the simulated time"
	case s.Moments == 0:
		return "no step is known yet"
	}
	return ""
}

// Hint is a key and a word for it, for the footer.
type Hint struct {
	Key  key.Binding
	Word string
}

// Hints returns the keys for the footer: those that matter most where the focus is.
func (s *Situation) Hints() []Hint {
	k := s.Keys
	switch {
	case s.Typed: // every other key is a letter
		return []Hint{{kit.Enter, "keep"}, {kit.Escape, "end search"}}
	case s.Focus:
		return s.paneHints()
	}
	pause := "pause"
	if s.Paused {
		pause = "resume"
	}
	all := []Hint{{k.Open, "open"}, {k.Filter, "filter"}, {k.Sort, "sort"}, {k.NextNeed, "attention"}, {s.panes(), "pane"}, {k.Pause, pause}, {k.Help, "help"}, {k.Quit, "quit"}}
	return slices.DeleteFunc(all, func(h Hint) bool { return s.Off(h.Key) != "" })
}

// beforePlay is how many keys are before the one that plays: back, and the most important
// ones of the pane.
const beforePlay = 4

// paneHints returns the keys that matter most in the pane.
func (s *Situation) paneHints() []Hint {
	k := s.Keys
	hints := []Hint{{k.Back, "back"}}
	for _, b := range s.Pane.ShortHelp() {
		if s.Pane.Off(b) == "" {
			hints = append(hints, Hint{b, b.Help().Desc})
		}
	}
	if s.noTime() == "" {
		play, step := "play", kit.Several("step", k.StepBack, k.StepOn)
		if s.Playing {
			play = "stop"
		}
		hints = slices.Insert(hints, min(len(hints), beforePlay), Hint{k.Play, play})
		hints = append(hints, Hint{step, "step"}, Hint{k.GoTo, "go to"}, Hint{k.Live, "live"})
	}
	return append(hints, Hint{s.panes(), "pane"}, Hint{k.Full, "full screen"}, Hint{k.Help, "help"}, Hint{k.Quit, "quit"})
}

// panes returns the keys of the panes that are not hidden, as one.
func (s *Situation) panes() key.Binding { return paneKey(s.Keys.panes, s.Keys.Numbers, s.Lacks) }

// Usable returns the keys of a group that do something at present. Of the panes, only the one on the
// screen has any.
func (s *Situation) Usable(g Group) Group {
	off := func(b key.Binding) bool { return s.Off(b) != "" }
	switch {
	case g.Title == s.Pane.Title() && s.Focus, g.Title == moveGroup && s.Focus:
		off = func(b key.Binding) bool { return s.Pane.Off(b) != "" }
	case g.pane:
		return Group{}
	case g.Title == timeGroup && (!s.Focus || s.noTime() != ""):
		return Group{}
	}
	g.Keys = slices.DeleteFunc(slices.Clone(g.Keys), func(b key.Binding) bool { return b.Enabled() && off(b) })
	if i := slices.IndexFunc(g.Keys, func(b key.Binding) bool { return among(b, s.Keys.Panes) }); i >= 0 {
		g.Keys[i] = s.panes()
	}
	return g
}
