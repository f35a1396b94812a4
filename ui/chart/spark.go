package chart

import (
	"strings"

	"charm.land/lipgloss/v2"

	"societop/ui/cell"
)

// SparkStyle is how a sparkline looks.
type SparkStyle struct {
	Line  lipgloss.Style
	Zero  bool // the scale begins at zero or below, not at the least value
	ASCII bool // digits 0 to 9 instead of blocks
}

// levels are the lower blocks of one to eight eighths of a cell.
const (
	levels      = "▁▂▃▄▅▆▇█"
	asciiLevels = "0123456789"
)

// Spark draws values in order as one line of w cells, one value a cell, from the left. If there
// are more values than cells, each cell shows, of the same number (±1) of values, the one
// furthest from the mean of all: peaks and dips stay visible, which a mean or every n-th value
// would lose. NaN and ±Inf are holes. The scale is from the least to the greatest value; equal
// values are in the middle of it.
func Spark(values []float64, w int, s SparkStyle) string {
	if w <= 0 {
		return ""
	}
	shown := extremes(values, w)
	scale := scaleOf(shown, s.Zero)
	var b strings.Builder
	run := ""
	for _, v := range shown {
		if known(v) {
			run += level(v, scale, s.ASCII)
			continue
		}
		flush(&b, &run, s.Line)
		b.WriteByte(' ')
	}
	flush(&b, &run, s.Line)
	return b.String() + cell.Space(w-len(shown))
}

// flush writes a run in a style and begins a new one.
func flush(b *strings.Builder, run *string, s lipgloss.Style) {
	if *run != "" {
		b.WriteString(s.Inline(true).Render(*run))
	}
	*run = ""
}

// scaleOf returns the span of the known values.
func scaleOf(values []float64, zero bool) span {
	s := nothing
	for _, v := range values {
		if known(v) {
			s = s.with(v)
		}
	}
	if zero && !s.empty() && s.hi > 0 {
		s = s.with(0)
	}
	return s
}

// level returns the character of a value.
func level(v float64, s span, ascii bool) string {
	signs := []rune(levels)
	if ascii {
		signs = []rune(asciiLevels)
	}
	n := float64(len(signs))
	return string(signs[int(min(fraction(v, s.lo, s.hi)*n, n-1))])
}

// extremes reduces values to at most w: of each group it keeps the one furthest from the mean of
// all.
func extremes(values []float64, w int) []float64 {
	if len(values) <= w {
		return values
	}
	mean, out := meanOf(values), make([]float64, w)
	for i := range out {
		group := values[i*len(values)/w : (i+1)*len(values)/w]
		out[i] = furthest(group, mean)
	}
	return out
}

// furthest returns the value of a group that differs most from a mean; a hole if all are holes.
func furthest(group []float64, mean float64) float64 {
	best := group[0]
	for _, v := range group[1:] {
		if known(v) && (!known(best) || distance(v, mean) > distance(best, mean)) {
			best = v
		}
	}
	return best
}

// distance returns half of the distance of two values, which cannot overflow.
func distance(a, b float64) float64 { return max(a/2-b/2, b/2-a/2) }

// meanOf returns the mean of the known values, without overflow.
func meanOf(values []float64) float64 {
	mean, n := 0.0, 0.0
	for _, v := range values {
		if known(v) {
			n++
			mean = between(mean, v, 1/n)
		}
	}
	return mean
}
