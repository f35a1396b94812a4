package keymap_test

import (
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"

	"societop/ui/config"
	"societop/ui/input"
	"societop/ui/keymap"
	"societop/ui/pane"
	"societop/ui/pane/agentmap"
	"societop/ui/pane/agents"
	"societop/ui/pane/log"
	"societop/ui/pane/talk"
	"societop/ui/theme"
)

// panes are some.
func panes() (all []keymap.Pane) {
	for i, create := range []func(*theme.Theme) pane.Pane{agents.New, agentmap.New, talk.New, log.New} {
		all = append(all, keymap.Pane{Number: i + 2, New: func() pane.Pane { return create(theme.New(theme.Mono, false)) }})
	}
	return all
}

// own gives actions keys, in the order of lines: "filter", "F x".
func own(t *testing.T, pairs ...string) (keymap.Map, string) {
	t.Helper()
	var all []config.Binding
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, config.Binding{Action: pairs[i], Keys: strings.Fields(pairs[i+1]), Line: i/2 + 1})
	}
	k, wrong := keymap.Own(all, panes())
	said := ""
	for _, w := range wrong {
		said += w.Key + ": " + w.Text.String() + "\n"
	}
	return keymap.New(k, panes()), said
}

func TestOwnKeys(t *testing.T) {
	m, wrong := own(t, "filter", "F ^f", "switch", "ctrl+n", "mouse", "", "pane-talk", "F4", "kinds", "K")
	if wrong != "" {
		t.Fatal(wrong)
	}
	for _, one := range []struct {
		b    key.Binding
		keys []string
		sign string
	}{
		{m.Filter, []string{"F", "ctrl+f"}, "F ^f"},
		{m.Switch, []string{"ctrl+n"}, "^n"},
		{m.Mouse, []string{}, input.NoKey},
		{m.Sort, []string{"s"}, "s"},
		{m.Panes, []string{"2", "3", "f4", "5"}, "2 3 f4 5"},
	} {
		if got := one.b.Help().Key; !slices.Equal(one.b.Keys(), one.keys) || got != one.sign {
			t.Errorf("%s has the keys %q, shown as %q, want %q and %q", one.b.Help().Desc, one.b.Keys(), got, one.keys, one.sign)
		}
	}
	kinds := ""
	for _, g := range m.Groups() {
		for _, b := range g.Keys {
			if g.Title == "Talk" && b.Help().Desc == "kinds that are shown" {
				kinds = b.Help().Key
			}
		}
	}
	if kinds != "K" {
		t.Errorf("Talk shows its kinds by %q", kinds)
	}
}

// TestKeysThatClash are refused with both names and where; the rest counts.
func TestKeysThatClash(t *testing.T) {
	for _, one := range []struct {
		pairs []string
		want  string // empty: all is right
	}{
		{[]string{"filter", "s"}, "keys.filter: clashes with sort: both would have s in the list; give one of them another key\n"},
		{[]string{"sort", "t"}, "keys.sort: clashes with trail: both would have t in Map; give one of them another key\n"},
		{[]string{"kinds", "q"}, "keys.kinds: clashes with quit: both would have q in Talk; give one of them another key\n"},
		{[]string{"pause", "P", "pager", "P"}, "keys.pager: clashes with pause: both would have P in the list; give one of them another key\n"},
		{[]string{"pager", "P", "pause", "P"}, "keys.pause: clashes with pager: both would have P in the list; give one of them another key\n"},
		{[]string{"sort", "o", "pager", "E"}, ""}, // they have changed
		{[]string{"kinds", "k"}, "keys.kinds: clashes with up: both would have k in Talk; give one of them another key\n"},
		{[]string{"play", "x", "copy-id", "u"}, "keys.play: clashes with fit: both would have x in Map; give one of them another key\n"},
		{[]string{"level", "t", "trail", "v"}, "keys.trail: clashes with next-colouring: both would have v in Map; give one of them another key\n"},
		{[]string{"level", "t"}, ""}, // which Map and Talk have, but not the Log
		{[]string{"mark", "."}, ""},  // it is for the list, and the step for panes
		{[]string{"quit", ""}, ""},
		{[]string{"fliter", "x"}, "keys.fliter: is no action; did you mean \"filter\"?"},
		{[]string{"quit", "ctrl+c"}, "keys.quit: has \"ctrl+c\", which always quits\n"},
		{[]string{"quit", "^C"}, "keys.quit: has \"^C\", which always quits\n"},
		{[]string{"quit", "hyper"}, "keys.quit: has \"hyper\", which is no key; a key is a character or one of enter, esc"},
		{[]string{"quit", "й"}, "keys.quit: has \"й\", which means q in every layout; write that\n"},
		{[]string{"quit", "ctrl+m"}, "keys.quit: has \"ctrl+m\", which is the same key as enter in many terminals\n"},
		{[]string{"quit", "shift+q"}, "keys.quit: has \"shift+q\", which is written as the character"},
	} {
		_, wrong := own(t, one.pairs...)
		if (one.want == "") != (wrong == "") || !strings.HasPrefix(wrong, one.want) {
			t.Errorf("%q: it says %q, want %q", one.pairs, wrong, one.want)
		}
	}
}

// TestEveryActionHasOneNameAndOneKey: what has a name has the same keys wherever it works.
func TestEveryActionHasOneNameAndOneKey(t *testing.T) {
	names := keymap.Actions(panes())
	if len(names) < 60 || !slices.Contains(names, "pane-next") || !slices.Contains(names, "kinds") {
		t.Errorf("the actions are %q", names)
	}
	m := keymap.New(nil, panes())
	for _, g := range m.Groups() {
		for _, b := range g.Keys {
			fixed := b.Help().Key == "^c" || b.Help().Desc == "pane" || strings.HasPrefix(b.Help().Desc, "move the map")
			if name := keymap.NameOf(b, panes()); (name == "") != fixed {
				t.Errorf("%s: %q %q has the name %q", g.Title, b.Help().Key, b.Help().Desc, name)
			}
		}
	}
}
