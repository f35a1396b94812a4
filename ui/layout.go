package ui

// rect is a part of the screen, in cells.
type rect struct{ x, y, w, h int }

// empty reports whether the part is not shown.
func (r rect) empty() bool { return r.w <= 0 || r.h <= 0 }

// has reports whether a cell of the screen is in it.
func (r rect) has(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

// The sizes at which the layout changes.
const (
	minWidth, minHeight = 40, 10
	wideWidth           = 110 // from here on, list and detail are side by side
)

// layout is the position of each part of the screen.
type layout struct {
	tooSmall                     bool
	header, list, detail, footer rect
}

// shape is what else a layout depends on, in addition to the size of the screen.
type shape struct {
	open     bool // a narrow screen shows the detail
	full     bool // the detail takes all of the screen but the footer
	lines    int  // of the footer; 0: one
	list     int  // the cells that the list needs, frame included; 0: unknown
	wideList int  // and if there is room for more columns
}

// The largest share of a wide screen that the list takes, and the least widths of list and detail.
const (
	listShare   = 0.55
	leastList   = 62
	leastDetail = 48
)

// layOut divides a screen. On a wide one the list takes what it needs, up to its share,
// and what it could use if that fits into its share.
func layOut(w, h int, s shape) layout {
	if w < minWidth || h < minHeight {
		return layout{tooSmall: true}
	}
	foot := max(s.lines, 1)
	l := layout{
		header: rect{0, 0, w, 1},
		footer: rect{0, h - foot, w, foot},
	}
	body := rect{0, 1, w, h - 1 - foot}
	switch {
	case s.full:
		l.header = rect{}
		l.detail = rect{0, 0, w, h - foot}
	case w >= wideWidth:
		left := int(float64(w) * listShare)
		switch {
		case s.wideList > 0 && s.wideList <= left:
			left = s.wideList
		case s.list > 0:
			left = min(left, s.list)
		}
		left = min(max(left, leastList), w-leastDetail)
		l.list = rect{0, body.y, left, body.h}
		l.detail = rect{left, body.y, w - left, body.h}
	case s.open:
		l.detail = body
	default:
		l.list = body
	}
	return l
}
