package activity

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

var start = time.Date(2026, 9, 24, 0, 0, 0, 0, time.UTC)

// acting returns a view of n agents in so many steps, of which the last is not whole.
func acting(n, steps int) (v pane.View) {
	a := model.Activity{From: text.Clean("social_media.event"), Steps: steps, Whole: steps - 1}
	posts, likes := make([]int, steps), make([]int, steps)
	for i := range n {
		one := model.AgentActivity{ID: int64(i + 1), Name: text.Clean([]string{"Ada Moss", "李明", "佐藤 花子", "Tomas Ek 🚇"}[i%4]), Deeds: make([]model.Deed, steps)}
		for step := range steps - 1 {
			switch (i*7 + step*5 + i*step) % 6 {
			case 0, 1, 2:
				one.Deeds[step] = model.Acted
				posts[step]++
				likes[step] += step % 3
			case 3:
				one.Deeds[step] = model.FailedToAct
				one.Why = text.Clean("unknown tool")
			}
		}
		a.Agents = append(a.Agents, one)
	}
	a.Events = []model.EventCount{{Kind: text.Clean("post"), Counts: posts}, {Kind: text.Clean("like 👍"), Counts: likes}}
	for step := range steps {
		a.Walls = append(a.Walls, start.Add(time.Duration(step+1)*5*time.Minute))
		v.Timeline = append(v.Timeline, model.SimTimeOf(int64(8*3600+900*step)))
	}
	v.Experiment.Key.ID = uuid.UUID{1}
	v.Activity, v.Live, v.At = a, true, v.Timeline[steps-1]
	v.Tell(pane.NeedActivity, true, text.Text{})
	v.Tell(pane.NeedTimeline, true, text.Text{})
	return v
}

// shown returns the pane of w×h cells.
func shown(w, h int, v pane.View) *activity {
	a := New(theme.New(theme.Dark, false)).(*activity)
	a.Resize(w, h)
	a.Show(v)
	return a
}

func press(p pane.Pane, keys ...string) {
	codes := map[string]rune{"enter": tea.KeyEnter, "left": tea.KeyLeft, "right": tea.KeyRight, "pgdown": tea.KeyPgDown}
	for _, k := range keys {
		if code, ok := codes[k]; ok {
			p.Update(tea.KeyPressMsg{Code: code})
		} else {
			panetest.Press(p, k)
		}
	}
}

func says(t *testing.T, p pane.Pane, texts ...string) {
	t.Helper()
	for _, one := range texts {
		if view := panetest.Text(p); !strings.Contains(view, one) {
			t.Fatalf("%q is not in\n%s", one, view)
		}
	}
}

func TestGolden(t *testing.T) {
	panetest.Golden(t, "few", New, acting(6, 14), "jjhh")
	panetest.Golden(t, "many", New, acting(1000, 300), "jj")
}

// TestDeedsDifferWithoutColours asks for three signs in each theme, in ASCII too.
func TestDeedsDifferWithoutColours(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		for _, look := range []theme.Name{theme.Dark, theme.Light, theme.Mono} {
			a := New(theme.New(look, ascii)).(*activity)
			signs := map[string]bool{}
			for _, d := range []model.Deed{model.Acted, model.FailedToAct, model.Absent} {
				sign, _ := a.signs().of(d)
				signs[sign] = true
				for _, share := range a.signs().shares() {
					if share == sign {
						t.Errorf("%s, ascii %v: %q is a deed and a share", look, ascii, sign)
					}
				}
			}
			if len(signs) != 3 || signs[" "] {
				t.Errorf("%s, ascii %v: the signs are %v", look, ascii, signs)
			}
		}
	}
}

func TestTheCursor(t *testing.T) {
	a := shown(100, 20, acting(6, 14))
	says(t, a, "6 agents · 14 steps", "■ acted", "✖ failed", "· absent", "from social_media.event", "1 Ada Moss · step 14 d0 11:15 · nothing yet")
	if id, ok := a.Agent(); ok {
		t.Errorf("agent %d is selected before anybody chose one", id)
	}
	press(a, "j", "j", "h", "h")
	says(t, a, "3 佐藤 花子 · step 12 d0 10:45 · ")
	if id, ok := a.Agent(); !ok || id != 3 {
		t.Errorf("agent %d, %v is selected", id, ok)
	}
	v := acting(6, 15) // the run goes on, and the cursor stays
	v.Agent, v.Chosen = 3, true
	a.Show(v)
	says(t, a, "15 steps", "3 佐藤 花子 · step 12")
	v.Live, v.At = false, v.Timeline[4] // the bar moves, and the cursor follows
	a.Show(v)
	says(t, a, "step 5 d0 09:00")
	v.Live, v.At = true, v.Timeline[14]
	a.Show(v)
	says(t, a, "step 15 d0 11:30 · nothing yet")
	v.Agent = 5 // another pane selects another agent
	a.Show(v)
	says(t, a, "5 Ada Moss · step 15")
	press(a, "G", "g", "k", "left", "left")
	says(t, a, "1 Ada Moss · step 13")
}

func TestStepsByThePlan(t *testing.T) {
	v := acting(3, 6)
	v.Experiment.Plan = plan.New(8*3600, []plan.Entry{{Type: "run", Days: 1, Ticks: 900}})
	v.Experiment.Dir = &model.RunDir{Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}
	v.Timeline = v.Timeline[3:] // frames are missing at the start
	v.Live, v.At = false, v.Timeline[1]
	a := shown(100, 20, v)
	want := fmt.Sprint("step ", min(int(v.Experiment.Plan.Done(v.At.Seconds())), 6))
	says(t, a, want)
}

func TestGroupsOfAThousand(t *testing.T) {
	a := shown(100, 20, acting(1000, 300))
	says(t, a, "1,000 agents · 300 steps", "▁…█ up to ", "agents 1–72", "AGENTS")
	if !a.CapturesKey(tea.KeyPressMsg{Code: tea.KeyEnter}) {
		t.Error("⏎ does not unfold")
	}
	press(a, "j", "enter")
	says(t, a, "73 Ada Moss", "AGENT ")
	if id, _ := a.Agent(); id != 73 {
		t.Errorf("agent %d is under the cursor", id)
	}
	if a.CapturesKey(tea.KeyPressMsg{Code: tea.KeyEnter}) {
		t.Error("⏎ is held where each row is an agent")
	}
	press(a, "z")
	says(t, a, "agents 73–144")
}

// TestTotals compares the edges with the cells.
func TestTotals(t *testing.T) {
	v := acting(40, 30)
	a := shown(100, 60, v)
	acted := 0
	for i := range v.Activity.Agents {
		for _, d := range v.Activity.Agents[i].Deeds {
			if d == model.Acted {
				acted++
			}
		}
	}
	sum := 0
	for _, one := range a.byStep {
		sum += one.acted
	}
	for _, one := range a.byAgent {
		sum -= one.acted
	}
	if sum != 0 || a.kinds[0].total != acted {
		t.Errorf("totals differ by %d; %d posts of %d", sum, a.kinds[0].total, acted)
	}
	press(a, "z")
	a.folds = folded
	for _, size := range [][2]int{{100, 12}, {40, 30}, {30, 9}} {
		a.Resize(size[0], size[1])
		all, of := 0, 0
		for row := range a.rows {
			for column := range a.columns {
				all, of = all+a.group(row, column).acted, of+a.group(row, column).of
			}
		}
		if !a.grouped() || all != acted || of != 40*29 {
			t.Errorf("%v: groups of %d×%d: %d of %d acted, want %d", size, a.perRow, a.perColumn, all, of, acted)
		}
	}
	a.Resize(100, 60)
	a.folds = unfolded
	a.Resize(100, 60)
	says(t, a, fmt.Sprintf("%d%%", acted*100/(40*29)), "/h")
	if got, want := a.kinds[0].hourly, float64(acted-v.Activity.Events[0].Counts[0])/(29*5/60.0); got < want*0.999 || got > want*1.001 {
		t.Errorf("%v posts an hour, want %v", got, want)
	}
	if hourly([]int{1, 2}, nil) != -1 || hourly([]int{1}, []time.Time{start}) != -1 {
		t.Error("a rate without times is known")
	}
}

func TestAnyViewFillsItsCells(t *testing.T) {
	hostile := acting(5, 4)
	for i := range hostile.Activity.Agents {
		one := &hostile.Activity.Agents[i]
		one.Name, one.Why = text.Clean(strings.Repeat("界\x1b[2J\u202e", 50)), text.Clean("\x1b]0;x\x07\n"+strings.Repeat("👩‍👩‍👧‍👦", 99))
		one.Deeds = one.Deeds[:i%4] // shorter than promised
	}
	hostile.Activity.Events = []model.EventCount{{Kind: text.Clean("\x1b[31m界"), Counts: []int{math.MaxInt >> 3, -1}}}
	hostile.Activity.Agents[4].ID = 1<<63 - 1
	empty := acting(3, 4)
	empty.Activity = model.Activity{}
	for _, v := range []pane.View{hostile, acting(6, 14), acting(150, 90), empty, {}} {
		for _, size := range [][2]int{{0, 0}, {1, 1}, {3, 2}, {20, 5}, {36, 8}, {60, 12}, {160, 45}} {
			a := shown(size[0], size[1], v)
			for _, k := range []string{"", "j", "z", "l", "h", "(", ")", "G", "z", "pgdown", "enter", "k"} {
				press(a, k)
				panetest.Fills(t, a, size[0], size[1])
			}
			a.Print()
		}
	}
}

// TestAKeyDrawsWhatIsInView bounds the work of a key by allocations, which do not grow with the matrix.
func TestAKeyDrawsWhatIsInView(t *testing.T) {
	allocs := func(n, steps int) float64 {
		a := shown(116, 40, acting(n, steps))
		press(a, "z")
		return testing.AllocsPerRun(20, func() { press(a, "j", "h", "k", "l") })
	}
	if small, large := allocs(60, 120), allocs(1000, 1000); large > 1.5*small {
		t.Errorf("keys allocate %.0f times in a large matrix, %.0f in a small one", large, small)
	}
}

func BenchmarkKey(b *testing.B) {
	a := shown(160, 45, acting(1000, 1000))
	for _, fold := range []string{"folded", "unfolded"} {
		b.Run(fold, func(b *testing.B) {
			for b.Loop() {
				press(a, "j", "k")
			}
		})
		press(a, "z")
	}
}
