package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model/text"
	"societop/ui/cell"
)

// drawing returns a drawing without styles as a test writes it: a line break before, "|" at both ends.
func drawing(s string) string {
	lines := strings.Split(ansi.Strip(s), "\n")
	return "\n|" + strings.Join(lines, "|\n|") + "|"
}

// sine returns one wave in n points, with a hole in its second half.
func sine(name string, n int) Series {
	s := Series{Name: name}
	for i := range n {
		y := math.Sin(float64(i) / float64(n) * 2 * math.Pi)
		if at := i * 20 / n; at == 13 || at == 14 {
			y = hole
		}
		s.X, s.Y = append(s.X, float64(i)), append(s.Y, y)
	}
	return s
}

// clockOf writes minutes as a time of day.
func clockOf(minutes float64) string {
	return fmt.Sprintf("%02.0f:%02.0f", math.Floor(minutes/60), math.Mod(minutes, 60))
}

func at(x float64) *float64 { return &x }

func TestALineChart(t *testing.T) {
	powers := Series{Name: "tokens", X: []float64{0, 1, 2, 3, 4}, Y: []float64{0, 1, 100, -5, 1e6}}
	for name, tc := range map[string]struct {
		series []Series
		w, h   int
		view   LineView
		ascii  bool
		want   string
	}{
		"with axes, a hole and a legend": {[]Series{sine("mood", 240)}, 36, 10, LineView{Label: clockOf, Steps: []float64{30, 60, 120}}, false, `
|━ mood                              |
| 1┤    ⢀⡴⠒⠉⠉⠙⠲⢤⡀                    |
|  │  ⢀⠴⠁       ⠙⢦⡀                  |
|  │ ⡴⠋           ⠙⣄                 |
| 0┤⠚              ⠈⢳⡀              ⡠|
|  │                 ⠙⢆           ⢠⠞⠁|
|  │                   ⠳⣄       ⢀⡔⠃  |
|-1┤                    ⠈⠁  ⢀⣀⡤⠞⠉    |
|  └┬───────┬───────┬───────┬────────|
|   00:00 01:00   02:00   03:00      |`},
		"under a cursor": {[]Series{sine("mood", 240)}, 36, 8, LineView{Label: clockOf, Cursor: at(60)}, false, `
|━ mood 1                            |
| 1┤   ⢀⡠⠔⠚⠉⠉⠉⠓⠦⣄                    |
|  │ ⣀⠔⠋    │    ⠙⢦⡀                 |
| 0┤⠚⠁      │      ⠉⠲⣄             ⢀⡤|
|  │        │        ⠈⠳⢄⡀        ⣀⠴⠋ |
|-1┤        │           ⠙⠂  ⢀⣀⡤⠴⠚⠁   |
|  └┬───────┬────────────┬──────────┬|
|   00:00 01:00        02:39    03:59|`},
		"of two lines in ASCII": {[]Series{sine("mood", 240), {Name: "收入", X: []float64{0, 239}, Y: []float64{1, -1}}}, 36, 8, LineView{Label: clockOf}, true, `
|a mood  b 收入                      |
| 1+bbbbbbaaaaaaa                    |
|  | aaa  bbbbbbbaaa                 |
| 0+aa           bbbbbbb           aa|
|  |                 aaabbbbbbb  aaa |
|-1+                    aa  aaabbbbbb|
|  ++----------+---------+----------+|
|   00:00    01:20     02:39    03:59|`},
		"of powers of ten": {[]Series{powers}, 36, 8, LineView{Log: true}, false, `
|━ tokens          log, 2 not above 0|
|  1M┤                              ⠈|
|    │                               |
|1000┤                               |
|    │            ⢀⡠⠤⠒               |
|   1┤       ⢀⡠⠔⠒⠉⠁                  |
|    └┬───────┬──────┬───────┬──────┬|
|     0       1      2       3      4|`},
		"seen closely": {[]Series{sine("mood", 240)}, 36, 8, LineView{From: 59.5, To: 60.5}, false, `
|━ mood                              |
|1.0000┤           ⢀⡠⠔⠊⠒⠤⣀           |
|      │        ⣀⠤⠊⠁      ⠑⠢⢄⡀       |
|0.9999┤    ⢀⠤⠒⠉             ⠈⠒⠤⣀    |
|      │⢀⡠⠔⠊⠁                    ⠑⠢⢄⡀|
|0.9998┤⠁                           ⠈|
|      └┬─────────────┬─────────────┬|
|       59.5         60          60.5|`},
		"of one point": {[]Series{{X: []float64{3}, Y: []float64{7}}}, 20, 7, LineView{}, false, `
|8┤                  |
| │                  |
|7┤         ⠂        |
| │                  |
|6┤                  |
| └─────────┬────────|
|           3        |`},
		"of what overflows": {[]Series{{X: []float64{-math.MaxFloat64, math.MaxFloat64}, Y: []float64{-math.MaxFloat64, math.MaxFloat64}}}, 30, 7, LineView{}, false, `
| 1.8e+308┤                ⣀⠤⠒⠉|
|         │            ⣀⠤⠒⠉    |
|         │        ⣀⠤⠒⠉        |
|         │    ⣀⠤⠒⠉            |
|-1.8e+308┤⣀⠤⠒⠉                |
|         └┬───────────────────|
|          -1.79769e+308       |`},
		"of the smallest there is, in ASCII": {[]Series{{X: []float64{0, math.SmallestNonzeroFloat64}, Y: []float64{0, math.SmallestNonzeroFloat64}}}, 30, 7, LineView{}, true, `
|4.94e-324+                ..''|
|         |            ..''    |
|         |        ..''        |
|         |    ..''            |
|        0+..''                |
|         ++-------------------|
|          0                   |`},
		"of no values": {[]Series{{Name: "mood", X: []float64{1, 2}, Y: []float64{hole, math.Inf(1)}}}, 20, 5, LineView{}, false, `
|━ mood              |
|                    |
|     no values      |
|                    |
|                    |`},
		"without room for axes": {[]Series{sine("mood", 240)}, 10, 3, LineView{}, false, `
|━ mood    |
|⣠⠞⠉⠓⢦⡀    |
|     ⠳⠄⣀⡴⠋|`},
	} {
		got, _ := Line(tc.series, tc.w, tc.h, tc.view, LineStyle{ASCII: tc.ascii})
		if drawing(got) != tc.want {
			t.Errorf("a chart %s is%s", name, drawing(got))
		}
	}
}

func TestTheCursorReadsTheNearestPoint(t *testing.T) {
	s := Series{X: []float64{0, 10, 20, hole, 30}, Y: []float64{1, 2, hole, 4, -5}}
	for _, tc := range []struct {
		x    float64
		log  bool
		want Reading
	}{
		{0, false, Reading{0, 1, true, 0}},
		{5, false, Reading{0, 1, true, 0}},
		{5.1, false, Reading{10, 2, true, 0}},
		{19, false, Reading{20, hole, false, 0}},
		{1e3, false, Reading{30, -5, true, 0}},
		{30, true, Reading{30, -5, false, 1}},
		{hole, false, Reading{}},
	} {
		_, got := Line([]Series{s}, 40, 10, LineView{Cursor: &tc.x, Log: tc.log}, LineStyle{})
		if fmt.Sprint(got[0]) != fmt.Sprint(tc.want) || got[0].X != tc.want.X || got[0].Left != tc.want.Left {
			t.Errorf("at %v it reads %+v, want %+v", tc.x, got[0], tc.want)
		}
	}
	if _, got := Line([]Series{{}}, 40, 10, LineView{Cursor: at(1)}, LineStyle{}); got[0].Known {
		t.Errorf("an empty series reads as %+v", got[0])
	}
}

// TestDownSamplingSetsTheDotsOfAllPoints is why M4 was chosen.
func TestDownSamplingSetsTheDotsOfAllPoints(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		s := Series{}
		for i := range 1 + r.IntN(500) {
			y := r.NormFloat64()
			if r.IntN(9) == 0 {
				y = hole
			}
			s.X, s.Y = append(s.X, float64(i)+r.Float64()), append(s.Y, y)
		}
		window := span{s.X[0] + 20*r.Float64(), s.X[len(s.X)-1]}
		few, all := newDots(10, 5), newDots(10, 5)
		p, x0, y0 := newPlotter(few, 0, window, span{-3, 3}), 0, 0
		s.walk(window, false, p.corner)
		p.flush()
		s.walk(window, false, func(x, y float64, joined bool) {
			col, row := p.x.at(x), few.h*dotsY-1-p.y.at(y)
			if !joined {
				x0, y0 = col, row
			}
			all.line(x0, y0, col, row, 0)
			x0, y0 = col, row
		})
		if !slices.Equal(few.bits, all.bits) {
			t.Fatalf("of %v in %v other dots are set than all points set", s, window)
		}
	}
}

func TestTicksAreRoundAndShort(t *testing.T) {
	for _, tc := range []struct {
		lo, hi float64
		n      int
		want   string
	}{
		{0, 1, 4, "0 0.5 1.0"},
		{0, 97, 5, "0 20 40 60 80 100"},
		{-3.2, 8, 4, "-5 0 5 10"},
		{0, 2_345_678, 3, "0 1M 2M 3M"},
		{9000, 12000, 4, "9k 10k 11k 12k"},
		{1e6, 1.0004e6, 4, "1.0000M 1.0001M 1.0002M 1.0003M 1.0004M"},
		{0.001, 0.0042, 4, "0.001 0.002 0.003 0.004 0.005"},
		{1e-9, 3e-9, 2, "1e-09 2e-09 3e-09"},
		{5, 5, 2, "4.5 5.0 5.5"},
		{0, 0, 2, "-1 0 1"},
		{1e300, 3e300, 2, "0 2e+300 4e+300"},
		{-math.MaxFloat64, math.MaxFloat64, 4, "-1.8e+308 1.8e+308"},
		{math.MaxFloat64, math.MaxFloat64, 4, "0 1.8e+308"},
		{0, math.SmallestNonzeroFloat64, 4, "0 4.94e-324"},
		{1, math.Nextafter(1, 2), 4, "1.00000 1.00000"},
		{math.Inf(1), math.Inf(-1), 4, "0 0.5 1.0"},
	} {
		a := newAxis(span{tc.lo, tc.hi}, tc.n)
		if got := strings.Join(a.labels(), " "); got != tc.want {
			t.Errorf("the ticks of %v to %v are %q, want %q", tc.lo, tc.hi, got, tc.want)
		}
		if tc.lo <= tc.hi && (a.lo > tc.lo || a.hi < tc.hi) {
			t.Errorf("the ticks of %v to %v leave a part out: %v", tc.lo, tc.hi, a)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add(bytesOf(0, 1, 2, hole), bytesOf(5, hole, 7, 8), "mood", 40, 10, 0.0, 2.0, 1.0, uint8(0))
	f.Add(bytesOf(-math.MaxFloat64, math.MaxFloat64), bytesOf(math.MaxFloat64, math.SmallestNonzeroFloat64), "收入🚇", 9, 4, 1.0, 1.0, hole, uint8(7))
	f.Add(bytesOf(math.Inf(1), 3, 3), bytesOf(0, -1, math.Inf(-1)), "", -1, 0, -1e308, 1e308, 1e308, uint8(1))
	f.Fuzz(func(t *testing.T, xs, ys []byte, name string, w, h int, from, to, cursor float64, flags uint8) {
		w, h, name = w%200, h%60, text.Clean(name).String()
		series := []Series{{Name: name, X: floats(xs), Y: floats(ys)}, {Name: name, X: floats(ys), Y: floats(xs)}}
		view := LineView{From: from, To: to, Log: flags&2 != 0, Steps: []float64{cursor, 1, 60}}
		if flags&4 != 0 {
			view.Cursor = &cursor
		}
		if flags&8 != 0 {
			view.Label = func(float64) string { return name }
		}
		got, readings := Line(series, w, h, view, LineStyle{ASCII: flags&1 != 0, Series: []lipgloss.Style{bold}, Cursor: bold})
		if len(readings) != len(series) {
			t.Fatalf("%d readings", len(readings))
		}
		exactly(t, got, w, h)
	})
}

// exactly fails where a drawing has not w×h cells.
func exactly(t *testing.T, drawing string, w, h int) {
	t.Helper()
	if h <= 0 || w <= 0 {
		if strings.Trim(drawing, "\n") != "" || strings.Count(drawing, "\n") != max(h-1, 0) {
			t.Fatalf("%q has not %d×%d cells", drawing, w, h)
		}
		return
	}
	lines := strings.Split(drawing, "\n")
	if len(lines) != h {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), h, drawing)
	}
	for _, line := range lines {
		if cell.Width(line) != w {
			t.Fatalf("%q has %d cells, want %d", line, cell.Width(line), w)
		}
	}
}

// BenchmarkLine is a chart of a million points, in one frame.
func BenchmarkLine(b *testing.B) {
	s := sine("mood", 1_000_000)
	for _, log := range []bool{false, true} {
		b.Run(fmt.Sprintf("log=%v", log), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Line([]Series{s}, 160, 45, LineView{Log: log, Cursor: at(5e5)}, LineStyle{})
			}
		})
	}
}
