package keymap

import (
	"strings"

	"societop/ui/cell"
	"societop/ui/input"
	"societop/ui/theme"
)

// PlacedHint is a hint with its position in the footer.
type PlacedHint struct {
	Hint
	Name string // of its key, as it is drawn
	X    int    // its first cell
}

// End returns the first cell after the hint.
func (p PlacedHint) End() int { return p.X + cell.Width(p.Name) + 1 + cell.Width(p.Word) }

// LayOutHints returns as many hints as fit into w cells. The last two, help and quit, always do.
func LayOutHints(t *theme.Theme, hints []Hint, w int) (shown []PlacedHint) {
	const gap = 2
	size := func(p PlacedHint) int { return p.End() + gap }
	all := make([]PlacedHint, len(hints))
	for i, h := range hints {
		all[i] = PlacedHint{Hint: h, Name: t.KeyName(h.Key.Help().Key)}
	}
	first, last := all[:len(all)-2], all[len(all)-2:]
	room := w - size(last[0]) - size(last[1])
	for _, p := range first {
		if n := size(p); p.Key.Enabled() && len(p.Key.Keys()) > 0 && n <= room {
			shown = append(shown, p)
			room -= n
		}
	}
	shown = append(shown, last...)
	x := 0
	for i := range shown {
		n := size(shown[i])
		shown[i].X = x
		x += n
	}
	return shown
}

// DrawHints returns as many hints as fit, in a line.
func DrawHints(t *theme.Theme, hints []Hint, w int) string {
	var b strings.Builder
	for _, p := range LayOutHints(t, hints, w) {
		b.WriteString(t.Key.Render(p.Name) + " " + t.Footer.Render(p.Word) + "  ")
	}
	return b.String()
}

// KeyAt returns the name of the key of the hint at a cell: of several keys the one at that cell, else
// the first. It is empty if there is no hint.
func KeyAt(t *theme.Theme, hints []Hint, w, x int) string {
	for _, p := range LayOutHints(t, hints, w) {
		if x < p.X || x >= p.End() {
			continue
		}
		at := p.X
		for sign := range strings.FieldsSeq(p.Key.Help().Key) {
			to := at + cell.Width(t.KeyName(sign))
			if x >= at && x < to && len(strings.Fields(p.Key.Help().Key)) > 1 {
				return input.Named(sign)
			}
			at = to + 1
		}
		if keys := p.Key.Keys(); len(keys) > 0 {
			return keys[0]
		}
	}
	return ""
}
