// Package keymap is the one key map of the monitor: which key does what, under which names a
// configuration file may give them other keys, which do something at present, and how the help and
// the footer show them.
package keymap

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"societop/ui/input"
	"societop/ui/pane"
	"societop/ui/pane/kit"
)

// Map is every key of the monitor besides those of single panes. Help, footer and KEYS.md
// come from it.
type Map struct {
	kit.Moves
	experimentKeys
	listKeys
	timeKeys
	refreshKeys
	programKeys
	own   *input.Keys
	panes []Pane
}

// Pane is a pane in the order of the tabs: its number and how it is made.
type Pane struct {
	Number int // its key; 10 is the key 0, and 0 none
	New    func() pane.Pane
}

// PaneName returns the name of a pane in a configuration.
func PaneName(p pane.Pane) string { return strings.ToLower(p.Title()) }

// experimentKeys are about the experiment that is shown.
type experimentKeys struct {
	Open, Back, Switch, SwitchBack key.Binding
	Panes, NextPane, PrevPane      key.Binding
	Numbers                        []key.Binding // of each pane, in the order of the tabs
	Full, Pager, CopyID, CopyRow   key.Binding
	Act                            key.Binding
}

// listKeys are about the list.
type listKeys struct {
	Filter, Sort, Reverse, Columns, Mark key.Binding
	Views                                key.Binding
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
	Search                                             key.Binding // that of panes
	Find, Messages, Mouse, Help, Quit, Interrupt, Stop key.Binding
}

// all returns the keys in the order of the help.
func (k *timeKeys) all() []key.Binding {
	return []key.Binding{k.StepOn, k.StepBack, k.DayOn, k.DayBack, k.Play, k.PlayFaster, k.PlaySlower, k.Live, k.GoTo}
}

// New returns the keys, of which the user may have chosen some.
func New(k *input.Keys, panes []Pane) Map {
	m := Map{
		own: k, panes: panes, Moves: kit.NewMoves(k),
		experimentKeys: experimentKeys{
			Open:       k.Bind("open", "⏎", "open the experiment", "enter"),
			Back:       k.Bind("back", "Esc", "back, or clear the filter", "esc"),
			Switch:     k.Bind("switch", "Tab", "list ↔ detail", "tab"),
			SwitchBack: k.Bind("switch-back", "⇧Tab", "detail ↔ list", "shift+tab"),
			NextPane:   k.Bind("pane-next", "]", "next pane", "]"),
			PrevPane:   k.Bind("pane-previous", "[", "previous pane", "["),
			Full:       k.Bind("full-screen", "f", "pane on the full screen", "f"),
			Pager:      k.Bind("pager", "o", "open the pane in $PAGER", "o"),
			CopyID:     k.Bind("copy-id", "y", "copy the id", "y"),
			CopyRow:    k.Bind("copy-row", "Y", "copy the row as JSON", "Y"),
			Act:        k.Bind("actions", "X", "stop, delete, message …", "X"),
		},
		listKeys: newListKeys(k),
		timeKeys: timeKeys{
			StepOn:     k.Bind("step-on", ".", "a step forward", "."),
			StepBack:   k.Bind("step-back", ",", "a step back", ","),
			DayOn:      k.Bind("day-on", ">", "a day forward", ">"),
			DayBack:    k.Bind("day-back", "<", "a day back", "<"),
			Play:       k.Bind("play", "space", "play, stop", "space"),
			PlayFaster: k.Bind("play-faster", "}", "play faster", "}"),
			PlaySlower: k.Bind("play-slower", "{", "play slower", "{"),
			Live:       k.Bind("live", "L", "live: follow the newest", "L"),
			GoTo:       k.Bind("go-to", "@", "go to a time or a step", "@"),
		},
		refreshKeys: refreshKeys{
			Refresh: k.Bind("refresh", "r", "refresh now", "r"),
			Pause:   k.Bind("pause", "p", "pause or resume", "p"),
			Faster:  k.Bind("faster", "+", "refresh more often", "+", "="),
			Slower:  k.Bind("slower", "-", "refresh less often", "-"),
		},
		programKeys: programKeys{
			Search:    k.Bind("search", "/", "search in a pane", "/"),
			Find:      k.Bind("find", "*", "search in all runs", "*"),
			Messages:  k.Bind("messages", "!", "messages", "!"),
			Mouse:     k.Bind("mouse", "m", "turn the mouse on or off", "m"),
			Help:      k.Bind("help", "?", "help", "?"),
			Quit:      k.Bind("quit", "q", "quit", "q"),
			Interrupt: key.NewBinding(key.WithKeys("ctrl+c"), key.WithHelp("^c", "quit")),
			Stop:      k.Bind("suspend", "^z", "suspend", "ctrl+z"),
		},
	}
	m.Panes, m.Numbers = paneKeys(k, panes)
	return m
}

// newListKeys returns the keys of the list.
func newListKeys(k *input.Keys) listKeys {
	return listKeys{
		Filter:      k.Bind("filter", "/", "filter", "/"),
		Sort:        k.Bind("sort", "s", "sort", "s"),
		Reverse:     k.Bind("reverse", "S", "reverse the order", "S"),
		Columns:     k.Bind("columns", "c", "columns", "c"),
		Views:       k.Bind("views", "V", "named views", "V"),
		Mark:        k.Bind("mark", "space", "mark, to copy or act on", "space"),
		NextNeed:    k.Bind("next-attention", "A", "next that needs attention", "A"),
		OnlyNeeds:   k.Bind("only-attention", "T", "only those, or all", "T"),
		NextChanged: k.Bind("next-changed", "n", "next changed experiment", "n"),
		PrevChanged: k.Bind("previous-changed", "N", "previous changed one", "N"),
		SeeAll:      k.Bind("see-all", "M", "mark all as seen", "M"),
	}
}

// paneKeys returns the keys of the panes, as one and each.
func paneKeys(k *input.Keys, panes []Pane) (all key.Binding, each []key.Binding) {
	for _, p := range panes {
		name := "pane-" + PaneName(p.New())
		if p.Number == 0 {
			each = append(each, k.Bind(name, "", "pane"))
			continue
		}
		number := fmt.Sprint(p.Number % 10)
		each = append(each, k.Bind(name, number, "pane", number))
	}
	return paneKey(panes, each, nil), each
}

// paneKey returns the keys of those panes of which hidden says nothing, as one.
func paneKey(panes []Pane, each []key.Binding, hidden []string) key.Binding {
	var numbers []int
	var keys, signs []string
	usual := true
	for i, p := range panes {
		if hidden != nil && hidden[i] != "" {
			continue
		}
		b := each[i]
		if len(b.Keys()) == 0 {
			usual = usual && p.Number == 0
			continue
		}
		numbers, keys, signs = append(numbers, p.Number), append(keys, b.Keys()[0]), append(signs, input.Sign(b.Keys()[0]))
		usual = usual && p.Number > 0 && b.Keys()[0] == fmt.Sprint(p.Number%10)
	}
	slices.Sort(numbers)
	sign := joined(numbers)
	if !usual {
		sign = strings.Join(signs[:min(len(signs), 4)], " ")
	}
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(sign, "pane"))
}

// joined returns numbers as text, with three and more in a row as a range: "1 2 6–8". After 9 comes 0.
func joined(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if j-i < 2 {
			j = i
			out = append(out, fmt.Sprint(numbers[i]%10))
		} else {
			out = append(out, fmt.Sprintf("%d–%d", numbers[i], numbers[j]%10))
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
func (k *Map) Groups() []Group {
	groups := []Group{
		{moveGroup, k.Moves.All(), false},
		{"Experiment", []key.Binding{k.Open, k.Back, k.Switch, k.SwitchBack, k.Panes, k.NextPane, k.PrevPane, k.Full, k.Pager, k.CopyID, k.CopyRow, k.Act}, false},
		{"List", []key.Binding{k.Filter, k.Sort, k.Reverse, k.Columns, k.Views, k.Mark, k.NextNeed, k.OnlyNeeds, k.NextChanged, k.PrevChanged, k.SeeAll}, false},
		{timeGroup, k.timeKeys.all(), false},
		{"Refresh", []key.Binding{k.Refresh, k.Pause, k.Faster, k.Slower}, false},
		{"Program", []key.Binding{k.Find, k.Messages, k.Mouse, k.Help, k.Quit, k.Interrupt, k.Stop}, false},
	}
	return append(groups, k.paneGroups()...)
}

// paneGroups returns the keys of the panes that have more than those that move.
func (k *Map) paneGroups() (groups []Group) {
	for _, m := range k.panes {
		p := m.New()
		p.Rebind(k.own)
		for _, own := range p.FullHelp()[1:] {
			groups = append(groups, Group{p.Title(), own, true})
		}
	}
	return groups
}
