package ui

import (
	"strings"

	"societop/ui/cell"
	"societop/ui/input"
	"societop/ui/theme"
)

// placedHint is a hint with its position in the footer.
type placedHint struct {
	hint
	name string // of its key, as it is drawn
	x    int    // of its first cell
}

// end returns the first cell after the hint.
func (p placedHint) end() int { return p.x + cell.Width(p.name) + 1 + cell.Width(p.word) }

// layOutHints returns as many hints as fit into w cells. The last two, help and quit, always do.
func layOutHints(t *theme.Theme, hints []hint, w int) (shown []placedHint) {
	const gap = 2
	size := func(p placedHint) int { return p.end() + gap }
	all := make([]placedHint, len(hints))
	for i, h := range hints {
		all[i] = placedHint{hint: h, name: t.KeyName(h.key.Help().Key)}
	}
	first, last := all[:len(all)-2], all[len(all)-2:]
	room := w - size(last[0]) - size(last[1])
	for _, p := range first {
		if n := size(p); p.key.Enabled() && n <= room {
			shown = append(shown, p)
			room -= n
		}
	}
	shown = append(shown, last...)
	x := 0
	for i := range shown {
		n := size(shown[i])
		shown[i].x = x
		x += n
	}
	return shown
}

// drawHints returns as many hints as fit, in a line.
func drawHints(t *theme.Theme, hints []hint, w int) string {
	var b strings.Builder
	for _, p := range layOutHints(t, hints, w) {
		b.WriteString(t.Key.Render(p.name) + " " + t.Footer.Render(p.word) + "  ")
	}
	return b.String()
}

// keyAt returns the name of the key of the hint at a cell: of several keys the one at that cell, else
// the first. It is empty if there is no hint.
func keyAt(t *theme.Theme, hints []hint, w, x int) string {
	for _, p := range layOutHints(t, hints, w) {
		if x < p.x || x >= p.end() {
			continue
		}
		at := p.x
		for sign := range strings.FieldsSeq(p.key.Help().Key) {
			to := at + cell.Width(t.KeyName(sign))
			if x >= at && x < to && len(strings.Fields(p.key.Help().Key)) > 1 {
				return input.Named(sign)
			}
			at = to + 1
		}
		return p.key.Keys()[0]
	}
	return ""
}
