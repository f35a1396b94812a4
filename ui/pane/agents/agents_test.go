package agents

import (
	"fmt"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

func shownAgents(v pane.View) *agents {
	a := New(theme.New(theme.Dark, false)).(*agents)
	a.Resize(76, 20)
	a.Show(v)
	return a
}

func TestAgentsOfAnySizeFillTheirCells(t *testing.T) {
	for _, n := range []int{0, 1, 3, 200} {
		for _, keys := range []string{"", "sssss", "/李", "/nobody\n", "\n", "\nG"} {
			a := shownAgents(panetest.Crowd(n, model.SimTime{T: 300}))
			panetest.Press(a, keys)
			for w := range 100 {
				for h := range 7 {
					a.Resize(w, h)
					rows := strings.Split(a.View(), "\n")
					if len(rows) != max(h, 1) {
						t.Fatalf("%d agents, %q: %d rows of %d", n, keys, len(rows), h)
					}
					for _, r := range rows {
						if h > 0 && cell.Width(r) != w {
							t.Fatalf("%d agents, %q: %d cells of %d: %q", n, keys, cell.Width(r), w, r)
						}
					}
				}
			}
		}
	}
}

func TestProfilesAndStatusesAreJoined(t *testing.T) {
	profiles := []model.Profile{{ID: -4}, {ID: 2}, {ID: 3}, {ID: 9}}
	statuses := []model.AgentStatus{{ID: 1}, {ID: 2}, {ID: 9}, {ID: 10}}
	var table agentTable
	table.take(profiles, model.Frame{Agents: statuses})
	got := ""
	for _, r := range table.rows {
		got += fmt.Sprint(r.ID, r.Profile != nil, r.Status != nil, " ")
	}
	if want := "-4 true false 1 false true 2 true true 3 true false 9 true true 10 false true "; got != want {
		t.Errorf("got %s", got)
	}
	if table.take(profiles, model.Frame{Agents: statuses}) {
		t.Error("what is known is taken again")
	}
}

func TestWhatIsUnknownIsLastInEveryOrder(t *testing.T) {
	v := panetest.Crowd(4, model.SimTime{})
	for i, raw := range []string{`{"x":2}`, `{"x":null}`, `{"x":"b"}`, `{"x":10}`} {
		v.Frame.Agents[i].Status = text.ParseValue(raw)
	}
	a := shownAgents(v)
	for a.table.sort.key.Name != "x" {
		panetest.Press(a, "s")
	}
	if got := fmt.Sprint(a.table.order); got != "[0 3 2 1]" {
		t.Errorf("ordered %s", got)
	}
	if panetest.Press(a, "S"); fmt.Sprint(a.table.order) != "[3 0 2 1]" {
		t.Errorf("backwards %v", a.table.order)
	}
}

// BenchmarkAgents is the time of a key that moves, and of a moment: in an order of its own,
// and under a search.
func BenchmarkAgents(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		frames := []pane.View{panetest.Crowd(n, model.SimTime{T: 300}), panetest.Crowd(n, model.SimTime{T: 600})}
		frames[1].Profiles = frames[0].Profiles
		for name, keys := range map[string]string{"": "", " sorted": "sss", " searched": "/fin\n"} {
			a := shownAgents(frames[0])
			panetest.Press(a, keys)
			b.Run(fmt.Sprintf("key %d%s", n, name), func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					panetest.Press(a, "jjk"[i%3:i%3+1])
					a.Show(frames[0])
					a.View()
				}
			})
			b.Run(fmt.Sprintf("moment %d%s", n, name), func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					a.Show(frames[i%2])
					a.View()
				}
			})
		}
	}
}
