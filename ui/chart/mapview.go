package chart

import (
	"math"
	"slices"
)

// Place is a point on the ground, in degrees. NaN, infinite values and values beyond a thousand
// million degrees are unknown.
type Place struct{ Lng, Lat float64 }

// edge is the largest distance of a place from zero.
const edge = 1e9

// Known reports whether the place is known.
func (p Place) Known() bool { return math.Abs(p.Lng) <= edge && math.Abs(p.Lat) <= edge }

// MapView is the part of the ground that a map shows: its middle, and the height of a dot of
// braille in degrees of latitude. A degree of longitude is drawn shorter by the cosine of the
// middle's latitude, so that shapes are right there. The zero view shows nothing.
type MapView struct {
	Place
	Scale float64
}

// A dot is at least a centimetre, and at most all there is.
const (
	finest   = 1e-7
	coarsest = 1e8
	ordinary = 1e-4 // eleven metres: of places that are all the same
)

// Zoom returns the view enlarged by a factor; a factor below 1 zooms out.
func (v MapView) Zoom(by float64) MapView {
	if scale := v.Scale / by; by > 0 && known(by) && v.Scale > 0 {
		v.Scale = min(max(scale, finest), coarsest)
	}
	return v
}

// ZoomAt is Zoom around a place, which stays where it is on the map.
func (v MapView) ZoomAt(p Place, by float64) MapView {
	out := v.Zoom(by)
	if !p.Known() || !(v.Scale > 0) {
		return out
	}
	rest := out.Scale / v.Scale
	return out.Around(Place{p.Lng + (v.Lng-p.Lng)*rest, p.Lat + (v.Lat-p.Lat)*rest})
}

// Pan returns the view moved by cells to the right and down.
func (v MapView) Pan(right, down int) MapView {
	lng := v.Lng + float64(right*dotsX)*v.Scale/shortening(v.Lat)
	lat := v.Lat - float64(down*dotsY)*v.Scale
	if p := (Place{lng, lat}); p.Known() {
		v.Place = p
	}
	return v
}

// Around returns the view with another middle, if that is known.
func (v MapView) Around(p Place) MapView {
	if p.Known() {
		v.Place = p
	}
	return v
}

// shortening returns the length of a degree of longitude in degrees of latitude. Coordinates
// beyond the poles are treated as a plane.
func shortening(lat float64) float64 {
	if !(math.Abs(lat) <= 90) {
		return 1
	}
	return max(math.Cos(lat*math.Pi/180), 0.05)
}

// projection converts places to dots, counted from the top left.
type projection struct {
	left, top, kx, ky float64 // degrees, and dots by degree
	w, h              float64 // in dots
}

// onto projects a view onto w×h cells. Without a scale nothing is visible.
func (v MapView) onto(w, h int) projection {
	p := projection{w: float64(max(w, 0) * dotsX), h: float64(max(h, 0) * dotsY)}
	if !(v.Scale > 0) || !known(v.Scale) || !v.Known() {
		return projection{}
	}
	p.kx, p.ky = shortening(v.Lat)/v.Scale, 1/v.Scale
	p.left, p.top = v.Lng-p.w/2/p.kx, v.Lat+p.h/2/p.ky
	return p
}

// dot returns the dot of a place, and whether it is visible.
func (p *projection) dot(at Place) (x, y int, in bool) {
	fx, fy := (at.Lng-p.left)*p.kx, (p.top-at.Lat)*p.ky
	if !(fx >= 0 && fx < p.w && fy >= 0 && fy < p.h) {
		return 0, 0, false
	}
	return int(fx), int(fy), true
}

// Fit returns a view of all points with a margin, in a map of w×h cells, and how many points are
// outside it: it ignores outliers. An outlier is further away from the middle 98 % (of eight
// points and more all but the first and the last), along either axis, than half their extent.
func (m Map) Fit(w, h int) (view MapView, outside int) {
	lng, lat := make([]float64, 0, len(m.Points)), make([]float64, 0, len(m.Points))
	for _, p := range m.Points {
		if p.Known() {
			lng, lat = append(lng, p.Lng), append(lat, p.Lat)
		}
	}
	if h -= m.legendRows(w, h); len(lng) == 0 || w <= 0 || h <= 0 {
		return MapView{}, len(lng)
	}
	x, y := near(lng), near(lat)
	view.Place = Place{between(x.lo, x.hi, 0.5), between(y.lo, y.hi, 0.5)}
	view.Scale = max(fitted(x, w*dotsX)*shortening(view.Lat), fitted(y, h*dotsY))
	if view.Scale == 0 {
		view.Scale = ordinary
	}
	view.Scale = min(max(view.Scale, finest), coarsest)
	p := view.onto(w, h)
	for i := range m.Points {
		if _, _, in := p.dot(m.Points[i].Place); !in && m.Points[i].Known() {
			outside++
		}
	}
	return view, outside
}

// Shows reports whether a point is visible in a map of w×h cells.
func (m Map) Shows(i, w, h int) bool {
	p := m.View.onto(w, h-m.legendRows(w, h))
	_, _, in := p.dot(m.Points[i].Place)
	return in
}

// fitted returns the degrees of a dot for a span and a margin of a 25th at both ends on n dots.
func fitted(s span, n int) float64 { return (s.hi - s.lo) / max(float64(n-1)*0.92, 1) }

// near returns the span of values without outliers; it sorts them.
func near(values []float64) span {
	slices.Sort(values)
	n, cut := len(values), 0
	if n >= 8 {
		cut = max(n/100, 1)
	}
	core := span{values[cut], values[n-1-cut]}
	if core.lo == core.hi {
		return span{values[0], values[n-1]}
	}
	reach := (core.hi - core.lo) / 2
	first, _ := slices.BinarySearch(values, core.lo-reach)
	last, found := slices.BinarySearch(values, core.hi+reach)
	if !found {
		last--
	}
	return span{values[first], values[max(last, first)]}
}
