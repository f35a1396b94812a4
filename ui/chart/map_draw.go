package chart

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"societop/ui/cell"
	"societop/ui/human"
)

// mapChart is a map under way.
type mapChart struct {
	Map
	style  MapStyle
	g      *grid
	f      *field
	inks   [][]uint16 // of each class and shade; no class is the last
	legend uint16
}

func (c *mapChart) draw() {
	c.addInks()
	if c.f.seen.Drawn == 0 && c.marked() < 0 {
		text := cell.Cut("nobody in view", c.g.w)
		c.g.text((c.g.w-cell.Width(text))/2, c.g.h/2, c.g.w, text, c.legend)
	}
	c.drawTrail()
	c.drawPoints()
	c.drawMarked()
	c.drawNames()
	c.drawLegend()
}

// addInks makes the styles of the classes ready.
func (c *mapChart) addInks() {
	c.legend = c.g.ink(c.style.Legend)
	for _, shades := range append(c.style.Classes[:c.f.classes:c.f.classes], []lipgloss.Style{c.style.Other}) {
		inks := make([]uint16, max(len(shades), 1))
		for i, style := range shades {
			inks[i] = c.g.ink(style)
		}
		c.inks = append(c.inks, inks)
	}
}

// drawTrail draws where the selected one has been, below all points.
func (c *mapChart) drawTrail() {
	if len(c.Trail) == 0 {
		return
	}
	ink := c.g.ink(c.style.Trail)
	for _, p := range c.Trail {
		x, y, in := c.f.dot(p)
		if !in {
			continue
		}
		s := c.g.at(x/dotsX, y/dotsY)
		if s.r == 0 {
			*s = spot{braille, ink}
		}
		if s.r |= rune(dotBits[y%dotsY*dotsX+x%dotsX]); c.style.ASCII {
			s.r = '-'
		}
	}
}

// drawPoints draws the cells with points; the dots of a trail in them remain.
func (c *mapChart) drawPoints() {
	for i, dots := range c.f.dots {
		if dots == 0 {
			continue
		}
		class, shade := c.f.class(i, c.Heat != nil), c.f.shade(i)
		inks, s := c.inks[class], &c.g.spots[i]
		s.ink = inks[min(shade, len(inks)-1)]
		if s.r |= braille | rune(dots); c.style.ASCII {
			s.r = c.rough(class, shade)
		}
	}
}

// rough is a cell of points in ASCII: its class, or how full it is where all are of one.
func (c *mapChart) rough(class, shade int) rune {
	switch {
	case c.f.classes < 2:
		return []rune(".:+#@")[min(shade, 4)]
	case class == c.f.classes:
		return '?'
	case c.Heat != nil:
		return '0' + rune(class*9/(c.f.classes-1))
	}
	return letter(class)
}

// marked is the index of the selected point if it is in view, else -1.
func (c *mapChart) marked() int {
	if c.Marked < 0 || c.Marked >= len(c.Points) {
		return -1
	}
	if _, _, in := c.f.dot(c.Points[c.Marked].Place); !in {
		return -1
	}
	return c.Marked
}

// drawMarked draws the selected point on top of all.
func (c *mapChart) drawMarked() {
	i := c.marked()
	if i < 0 {
		return
	}
	x, y, _ := c.f.dot(c.Points[i].Place)
	sign := '●'
	if c.style.ASCII {
		sign = '@'
	}
	c.g.set(x/dotsX, y/dotsY, sign, c.g.ink(c.style.Marked))
}

// fewNamed is how many points in view are all named; longest is how many cells a name gets.
const (
	fewNamed = 30
	longest  = 14
)

// drawNames names the selected point, and all others if they are few.
func (c *mapChart) drawNames() {
	if c.Name == nil {
		return
	}
	ink, marked := c.g.ink(c.style.Name), c.marked()
	if marked >= 0 {
		c.drawName(marked, ink)
	}
	if c.f.seen.Drawn > fewNamed {
		return
	}
	for i := range c.Points {
		if i != marked {
			c.drawName(i, ink)
		}
	}
}

// drawName draws the name of a point to its right, or to its left, where it covers nothing.
func (c *mapChart) drawName(i int, ink uint16) {
	x, y, in := c.f.dot(c.Points[i].Place)
	if !in {
		return
	}
	x, y = x/dotsX, y/dotsY
	name := cell.Cut(c.Name(i), longest)
	switch n := cell.Width(name); {
	case c.g.free(x+1, y, n+2):
		c.g.text(x+2, y, n, name, ink)
	case c.g.free(x-n-2, y, n+2):
		c.g.text(x-n-1, y, n, name, ink)
	}
}

// drawLegend draws the classes with how many are in view, or the scale of heat, and at the
// right end how many are not.
func (c *mapChart) drawLegend() {
	if c.legendRows(c.g.h) == 0 {
		return
	}
	y, note := c.g.h-1, c.note()
	if c.Heat != nil {
		c.drawScale(y, note)
		return
	}
	items := []legendItem{}
	for i, name := range c.Classes[:min(len(c.Classes), c.f.classes)] {
		items = append(items, legendItem{c.sign(i), c.inks[i][0], name + " " + human.Count(c.f.total[i])})
	}
	if n := c.f.total[c.f.classes]; n > 0 {
		items = append(items, legendItem{c.sign(c.f.classes), c.inks[c.f.classes][0], "other " + human.Count(n)})
	}
	c.g.legend(0, y, c.g.w, items, note, c.legend)
}

// sign is how a class is told from others in the legend.
func (c *mapChart) sign(class int) rune {
	if c.style.ASCII {
		return c.rough(class, 0)
	}
	return '⣿'
}

// note tells of points that are not in view.
func (c *mapChart) note() string {
	parts := []string{}
	if n := c.f.seen.Outside; n > 0 {
		parts = append(parts, human.Count(n)+" outside")
	}
	if n := c.f.seen.Nowhere; n > 0 {
		parts = append(parts, human.Count(n)+" nowhere")
	}
	return strings.Join(parts, ", ")
}

// drawScale draws the legend of heat: the levels between the ends of the scale.
func (c *mapChart) drawScale(y int, note string) {
	low := fmt.Sprintf("%s %s ", c.Heat.Name, human.Number(c.Heat.Low))
	low = cell.Cut(low, max(c.g.w-c.f.classes, 0))
	x := cell.Width(low)
	c.g.text(0, y, x, low, c.legend)
	for i := range c.f.classes {
		c.g.set(x+i, y, c.sign(i), c.inks[i][0])
	}
	x += c.f.classes
	items := []legendItem{{text: " " + human.Number(c.Heat.High)}}
	if n := c.f.total[c.f.classes]; n > 0 {
		items = append(items, legendItem{c.sign(c.f.classes), c.inks[c.f.classes][0], "unknown " + human.Count(n)})
	}
	c.g.legend(x, y, c.g.w-x, items, note, c.legend)
}
