// Package cell measures, cuts and fills text by terminal cells, never by bytes or
// characters. Text may hold the styles of Lip Gloss; it must be clean (see text.Text).
//
// All functions are pure.
package cell

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/displaywidth"
)

// Ellipsis ends what was cut.
const Ellipsis = "…"

// Width returns how many cells s takes.
func Width(s string) int { return ansi.StringWidth(s) }

// Cut returns s in at most w cells; longer text ends in an ellipsis.
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(s, w, Ellipsis)
}

// Tail returns the end of plain text in at most w cells; longer text begins with an ellipsis.
func Tail(s string, w int) string {
	n := Width(s)
	switch {
	case n <= w:
		return s
	case w <= 0:
		return ""
	}
	before, _ := Skip(s, n-w+1)
	return Ellipsis + s[before:]
}

// Middle returns plain text in at most w cells; longer text has an ellipsis in its middle, and a little
// more of its end than of its beginning.
func Middle(s string, w int) string {
	if Width(s) <= w || w < 3 {
		return Cut(s, w)
	}
	head := s[:Bytes(s, (w-1)/2)]
	return head + Tail(s, w-Width(head))
}

// Whole returns as many of some parts as fit into exactly w cells, from the first, with two cells between
// them. None is cut, except the first.
func Whole(parts []string, w int) string {
	line := ""
	for i, part := range parts {
		if i > 0 {
			part = "  " + part
		}
		if i > 0 && Width(line)+Width(part) > w {
			break
		}
		line += part
	}
	return Fit(line, w)
}

// Typed returns text that is being typed in exactly w cells, and the column of the cursor, which
// is between before and after. If there is too little room, the beginning is left out first.
func Typed(before, after string, w int) (text string, x int) {
	before = Tail(before, w-1)
	x = Width(before)
	return Fit(before+Cut(after, w-x), w), x
}

// Fit returns s in exactly w cells, left-aligned.
func Fit(s string, w int) string {
	s = Cut(s, w)
	return s + Space(w-Width(s))
}

// Right returns s in exactly w cells, right-aligned.
func Right(s string, w int) string {
	s = Cut(s, w)
	return Space(w-Width(s)) + s
}

// Center returns s in exactly w cells, centred.
func Center(s string, w int) string {
	s = Cut(s, w)
	left := max(w-Width(s), 0) / 2
	return Space(left) + s + Space(w-left-Width(s))
}

// Space returns n empty cells; none if n is negative.
func Space(n int) string { return strings.Repeat(" ", max(n, 0)) }

// Break breaks plain text into lines of at most w cells, as a log is read: after a space in the
// second half of a line, else where the line is full, so that paths stay whole if they can. No
// character is lost. Lines of one cell become as wide as the widest character needs: two.
func Break(s string, w int) (lines []string) {
	if w <= 0 {
		return nil
	}
	w = max(w, 2)
	begin, cells := 0, 0
	space, upto := 0, 0 // after the last space of the line, and the cells up to there
	for i, r := range s {
		n := displaywidth.Rune(r)
		if cells+n > w {
			if upto*2 < w || cells-upto+n > w {
				space, upto = i, cells
			}
			lines = append(lines, s[begin:space])
			begin, cells, upto = space, cells-upto, 0
		}
		if cells += n; r == ' ' {
			space, upto = i+1, cells
		}
	}
	return append(lines, s[begin:])
}

// Bytes returns how many bytes of plain text fit into its first w cells.
func Bytes(s string, w int) int {
	cells := 0
	for i, r := range s {
		if cells += displaywidth.Rune(r); cells > w {
			return i
		}
	}
	return len(s)
}

// Skip returns how many bytes of plain text precede cell w, counted from 0, and how many empty
// cells replace a wide character that is cut in half there.
func Skip(s string, w int) (bytes, pad int) {
	cells, w := 0, max(w, 0)
	for i, r := range s {
		n := displaywidth.Rune(r)
		if cells >= w && n > 0 {
			return i, cells - w
		}
		cells += n
	}
	return len(s), max(cells-w, 0)
}

// Block returns lines as exactly w×h cells: it cuts and fills lines, and adds empty ones.
func Block(lines []string, w, h int) string {
	out := make([]string, max(h, 0))
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = Fit(line, w)
	}
	return strings.Join(out, "\n")
}
