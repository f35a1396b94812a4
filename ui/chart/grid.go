package chart

import (
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// cellStyle is a style as the bytes before a run of cells, and between two runs: a style is
// rendered once, not for each run.
type cellStyle struct{ on, over string }

// sample is rendered to see what a style writes; no style writes it by itself.
const sample = "⠿"

// off ends a run of any style.
const off = ansi.ResetStyle

func newCellStyle(s lipgloss.Style) cellStyle {
	on, _, _ := strings.Cut(s.Inline(true).Render(sample), sample)
	return cellStyle{on, off + on}
}

// gridCell is a cell: a character and the number of its style. The zero gridCell is empty.
type gridCell struct {
	r     rune // 0 is a space; tail is the right half of a wide character; long(i) stands for grid.clusters[i]
	style uint16
}

// tail marks the right half of a character of two cells.
const tail rune = -1

// long converts an index of grid.clusters to a rune of a gridCell, and back.
func long(i rune) rune { return -2 - i }

// grid is w×h cells to draw on. What is drawn outside is dropped.
type grid struct {
	w, h     int
	cells    []gridCell  // row after row
	styles   []cellStyle // the first one is none
	clusters []string
	out      []byte // of the last drawing
}

// newGrid returns an empty grid; a negative size counts as 0.
func newGrid(w, h int) *grid {
	w, h = max(w, 0), max(h, 0)
	return &grid{w: w, h: h, cells: make([]gridCell, w*h), styles: []cellStyle{{over: off}}}
}

// reset empties the grid and sets its size; the styles remain.
func (g *grid) reset(w, h int) {
	g.w, g.h, g.clusters = max(w, 0), max(h, 0), g.clusters[:0]
	if n := g.w * g.h; cap(g.cells) < n {
		g.cells = make([]gridCell, n)
	} else {
		g.cells = g.cells[:n]
		clear(g.cells)
	}
}

// addStyle adds a style and returns its number: 0 for a style that writes nothing.
func (g *grid) addStyle(s lipgloss.Style) uint16 {
	made := newCellStyle(s)
	if made.on == "" {
		return 0
	}
	g.styles = append(g.styles, made)
	return uint16(len(g.styles) - 1)
}

// at returns a cell, or nil outside of the grid.
func (g *grid) at(x, y int) *gridCell {
	if x < 0 || x >= g.w || y < 0 || y >= g.h {
		return nil
	}
	return &g.cells[y*g.w+x]
}

// set draws a character of one cell. It removes both halves of a wide character there.
func (g *grid) set(x, y int, r rune, style uint16) {
	s := g.at(x, y)
	if s == nil {
		return
	}
	if left := g.at(x-1, y); s.r == tail && left != nil {
		*left = gridCell{}
	}
	if right := g.at(x+1, y); right != nil && right.r == tail {
		*right = gridCell{}
	}
	*s = gridCell{r, style}
}

// text draws s from a cell on, in at most room cells. A wide character without room for its
// right half becomes a space.
func (g *grid) text(x, y, room int, s string, style uint16) {
	for s != "" && room > 0 {
		cluster, n := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		if cluster == "" {
			return
		}
		s = s[len(cluster):]
		switch {
		case n <= 0:
		case n == 2 && room >= 2 && x >= 0 && x+1 < g.w:
			g.set(x+1, y, ' ', style)
			g.set(x, y, g.rune(cluster), style)
			if right := g.at(x+1, y); right != nil {
				right.r = tail
			}
		case n == 1:
			g.set(x, y, g.rune(cluster), style)
		default:
			for i := range min(n, room) {
				g.set(x+i, y, ' ', style)
			}
		}
		x, room = x+max(n, 0), room-max(n, 0)
	}
}

// rune returns the rune of a gridCell for a cluster.
func (g *grid) rune(cluster string) rune {
	r, size := utf8.DecodeRuneInString(cluster)
	if size == len(cluster) && r != utf8.RuneError && r >= ' ' {
		return r
	}
	g.clusters = append(g.clusters, cluster)
	return long(rune(len(g.clusters) - 1))
}

// free reports whether n cells from a cell on are in the grid and empty.
func (g *grid) free(x, y, n int) bool {
	if x < 0 || y < 0 || y >= g.h || x+n > g.w {
		return false
	}
	for _, s := range g.cells[y*g.w+x : y*g.w+x+n] {
		if s.r != 0 {
			return false
		}
	}
	return true
}

// String returns the lines of the grid. A style is written only where it changes.
func (g *grid) String() string {
	out := slices.Grow(g.out[:0], 4*len(g.cells)+g.h)
	for y := range g.h {
		if y > 0 {
			out = append(out, '\n')
		}
		out = g.line(out, g.cells[y*g.w:(y+1)*g.w])
	}
	g.out = out
	return string(out)
}

// line appends a row to out.
func (g *grid) line(out []byte, cells []gridCell) []byte {
	last := uint16(0)
	for i := range cells {
		r, style := cells[i].r, cells[i].style
		if style != last {
			if last == 0 {
				out = append(out, g.styles[style].on...)
			} else {
				out = append(out, g.styles[style].over...)
			}
			last = style
		}
		switch {
		case r == 0:
			out = append(out, ' ')
		case r > 0:
			out = utf8.AppendRune(out, r)
		case r < tail:
			out = append(out, g.clusters[long(r)]...)
		}
	}
	if last != 0 {
		out = append(out, off...)
	}
	return out
}
