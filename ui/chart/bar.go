// Package chart draws data with characters: (data, width, height, style) → string. Drawings
// are pure, have exactly the size asked for, and take any data.
package chart

import (
	"math"
	"strings"

	"charm.land/lipgloss/v2"

	"societop/ui/cell"
)

// BarStyle is how a bar looks.
type BarStyle struct {
	Done, Rest lipgloss.Style
	Thin       bool // half as high, so that bars of neighbouring rows do not melt into one; exact to half a cell
	ASCII      bool // "#" and "." instead of blocks
}

// eighths are the left blocks of one to seven eighths of a cell.
var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// Bar draws a ratio 0…1 as a bar of w cells, exact to an eighth of a cell. It is full only for a
// ratio of 1. Whole cells are spaces on a background, which cost a terminal one byte each. NaN
// is an empty bar.
func Bar(ratio float64, w int, s BarStyle) string {
	if w <= 0 {
		return ""
	}
	if !(ratio > 0) {
		ratio = 0
	}
	parts := int(math.Floor(min(ratio, 1) * float64(w) * 8))
	whole, part := parts/8, parts%8
	switch {
	case s.ASCII:
		return s.Done.Render(strings.Repeat("#", whole)) + s.Rest.Render(strings.Repeat(".", w-whole))
	case s.Thin:
		return thinBar(whole, part >= 4, w, s)
	}
	out := ""
	if whole > 0 {
		out = s.Done.Reverse(true).Render(cell.Space(whole))
	}
	if part > 0 {
		out += s.Done.Render(eighths[part])
		whole++
	}
	if whole < w {
		out += s.Rest.Render(cell.Space(w - whole))
	}
	return out
}

// thinBar draws a bar of so many whole cells, and half of one more, of lower half blocks.
func thinBar(whole int, half bool, w int, s BarStyle) string {
	blocks := strings.Repeat("▄", whole)
	if half {
		blocks, whole = blocks+"▖", whole+1
	}
	out := ""
	if whole > 0 {
		out = s.Done.Render(blocks)
	}
	if whole < w {
		out += s.Rest.Render(cell.Space(w - whole))
	}
	return out
}
