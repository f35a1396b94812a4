package agentmap

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// placedCrowd is n agents in towns at one moment; the last of every ten is nowhere.
func placedCrowd(n int, at model.SimTime) pane.View {
	v := panetest.Crowd(n, at)
	for i := range v.Frame.Agents {
		s, turn := &v.Frame.Agents[i], float64(i)*2.4
		s.Lng, s.Lat = 116.4+math.Cos(turn)*float64(i%37)/300, 39.9+math.Sin(turn)*float64(i%37)/400
		if i%10 == 9 {
			s.Lng, s.Lat = math.NaN(), math.NaN()
		}
		s.Action = text.Clean([]string{"sleep 睡觉 💤", "work", "on the way 在路上 🚇", "", "eat"}[(i+int(at.T))%5])
		v.Profiles[i].Profile = text.ParseValue(fmt.Sprintf(`{"gender":%q,"age":%d,"job":"job %d","married":%t}`, []string{"女", "male"}[i%2], i, i%12, i%3 == 0))
	}
	v.Tell(pane.NeedHistory, true, text.Text{})
	return v
}

func shownMap(v pane.View, w, h int) *agentMap {
	m := New(theme.New(theme.Dark, false)).(*agentMap)
	m.Resize(w, h)
	m.Show(v)
	return m
}

// mapLines returns a map without its styles.
func mapLines(p pane.Pane) []string { return strings.Split(ansi.Strip(p.View()), "\n") }

func TestMapsOfAnySizeFillTheirCells(t *testing.T) {
	for _, n := range []int{0, 1, 3, 200} {
		for _, keys := range []string{"", "zzv", "VVaa\nt", "/李", "/nobody\nn", "hhhhhhhhhhhhhh"} {
			m := shownMap(placedCrowd(n, model.SimTime{T: 300}), 76, 20)
			panetest.Press(m, keys)
			for w := 0; w < 90; w += 1 + w/8 {
				for h := range 20 {
					m.Resize(w, h)
					panetest.Fills(t, m, w, h)
				}
			}
		}
	}
}

func FuzzMapPane(f *testing.F) {
	f.Add(116.4, 39.9, `{"hunger":0.5}`, "睡觉 💤", "vzzt", 80, 24)
	f.Add(math.MaxFloat64, math.Inf(-1), `{"a":1e308,"b":-1e308}`, "\x1b[2J", "VVVxiI\nn", 40, 5)
	f.Add(0.0, 1e9, `text`, "", "/x", -1, 300)
	f.Fuzz(func(t *testing.T, lng, lat float64, status, action, keys string, w, h int) {
		w, h = w%200, h%70
		v := placedCrowd(12, model.SimTime{T: 300})
		for i := range v.Frame.Agents {
			s := &v.Frame.Agents[i]
			if i%2 == 0 {
				s.Lng, s.Lat, s.Status, s.Action = lng*float64(i), lat, text.ParseValue(status), text.Clean(action)
			}
			v.Profiles[i].Profile = text.ParseValue(status)
		}
		v.History = v.Frame.Agents
		m := shownMap(v, w, h)
		for _, k := range keys {
			m.Update(tea.KeyPressMsg{Code: k, Text: string(k)})
			m.Show(v)
		}
		panetest.Fills(t, m, max(w, 0), max(h, 0))
	})
}

func TestWhatAgentsCanBeColouredBy(t *testing.T) {
	v := placedCrowd(200, model.SimTime{T: 300})
	m := shownMap(v, 76, 20)
	names := func() (out []string) {
		for _, c := range m.colours.choices {
			out = append(out, c.Name)
		}
		return out
	}
	if got := names(); !slices.Equal(got, []string{"action", "gender", "job", "married", "hunger"}) {
		t.Errorf("agents can be coloured by %q", got)
	}
	for i := range v.Frame.Agents {
		v.Frame.Agents[i].Status = text.ValueOf("(hunger 0.68, energy 0.2)")
	}
	m = shownMap(v, 76, 20)
	if got := names(); !slices.Equal(got, []string{"action", "gender", "job", "married"}) {
		t.Errorf("agents whose status is text can be coloured by %q", got)
	}
}

func TestAColouringIsKeptForTheNextExperimentThatHasIt(t *testing.T) {
	v := placedCrowd(200, model.SimTime{T: 300})
	m := shownMap(v, 76, 20)
	panetest.Press(m, "V")
	for i, want := range []string{"by hunger", "by action", "by hunger"} {
		other := placedCrowd(200, model.SimTime{T: 300})
		other.Experiment.Key.ID[0] = byte(i + 1)
		if i == 1 {
			for j := range other.Frame.Agents {
				other.Frame.Agents[j].Status = text.Value{}
			}
		}
		who := other
		who.Frame = model.Frame{At: model.Latest}
		m.Show(who)
		if m.Show(other); !strings.Contains(mapLines(m)[0], want) {
			t.Errorf("the %d. experiment is %q, want %s", i, mapLines(m)[0], want)
		}
	}
	for _, want := range []string{"by action", "by gender", "by job", "by married", "by hunger", "by action"} {
		if panetest.Press(m, "v"); !strings.Contains(mapLines(m)[0], want) {
			t.Errorf("the next colouring is %q, want %s", mapLines(m)[0], want)
		}
	}
}

// kindsAfter returns which texts have a class after counting them.
func kindsAfter(k *kinds, room int, counts map[string]int) string {
	k.begin()
	for s, n := range counts {
		for range n {
			k.count(text.Clean(s))
		}
	}
	k.settle(room)
	return strings.Join(k.names(), " ")
}

func TestAKindKeepsItsClassUntilAnotherIsTwiceAsFrequent(t *testing.T) {
	var k kinds
	for i, tc := range []struct {
		counts map[string]int
		room   int
		want   string
	}{
		{map[string]int{"a": 5, "b": 9, "c": 5, "d": 3, "": 90}, 3, "b a c"},
		{map[string]int{"a": 3, "b": 4, "c": 9, "d": 6, "e": 1}, 3, "b a c"},
		{map[string]int{"a": 3, "b": 4, "c": 9, "d": 7, "e": 1}, 3, "b d c"},
		{map[string]int{"a": 3, "b": 4, "c": 9, "d": 3, "e": 1}, 3, "b d c"},
		{map[string]int{"a": 3, "b": 4, "c": 9, "d": 3, "e": 1}, 2, "b c"},
		{map[string]int{"x": 1}, 2, "b x"},
		{map[string]int{}, 4, "b x"},
		{map[string]int{"a": 1, "b": 1}, 4, "b x a"},
		{map[string]int{"a": 1}, 0, ""},
	} {
		if got := kindsAfter(&k, tc.room, tc.counts); got != tc.want {
			t.Errorf("%d: the classes are %q, want %q", i, got, tc.want)
		}
	}
}

func TestWhoIsNowhereHasNoPartInTheColours(t *testing.T) {
	v := placedCrowd(200, model.SimTime{T: 300})
	for i := 9; i < 200; i += 10 {
		v.Frame.Agents[i].Action = text.Clean("closed")
	}
	if m := shownMap(v, 76, 20); slices.Contains(m.colours.kinds.names(), "closed") || len(m.colours.kinds.names()) != 4 {
		t.Errorf("the classes are %q", m.colours.kinds.names())
	}
}

func TestHeatHasAScaleThatStays(t *testing.T) {
	statuses := func(v *pane.View, of func(i int) string) {
		for i := range v.Frame.Agents {
			v.Frame.Agents[i].Status = text.ParseValue(of(i))
		}
	}
	v := placedCrowd(200, model.SimTime{T: 300})
	statuses(&v, func(i int) string { return fmt.Sprintf(`{"mood":%g,"money":%d}`, 0.3+float64(i%5)/100, 1000*i*i) })
	m := shownMap(v, 76, 20)
	last := func() string { return mapLines(m)[19] }
	if panetest.Press(m, "VV"); !strings.HasPrefix(last(), "mood 0 ⣿⣿⣿⣿⣿⣿⣿⣿ 1 ") {
		t.Errorf("the legend is %q", last())
	}
	if panetest.Press(m, "x"); !strings.HasPrefix(last(), "mood 0.3 ⣿⣿⣿⣿⣿⣿⣿⣿ 0.34 ") {
		t.Errorf("fitted to the agents the legend is %q", last())
	}
	if panetest.Press(m, "v"); !strings.HasPrefix(last(), "money 16000 ⣿⣿⣿⣿⣿⣿⣿⣿ 38025000 ") {
		t.Errorf("the legend is %q", last())
	}
	next := placedCrowd(200, model.SimTime{T: 600})
	statuses(&next, func(i int) string { return []string{`{"money":7}`, `{"money":9}`, `{}`}[i%3] })
	if m.Show(next); !strings.HasPrefix(last(), "money 16000 ") {
		t.Errorf("at the next moment the legend is %q", last())
	}
	if panetest.Press(m, "x"); !strings.HasPrefix(last(), "money 7 ⣿⣿⣿⣿⣿⣿⣿⣿ 9  ⣿ unknown 6") {
		t.Errorf("fitted again the legend is %q", last())
	}
}

func TestTheViewIsFittedOnceAndIsTheReadersThen(t *testing.T) {
	v := placedCrowd(200, model.SimTime{T: 300})
	m := shownMap(v, 76, 20)
	fitted := m.view
	moved := func(t float64, by float64) pane.View {
		next := placedCrowd(200, model.SimTime{T: t})
		for i := range next.Frame.Agents {
			next.Frame.Agents[i].Lng += by
		}
		return next
	}
	if m.Show(moved(600, 5)); m.view != fitted {
		t.Errorf("at the next moment the view is %v", m.view)
	}
	if got := mapLines(m); !strings.HasSuffix(got[0], "180 outside, 20 nowhere") || !strings.Contains(strings.Join(got, "\n"), "nobody in view, 180 outside") {
		t.Errorf("the map is\n%s", strings.Join(got, "\n"))
	}
	m.Resize(100, 40)
	if m.view.Place != fitted.Place || m.view.Scale >= fitted.Scale {
		t.Errorf("in a larger pane the view is %v", m.view)
	}
	m.Resize(76, 20)
	if m.view != fitted {
		t.Errorf("in the same size again the view is %v", m.view)
	}
	if panetest.Press(m, "x"); math.Abs(m.view.Lng-fitted.Lng-5) > 0.01 {
		t.Errorf("fitted again the view is %v", m.view)
	}
	panetest.Press(m, "zl")
	mine := m.view
	if !strings.Contains(mapLines(m)[0], "zoom 1.4") {
		t.Errorf("zoomed in it says %s", mapLines(m)[0])
	}
	m.Resize(100, 40)
	m.Show(moved(900, 0))
	if m.view != mine {
		t.Errorf("the view that was moved is %v, not %v", m.view, mine)
	}
	other := moved(300, 0)
	other.Experiment.Key.ID[0] = 1
	if m.Show(other); m.moved || m.view == mine {
		t.Errorf("of another experiment the view is %v", m.view)
	}
}

func TestAFrameThatIsNotThereYetDoesNotEmptyTheMap(t *testing.T) {
	v := placedCrowd(50, model.SimTime{T: 300})
	m := shownMap(v, 76, 20)
	before := mapLines(m)
	v.At.T = 600
	v.Frame = model.Frame{At: v.At}
	m.Show(v)
	if got := mapLines(m); !strings.Contains(got[0], "still d0 00:05") || !slices.Equal(got[1:], before[1:]) {
		t.Errorf("the map is\n%s", strings.Join(got, "\n"))
	}
	v.Live = false
	if m.Show(v); !strings.Contains(m.View(), "Nothing is known of the agents at d0 00:10.") {
		t.Errorf("the map is\n%s", m.View())
	}
}

func TestWhyThereIsNoMap(t *testing.T) {
	nowhere := placedCrowd(12, model.SimTime{})
	for i := range nowhere.Frame.Agents {
		nowhere.Frame.Agents[i].Lat = math.Inf(1)
	}
	early := placedCrowd(12, model.SimTime{})
	early.Timeline, early.At, early.Frame = nil, model.Latest, model.Frame{At: model.Latest}
	reading := pane.View{Moment: pane.Moment{At: model.Latest, Frame: model.Frame{At: model.Latest}}}
	for want, v := range map[string]pane.View{
		"None of the 12 agents has a place.":            nowhere,
		"No step was made yet: the agents are nowhere.": early,
		pane.Reading:                     reading,
		"This experiment has no agents.": panetest.Crowd(0, model.SimTime{}),
		"The only agent has no place.":   panetest.Crowd(1, model.SimTime{}),
	} {
		m := shownMap(v, 60, 12)
		if got := mapLines(m)[0]; strings.TrimSpace(got) != want {
			t.Errorf("the pane says %q, want %q", got, want)
		}
		if m.CapturesKey(tea.KeyPressMsg{Code: '/', Text: "/"}) || m.CapturesKey(tea.KeyPressMsg{Code: tea.KeyEnter}) {
			t.Errorf("a pane that says %q takes keys", want)
		}
	}
}

func TestWhatHasNotChangedIsNotDrawnAgain(t *testing.T) {
	v := placedCrowd(200, model.SimTime{T: 300})
	m := shownMap(v, 76, 20)
	m.drawn = "as it was"
	v.Now = v.Now.Add(1)
	if m.Show(v); m.View() != "as it was" {
		t.Error("the map was drawn again")
	}
	v.Agent = 7
	if m.Show(v); m.View() == "as it was" {
		t.Error("another agent is selected, and the map is as it was")
	}
}

// BenchmarkMap is the time of a moment, coloured by what agents do, by a group and as heat, and
// of a key that moves the map.
func BenchmarkMap(b *testing.B) {
	for _, n := range []int{200, 10_000} {
		frames := []pane.View{placedCrowd(n, model.SimTime{T: 300}), placedCrowd(n, model.SimTime{T: 600})}
		frames[1].Profiles = frames[0].Profiles
		for _, by := range []struct{ name, keys string }{{"action", ""}, {"group", "v"}, {"heat", "V"}} {
			m := shownMap(frames[0], 160, 50)
			panetest.Press(m, by.keys)
			b.Run(fmt.Sprintf("moment %d %s", n, by.name), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					m.Show(frames[i%2])
					m.View()
				}
			})
		}
		m := shownMap(frames[0], 160, 50)
		b.Run(fmt.Sprintf("key %d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				panetest.Press(m, "hl"[i%2:i%2+1])
				m.Show(frames[0])
				m.View()
			}
		})
	}
}
