package chart

import (
	"math"

	"charm.land/lipgloss/v2"

	"societop/ui/human"
)

// Series is a line of a chart: values Y at ascending X. A NaN or infinite value is a hole in the
// line; a point with such an X is ignored.
type Series struct {
	Name string // clean text
	X, Y []float64
}

// LineView is the part of the series that is shown.
type LineView struct {
	From, To float64                // X at the left and the right edge; all there is where From is not below To
	Log      bool                   // a scale of powers of ten, on which values of 0 and below are holes
	Cursor   *float64               // the X at which values are read off; nil is nowhere
	Label    func(x float64) string // an X as clean text, such as a simulated time; nil writes the number
	Steps    []float64              // round distances of labels of X, ascending, such as an hour: the first with room is taken; else they are even
	Heavy    func(x float64) bool   // reports whether the axis is heavy at an X, such as by night; nil: nowhere
	Y        LineValues
}

// LineValues is how values are shown.
type LineValues struct {
	Unit string  // after the numbers on the axis
	Zero bool    // the axis begins at 0, or below
	Most float64 // values above it are drawn at the upper edge, under a mark; 0: all have room
}

// LineStyle is how a line chart looks.
type LineStyle struct {
	Axis, Label, Cursor lipgloss.Style
	Mark                lipgloss.Style   // over what has no room
	Series              []lipgloss.Style // of the lines, taken in turn
	NoAxes              bool             // the lines have all the room, from the least to the greatest value
	NoLegend            bool             // the caller says what it would
	ASCII               bool             // letters and dots instead of braille and boxes
}

// Reading is the value of a series at the cursor.
type Reading struct {
	X, Y  float64 // the point nearest to the cursor, the earlier one of two
	Known bool    // there is such a point, and it is no hole
	Left  int     // how many values are not drawn because a scale of powers of ten has no place for them
}

// Line draws series as a chart of w×h cells, with axes and a legend where there is room for
// them, and returns what the cursor reads off each. The scale of Y begins and ends at round
// values around what is in view.
//
// Where there are more points than columns of dots, each column shows the first, the least,
// the greatest and the last of its values, joined in their order (M4, Jugel et al. 2014). Of
// all ways to leave points out this one sets the very dots that all points would set: every
// peak is kept, no slope between columns is changed, and it takes one pass and no memory.
func Line(series []Series, w, h int, v LineView, s LineStyle) (string, []Reading) {
	c := newLineChart(series, w, h, v, s)
	readings := c.read()
	c.draw(readings)
	return c.g.String(), readings
}

// lineChart is a line chart that is being drawn.
type lineChart struct {
	LineView
	series []Series
	style  LineStyle
	g      *grid
	x      span       // the window
	y      axis       // in powers of ten on a scale of these
	labels []string   // of the ticks of y
	area   linePlaces // where everything is
	styles lineStyles
}

// lineStyles are the numbers of the styles.
type lineStyles struct {
	axis, label, cursor, mark uint16
	series                    []uint16
}

func newLineChart(series []Series, w, h int, v LineView, s LineStyle) *lineChart {
	c := &lineChart{LineView: v, series: series, style: s, g: newGrid(w, h)}
	c.styles = lineStyles{axis: c.g.addStyle(s.Axis), label: c.g.addStyle(s.Label), cursor: c.g.addStyle(s.Cursor), mark: c.g.addStyle(s.Mark)}
	for _, style := range s.Series {
		c.styles.series = append(c.styles.series, c.g.addStyle(style))
	}
	c.x = c.window()
	if c.Label == nil {
		c.Label = human.Number
		c.Steps = []float64{newAxis(c.x, 5).step, newAxis(c.x, 2).step}
	}
	c.area = newLinePlaces(c.g.w, c.g.h, c.hasLegend(), !s.NoAxes, v.Heavy != nil)
	if values := c.values(); !values.empty() {
		c.scale(values, min(max((c.area.h-1)/2, 1), 8))
		if s.NoAxes && values.lo < values.hi {
			c.y.span = values
		}
		c.area.indent(c.labels)
	}
	return c
}

// scale sets the axis of Y, with at most n steps.
func (c *lineChart) scale(values span, n int) {
	if c.Log {
		c.y = newDecades(values, n)
		c.labels = c.y.decades()
		return
	}
	c.y = newAxis(values, n)
	c.labels = c.y.labels()
	for i := range c.labels {
		c.labels[i] += c.Y.Unit
	}
}

// styleOf returns the style of a line.
func (c *lineChart) styleOf(line int) uint16 {
	if len(c.styles.series) == 0 {
		return 0
	}
	return c.styles.series[line%len(c.styles.series)]
}

// hasLegend reports whether the chart needs a legend.
func (c *lineChart) hasLegend() bool {
	if c.style.NoLegend {
		return false
	}
	for _, s := range c.series {
		if s.Name != "" {
			return true
		}
	}
	return len(c.series) > 1 || c.Log || c.Cursor != nil
}

// window returns the visible range of X.
func (c *lineChart) window() span {
	if c.From < c.To && known(c.From) && known(c.To) {
		return span{c.From, c.To}
	}
	x := nothing
	for _, s := range c.series {
		for _, v := range s.X[:s.len()] {
			if known(v) {
				x = x.with(v)
			}
		}
	}
	return x
}

// values returns the range of the visible values.
func (c *lineChart) values() span {
	y := nothing
	for _, s := range c.series {
		s.walk(c.x, c.Log, func(_, v float64, _ bool) { y = y.with(c.shown(v)) })
	}
	if c.Y.Zero && !c.Log && !y.empty() {
		y = y.with(0)
	}
	return y
}

// shown returns a value, or the greatest one that has room.
func (c *lineChart) shown(v float64) float64 {
	if c.over(v) {
		return c.Y.Most
	}
	return v
}

// over reports whether a value has no room.
func (c *lineChart) over(v float64) bool { return c.Y.Most > 0 && v > c.Y.Most && !c.Log }

// read reads the series at the cursor.
func (c *lineChart) read() []Reading {
	out := make([]Reading, len(c.series))
	for i, s := range c.series {
		if c.Cursor != nil {
			out[i] = s.read(*c.Cursor)
		}
		if c.Log {
			out[i].Left = s.notPositive()
			out[i].Known = out[i].Known && out[i].Y > 0
		}
	}
	return out
}

// len returns how many points there are.
func (s Series) len() int { return min(len(s.X), len(s.Y)) }

// read returns the point nearest to x.
func (s Series) read(x float64) Reading {
	best, at := math.Inf(1), -1
	for i, v := range s.X[:s.len()] {
		if d := distance(v, x); known(v) && d < best {
			best, at = d, i
		}
	}
	if at < 0 {
		return Reading{}
	}
	return Reading{X: s.X[at], Y: s.Y[at], Known: known(s.Y[at])}
}

// notPositive returns how many values have no logarithm.
func (s Series) notPositive() (n int) {
	for i, v := range s.Y[:s.len()] {
		if v <= 0 && known(v) && known(s.X[i]) {
			n++
		}
	}
	return n
}
