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
		{m.Filter, []string{"F", "ctrl+f"}, "F ^f"}, {m.Switch, []string{"ctrl+n"}, "^n"}, {m.Mouse, []string{}, input.NoKey},
		{m.Sort, []string{"s"}, "s"}, {m.Panes, []string{"2", "3", "f4", "5"}, "2 3 f4 5"},
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
		{[]string{"filter", "s"}, "keys.filter: filter and sort would both have s in the list; give one of them another key\n"},
		{[]string{"sort", "t"}, "keys.sort: sort and trail would both have t in Map; give one of them another key\n"},
		{[]string{"kinds", "q"}, "keys.kinds: kinds and quit would both have q in Talk; give one of them another key\n"},
		{[]string{"pause", "P", "pager", "P"}, "keys.pager: pager and pause would both have P in the list; give one of them another key\n"},
		{[]string{"pager", "P", "pause", "P"}, "keys.pause: pause and pager would both have P in the list; give one of them another key\n"},
		{[]string{"sort", "o", "pager", "E"}, ""}, // they have changed
		{[]string{"kinds", "k"}, "keys.kinds: kinds and up would both have k in Talk; give one of them another key\n"},
		{[]string{"play", "x", "copy-id", "u"}, "keys.play: play and fit would both have x in Map; give one of them another key\n"},
		{[]string{"level", "t", "trail", "v"}, "keys.trail: trail and next-colouring would both have v in Map; give one of them another key\n"},
		{[]string{"level", "t"}, ""}, // which Map and Talk have, but not the Log
		{[]string{"mark", "."}, ""},  // it is for the list, and the step for panes
		{[]string{"quit", ""}, ""},
		{[]string{"fliter", "x"}, "keys.fliter: there is no such action; did you mean \"filter\"?"},
		{[]string{"quit", "ctrl+c"}, "keys.quit: \"ctrl+c\" always quits\n"},
		{[]string{"quit", "^C"}, "keys.quit: \"^C\" always quits\n"},
		{[]string{"quit", "hyper"}, "keys.quit: \"hyper\" is no key; a key is a character or one of enter, esc"},
		{[]string{"quit", "й"}, "keys.quit: \"й\" means q in every layout; write that\n"},
		{[]string{"quit", "ctrl+m"}, "keys.quit: \"ctrl+m\" is the same key as enter in many terminals\n"},
		{[]string{"quit", "shift+q"}, "keys.quit: \"shift+q\" is written as the character"},
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
