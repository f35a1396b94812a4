package chart

import (
	"fmt"
	"math"
	"slices"

	"charm.land/lipgloss/v2"

	"societop/ui/cell"
	"societop/ui/human"
)

// HistogramStyle is how histograms and choices look.
type HistogramStyle struct {
	Bar, Rest           lipgloss.Style // what is counted, and what is left of a horizontal bar
	Label, Count, Share lipgloss.Style
	Mean                lipgloss.Style
	Of                  int  // what the shares of choices are of; 0: of all that is counted
	ASCII               bool // "#" instead of blocks
}

// Item is a choice and how many chose it; a negative count is 0.
type Item struct {
	Label string // clean text
	Count int
}

// Choices draws a horizontal bar for each item, in order, with label, count and share, in w×h
// cells. The greatest count fills its bar. If there are more items than lines, the last line
// counts the rest.
func Choices(items []Item, w, h int, s HistogramStyle) string {
	c := newChoices(items, w)
	if s.Of > 0 {
		c.all = float64(s.Of)
	}
	shown := len(items)
	if shown > h && h > 1 {
		shown = h - 1
	}
	lines := make([]string, 0, max(h, 0))
	for _, item := range items[:min(shown, max(h, 0))] {
		lines = append(lines, c.line(item, s))
	}
	if shown < len(items) && h > 1 {
		lines = append(lines, s.Label.Render(cell.Cut(c.more(items[shown:], s.Of > 0), w)))
	}
	return cell.Block(lines, w, h)
}

// choices are the widths of the columns, in cells, and what is counted.
type choices struct {
	label, bar, count int
	most, all         float64
}

// share is the width of a percentage.
const share = 4

// newChoices gives the labels at most a third of the width, or all that is left if there is no
// room for bars.
func newChoices(items []Item, w int) choices {
	c := choices{}
	for _, item := range items {
		c.label = max(c.label, cell.Width(item.Label))
		c.count = max(c.count, len(human.Count(max(item.Count, 0))))
		c.most = max(c.most, float64(item.Count))
		c.all += float64(max(item.Count, 0))
	}
	room := w - c.count - share - 3
	if c.label = min(c.label, max(room/2, 0)); room-c.label < 3 {
		c.label = max(room+1, 0)
		return c
	}
	c.bar = room - c.label
	return c
}

// line draws an item.
func (c choices) line(item Item, s HistogramStyle) string {
	n := max(item.Count, 0)
	out := s.Label.Render(cell.Fit(item.Label, c.label)) + " "
	if c.bar > 0 {
		out += Bar(ratio(float64(n), c.most), c.bar, BarStyle{Done: s.Bar, Rest: s.Rest, Thin: true, ASCII: s.ASCII}) + " "
	}
	out += s.Count.Render(cell.Right(human.Count(n), c.count)) + " "
	return out + s.Share.Render(cell.Right(human.Percent(ratio(float64(n), c.all)), share))
}

// more describes the items without a line. If several choices are possible, their shares do not
// add up and are left out.
func (c choices) more(items []Item, several bool) string {
	n := 0.0
	for _, item := range items {
		n += float64(max(item.Count, 0))
	}
	if several {
		return fmt.Sprintf("%d more: %.0f", len(items), n)
	}
	return fmt.Sprintf("%d more: %.0f, %s", len(items), n, human.Percent(ratio(n, c.all)))
}

// ratio returns part/whole, 0 if whole is not positive.
func ratio(part, whole float64) float64 {
	if !(whole > 0) {
		return 0
	}
	return part / whole
}

// Bucket is one column of a histogram.
type Bucket struct {
	Label string  // clean text
	Value float64 // the mean of what it counts; where nothing is counted, its middle
	Count int     // fewer than none is none
}

// Buckets counts values in at most n columns: one for each whole number if the values are whole
// and close enough, such as ratings of 1 to 5, else of a round width, labelled with their lower
// bound. NaN and ±Inf are not counted.
func Buckets(values []float64, n int) []Bucket {
	s, whole := scaleOf(values, false), true
	for _, v := range values {
		whole = whole && (!known(v) || v == math.Trunc(v))
	}
	n = max(n, 1)
	if s.empty() {
		return nil
	}
	a := newAxis(s, n)
	if whole = whole && s.hi-s.lo < float64(n) && math.Abs(s.lo) < 1<<50; whole {
		a = axis{span: span{s.lo, s.hi + 1}, step: 1}
		for v := s.lo; v <= a.hi; v++ {
			a.ticks = append(a.ticks, v)
		}
	}
	out := make([]Bucket, len(a.ticks)-1)
	for i, label := range a.labels()[:len(out)] {
		out[i] = Bucket{Label: label, Value: between(a.ticks[i], a.ticks[i+1], 0.5)}
		if whole {
			out[i].Label, out[i].Value = human.Number(a.ticks[i]), a.ticks[i]
		}
	}
	return a.count(out, values)
}

// count counts values in the buckets between the ticks; the last one includes its upper end.
func (a axis) count(out []Bucket, values []float64) []Bucket {
	for _, v := range values {
		if !known(v) {
			continue
		}
		at, exact := slices.BinarySearch(a.ticks, v)
		if !exact {
			at--
		}
		b := &out[min(max(at, 0), len(out)-1)]
		b.Count++
		if b.Count == 1 {
			b.Value = v
			continue
		}
		b.Value = between(b.Value, v, 1/float64(b.Count))
	}
	return out
}

// Mean returns the mean of what buckets count; false if they count nothing.
func Mean(buckets []Bucket) (float64, bool) {
	mean, all := 0.0, 0.0
	for _, b := range buckets {
		if b.Count > 0 && known(b.Value) {
			all += float64(b.Count)
			mean = between(mean, b.Value, float64(b.Count)/all)
		}
	}
	return mean, all > 0
}
