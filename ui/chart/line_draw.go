package chart

import (
	"fmt"
	"math"

	"societop/ui/cell"
	"societop/ui/human"
)

// linePlaces are where the parts of a line chart are, in cells.
type linePlaces struct {
	legend     bool // in row 0
	line       int  // the row of the axis of X; -1 is none
	times      int  // the row of its labels; -1 is none
	x, y, w, h int  // the lines themselves
	labels     int  // the width of the labels of Y; 0 is no axis
}

// least is the least width of the lines besides the labels.
const least = 8

// newLinePlaces divides w×h cells. Small charts have no axes, and no line of the axis of X unless it
// means something.
func newLinePlaces(w, h int, legend, axes, heavy bool) linePlaces {
	p := linePlaces{w: w, h: h, line: -1, times: -1}
	if p.legend = legend && h >= 3; p.legend {
		p.y, p.h = 1, h-1
	}
	if axes && p.h >= 4 {
		p.h--
		p.times = p.y + p.h
	}
	if axes && (p.h >= 6 || p.h >= 5 && heavy) {
		p.h--
		p.line = p.y + p.h
	}
	return p
}

// indent makes room for the labels of Y.
func (p *linePlaces) indent(labels []string) {
	n := 0
	for _, label := range labels {
		n = max(n, cell.Width(label))
	}
	if p.times < 0 || p.w < n+1+least {
		return
	}
	p.labels, p.x, p.w = n, n+1, p.w-n-1
}

// draw draws everything.
func (c *lineChart) draw(readings []Reading) {
	if c.area.legend {
		c.drawLegend(readings)
	}
	if c.labels == nil {
		text := cell.Cut("no values", c.area.w)
		c.g.text(c.area.x+(c.area.w-cell.Width(text))/2, c.area.y+c.area.h/2, c.area.w, text, c.styles.label)
		return
	}
	c.drawCursor()
	c.drawLines()
	c.drawValues()
	c.drawTimes()
}

// drawLegend draws the names of the lines and their values at the cursor.
func (c *lineChart) drawLegend(readings []Reading) {
	items, left := make([]legendItem, len(c.series)), 0
	for i, s := range c.series {
		items[i] = legendItem{c.sign(i), c.styleOf(i), s.Name}
		left += readings[i].Left
		if c.Cursor != nil {
			items[i].text += " " + readings[i].String()
		}
	}
	note := ""
	if c.Log {
		note = "log"
	}
	if left > 0 {
		note = fmt.Sprintf("log, %d not above 0", left)
	}
	c.g.legend(0, 0, c.g.w, items, note, c.styles.label)
}

// String returns the value read off; "–" where there is none.
func (r Reading) String() string {
	if !r.Known {
		return "–"
	}
	return human.Number(r.Y)
}

// sign returns the sign of a line in the legend.
func (c *lineChart) sign(line int) rune {
	switch {
	case !c.style.ASCII:
		return '━'
	case len(c.series) > 1:
		return letter(line)
	}
	return '-'
}

// drawLines draws the dots of all lines; later lines cover earlier ones.
func (c *lineChart) drawLines() {
	d := newDots(c.area.w, c.area.h)
	for i, s := range c.series {
		p := newPlotter(d, uint16(i), c.x, c.y.span)
		s.walk(c.x, c.Log, p.corner)
		p.flush()
	}
	for i, bits := range d.bits {
		if bits != 0 {
			c.g.set(c.area.x+i%d.w, c.area.y+i/d.w, c.mark(bits, int(d.class[i])), c.styleOf(int(d.class[i])))
		}
	}
	c.drawMarks()
}

// drawMarks draws a mark over each column with a value that has no room.
func (c *lineChart) drawMarks() {
	if c.Y.Most <= 0 {
		return
	}
	columns := newScale(c.x, c.area.w*dotsX)
	for _, s := range c.series {
		s.walk(c.x, c.Log, func(x, v float64, _ bool) {
			if c.over(v) {
				c.g.set(c.area.x+columns.at(x)/dotsX, c.area.y, c.box('▲', '^'), c.styles.mark)
			}
		})
	}
}

// mark returns the character of a cell with dots.
func (c *lineChart) mark(bits uint8, line int) rune {
	switch {
	case !c.style.ASCII:
		return braille + rune(bits)
	case len(c.series) > 1:
		return letter(line)
	}
	return asciiDots(bits)
}

// box returns a character of the axes, or its ASCII replacement.
func (c *lineChart) box(r, ascii rune) rune {
	if c.style.ASCII {
		return ascii
	}
	return r
}

// drawValues draws the axis of Y.
func (c *lineChart) drawValues() {
	if c.area.labels == 0 {
		return
	}
	for y := range c.area.h {
		c.g.set(c.area.x-1, c.area.y+y, c.box('│', '|'), c.styles.axis)
	}
	rows := newScale(c.y.span, c.area.h*dotsY)
	for i, tick := range c.y.ticks {
		y := c.area.y + c.area.h - 1 - rows.at(tick)/dotsY
		c.g.set(c.area.x-1, y, c.box('┤', '+'), c.styles.axis)
		c.g.text(0, y, c.area.labels, cell.Right(c.labels[i], c.area.labels), c.styles.label)
	}
}

// drawTimes draws the axis of X: labels at even distances, as many as have room.
func (c *lineChart) drawTimes() {
	a := c.area
	if a.times < 0 {
		return
	}
	for x := range a.w {
		sign := c.box('─', '-')
		if c.Heavy != nil && c.Heavy(between(c.x.lo, c.x.hi, (float64(x)+middle)/float64(a.w))) {
			sign = c.box('━', '=')
		}
		c.g.set(a.x+x, a.line, sign, c.styles.axis)
	}
	if a.labels > 0 {
		c.g.set(a.x-1, a.line, c.box('└', '+'), c.styles.axis)
	}
	if at, in := c.cursorCell(); in {
		c.tick(at, c.Label(*c.Cursor), c.styles.cursor)
	}
	for _, x := range c.times() {
		columns := newScale(c.x, a.w)
		c.tick(columns.at(x), c.Label(x), c.styles.label)
	}
}

// times returns the labelled X: multiples of a round step, or as many at even distances as fit.
func (c *lineChart) times() (out []float64) {
	if c.x.lo == c.x.hi {
		return []float64{c.x.lo}
	}
	widest := max(cell.Width(c.Label(c.x.lo)), cell.Width(c.Label(c.x.hi)), 1)
	n := min(max((c.area.w+3)/(widest+3), 1), 20)
	for _, step := range c.Steps {
		first, last := math.Ceil(c.x.lo/step), math.Floor(c.x.hi/step)
		if count := last - first + 1; step > 0 && known(step) && count >= 1 && count <= float64(n) {
			for i := range int(count) {
				out = append(out, (first+float64(i))*step)
			}
			return out
		}
	}
	for i := range n {
		out = append(out, between(c.x.lo, c.x.hi, float64(i)/float64(max(n-1, 1))))
	}
	return out
}

// tick draws a label below a column, unless it would touch another one.
func (c *lineChart) tick(at int, label string, style uint16) {
	a := c.area
	label = cell.Cut(label, a.w)
	n := cell.Width(label)
	x := a.x + min(max(at-n/2, 0), a.w-n)
	left, right := min(x-a.x, 1), min(a.x+a.w-x-n, 1)
	if !c.g.free(x-left, a.times, n+left+right) {
		return
	}
	c.g.text(x, a.times, n, label, style)
	c.g.set(a.x+at, a.line, c.box('┬', '+'), c.styles.axis)
}

// cursorCell returns the column of the cursor, if it is visible.
func (c *lineChart) cursorCell() (int, bool) {
	if c.Cursor == nil || !(*c.Cursor >= c.x.lo && *c.Cursor <= c.x.hi) {
		return 0, false
	}
	columns := newScale(c.x, c.area.w*dotsX)
	return columns.at(*c.Cursor) / dotsX, true
}

// drawCursor draws the cursor below the lines.
func (c *lineChart) drawCursor() {
	x, in := c.cursorCell()
	for y := 0; in && y < c.area.h; y++ {
		c.g.set(c.area.x+x, c.area.y+y, c.box('│', '|'), c.styles.cursor)
	}
}
