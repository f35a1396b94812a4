package chart

import (
	"cmp"
	"fmt"
	"slices"

	"societop/ui/cell"
	"societop/ui/human"
)

// A legend of classes stands in columns, so that nothing moves while counts change: in two
// rows where one is too short and the map is high.
const (
	legendColumn = 17 // cells of a class at the least
	legendHigh   = 14 // rows of a map that has two rows for its legend
)

// LegendRoom returns how many classes the legend of a map of w×h cells can name, besides that of
// all others.
func LegendRoom(w, h int) int {
	rows := 1
	if h >= legendHigh {
		rows = 2
	}
	return max(w/legendColumn, 1)*rows - 1
}

// legendRows returns the height of the legend in w×h cells.
func (m Map) legendRows(w, h int) int {
	switch {
	case h < 4 || len(m.Classes) == 0 && m.Heat == nil:
		return 0
	case m.Heat != nil || h < legendHigh || len(m.Classes) < max(w/legendColumn, 1):
		return 1
	}
	return 2
}

// drawLegend draws the classes and how many points of each are visible, or the scale of heat.
func (c *MapPainter) drawLegend() {
	rows := c.legendRows(c.g.w, c.g.h)
	switch {
	case rows == 0:
	case c.Heat != nil:
		c.drawScale(c.g.h - 1)
	default:
		c.drawClasses(rows)
	}
}

// drawClasses draws the classes in columns, row by row, and points without a class last.
func (c *MapPainter) drawClasses(rows int) {
	names := slices.Concat(c.Classes[:min(len(c.Classes), c.f.classes)], []string{cmp.Or(c.Rest, "other")})
	columns := (len(names) + rows - 1) / rows
	digits, width := len(human.Count(len(c.Points))), 0
	for _, name := range names {
		width = max(width, 2+cell.Width(name)+1+digits+2)
	}
	width = min(width, c.g.w/columns)
	for i, name := range names {
		class, x, y := i, i%columns*width, c.g.h-rows+i/columns
		if i == len(names)-1 {
			if class = c.f.classes; c.total[class] == 0 {
				return
			}
		}
		c.g.set(x, y, c.sign(class), c.styles[class][0])
		name = cell.Cut(name, width-2-1-digits-1)
		c.g.text(x+2, y, width-3, name+" "+human.Count(int(c.total[class])), c.legend)
	}
}

// sign returns the sign of a class in the legend.
func (c *MapPainter) sign(class int) rune {
	if c.style.ASCII {
		return c.asciiSign(class, 0)
	}
	return '⣿'
}

// drawScale draws the legend of heat: the levels between the ends of the scale.
func (c *MapPainter) drawScale(y int) {
	low := fmt.Sprintf("%s %s ", c.Heat.Name, human.Number(c.Heat.Low))
	low = cell.Cut(low, max(c.g.w-c.f.classes, 0))
	x := cell.Width(low)
	c.g.text(0, y, x, low, c.legend)
	for i := range c.f.classes {
		c.g.set(x+i, y, c.sign(i), c.styles[i][0])
	}
	x += c.f.classes
	items := []legendItem{{text: " " + human.Number(c.Heat.High)}}
	if n := c.total[c.f.classes]; n > 0 {
		items = append(items, legendItem{c.sign(c.f.classes), c.styles[c.f.classes][0], "unknown " + human.Count(int(n))})
	}
	c.g.legend(x, y, c.g.w-x, items, "", c.legend)
}
