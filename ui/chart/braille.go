package chart

// A cell of braille is two dots wide and four high; as cells are twice as high as wide, the
// dots are as far apart both ways.
const (
	dotsX, dotsY = 2, 4
	braille      = '⠀' // no dot; the dots are the bits above it
)

// dotBits are the bits of the dots of a cell, row after row.
var dotBits = [dotsX * dotsY]uint8{0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80}

// blobs are the dots of a cell with each dot enlarged to a square of four, as far as there is
// room.
var blobs = func() (all [256]uint8) {
	for bits := range all {
		for dot := range dotBits {
			if bits&int(dotBits[dot]) == 0 {
				continue
			}
			row := min(dot/dotsX, dotsY-2) * dotsX
			all[bits] |= dotBits[row] | dotBits[row+1] | dotBits[row+dotsX] | dotBits[row+dotsX+1]
		}
	}
	return all
}()

// upper and lower are the dots of a cell's halves.
const upper, lower uint8 = 0x1B, 0xE4

// dots are the dots of w×h cells, and the number of the line that was last drawn in each.
type dots struct {
	w, h  int // in cells
	bits  []uint8
	class []uint16
}

func newDots(w, h int) *dots {
	w, h = max(w, 0), max(h, 0)
	return &dots{w, h, make([]uint8, w*h), make([]uint16, w*h)}
}

// set sets a dot, counted from the top left. Dots outside are ignored.
func (d *dots) set(x, y int, class uint16) {
	if x < 0 || y < 0 || x >= d.w*dotsX || y >= d.h*dotsY {
		return
	}
	cell := y/dotsY*d.w + x/dotsX
	d.bits[cell] |= dotBits[y%dotsY*dotsX+x%dotsX]
	d.class[cell] = class
}

// line sets the dots from one to another, both ends included (Bresenham's).
func (d *dots) line(x0, y0, x1, y1 int, class uint16) {
	dx, dy := abs(x1-x0), -abs(y1-y0)
	sx, sy := sign(x1-x0), sign(y1-y0)
	for e := dx + dy; ; {
		d.set(x0, y0, class)
		if x0 == x1 && y0 == y1 {
			return
		}
		e2 := 2 * e
		if e2 >= dy {
			e, x0 = e+dy, x0+sx
		}
		if e2 <= dx {
			e, y0 = e+dx, y0+sy
		}
	}
}

// asciiDots returns the ASCII character for the dots of a cell.
func asciiDots(bits uint8) rune {
	switch {
	case bits&upper == 0:
		return '.'
	case bits&lower == 0:
		return '\''
	case bits&0x0F == 0x07 || bits&0x38 == 0x38:
		return '|'
	}
	return ':'
}

// letter returns the ASCII letter of a class: a, b, …, z, and again from a.
func letter(class int) rune { return 'a' + rune(class%26) }

func abs(n int) int { return max(n, -n) }

func sign(n int) int { return min(max(n, -1), 1) }
