package metrics

import (
	"fmt"
	"math"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

var nan = math.NaN()

// hourly returns a metric with a value an hour.
func hourly(key string, values ...float64) model.Metric {
	m := model.Metric{Key: text.Clean(key)}
	for i, v := range values {
		m.Points = append(m.Points, model.Point{Tick: int64(1 + 3600*i), Value: v})
	}
	return m
}

// wave is n values.
func wave(n int) (values []float64) {
	for i := range n {
		values = append(values, 3+math.Sin(float64(i)/9))
	}
	return values
}

// measured is a view of a run that has measured something.
func measured(all ...model.Metric) (v pane.View) {
	v.Experiment.Key.ID = uuid.UUID{1}
	v.Experiment.Plan = plan.New(8*3600, []plan.Entry{{Type: "run", Days: 2, Ticks: 300}})
	v.Metrics = all
	v.Tell(pane.NeedMetrics, true, text.Text{})
	return v
}

// shownMetrics returns the pane Metrics of w×h cells.
func shownMetrics(w, h int, all ...model.Metric) *metrics {
	m := New(theme.New(theme.Dark, false)).(*metrics)
	m.Resize(w, h)
	m.Show(measured(all...))
	return m
}

// press types keys by their names.
func (m *metrics) press(keys ...string) {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "left": tea.KeyLeft, "right": tea.KeyRight}
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		if code, ok := codes[k]; ok {
			msg = tea.KeyPressMsg{Code: code}
		}
		m.Update(msg)
	}
}

// says fails unless the pane shows each text.
func (m *metrics) says(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if view := ansi.Strip(m.View()); !strings.Contains(view, text) {
			t.Fatalf("%q is not in\n%s", text, view)
		}
	}
}

func TestAGridOfCharts(t *testing.T) {
	for _, tc := range []struct {
		n, w, h int
		want    grid
	}{
		{9, 75, 17, grid{2, 5, 3, 36, 5}},
		{9, 95, 52, grid{2, 5, 5, 46, 10}},
		{9, 195, 52, grid{2, 5, 5, 96, 10}},
		{9, 195, 24, grid{3, 3, 3, 63, 8}},
		{9, 35, 5, grid{1, 9, 1, 35, 5}},
		{1, 75, 17, grid{1, 1, 1, 75, 17}},
		{2, 75, 17, grid{1, 2, 2, 75, 8}},
		{300, 195, 52, grid{6, 50, 10, 30, 5}},
		{3, 1, 1, grid{1, 3, 1, 1, 1}},
		{3, 0, 0, grid{1, 3, 1, 0, 0}},
		{3, -1, -1, grid{1, 3, 1, 0, -1}},
	} {
		if got := gridFor(tc.n, tc.w, tc.h); got != tc.want {
			t.Errorf("%d charts in %d×%d: %+v, want %+v", tc.n, tc.w, tc.h, got, tc.want)
		}
	}
}

func TestMetricsOfAnySizeFillTheirCells(t *testing.T) {
	hostile := []model.Metric{
		hourly("\x1b[2J\x1b]0;x\x07\u202ereversed", wave(30)...), hourly(strings.Repeat("界", 3500), 1, 2), hourly("", 1),
		hourly("👩‍👩‍👧‍👦 🚇 mood", nan, nan), hourly("none"), hourly("inf", math.Inf(1), math.MaxFloat64, -math.MaxFloat64, math.Inf(-1)),
		{Key: text.Clean("far"), Points: []model.Point{{Tick: math.MinInt64, Value: 1}, {Tick: math.MaxInt64, Value: 2}}},
	}
	for name, all := range map[string][]model.Metric{"hostile": hostile, "none": nil, "one": {hourly("a", 7)}, "empty": {hourly("a"), hourly("b")}} {
		m := shownMetrics(60, 20, all...)
		for _, keys := range [][]string{nil, {"G"}, {"enter", "e"}, {"z", "left", "z", "pgup", "("}, {"j", "e", "G", "Z", ")"}, {"k", "k", "g", "z", "right"}} {
			m.press(keys...)
			for w := range 45 {
				for h := range 14 {
					m.Resize(w, h)
					if panetest.Fills(t, m, w, h); strings.ContainsAny(m.View(), "\x07\u202e") || strings.Contains(m.View(), "\x1b[2J") {
						t.Fatalf("%s, %q: an escape is drawn", name, keys)
					}
				}
			}
		}
	}
}

func TestWhereSomethingIsMissing(t *testing.T) {
	for name, want := range map[string]struct {
		ticks []int64
		holes []int
	}{
		"regular":           {[]int64{0, 1, 2, 3, 4}, nil},
		"one missing":       {[]int64{0, 10, 20, 40, 50, 60}, []int{3}},
		"many missing":      {[]int64{0, 10, 20, 90, 100, 110}, []int{3}},
		"from now on rarer": {[]int64{0, 10, 20, 30, 50, 70, 90}, nil},
		"a little late":     {[]int64{0, 10, 20, 34, 44, 54}, nil},
		"two points":        {[]int64{0, 1000}, nil},
	} {
		var points []model.Point
		for _, tick := range want.ticks {
			points = append(points, model.Point{Tick: tick})
		}
		var holes []int
		for i := range points {
			if holed(points, i) {
				holes = append(holes, i)
			}
		}
		if fmt.Sprint(holes) != fmt.Sprint(want.holes) {
			t.Errorf("%s: holes before %v, want %v", name, holes, want.holes)
		}
	}
}

func TestTheCursorReadsTheValuesOff(t *testing.T) {
	m := shownMetrics(60, 20, hourly("a", 1, 2, nan, 4.5), hourly("b", 7, 8, 9))
	m.press("enter")
	m.says(t, "d0 11:00  4.5 · point 4 of 4", "1 of 2 · 1 … 4.5")
	m.press("h")
	m.says(t, "d0 10:00  – · point 3 of 4")
	m.press("left", "left", "left", "left")
	m.says(t, "d0 08:00  1 · point 1 of 4")
	m.press("right")
	m.says(t, "d0 09:00  2 · point 2 of 4")
	m.press("j")
	m.says(t, "d0 09:00  8 · point 2 of 3", "2 of 2 · 7 … 9")
	m.press("G", "j")
	m.says(t, "d0 10:00  9")
	m.press("g", "k")
	m.says(t, "d0 08:00  1")
	m.press("esc")
	m.says(t, "2 metrics · d0 08:00 … d0 11:00")
}

func TestTheCursorStaysOnItsTick(t *testing.T) {
	values := wave(200)
	m := shownMetrics(60, 20, hourly("a", values[:100]...), hourly("b", 1))
	m.press("enter", "pgup", "h")
	at := m.cursor
	reading := m.reading(m.series[0])
	for n := 101; n < 200; n++ {
		m.Show(measured(hourly("0 new", 5), hourly("a", values[:n]...), hourly("b", 1)))
	}
	for _, w := range []int{10, 0, 200, 60} {
		m.Resize(w, 20)
	}
	m.Show(measured(hourly("a", values[:100]...), hourly("b", 1)))
	if got := m.reading(m.series[0]); m.cursor != at || got != reading || m.selected.String() != "a" {
		t.Errorf("the cursor on %q: %q became %q", m.selected, reading, got)
	}
}

func TestAWindowStaysAndAllGrows(t *testing.T) {
	values := wave(300)
	m := shownMetrics(60, 20, hourly("a", values[:100]...))
	m.press("enter")
	m.Show(measured(hourly("a", values[:120]...)))
	if w := m.shown(); w != (window{1, 1 + 119*3600}) {
		t.Errorf("all is %v", w)
	}
	m.press("pgup", "z", "z")
	w := m.shown()
	if w.span() != m.all.span()/4 || float64(m.cursor) < w.from || float64(m.cursor) > w.to {
		t.Errorf("the window is %v of %v around %d", w, m.all, m.cursor)
	}
	m.Show(measured(hourly("a", values[:300]...)))
	if m.shown() != w {
		t.Errorf("the window went from %v to %v", w, m.shown())
	}
	m.press("(")
	if got := m.shown(); got != w.shifted(-w.span()/2) {
		t.Errorf("half a window before %v is %v", w, got)
	}
	for range 100 {
		m.press("(")
	}
	if got := m.shown(); got.from != m.all.from || got.span() != w.span() {
		t.Errorf("the window at the beginning is %v", got)
	}
	m.press("G")
	if got := m.shown(); got.to != m.all.to || got.span() != w.span() {
		t.Errorf("the window with the newest point is %v", got)
	}
	for range 100 {
		m.press("z")
	}
	if got := m.shown(); got.span() < (fewest-1)*3600 {
		t.Errorf("the shortest window is %v", got)
	}
	for range 100 {
		m.press("Z")
	}
	if m.zoomed || m.shown() != m.all {
		t.Errorf("zoomed out to %v", m.shown())
	}
	m.press("z")
	other := measured(hourly("a", 1, 2))
	other.Experiment.Key.ID[0]++
	m.Show(other)
	if m.zoomed || m.cursor != 3601 || !m.single {
		t.Errorf("of another experiment: zoomed %v, cursor %d, single %v", m.zoomed, m.cursor, m.single)
	}
}

func TestTheSelectionIsAKey(t *testing.T) {
	m := shownMetrics(70, 20, hourly("b", 1), hourly("c", 2), hourly("d", 3), hourly("e", 4), hourly("f", 5))
	m.press("l", "j")
	if m.selected.String() != "e" {
		t.Fatalf("%q is selected", m.selected)
	}
	m.Show(measured(hourly("a", 0), hourly("b", 1), hourly("c", 2), hourly("e", 4)))
	if m.selected.String() != "e" || m.at != 3 {
		t.Errorf("%q, number %d, is selected", m.selected, m.at)
	}
	m.press("k", "h", "h", "h")
	if m.selected.String() != "a" {
		t.Errorf("%q is selected", m.selected)
	}
	m.press("G", "l", "j", "j")
	if m.selected.String() != "e" {
		t.Errorf("%q is selected", m.selected)
	}
	m.press("enter")
	m.Show(measured(hourly("a", 0)))
	if m.single || m.selected.String() != "a" {
		t.Errorf("%q is selected of what is left", m.selected)
	}
}

func TestWithoutAPlanTimeIsCountedFromTheStart(t *testing.T) {
	m := shownMetrics(70, 20)
	v := measured(hourly("a", 1, 2, 3))
	v.Experiment.Plan = nil
	m.Show(v)
	m.says(t, "+1.0s … +2h 00m")
	for tick, want := range map[int64]string{-5: "tick -5", math.MaxInt64: model.Unknown, math.MinInt64: model.Unknown} {
		if got := m.moment(tick); got != want {
			t.Errorf("%d is %q", tick, got)
		}
	}
}

func TestALogarithmicScaleIsOfOneMetric(t *testing.T) {
	m := shownMetrics(70, 30, hourly("a", 1, 10, 1000), hourly("b", -1, 0, 1))
	m.press("e")
	m.says(t, "1 … 1000 · log scale", "-1 … 1 ")
	m.press("j", "e", "enter")
	m.says(t, "-1 … 1 · log scale over 0")
	m.press("e")
	if strings.Contains(ansi.Strip(m.View()), "log") {
		t.Errorf("a linear scale:\n%s", ansi.Strip(m.View()))
	}
}

// TestNothingIsDrawnAnewWithoutAReason counts the drawings of charts.
func TestNothingIsDrawnAnewWithoutAReason(t *testing.T) {
	all := []model.Metric{hourly("a", wave(500)...), hourly("b", wave(400)...), hourly("c", wave(300)...), hourly("d", wave(500)...)}
	m := shownMetrics(70, 20, all...)
	card := &m.series[0].card.lines[0]
	m.press("j", "l", "k", "h")
	m.Show(measured(all...))
	m.Show(measured(hourly("a", wave(500)...), hourly("b", wave(401)...), all[2], all[3]))
	if &m.series[0].card.lines[0] != card {
		t.Error("a chart was drawn anew though it shows the same")
	}
	m.Resize(71, 20)
	m.Resize(60, 20)
	if &m.series[0].card.lines[0] == card {
		t.Error("a chart was not drawn anew for another size")
	}
}

// BenchmarkMetricsKey is a key press among 300 keys of 10,000 points each.
func BenchmarkMetricsKey(b *testing.B) {
	values := wave(10_000)
	var all []model.Metric
	for i := range 300 {
		all = append(all, hourly(fmt.Sprintf("metric %03d", i), values...))
	}
	for name, keys := range map[string][]string{
		"select": {"j", "k"}, "scroll": {"G", "g"}, "cursor": {"h", "l"}, "turn": {"j", "k"}, "zoom": {"z", "Z"},
	} {
		b.Run(name, func(b *testing.B) {
			m := shownMetrics(160, 45, all...)
			if name == "cursor" || name == "turn" || name == "zoom" {
				m.press("enter", "pgup", "pgup")
			}
			i := 0
			for b.Loop() {
				m.press(keys[i%2])
				i++
			}
		})
	}
	b.Run("read", func(b *testing.B) {
		m := shownMetrics(160, 45, all...)
		for b.Loop() {
			again := make([]model.Metric, len(all))
			copy(again, all)
			m.Show(measured(again...))
		}
	})
}

func TestOfTheNameOfAMetricTheEndIsKept(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		w          int
	}{
		{"economy.currency mean", "economy.currency mean", 21},
		{"economy.currency mean", "…currency mean ", 15},
		{"economy.currency mean", "…curren…", 8},
		{"幸福感.平均 mean", "…平均 mean ", 11},
		{"satisfaction", "satisf…", 7},
	} {
		if got := nameIn(tc.name, tc.w); got != tc.want {
			t.Errorf("%q in %d cells: %q, want %q", tc.name, tc.w, got, tc.want)
		}
	}
}
