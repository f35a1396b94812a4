package chart

import (
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
	Rest    string             // the name of points of no class as clean text; empty is "other"
	Heat    *Heat              // the classes are levels of heat, of which the legend shows the scale
}

// Heat is a scale that is divided into classes.
type Heat struct {
	Name      string // clean text
	Low, High float64
}

// Level returns the class, 0…levels-1, of a value; −1 for NaN and ±Inf.
func (h Heat) Level(v float64, levels int) int {
	if !known(v) || levels <= 0 {
		return -1
	}
	n := float64(levels)
	return int(min(fraction(v, h.Low, h.High)*n, n-1))
}

// MapStyle is how a map looks.
type MapStyle struct {
	// Classes are the styles of each class, at most sixteen of them: of a cell with one point
	// a dot, and those for 2, 8, 32 … points on one dot. The last one stands for all above.
	Classes [][]lipgloss.Style
	Other   lipgloss.Style // of points of no class
	Trail   lipgloss.Style
	Marked  lipgloss.Style // the selected point and its name
	Name    lipgloss.Style // names of other points
	Legend  lipgloss.Style
	ASCII   bool // signs of density, letters of classes or digits of heat, instead of braille
}

// maxClasses bounds the memory of a cell.
const maxClasses = 16

// Seen counts the points of a map.
type Seen struct {
	Drawn, Outside, Nowhere int // in view; out of it; without a place
}

// Draw draws the map in w×h cells, with the legend in the last rows if there are at least four.
// A cell has the style of its most frequent class (the lower of equals), or of the highest level
// of heat in it, shaded by the number of points on its fullest dot. The selected point is drawn
// last, with its name; if at most thirty points are visible, all are named that have room for
// it. To draw many maps, use a MapPainter.
func (m Map) Draw(w, h int, s MapStyle) (string, Seen) { return NewMapPainter(s).Draw(m, w, h) }

// field counts points on dots.
type field struct {
	projection
	width   int      // in cells
	classes int      // and one more for those of none
	dots    []uint8  // the braille of each cell
	cells   []int32  // those with points
	counts  []uint32 // cell after cell how many points are on each dot, and of each class
	seen    Seen
}

// reset begins a count in w×h cells. It clears only the counts of cells with points.
func (f *field) reset(v MapView, w, h, classes int) {
	n := max(w, 0) * max(h, 0)
	f.projection, f.width, f.classes = v.onto(w, h), w, min(classes, maxClasses)
	f.cells, f.seen = f.cells[:0], Seen{}
	if cap(f.dots) < n {
		f.dots, f.cells = make([]uint8, n), make([]int32, 0, n)
	}
	if cap(f.counts) < n*f.stride() {
		f.counts = make([]uint32, n*f.stride())
	}
	f.dots, f.counts = f.dots[:n], f.counts[:n*f.stride()]
	clear(f.dots)
}

// stride returns how many counts a cell has.
func (f *field) stride() int { return dotsX*dotsY + f.classes + 1 }

// of returns the counts of a cell.
func (f *field) of(cell int) (dots, classes []uint32) {
	n := f.stride()
	counts := f.counts[cell*n : (cell+1)*n]
	return counts[:dotsX*dotsY], counts[dotsX*dotsY:]
}

// plot counts points. It allocates nothing.
func (f *field) plot(points []Point) {
	onto, set, counts, stride := f.projection, f.dots, f.counts, f.stride()
	for i := range points {
		p := &points[i]
		x, y, in := onto.dot(p.Place)
		if !in {
			f.miss(p)
			continue
		}
		class := p.Class
		if uint(class) >= uint(f.classes) {
			class = f.classes
		}
		cell, dot := y/dotsY*f.width+x/dotsX, y%dotsY*dotsX+x%dotsX
		of := counts[cell*stride : (cell+1)*stride]
		if set[cell] == 0 {
			f.cells = append(f.cells, int32(cell))
			clear(of)
		}
		set[cell] |= dotBits[dot]
		of[dot]++
		of[dotsX*dotsY+class]++
	}
	f.seen.Drawn = len(points) - f.seen.Outside - f.seen.Nowhere
}

// miss counts a point that is not visible.
func (f *field) miss(p *Point) {
	if p.Known() {
		f.seen.Outside++
		return
	}
	f.seen.Nowhere++
}

// class returns the class in which a cell is drawn; the number of classes means no class. It
// adds the points of each class to total.
func (f *field) class(cell int, highest bool, total []uint32) int {
	_, members := f.of(cell)
	best, most := f.classes, uint32(0)
	for class, n := range members {
		if total[class] += n; n > most {
			best, most = class, n
		}
	}
	for class := f.classes - 1; highest && class >= 0; class-- {
		if members[class] > 0 {
			return class
		}
	}
	return best
}

// shade returns how many points share a cell's fullest dot: 0 is one point, 1 is 2 to 7, 2 is 8
// to 31.
func (f *field) shade(cell int) int {
	most := uint32(0)
	dots, _ := f.of(cell)
	for _, n := range dots {
		most = max(most, n)
	}
	return bits.Len32(most) / 2
}
