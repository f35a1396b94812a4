package ui

// rect is a part of the screen, in cells.
type rect struct{ x, y, w, h int }

// empty tells whether the part is not shown.
func (r rect) empty() bool { return r.w <= 0 || r.h <= 0 }

// has tells whether a cell of the screen is in it.
func (r rect) has(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

// The sizes at which the layout changes.
const (
	minWidth, minHeight = 40, 10
	wideWidth           = 110 // from here on, list and detail stand side by side
)

// layout is where the parts of the screen are.
type layout struct {
	tooSmall                     bool
	header, list, detail, footer rect
}

// layOut divides a screen. open tells that a narrow screen shows the detail, full that the
// detail takes all of it but the footer.
func layOut(w, h int, open, full bool) layout {
	if w < minWidth || h < minHeight {
		return layout{tooSmall: true}
	}
	l := layout{
		header: rect{0, 0, w, 1},
		footer: rect{0, h - 1, w, 1},
	}
	body := rect{0, 1, w, h - 2}
	switch {
	case full:
		l.header = rect{}
		l.detail = rect{0, 0, w, h - 1}
	case w >= wideWidth:
		left := min(max(w*11/20, 62), w-48)
		l.list = rect{0, body.y, left, body.h}
		l.detail = rect{left, body.y, w - left, body.h}
	case open:
		l.detail = body
	default:
		l.list = body
	}
	return l
}
