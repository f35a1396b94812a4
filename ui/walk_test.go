package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"

	"societop/model/text"
	"societop/ui/keymap"
	"societop/ui/pane"
	"societop/ui/theme"
)

// conditions are what a pane may be in, and how a source brings it there.
var conditions = map[string]func(*fakeSource){
	"empty": func(f *fakeSource) {
		f.town = townOf(0, 0)
		for i := range f.all {
			f.all[i].Config = text.Lines{}
		}
	},
	"loading": func(f *fakeSource) { fill(f) },
	"failed": func(f *fakeSource) {
		f.town, f.town.err = townOf(0, 0), refused
		f.log.err, f.metrics.err, f.noWhole = refused, refused, refused
	},
	"full": fill,
}

// fill gives a source something for every pane.
func fill(f *fakeSource) {
	f.log.text = goldenLog + strings.Repeat(lines(1, 9), 3)
	f.metrics.all = measuredHours(60)
	placed := placedTown(24, 12)
	f.town = pollTown(12)
	f.town.does = placed.does
}

// inPane plays a test in a pane that has the focus, at 80×24.
func inPane(t *testing.T, title, condition string, test func(*stage)) {
	t.Helper()
	src := &fakeSource{all: testLab()}
	conditions[condition](src)
	play(t, src, 80, 24, nil, func(s *stage) {
		s.unchecked = true // which other tests check
		s.press(title)
		if condition != "loading" {
			s.rest()
		}
		if !s.app.detail.focus || !s.app.detail.data.Shows() {
			t.Fatalf("pane %s has not the focus:\n%s", title, s.screen())
		}
		test(s)
	})
}

// TestEveryKeyOfEveryPane: whatever there is to see, a key that help and footer offer does
// something, one that is off says why, and none takes the keys away from the pane.
func TestEveryKeyOfEveryPane(t *testing.T) {
	for _, title := range usualTitles() {
		for condition := range conditions {
			var bindings []key.Binding
			inPane(t, title, condition, func(s *stage) {
				k := s.app.keys
				bindings = slices.Concat(slices.Concat(s.app.detail.pane().FullHelp()...), []key.Binding{k.Filter, k.Sort, k.StepBack, k.DayBack, k.Play, k.Live})
			})
			for _, b := range bindings {
				name := fmt.Sprintf("pane %s, %s, %s", title, condition, b.Help().Key)
				if b.Keys()[0] == "esc" {
					continue // TestEscGoesBackEverywhere
				}
				pressAnywhere(t, name, title, condition, b)
			}
		}
	}
}

// usualTitles are those of the panes that every run has something for.
func usualTitles() (all []string) {
	for _, p := range panes {
		one := p.create(theme.New(theme.Mono, true))
		if o, ok := one.(pane.Optional); ok {
			if why, _ := o.Lacks(&pane.View{}); why != "" {
				continue
			}
		}
		all = append(all, one.Title())
	}
	return all
}

// preludes are keys after which a key may do something that has come to a limit before.
var preludes = [][]string{nil, {"j"}, {"G"}, {"l"}, {"z"}, {"Z"}, {"i"}, {"enter"}, {"g", "w"}, {"x"}, {","}, {"enter", "z"}, {"enter", "z", "("}, {"g", "w", "l"}, {"/", "1", "enter"}, {"/", "a", "enter"}, {"a"}, {"a", "i"}}

// preludesIn is the preludes that lead anywhere in a condition.
func preludesIn(condition string) [][]string {
	if condition == "full" {
		return preludes
	}
	return [][]string{nil, {"enter"}, {"a"}}
}

// pressAnywhere presses a key from several places in a pane, until it has done something.
func pressAnywhere(t *testing.T, name, title, condition string, b key.Binding) {
	t.Helper()
	offered, done := false, false
	for _, prelude := range preludesIn(condition) {
		inPane(t, title, condition, func(s *stage) {
			s.press(prelude...)
			s.rest2(condition)
			a, p := s.app, s.app.detail.pane()
			name := name + " after " + strings.Join(prelude, " ")
			own := slices.ContainsFunc(slices.Concat(p.FullHelp()...), func(o key.Binding) bool { return slices.Contains(o.Keys(), b.Keys()[0]) })
			why := p.Off(b)
			if !own {
				why = a.situation().Off(b)
			}
			if _, typed := a.detail.typist(); typed {
				t.Fatalf("%s: a key is to be pressed while something is typed", name)
			}
			if offers(s, b) && why != "" {
				t.Fatalf("%s: is offered, but %s:\n%s", name, why, s.screen())
			}
			before := s.screen()
			s.press(b.Keys()[0])
			if a.prompt.filter.Typing() || !a.detail.focus {
				t.Fatalf("%s: takes the keys away from the pane:\n%s", name, s.screen())
			}
			if changed := s.screen() != before; why == "" {
				offered, done = true, done || changed
			} else if a.notice == "" && !key.Matches(keyOf(b.Keys()[0]), a.keys.NextChanged, a.keys.PrevChanged) {
				t.Fatalf("%s: is off (%s) and says nothing:\n%s", name, why, s.screen())
			}
		})
		if done {
			return
		}
	}
	if offered && !done {
		t.Errorf("%s: is offered, and does nothing", name)
	}
}

// offers reports whether the footer offers a key.
func offers(s *stage, b key.Binding) bool {
	return slices.ContainsFunc(s.app.situation().Hints(), func(h keymap.Hint) bool { return slices.Equal(h.Key.Keys(), b.Keys()) && h.Word == b.Help().Desc })
}

// rest2 lets the pane come to rest, unless it is to be seen while it is read.
func (s *stage) rest2(condition string) {
	if condition != "loading" {
		s.rest()
	}
}

// TestEscGoesBackEverywhere: at 80×24, from wherever keys lead in a pane, Esc leads back a step
// at a time: out of what is open in it, to the pane, to the list.
func TestEscGoesBackEverywhere(t *testing.T) {
	for _, title := range usualTitles() {
		for condition := range conditions {
			for _, way := range append(preludesIn(condition), []string{"/"}, []string{"/", "e"}, []string{"enter", "/", "e", "enter"}, []string{"f"}, []string{"f", "enter", "/"}, []string{"?"}, []string{"!"}, []string{"space"}) {
				inPane(t, title, condition, func(s *stage) {
					s.press(way...)
					s.rest2(condition)
					name := fmt.Sprintf("pane %s, %s, after %v", title, condition, way)
					for presses := 0; s.app.detail.focus; presses++ {
						before := s.screen()
						s.press("esc")
						if presses > 5 || s.app.detail.focus && s.screen() == before {
							t.Fatalf("%s: Esc leads nowhere:\n%s", name, s.screen())
						}
					}
					if s.app.detail.open || s.app.screen.layout.list.empty() || s.app.prompt.filter.Typing() {
						t.Fatalf("%s: Esc does not lead to the list:\n%s", name, s.screen())
					}
				})
			}
		}
	}
}

// TestEscInTheList ends the filter, its typing, and what lies over the screen.
func TestEscInTheList(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 24, nil, func(s *stage) {
		for _, k := range []string{"?", "!", "c"} {
			list := s.screen()
			s.press(k)
			if s.screen() == list {
				t.Errorf("%s shows nothing", k)
			}
			if s.press("esc"); s.screen() != list {
				t.Errorf("Esc after %s leads to\n%s", k, s.screen())
			}
		}
		s.press("/", "b", "esc")
		s.shows("Experiments 7 · newest")
		s.press("/", "U", "B", "I", "enter")
		s.shows("Experiments 1 of 7 · UBI")
		s.press("enter", "esc")
		s.shows("Experiments 1 of 7 · UBI")
		s.press("esc")
		s.shows("Experiments 7 · newest")
		s.press("esc")
		s.shows("Esc is off here: this is the list; q quits")
	})
}

// TestTheFooterWhileASearchIsTyped names the keys that are no letters then, and no others.
func TestTheFooterWhileASearchIsTyped(t *testing.T) {
	for _, title := range []string{"Agents", "Map", "Talk", "Surveys", "Metrics", "Config", "Log"} {
		inPane(t, title, "full", func(s *stage) {
			s.press("/", "q", "?")
			s.shows("⏎ keep  Esc end search")
			s.hides("? help")
			if s.quit {
				t.Errorf("pane %s: q quits while a search is typed", title)
			}
		})
	}
}
