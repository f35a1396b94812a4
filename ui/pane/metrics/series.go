package metrics

import (
	"math"
	"slices"
	"sort"

	"societop/model"
	"societop/model/plan"
)

// series is a measured series as the pane draws it.
type series struct {
	model.Metric
	low, high float64 // of its finite values; NaN where there is none
	card      drawing // in the grid
	whole     drawing // with axes
}

// drawing is what was drawn last, and its input.
type drawing struct {
	of    stamp
	lines []string
}

// stamp is the input of a drawing, apart from the points.
type stamp struct {
	width, height, theme int
	log                  bool
	from, to             float64
	cursor               int64
	plan                 *plan.Plan
}

// measure makes a series of a metric. It keeps the drawings of the older one, if there is one,
// as long as the points are the same.
func measure(m model.Metric, older *series) *series {
	if older != nil && slices.EqualFunc(m.Points, older.Points, samePoint) {
		return &series{m, older.low, older.high, older.card, older.whole}
	}
	s := &series{Metric: m, low: math.NaN(), high: math.NaN()}
	for _, p := range m.Points {
		if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) {
			continue
		}
		if !(s.low <= p.Value) {
			s.low = p.Value
		}
		if !(s.high >= p.Value) {
			s.high = p.Value
		}
	}
	return s
}

// samePoint compares points; NaN equals NaN.
func samePoint(a, b model.Point) bool {
	return a.Tick == b.Tick && (a.Value == b.Value || a.Value != a.Value && b.Value != b.Value)
}

// last returns the newest value, NaN if there is none.
func (s *series) last() float64 {
	if n := len(s.Points); n > 0 {
		return s.Points[n-1].Value
	}
	return math.NaN()
}

// from returns the index of the first point at a tick or after it.
func (s *series) from(tick int64) int {
	return sort.Search(len(s.Points), func(i int) bool { return s.Points[i].Tick >= tick })
}

// nearest returns the index of the point nearest to a tick, −1 where there is none.
func (s *series) nearest(tick int64) int {
	i := s.from(tick)
	if i == len(s.Points) || i > 0 && distance(s.Points[i-1].Tick, tick) < distance(s.Points[i].Tick, tick) {
		i--
	}
	return i
}

// distance returns how far two ticks are apart, without their overflow.
func distance(a, b int64) float64 { return math.Abs(float64(a) - float64(b)) }

// step returns the point to which the cursor moves from point i: the nearest that is at least
// reach ticks away, so that the move is visible.
func (s *series) step(i, by int, reach float64) int {
	n, at := len(s.Points), s.Points[i].Tick
	far := func(j int) bool { return s.Points[j].Tick != at && distance(s.Points[j].Tick, at) >= reach }
	if by > 0 {
		return min(i+1+sort.Search(n-i-1, func(j int) bool { return far(i + 1 + j) }), n-1)
	}
	return max(i-1-sort.Search(i, func(j int) bool { return far(i - 1 - j) }), 0)
}

// holeFactor is how many times as far apart as their neighbours two points must be to have a
// hole between them.
const holeFactor = 1.5

// holed reports whether points are missing between the points i−1 and i: their distance is much
// larger than that of the two points before and after them. A run that is measured less often
// from some time on has no hole there.
func holed(points []model.Point, i int) bool {
	gap := func(j int) float64 {
		if j < 1 || j >= len(points) {
			return 0
		}
		return distance(points[j].Tick, points[j-1].Tick)
	}
	usual := max(gap(i-2), gap(i-1), gap(i+1), gap(i+2))
	return usual > 0 && gap(i) > holeFactor*usual
}
