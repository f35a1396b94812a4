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

// Spark draws values, in their order, as one line of w cells: a cell a value, from the left.
//
// More values than cells are put together, the same number (±1) to each cell, which shows the
// one that is furthest from the mean of all: a peak and a dip among even values are both seen,
// however many values there are; a mean or every n-th value would lose them. NaN and ±Inf are
// holes; a cell of only holes is empty. The scale is from the least to the greatest value;
// values that are all the same are in the middle of it.
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

// flush writes a run of a style, and begins a new one.
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

// level returns the character for a value.
func level(v float64, s span, ascii bool) string {
	signs := []rune(levels)
	if ascii {
		signs = []rune(asciiLevels)
	}
	n := float64(len(signs))
	return string(signs[int(min(fraction(v, s.lo, s.hi)*n, n-1))])
}

// extremes returns values put together to at most w: of each group the one furthest from the mean
// of all.
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

// furthest returns the value of a group that differs most from a mean; a hole where all are.
func furthest(group []float64, mean float64) float64 {
	best := group[0]
	for _, v := range group[1:] {
		if known(v) && (!known(best) || distance(v, mean) > distance(best, mean)) {
			best = v
		}
	}
	return best
}

// distance is half of how far values are apart: it cannot overflow.
func distance(a, b float64) float64 { return max(a/2-b/2, b/2-a/2) }

// meanOf returns the mean of the known values, step by step, so that no sum overflows.
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
