package chart

import "societop/ui/cell"

// legendItem is a sign, or 0, and its meaning.
type legendItem struct {
	sign  rune
	style uint16
	text  string
}

// legend draws items in a row from x on, in at most room cells, and a note at the right end.
// What does not fit is cut.
func (g *grid) legend(x, y, room int, items []legendItem, note string, style uint16) {
	if n := cell.Width(note); n > 0 && n+2 <= room {
		room -= n
		g.text(x+room, y, n, note, style)
		room -= 2
	}
	for _, item := range items {
		if item.sign != 0 && room > 2 {
			g.set(x, y, item.sign, item.style)
			x, room = x+2, room-2
		}
		if room < 1 {
			return
		}
		text := cell.Cut(item.text, room)
		g.text(x, y, room, text, style)
		n := cell.Width(text) + 2
		x, room = x+n, room-n
	}
}
