package chart

import "math"

// walk follows a line within a window of X and visits its corners: the points, and where the
// line enters and leaves the window. joined reports whether the line connects a corner to the
// previous one. On a logarithmic scale, y is the power of ten.
func (s Series) walk(window span, log bool, visit func(x, y float64, joined bool)) {
	var x0, y0 float64
	before, drawn := false, false // there is a point before this one, and it was visited
	for i := range s.len() {
		x, y := s.X[i], s.Y[i]
		if log {
			y = powerOf(y)
		}
		if !known(x) || !known(y) {
			before = before && !known(x)
			drawn = drawn && before
			continue
		}
		inside := x >= window.lo && x <= window.hi
		switch {
		case inside && (!before || drawn):
			visit(x, y, before)
		case before:
			clip(window, x0, y0, x, y, drawn, visit)
		}
		x0, y0, before, drawn = x, y, true, inside
	}
}

// powerOf returns the decimal logarithm, NaN if there is none.
func powerOf(v float64) float64 {
	if v > 0 {
		return math.Log10(v)
	}
	return math.NaN()
}

// clip visits the part of a line between two points that is within the window; joined reports
// whether the first point was visited.
func clip(window span, x0, y0, x1, y1 float64, joined bool, visit func(x, y float64, joined bool)) {
	if max(x0, x1) < window.lo || min(x0, x1) > window.hi {
		return
	}
	at := func(x float64) float64 {
		t := fraction(x, min(x0, x1), max(x0, x1))
		if x1 < x0 {
			t = 1 - t
		}
		return between(y0, y1, t)
	}
	if from := min(max(x0, window.lo), window.hi); !joined {
		visit(from, at(from), false)
	}
	to := min(max(x1, window.lo), window.hi)
	visit(to, at(to), true)
}

// plotter draws the corners of a line as dots: in each column of dots the first, the least, the
// greatest and the last.
type plotter struct {
	d            *dots
	class        uint16
	x, y         scale
	col          int // the column under way; -1 is none
	low, hi, end int // its rows
}

func newPlotter(d *dots, class uint16, x, y span) *plotter {
	return &plotter{d: d, class: class, x: newScale(x, d.w*dotsX), y: newScale(y, d.h*dotsY), col: -1}
}

// corner adds a corner.
func (p *plotter) corner(x, y float64, joined bool) {
	col, row := p.x.at(x), p.d.h*dotsY-1-p.y.at(y)
	if joined && col == p.col {
		p.low, p.hi, p.end = min(p.low, row), max(p.hi, row), row
		return
	}
	p.flush()
	if joined && p.col >= 0 {
		p.d.line(p.col, p.end, col, row, p.class)
	}
	p.col, p.low, p.hi, p.end = col, row, row, row
}

// flush draws the present column.
func (p *plotter) flush() {
	if p.col >= 0 {
		p.d.line(p.col, p.low, p.col, p.hi, p.class)
	}
}
