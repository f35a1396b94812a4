package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"

	"societop/model/budget"
	"societop/model/text"
)

// crowd is n points in towns around Beijing, of some classes.
func crowd(n, classes int) []Point {
	r := rand.New(rand.NewPCG(7, 7))
	out := make([]Point, n)
	for i := range out {
		town := float64(r.IntN(12))
		out[i] = Point{Place{116.4 + 0.2*math.Cos(town) + 0.03*r.NormFloat64(), 39.9 + 0.15*math.Sin(town) + 0.02*r.NormFloat64()}, r.IntN(classes)}
	}
	return out
}

// square is four corners of a square of a tenth of a degree of latitude, and its middle.
func square(lat float64) []Point {
	dx, dy := 0.05/math.Cos(lat*math.Pi/180), 0.05
	return []Point{{Place{-dx, lat - dy}, 0}, {Place{dx, lat - dy}, 0}, {Place{-dx, lat + dy}, 1}, {Place{dx, lat + dy}, 1}, {Place{0, lat}, 2}}
}

func names(i int) string { return []string{"张伟", "Ada", "Bo", "a name that is too long", "E"}[i%5] }

func TestAMap(t *testing.T) {
	two := MapStyle{Classes: make([][]lipgloss.Style, 2)}
	for name, tc := range map[string]struct {
		m     Map
		w, h  int
		style MapStyle
		want  string
	}{
		"of a square": {Map{Points: square(60), Marked: -1}, 20, 8, MapStyle{}, `
|  ⠶              ⠶  |
|                    |
|                    |
|                    |
|          ⠛         |
|                    |
|                    |
|  ⣤              ⣤  |`},
		"with names": {Map{Points: square(60), Marked: 4, Name: names}, 60, 8, two, `
|                      ⠶ Bo           ⠶ a name that i…       |
|                                                            |
|                                                            |
|                                                            |
|                              ● E                           |
|                                                            |
|                                                            |
|                      ⣤ 张伟         ⣤ Ada                  |`},
		"with classes in ASCII": {Map{Points: append(square(0), Point{Place{hole, 1}, 0}), Marked: -1, Classes: []string{"在家", "walking"}}, 44, 8, MapStyle{Classes: two.Classes, ASCII: true}, `
|               b            b               |
|                                            |
|                                            |
|                      .                     |
|                                            |
|                                            |
|               a            a               |
|a 在家 2     b walking 2  . other 1         |`},
		"with more styles than classes": {Map{Points: append(square(0)[:2], Point{Place{-0.05, 0.05}, -1}, Point{Place{0.05, 0.05}, -1}, Point{Place{}, -1}), Marked: 3, Name: names, Classes: []string{"在家 at home"}}, 44, 6, MapStyle{Classes: make([][]lipgloss.Style, 7)}, `
|                 ⠶ Bo     ● a name that i…  |
|                                            |
|                      ⣤ E                   |
|                                            |
|                 ⣤ 张伟   ⣤ Ada             |
|⣿ 在家 at home 2  ⣿ other 3                 |`},
		"with a legend in two rows": {Map{Points: square(0), Marked: 4, Name: func(int) string { return "a long name" }, Classes: []string{"sleep 睡觉", "on the way home", "work"}}, 44, 14, MapStyle{Classes: make([][]lipgloss.Style, 7)}, `
|           ⣤ a long name        ⣤           |
|                                            |
|                                            |
|                                            |
|                                            |
|                                            |
|                      ● a long name         |
|                                            |
|                                            |
|                                            |
|                                            |
|           ⠶ a long name        ⠶           |
|⣿ sleep 睡觉 2       ⣿ on the way home 2    |
|⣿ work 1                                    |`},
		"with the name at the left": {Map{Points: []Point{{}, {Place: Place{1, 0}}}, Marked: 1, Name: names}, 20, 4, MapStyle{}, `
|                    |
|                    |
| ⠛ 张伟       Ada ● |
|                    |`},
		"with all outside": {Map{Points: []Point{{Place: Place{500, 0}}, {Place: Place{hole, 0}}}, View: MapView{Scale: 0.1}, Marked: -1}, 30, 3, MapStyle{}, `
|                              |
|  nobody in view, 1 outside   |
|                              |`},
		"of heat in ASCII": {Map{Points: square(0), Marked: -1, Heat: &Heat{"mood", 0.5, 10}}, 44, 6, MapStyle{Classes: make([][]lipgloss.Style, 3), ASCII: true}, `
|                 4        4                 |
|                                            |
|                      9                     |
|                                            |
|                 0        0                 |
|mood 0.5 049 10                             |`},
		"of heat": {Map{Points: square(0), Marked: -1, Heat: &Heat{"mood", 0.5, 10}}, 44, 6, two, `
|                 ⠶        ⠶                 |
|                                            |
|                      ⣤                     |
|                                            |
|                 ⣤        ⣤                 |
|mood 0.5 ⣿⣿ 10  ⣿ unknown 1                 |`},
		"with a trail": {Map{Points: square(0), Marked: 0, Trail: []Place{{-0.05, -0.05}, {-0.02, -0.04}, {-0.01, -0.01}, {-0.01, 0.05}}}, 20, 6, MapStyle{}, `
|    ⠶   ⠐      ⠶    |
|                    |
|                    |
|        ⠠ ⠛         |
|                    |
|    ●  ⠈       ⣤    |`},
		"with a trail in ASCII": {Map{Points: square(0), Marked: 0, Trail: []Place{{-0.05, -0.05}, {-0.02, -0.04}, {-0.01, -0.01}, {-0.01, 0.05}}}, 20, 6, MapStyle{ASCII: true}, `
|    .   -      .    |
|                    |
|                    |
|        - .         |
|                    |
|    @  -       .    |`},
		"of nobody": {Map{}, 20, 4, MapStyle{}, `
|                    |
|                    |
|   nobody in view   |
|                    |`},
		"of a crowd": {Map{Points: crowd(3000, 1), Marked: -1, Name: names}, 60, 14, MapStyle{}, `
|                         ⢀⠄⢀⡠⢀                              |
|                       ⡠⣽⢽⣼⣶⣾⣧⣔⠠⡀⢢⣐⣀                        |
|                    ⠄ ⣡⣶⣿⣿⣿⣿⣿⣿⣿⢙⢰⣷⣯⣿⣿⣶⡀⢠                    |
|                  ⡁⢀⣀⡰⢫⣙⢿⡻⡿⢿⠿⠉⠆⠠⠿⣻⣿⣿⣿⣿⣿⣦⠢⠠                  |
|                 ⠐⣢⣾⣿⣿⣿⢳⡔⠑⠄⠁⠑⠂⠂  ⠨⠟⡺⡿⢿⠳⠃⠃                   |
|                ⡀⢎⣾⣿⣿⣿⣾⣣⠆          ⠈⠂⣎⡱⣚⠄ ⡀                 |
|                ⠠⢽⢾⣿⣿⣿⢿⠻⠂⠁         ⢀⢲⣵⣿⣿⣿⣦⠡⢀                |
|                ⠈⠐⠌⡛⡟⠭⠒⠐          ⠠⢐⡸⣿⣿⣿⣿⡧⡌                 |
|                  ⢀⣁⣶⣶⣶⣮⡀      ⠠  ⠈⡚⣟⢻⣿⣿⣿⠻⠂                 |
|                 ⠐⢹⣟⣾⣿⣿⣯⣿⡟⡖⢀⡀    ⢠ ⢀⡈⡦⠉⡗⠍⠍                  |
|                   ⠙⣿⣿⣿⣿⣿⡇⢪⣠⢴⢮⣮⣮⣥⣱⡢⡀                        |
|                    ⠈⢈⡻⣯⡻⠜⠛⢢⣿⣿⣿⣿⣿⣿⡟⡕                        |
|                       ⠉ ⠁⢀⣅⢿⣿⡿⣿⠿⢛⠔⠃                        |
|                           ⠋⠁⠈⠁ ⠁                           |`},
		"of a crowd in ASCII": {Map{Points: crowd(3000, 1), Marked: -1, Name: names}, 60, 14, MapStyle{ASCII: true}, `
|                         :.:..                              |
|                       .::::+::...:.                        |
|                    . ::++++::::::::::::                    |
|                  ..:::::::::.:.:::+++::..                  |
|                 .:::+::..:....  .::::::.                   |
|                .:::+++:.          ..:.:. .                 |
|                .::++:::..         .:::++:..                |
|                ...:::..          ..::++:::                 |
|                  ..::::.      .  ..::+:::.                 |
|                 :::::++:::..    . .::::::                  |
|                   :::++::::::::::..                        |
|                    .::::.:::+++++::                        |
|                       . ..:::::::.:                        |
|                           :... .                           |`},
	} {
		if tc.m.View.Scale == 0 {
			tc.m.View, _ = tc.m.Fit(tc.w, tc.h)
		}
		if got, _ := tc.m.Draw(tc.w, tc.h, tc.style); drawing(got) != tc.want {
			t.Errorf("a map %s is%s", name, drawing(got))
		}
	}
}

func TestShapesAreRightAtAnyLatitude(t *testing.T) {
	for _, lat := range []float64{0, 40, -60, 80, 200} {
		points := square(lat)
		if lat > 90 { // a plane, not the ground
			points = []Point{{Place{0, lat}, 0}, {Place{1, lat + 1}, 0}}
		}
		view, _ := Map{Points: points}.Fit(40, 40)
		p := view.onto(40, 40)
		x0, y0, _ := p.dot(points[0].Place)
		x1, y1, _ := p.dot(points[len(points)-2].Place)
		if lat > 90 {
			x1, y1, _ = p.dot(points[1].Place)
		}
		if abs(abs(x1-x0)-abs(y1-y0)) > 1 {
			t.Errorf("at %v° a square is %d by %d dots", lat, x1-x0, y1-y0)
		}
	}
}

func TestFewThatAreFarAwayDoNotSqueezeTheRest(t *testing.T) {
	far := []Point{{Place: Place{0, 0}}, {Place: Place{-70, -30}}}
	for _, tc := range []struct {
		n, far  int
		outside int
	}{{3, 1, 0}, {20, 1, 1}, {200, 2, 2}, {10_000, 2, 2}, {10_000, 0, 0}, {0, 1, 0}} {
		m := Map{Points: append(crowd(tc.n, 1), far[:tc.far]...)}
		view, outside := m.Fit(80, 30)
		if outside != tc.outside {
			t.Errorf("of %d points and %d far away %d are outside, want %d", tc.n, tc.far, outside, tc.outside)
		}
		if tc.n > 3 && (math.Abs(view.Lng-116.4) > 0.1 || view.Scale > 0.01) {
			t.Errorf("of %d points and %d far away the view is %v", tc.n, tc.far, view)
		}
	}
	same := Map{Points: []Point{{Place: Place{116, 40}}, {Place: Place{116, 40}}, {Place: Place{hole, 1}}, {Place: Place{math.Inf(1), 1}}}}
	view, outside := same.Fit(80, 30)
	same.View = view
	if _, seen := same.Draw(80, 30, MapStyle{}); outside != 0 || seen != (Seen{Drawn: 2, Nowhere: 2}) {
		t.Errorf("of two in one place and two nowhere the map has %+v in %v", seen, view)
	}
}

func TestAViewIsMovedByCellsAndByFactors(t *testing.T) {
	view := MapView{Place{116, 60}, 0.001}
	if got := view.Zoom(2).Zoom(0.5); got != view {
		t.Errorf("in and out is %v", got)
	}
	if got := view.Pan(3, -2); math.Abs(got.Lng-116.012) > 1e-9 || math.Abs(got.Lat-60.008) > 1e-9 {
		t.Errorf("three cells right and two up is %v", got)
	}
	if got := view.Around(Place{1, 2}).Around(Place{hole, 5}); got.Place != (Place{1, 2}) {
		t.Errorf("around a place and nowhere is %v", got)
	}
	for _, by := range []float64{0, -1, hole, math.Inf(1)} {
		if got := view.Zoom(by); got != view {
			t.Errorf("zoomed by %v it is %v", by, got)
		}
	}
	if got := view.Zoom(1e300).Zoom(1e-300); got.Scale != coarsest {
		t.Errorf("far out is %v", got)
	}
	at := Place{116.02, 60.01}
	before := view.onto(80, 30)
	x, y, _ := before.dot(at)
	zoomed := view.ZoomAt(at, 4)
	after := zoomed.onto(80, 30)
	if xx, yy, in := after.dot(at); !in || abs(x-xx) > 1 || abs(y-yy) > 1 || zoomed.Scale != 0.00025 {
		t.Errorf("zoomed at a place the view is %v, and the place moved from %d, %d to %d, %d", zoomed, x, y, xx, yy)
	}
	if got := view.ZoomAt(Place{hole, 1}, 2); got != view.Zoom(2) {
		t.Errorf("zoomed at nowhere it is %v", got)
	}
	if got := (MapView{}).Zoom(2).Pan(1, 1); got.Scale != 0 {
		t.Errorf("the zero view became %v", got)
	}
}

func TestACellHasTheStyleOfMostOfItsPoints(t *testing.T) {
	points := []Point{{Class: 0}, {Class: 1}, {Class: 1}, {Class: 2}, {Class: -1}}
	for _, tc := range []struct {
		heat        *Heat
		class, seen int
	}{{nil, 1, 5}, {&Heat{}, 2, 5}} {
		var f field
		f.reset(MapView{Scale: 1}, 10, 10, 3)
		f.plot(points)
		cell := 5*10/2 + 5
		for i, dots := range f.dots {
			if dots != 0 {
				cell = i
			}
		}
		if got := f.class(cell, tc.heat != nil, make([]uint32, 4)); got != tc.class || f.shade(cell) != 1 {
			t.Errorf("the class is %d, want %d; the shade %d, want 1", got, tc.class, f.shade(cell))
		}
	}
}

func TestPointsThatShareADotAreShaded(t *testing.T) {
	shades := []lipgloss.Style{lipgloss.NewStyle().Faint(true), lipgloss.NewStyle(), lipgloss.NewStyle().Bold(true)}
	for n, want := range map[int]string{1: "\x1b[2m", 2: "⠀", 7: "⠀", 8: "\x1b[1m", 100_000: "\x1b[1m"} {
		got, _ := Map{Points: make([]Point, n), View: MapView{Scale: 1}, Marked: -1}.Draw(1, 1, MapStyle{Classes: [][]lipgloss.Style{shades}})
		if before, _, _ := strings.Cut(got, string(rune(braille+0x20))); before != strings.Trim(want, "⠀") {
			t.Errorf("%d points on a dot are drawn as %q", n, got)
		}
	}
}

func TestPlottingPointsAllocatesNothing(t *testing.T) {
	m := Map{Points: crowd(1000, 4)}
	m.View, _ = m.Fit(160, 50)
	var f field
	f.reset(m.View, 160, 50, 4)
	if n := testing.AllocsPerRun(10, func() { f.reset(m.View, 160, 50, 4); f.plot(m.Points) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAPainterKeepsNothingOfTheLastMap(t *testing.T) {
	style := MapStyle{Classes: [][]lipgloss.Style{{bold}, {bold.Faint(true), bold.Reverse(true)}}, Other: bold.Faint(true), Marked: bold.Reverse(true)}
	p := NewMapPainter(style)
	for _, tc := range []struct{ n, classes, w, h int }{{3000, 2, 80, 30}, {20, 1, 40, 8}, {500, 3, 120, 40}, {0, 1, 10, 3}, {9, 2, 80, 30}} {
		m := Map{Points: crowd(tc.n, tc.classes), Marked: 2, Name: names, Classes: []string{"在家", "walking"}}
		m.View, _ = m.Fit(tc.w, tc.h)
		want, seen := m.Draw(tc.w, tc.h, style)
		if got, also := p.Draw(m, tc.w, tc.h); got != want || also != seen {
			t.Errorf("%d points at %d×%d: after another map it is%s\nalone it is%s", tc.n, tc.w, tc.h, drawing(got), drawing(want))
		}
	}
}

func FuzzMap(f *testing.F) {
	f.Add(bytesOf(116, 39, 117, 40, hole, 3), "张伟", 40, 12, 0.001, uint8(0))
	f.Add(bytesOf(-math.MaxFloat64, math.MaxFloat64, 0, 0), "👍", 3, 5, math.Inf(1), uint8(0xFF))
	f.Add(bytesOf(1e9, 1e9, -1e9, -1e9, 1, 1), "", -1, 0, math.SmallestNonzeroFloat64, uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, name string, w, h int, scale float64, flags uint8) {
		w, h, name = w%200, h%60, text.Clean(name).String()
		m := Map{Marked: int(flags>>4) - 1, Name: func(int) string { return name }, Classes: []string{name, "b", "c", "d"}[:flags>>2&3+1]}
		style := MapStyle{ASCII: flags&1 != 0, Classes: [][]lipgloss.Style{{bold}, nil, {bold, bold.Faint(true)}}, Marked: bold.Reverse(true)}
		for numbers := floats(data); len(numbers) >= 2; numbers = numbers[2:] {
			m.Points = append(m.Points, Point{Place{numbers[0], numbers[1]}, int(int64(math.Float64bits(numbers[0])))})
			m.Trail = append(m.Trail, Place{numbers[1], numbers[0]})
		}
		if flags&2 != 0 {
			m.Heat = &Heat{name, scale, 1}
		}
		if m.View, _ = m.Fit(w, h); flags&4 != 0 {
			m.View = MapView{m.View.Place, scale}
		}
		m.View = m.View.Pan(w, h).Zoom(scale)
		got, seen := m.Draw(w, h, style)
		exactly(t, got, w, h)
		if seen.Drawn+seen.Outside+seen.Nowhere != len(m.Points) {
			t.Fatalf("%+v of %d points", seen, len(m.Points))
		}
	})
}

// bare sets the dots of points and does nothing else: what budget 13 is measured against.
func bare(m Map, cells []uint8, w, h int) {
	clear(cells)
	p := m.View.onto(w, h)
	for i := range m.Points {
		if x, y, in := p.dot(m.Points[i].Place); in {
			cells[y/dotsY*w+x/dotsX] |= dotBits[y%dotsY*dotsX+x%dotsX]
		}
	}
}

// BenchmarkBudget13Map draws 10,000 points of eight classes and three shades at 160×50. It
// prints the ratio to a bare loop that sets the same dots, of the point loop with what it
// needs cleared, and of the whole frame with its text.
func BenchmarkBudget13Map(b *testing.B) {
	const w, h = 160, 50
	m := Map{Points: crowd(10_000, 8), Marked: 3, Name: names}
	m.View, _ = m.Fit(w, h)
	style := MapStyle{}
	for i := range 8 {
		colour := lipgloss.NewStyle().Foreground(lipgloss.Color(fmt.Sprintf("#5f%02xff", 30*i)))
		style.Classes = append(style.Classes, []lipgloss.Style{colour.Faint(true), colour, colour.Bold(true)})
	}
	cells := make([]uint8, w*h)
	alone := took(func() { bare(m, cells, w, h) })
	var f field
	loop := took(func() { f.reset(m.View, w, h, 8); f.plot(m.Points) })
	p, text := NewMapPainter(style), ""
	b.ReportAllocs()
	for b.Loop() {
		text, _ = p.Draw(m, w, h)
	}
	frame := took(func() { text, _ = p.Draw(m, w, h) })
	b.ReportMetric(float64(alone.Nanoseconds()), "bare-ns")
	budget.Report(b, "13a", float64(loop)/float64(alone))
	budget.Report(b, "13b", float64(frame)/float64(alone))
	budget.Report(b, "13c", testing.AllocsPerRun(10, func() { f.reset(m.View, w, h, 8); f.plot(m.Points) }))
	b.ReportMetric(float64(len(text)), "frame-B")
}

// took returns the least time that f took of many.
func took(f func()) time.Duration {
	best := time.Hour
	for range 200 {
		begin := time.Now()
		f()
		best = min(best, time.Since(begin))
	}
	return best
}
