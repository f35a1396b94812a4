package chart

import (
	"charm.land/lipgloss/v2"

	"societop/ui/cell"
	"societop/ui/human"
)

// MapPainter draws maps in one style. It reuses memory and rendered styles. It must not be used
// by several goroutines at once.
type MapPainter struct {
	Map         // the one under way
	style       MapStyle
	g           grid
	f           field
	total       [maxClasses + 1]uint32 // the points in view by class
	styles      [][]uint16             // of each class and shade; no class is the last
	legend      uint16
	name, trail uint16
	chosen      uint16
}

// NewMapPainter returns a painter for maps of a style.
func NewMapPainter(s MapStyle) *MapPainter {
	s.Classes = s.Classes[:min(len(s.Classes), maxClasses)]
	c := &MapPainter{style: s, g: *newGrid(0, 0)}
	c.legend, c.name, c.trail, c.chosen = c.g.addStyle(s.Legend), c.g.addStyle(s.Name), c.g.addStyle(s.Trail), c.g.addStyle(s.Marked)
	for _, shades := range s.Classes {
		c.addStyles(shades)
	}
	c.addStyles([]lipgloss.Style{s.Other})
	return c
}

// addStyles prepares the styles of a class.
func (c *MapPainter) addStyles(shades []lipgloss.Style) {
	styles := make([]uint16, max(len(shades), 1))
	for i, style := range shades {
		styles[i] = c.g.addStyle(style)
	}
	c.styles = append(c.styles, styles)
}

// Draw draws a map as Map.Draw does.
func (c *MapPainter) Draw(m Map, w, h int) (string, Seen) {
	c.Map = m
	c.g.reset(w, h)
	c.f.reset(m.View, c.g.w, c.g.h-m.legendRows(c.g.w, c.g.h), len(c.style.Classes))
	c.f.plot(m.Points)
	c.drawNobody()
	c.drawTrail()
	c.drawPoints()
	c.drawMarked()
	c.drawNames()
	c.drawLegend()
	return c.g.String(), c.f.seen
}

// drawNobody draws a note if no point is visible.
func (c *MapPainter) drawNobody() {
	if c.f.seen.Drawn > 0 {
		return
	}
	text := "nobody in view"
	if n := c.f.seen.Outside; n > 0 {
		text += ", " + human.Count(n) + " outside"
	}
	text = cell.Cut(text, c.g.w)
	c.g.text((c.g.w-cell.Width(text))/2, c.g.h/2, c.g.w, text, c.legend)
}

// drawTrail draws the trail of the selected point, below all points.
func (c *MapPainter) drawTrail() {
	for _, p := range c.Trail {
		x, y, in := c.f.dot(p)
		if !in {
			continue
		}
		s := c.g.at(x/dotsX, y/dotsY)
		if s.r == 0 {
			*s = gridCell{braille, c.trail}
		}
		if s.r |= rune(dotBits[y%dotsY*dotsX+x%dotsX]); c.style.ASCII {
			s.r = '-'
		}
	}
}

// sparse is the least number of cells for each point at which points are drawn as blobs.
const sparse = 8

// drawPoints draws the cells with points over the dots of a trail. A single dot and its colour
// are hard to see, so points are blobs if there are few.
func (c *MapPainter) drawPoints() {
	few := len(c.Points)*sparse <= c.g.w*c.g.h
	clear(c.total[:])
	for _, i := range c.f.cells {
		class, shade := c.f.class(int(i), c.Heat != nil, c.total[:]), c.f.shade(int(i))
		styles, s := c.styles[class], &c.g.cells[i]
		s.style = styles[min(shade, len(styles)-1)]
		dots := c.f.dots[i]
		if few {
			dots = blobs[dots]
		}
		if s.r |= braille | rune(dots); c.style.ASCII {
			s.r = c.asciiSign(class, shade)
		}
	}
}

// asciiSign returns the ASCII character of a cell: its class, or its density if there is one
// class.
func (c *MapPainter) asciiSign(class, shade int) rune {
	switch {
	case c.f.classes < 2:
		return []rune(".:+#@")[min(shade, 4)]
	case class == c.f.classes:
		return '.'
	case c.Heat != nil:
		return '0' + rune(class*9/(c.f.classes-1))
	}
	return letter(class)
}

// marked returns the index of the selected point if it is visible, else −1.
func (c *MapPainter) marked() int {
	if c.Marked < 0 || c.Marked >= len(c.Points) {
		return -1
	}
	if _, _, in := c.f.dot(c.Points[c.Marked].Place); !in {
		return -1
	}
	return c.Marked
}

// drawMarked draws the selected point over all others, with its name to the right, or to the
// left if that covers nothing or the map ends.
func (c *MapPainter) drawMarked() {
	i := c.marked()
	if i < 0 {
		return
	}
	x, y, _ := c.f.dot(c.Points[i].Place)
	x, y = x/dotsX, y/dotsY
	sign := "●"
	if c.style.ASCII {
		sign = "@"
	}
	name := c.nameOf(i)
	n := cell.Width(name)
	if n == 0 {
		c.g.text(x, y, 1, sign, c.chosen)
		return
	}
	left := x-n-1 >= 0 && (x+n+2 > c.g.w || !c.g.free(x+1, y, n+1) && c.g.free(x-n-1, y, n+1))
	if left {
		c.g.text(x-n-1, y, n+2, name+" "+sign, c.chosen)
		return
	}
	c.g.text(x, y, c.g.w-x, sign+" "+name, c.chosen)
}

// fewNamed is how many points in view are all named; longest is how many cells a name gets.
const (
	fewNamed = 30
	longest  = 14
)

// nameOf returns the name of a point, shortened for the map.
func (c *MapPainter) nameOf(i int) string {
	if c.Name == nil {
		return ""
	}
	return cell.Cut(c.Name(i), longest)
}

// drawNames names the other points, if they are few.
func (c *MapPainter) drawNames() {
	if c.Name == nil || c.f.seen.Drawn > fewNamed {
		return
	}
	marked := c.marked()
	for i := range c.Points {
		if i != marked {
			c.drawName(i)
		}
	}
}

// drawName draws the name of a point to its right, or to its left, if it covers nothing.
func (c *MapPainter) drawName(i int) {
	x, y, in := c.f.dot(c.Points[i].Place)
	if !in {
		return
	}
	x, y = x/dotsX, y/dotsY
	name := c.nameOf(i)
	switch n := cell.Width(name); {
	case c.g.free(x+1, y, n+2):
		c.g.text(x+2, y, n, name, c.name)
	case c.g.free(x-n-2, y, n+2):
		c.g.text(x-n-1, y, n, name, c.name)
	}
}
