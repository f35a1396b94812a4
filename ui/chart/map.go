package chart

import (
	"math"
	"math/bits"

	"charm.land/lipgloss/v2"
)

// Point is something on a map, such as an agent.
type Point struct {
	Place
	Class int // its group, action or level of heat: an index of MapStyle.Classes; any other is of no class
}

// Map is what a map shows.
type Map struct {
	Points  []Point
	View    MapView
	Marked  int                // the index of the selected point; a negative one is none
	Trail   []Place            // where the selected one has been
	Name    func(i int) string // the name of a point as clean text; nil names none
	Classes []string           // the names of the classes as clean text, for the legend; none is no legend
	Heat    *Heat              // the classes are levels of heat, of which the legend shows the scale
}

// Heat is a scale that classes are the levels of.
type Heat struct {
	Name      string // clean text
	Low, High float64
}

// Level is the class, 0…levels-1, of a value; -1 of what is not a number or infinite.
func (h Heat) Level(v float64, levels int) int {
	if !known(v) || levels <= 0 {
		return -1
	}
	n := float64(levels)
	return int(min(part(v, h.Low, h.High)*n, n-1))
}

// MapStyle is how a map looks.
type MapStyle struct {
	// Classes are the styles of each class, at most sixteen of them: of a cell with one point
	// a dot, and those for 2, 8, 32 … points on one dot. The last one stands for all above.
	Classes [][]lipgloss.Style
	Other   lipgloss.Style // of points of no class
	Trail   lipgloss.Style
	Marked  lipgloss.Style // the selected point
	Name    lipgloss.Style // names of points
	Legend  lipgloss.Style
	ASCII   bool // signs of density, letters of classes or digits of heat, instead of braille
}

// maxClasses bounds the memory of a cell.
const maxClasses = 16

// Seen tells what became of the points of a map.
type Seen struct {
	Drawn, Outside, Nowhere int // in view; out of it; without a place
}

// Draw draws the map in w×h cells, the legend in the last row of at least four. A cell has the
// style of the class that most of its points have (of equals the lower one), or of the highest
// level of heat in it; shading by how many share its fullest dot. The selected point lies on
// top of all, with its name; if at most thirty points are in view they are all named that have
// room for it.
func (m Map) Draw(w, h int, s MapStyle) (string, Seen) {
	c := &mapChart{Map: m, style: s, g: newGrid(w, h)}
	c.f = newField(m.View, c.g.w, c.g.h-m.legendRows(c.g.h), len(s.Classes))
	c.f.plot(m.Points)
	c.draw()
	return c.g.String(), c.f.seen
}

// legendRows is how many rows of h the legend takes.
func (m Map) legendRows(h int) int {
	if h < 4 || len(m.Classes) == 0 && m.Heat == nil {
		return 0
	}
	return 1
}

// field counts points on dots.
type field struct {
	projection
	width   int      // in cells
	classes int      // and one more for those of none
	dots    []uint8  // the braille of each cell
	shared  []uint16 // how many points are on each dot, cell after cell
	members []uint16 // how many points of each class are in each cell, cell after cell
	total   [maxClasses + 1]int
	seen    Seen
}

func newField(v MapView, w, h, classes int) *field {
	classes = min(classes, maxClasses)
	cells := max(w, 0) * max(h, 0)
	counts := make([]uint16, cells*(dotsX*dotsY+classes+1))
	return &field{
		projection: v.onto(w, h), width: w, classes: classes, dots: make([]uint8, cells),
		shared: counts[:cells*dotsX*dotsY], members: counts[cells*dotsX*dotsY:],
	}
}

// plot counts points. It allocates nothing, and a count that is full stays so.
func (f *field) plot(points []Point) {
	for i := range points {
		p := &points[i]
		x, y, in := f.dot(p.Place)
		if !in {
			f.miss(p)
			continue
		}
		class := p.Class
		if uint(class) >= uint(f.classes) {
			class = f.classes
		}
		cell, dot := y/dotsY*f.width+x/dotsX, y%dotsY*dotsX+x%dotsX
		f.dots[cell] |= dotBits[dot]
		count(&f.shared[cell*dotsX*dotsY+dot])
		count(&f.members[cell*(f.classes+1)+class])
		f.total[class]++
		f.seen.Drawn++
	}
}

// count adds one where that is possible.
func count(n *uint16) {
	if *n < math.MaxUint16 {
		*n++
	}
}

// miss counts a point that is not in sight.
func (f *field) miss(p *Point) {
	if p.known() {
		f.seen.Outside++
		return
	}
	f.seen.Nowhere++
}

// class is the class that a cell is drawn in; no class is the number of classes.
func (f *field) class(cell int, highest bool) int {
	members := f.members[cell*(f.classes+1) : (cell+1)*(f.classes+1)]
	best, most := f.classes, uint16(0)
	for class, n := range members {
		if n > most || highest && n > 0 && class < f.classes {
			best, most = class, n
		}
	}
	return best
}

// shade is how much a cell's fullest dot is shared: 0 is one point, 1 is 2 to 7, 2 is 8 to 31.
func (f *field) shade(cell int) int {
	most := uint16(0)
	for _, n := range f.shared[cell*dotsX*dotsY : (cell+1)*dotsX*dotsY] {
		most = max(most, n)
	}
	return bits.Len16(most) / 2
}
