package keymap

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"

	"societop/model/text"
	"societop/ui/config"
	"societop/ui/input"
)

// Actions returns the names of all actions that keys can be given to, in the order of the help.
func Actions(panes []Pane) (names []string) {
	for _, in := range contexts(nil, panes) {
		for _, b := range in.bound {
			if !slices.Contains(names, b.Name) {
				names = append(names, b.Name)
			}
		}
	}
	return names
}

// NameOf returns the name of the action of a binding of [Map.Groups]; empty if it has none.
func NameOf(b key.Binding, panes []Pane) string {
	for _, in := range contexts(nil, panes) {
		for _, a := range in.bound {
			if a.What == b.Help().Desc && slices.Equal(a.Keys, b.Keys()) {
				return a.Name
			}
		}
	}
	return ""
}

// context is where some actions have keys at the same time.
type context struct {
	name  string
	bound []input.Bound
}

// listOnly are the actions of the list only, and timely those of panes only.
var (
	listOnly = []string{"mark", "views"}
	timely   = []string{"step-on", "step-back", "day-on", "day-back", "play", "play-faster", "play-slower", "live", "go-to"}
)

// contexts returns the list and each pane, with their actions.
func contexts(k *input.Keys, panes []Pane) []context {
	global := k.Record(func(k *input.Keys) { New(k, panes) })
	without := func(names ...string) []input.Bound {
		return slices.DeleteFunc(slices.Clone(global), func(b input.Bound) bool { return slices.Contains(names, b.Name) })
	}
	all := []context{{"the list", without(append(timely, "search")...)}}
	inPane := without(append(listOnly, "search")...)
	for _, p := range panes {
		one := p.New()
		own := k.Record(one.Rebind)
		here := slices.DeleteFunc(slices.Clone(inPane), func(b input.Bound) bool {
			return slices.ContainsFunc(own, func(o input.Bound) bool { return o.Name == b.Name })
		})
		all = append(all, context{one.Title(), append(here, own...)})
	}
	return all
}

// clash is two actions that would have the same key.
type clash struct{ key, one, other, where string }

// clashes returns the actions that would have the same key at the same time, except those that have
// one already without the user's keys: a pane's own key goes before others.
func clashes(k *input.Keys, panes []Pane) (all []clash) {
	type pair struct{ one, other, where string }
	usual := map[pair]bool{}
	each := func(k *input.Keys, do func(clash)) {
		for _, in := range contexts(k, panes) {
			for i, b := range in.bound {
				for _, o := range in.bound[:i] {
					for _, key := range b.Keys {
						if o.Name != b.Name && slices.Contains(o.Keys, key) {
							do(clash{key, o.Name, b.Name, in.name})
						}
					}
				}
			}
		}
	}
	each(nil, func(c clash) { usual[pair{c.one, c.other, c.where}] = true })
	each(k, func(c clash) {
		if !usual[pair{c.one, c.other, c.where}] {
			all = append(all, c)
		}
	})
	return all
}

// Own returns the keys that a configuration gives to actions, and what is wrong with some of them,
// which then have their usual ones. Of two actions that clash, the later one in the file is wrong.
func Own(bindings []config.Binding, panes []Pane) (k *input.Keys, wrong []config.Trouble) {
	own, lines := map[string][]string{}, map[string]int{}
	names := Actions(panes)
	refuse := func(action string, line int, why string) {
		wrong = append(wrong, config.Trouble{Line: line, Key: "keys." + action, Text: text.Clean(why)})
		delete(own, action)
	}
	for _, b := range bindings {
		lines[b.Action] = b.Line
		keys, why := parsed(b.Keys)
		if !slices.Contains(names, b.Action) {
			why = "is no action; " + text.Meant(b.Action, names) + " (societop config-file lists all)"
		}
		if own[b.Action] = keys; why != "" {
			refuse(b.Action, b.Line, why)
		}
	}
	for {
		k = input.NewKeys(own)
		if len(own) == 0 { // the usual keys don't clash
			return k, wrong
		}
		found := clashes(k, panes)
		if len(found) == 0 {
			return k, wrong
		}
		c := found[0]
		loser, winner := c.other, c.one
		if _, ok := own[loser]; !ok || (own[winner] != nil && lines[winner] > lines[loser]) {
			loser, winner = winner, loser
		}
		refuse(loser, lines[loser], fmt.Sprintf("clashes with %s: both would have %s in %s; give one of them another key", winner, input.Sign(c.key), c.where))
	}
}

// parsed returns the names of keys, or why one of them is none.
func parsed(written []string) (keys []string, why string) {
	keys = []string{}
	for _, w := range written {
		name, err := input.Parse(w)
		if err != nil {
			return nil, fmt.Sprintf("has %q, which %v", text.Clip(text.Clean(w).String(), 40), err)
		}
		if !slices.Contains(keys, name) {
			keys = append(keys, name)
		}
	}
	return keys, ""
}

// Check returns what is wrong with the keys of a configuration.
func Check(panes []Pane) func([]config.Binding) []config.Trouble {
	return func(all []config.Binding) []config.Trouble {
		_, wrong := Own(all, panes)
		return wrong
	}
}
