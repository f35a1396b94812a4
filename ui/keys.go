package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"

	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// KeyMap is every key of the monitor besides those of single panes. Help, footer and KEYS.md
// come from it.
type KeyMap struct {
	kit.Moves
	experimentKeys
	listKeys
	timeKeys
	refreshKeys
	programKeys
}

// experimentKeys are about the experiment that is shown.
type experimentKeys struct {
	Open, Back, Switch, SwitchBack key.Binding
	Panes, NextPane, PrevPane      key.Binding
	Full, Pager, CopyID, CopyRow   key.Binding
	Act                            key.Binding
}

// listKeys are about the list.
type listKeys struct {
	Filter, Sort, Reverse, Columns, Mark key.Binding
	NextChanged, PrevChanged, SeeAll     key.Binding
	NextNeed, OnlyNeeds                  key.Binding
}

// timeKeys are about the simulated clock.
type timeKeys struct {
	StepOn, StepBack, DayOn, DayBack         key.Binding
	Play, PlayFaster, PlaySlower, Live, GoTo key.Binding
}

// refreshKeys are about the reading.
type refreshKeys struct {
	Refresh, Pause, Faster, Slower key.Binding
}

// programKeys are about the monitor itself.
type programKeys struct {
	Find, Messages, Mouse, Help, Quit, Interrupt, Stop key.Binding
}

// all returns the keys in the order of the help.
func (k timeKeys) all() []key.Binding {
	return []key.Binding{k.StepOn, k.StepBack, k.DayOn, k.DayBack, k.Play, k.PlayFaster, k.PlaySlower, k.Live, k.GoTo}
}

// NewKeyMap returns the keys.
func NewKeyMap() KeyMap {
	numbers, digits := paneNumbers()
	return KeyMap{
		Moves: kit.NewMoves(),
		experimentKeys: experimentKeys{
			Open:       bind("⏎", "open the experiment", "enter"),
			Back:       bind("Esc", "back, or clear the filter", "esc"),
			Switch:     bind("Tab", "list ↔ detail", "tab"),
			SwitchBack: bind("⇧Tab", "detail ↔ list", "shift+tab"),
			Panes:      bind(joined(numbers), "pane", digits...),
			NextPane:   bind("]", "next pane", "]"),
			PrevPane:   bind("[", "previous pane", "["),
			Full:       bind("f", "pane on the full screen", "f"),
			Pager:      bind("o", "open the pane in $PAGER", "o"),
			CopyID:     bind("y", "copy the id", "y"),
			CopyRow:    bind("Y", "copy the row as JSON", "Y"),
			Act:        bind("X", "stop, delete, message …", "X"),
		},
		listKeys: newListKeys(),
		timeKeys: timeKeys{
			StepOn:     bind(".", "a step forward", "."),
			StepBack:   bind(",", "a step back", ","),
			DayOn:      bind(">", "a day forward", ">"),
			DayBack:    bind("<", "a day back", "<"),
			Play:       bind("space", "play, stop", "space"),
			PlayFaster: bind("}", "play faster", "}"),
			PlaySlower: bind("{", "play slower", "{"),
			Live:       bind("L", "live: follow the newest", "L"),
			GoTo:       bind("@", "go to a time or a step", "@"),
		},
		refreshKeys: refreshKeys{
			Refresh: bind("r", "refresh now", "r"),
			Pause:   bind("p", "pause or resume", "p"),
			Faster:  bind("+", "refresh more often", "+", "="),
			Slower:  bind("-", "refresh less often", "-"),
		},
		programKeys: programKeys{
			Find:      bind("*", "search in all runs", "*"),
			Messages:  bind("!", "messages", "!"),
			Mouse:     bind("m", "turn the mouse on or off", "m"),
			Help:      bind("?", "help", "?"),
			Quit:      bind("q", "quit", "q"),
			Interrupt: bind("^c", "quit", "ctrl+c"),
			Stop:      bind("^z", "suspend", "ctrl+z"),
		},
	}
}

// newListKeys returns the keys of the list.
func newListKeys() listKeys {
	return listKeys{
		Filter:      bind("/", "filter", "/"),
		Sort:        bind("s", "sort", "s"),
		Reverse:     bind("S", "reverse the order", "S"),
		Columns:     bind("c", "columns", "c"),
		Mark:        bind("space", "mark, to copy or act on", "space"),
		NextNeed:    bind("A", "next that needs attention", "A"),
		OnlyNeeds:   bind("T", "only those, or all", "T"),
		NextChanged: bind("n", "next changed experiment", "n"),
		PrevChanged: bind("N", "previous changed one", "N"),
		SeeAll:      bind("M", "mark all as seen", "M"),
	}
}

// paneNumbers returns the numbers of the panes, and the keys of these names.
func paneNumbers() (numbers []int, digits []string) {
	for _, m := range panes {
		numbers, digits = append(numbers, m.number), append(digits, fmt.Sprint(m.number))
	}
	return numbers, digits
}

// bind returns a key with its help.
func bind(help, what string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
}

// joined returns numbers as text, with three and more in a row as a range: "1 2 6–8".
func joined(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if j-i < 2 {
			j = i
			out = append(out, fmt.Sprint(numbers[i]))
		} else {
			out = append(out, fmt.Sprintf("%d–%d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	return strings.Join(out, " ")
}

// Group is a heading with its keys.
type Group struct {
	Title string
	Keys  []key.Binding
	pane  bool // they are a pane's own
}

// Headings of groups.
const (
	moveGroup = "Move"
	timeGroup = "Time, in panes that show it"
)

// Groups returns every key, as the help and KEYS.md show them.
func (k KeyMap) Groups() []Group {
	groups := []Group{
		{moveGroup, k.Moves.All(), false},
		{"Experiment", []key.Binding{k.Open, k.Back, k.Switch, k.SwitchBack, k.Panes, k.NextPane, k.PrevPane, k.Full, k.Pager, k.CopyID, k.CopyRow, k.Act}, false},
		{"List", []key.Binding{k.Filter, k.Sort, k.Reverse, k.Columns, k.Mark, k.NextNeed, k.OnlyNeeds, k.NextChanged, k.PrevChanged, k.SeeAll}, false},
		{timeGroup, k.timeKeys.all(), false},
		{"Refresh", []key.Binding{k.Refresh, k.Pause, k.Faster, k.Slower}, false},
		{"Program", []key.Binding{k.Find, k.Messages, k.Mouse, k.Help, k.Quit, k.Interrupt, k.Stop}, false},
	}
	return append(groups, paneGroups()...)
}

// paneGroups returns the keys of the panes that have more than those that move.
func paneGroups() (groups []Group) {
	for _, m := range panes {
		p := m.create(theme.New(theme.Mono, false))
		for _, own := range p.FullHelp()[1:] {
			groups = append(groups, Group{p.Title(), own, true})
		}
	}
	return groups
}
