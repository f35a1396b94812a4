//go:build unix

package clitest

import (
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// Cells is what stands on a screen, row by row, with colours and attributes.
type Cells [][]uv.Cell

// Cells is what is on the screen.
func (x *Terminal) Cells() Cells {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := make(Cells, x.screen.Height())
	for y := range all {
		all[y] = make([]uv.Cell, x.screen.Width())
		for i := range all[y] {
			if c := x.screen.CellAt(i, y); c != nil {
				all[y][i] = *c
			}
		}
	}
	return all
}

// Least is how many bytes it takes at least to make another screen of one of the same size:
// each cell that changed is written once, with the cheapest move to it (to an absolute place,
// along the row or the column, or by writing again what stands between), the shortest change of
// style, and the cheaper of writing the same cell again and having it repeated. It begins with the default style, at a place that is not known.
func Least(before, after Cells) (bytes int) {
	p := pen{y: -1}
	for y := range after {
		for x := 0; x < len(after[y]); x++ {
			c := &after[y][x]
			if c.Width == 0 || alike(&before[y][x], c) {
				continue
			}
			bytes += p.moveTo(after, x, y) + p.write(c)
			same := 0
			for x+1+same < len(after[y]) && *c == after[y][x+1+same] && !alike(&before[y][x+1+same], c) {
				same++
			}
			bytes += min(same*len(shown(c)), len(fmt.Sprintf("\x1b[%db", same)))
			p.x, x = p.x+same, x+same
		}
	}
	return bytes
}

// alike reports whether two cells look the same. An empty cell is a space.
func alike(a, b *uv.Cell) bool {
	return shown(a) == shown(b) && a.Width == b.Width && a.Style.Equal(&b.Style)
}

func shown(c *uv.Cell) string {
	if c.Content == "" {
		return " "
	}
	return c.Content
}

// pen is the place where the next cell is written, and its style.
type pen struct {
	x, y  int
	style uv.Style
}

// write is how many bytes a cell takes where the pen is.
func (p *pen) write(c *uv.Cell) int {
	n := len(shown(c))
	if !c.Style.Equal(&p.style) {
		n += len(c.Style.Diff(&p.style))
	}
	p.x, p.style = p.x+c.Width, c.Style
	return n
}

// moveTo is how many bytes it takes to bring the pen to a cell.
func (p *pen) moveTo(all Cells, x, y int) int {
	from := *p
	p.x, p.y = x, y
	if from == *p {
		return 0
	}
	ways := []string{fmt.Sprintf("\x1b[%d;%dH", y+1, x+1)}
	if x == 0 {
		ways = append(ways, fmt.Sprintf("\x1b[%dH", y+1))
	}
	if from.y >= 0 && from.x == x {
		ways = append(ways, fmt.Sprintf("\x1b[%dB", y-from.y), strings.Repeat("\n", y-from.y))
	}
	if from.y >= 0 && x == 0 {
		ways = append(ways, "\r"+strings.Repeat("\n", y-from.y))
	}
	if from.y == y {
		ways = append(ways, strings.Replace(fmt.Sprintf("\x1b[%dC", x-from.x), "[1C", "[C", 1))
	}
	best := len(ways[0])
	for _, way := range ways {
		best = min(best, len(way))
	}
	if from.y == y {
		if again, style := from.rewrite(all[y][from.x:x]); again < best {
			best, p.style = again, style
		}
	}
	return best
}

// rewrite is how many bytes it takes to write again what stands before the next cell, and the
// style after it.
func (p pen) rewrite(gap []uv.Cell) (n int, last uv.Style) {
	for i := range gap {
		if gap[i].Width > 0 {
			n += p.write(&gap[i])
		}
	}
	return n, p.style
}
