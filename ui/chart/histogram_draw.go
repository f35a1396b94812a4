package chart

import (
	"fmt"
	"math"

	"societop/ui/cell"
	"societop/ui/human"
)

// Histogram draws buckets as columns in w×h cells, with their labels below, their counts above
// if there is room, and a mark below the mean if the buckets' values ascend. It merges buckets
// if there are more than cells. A bucket that counts anything is visible.
func Histogram(buckets []Bucket, w, h int, s HistogramStyle) string {
	g := newGrid(w, h)
	if g.w == 0 || len(buckets) == 0 {
		return g.String()
	}
	newHistogram(grouped(buckets, g.w), g, s).draw()
	return g.String()
}

// histogram is a histogram that is being drawn.
type histogram struct {
	buckets                 []Bucket
	g                       *grid
	ascii                   bool
	column                  int // the width of a column and of the gap after it
	rows                    int // of the columns
	most                    float64
	counts, labels, mean    bool // there is room for them
	full, bar               uint16
	label, count, meanStyle uint16
}

// widest is the largest width of a column.
const widest = 10

func newHistogram(buckets []Bucket, g *grid, s HistogramStyle) *histogram {
	d := &histogram{buckets: buckets, g: g, ascii: s.ASCII, column: min(g.w/len(buckets), widest)}
	d.full, d.bar = g.addStyle(s.Bar.Reverse(true)), g.addStyle(s.Bar)
	d.label, d.count, d.meanStyle = g.addStyle(s.Label), g.addStyle(s.Count), g.addStyle(s.Mean)
	d.labels, d.counts = g.h >= 2, g.h >= 4
	d.mean = g.h >= 5 && ascending(buckets)
	d.rows = g.h
	for _, row := range []bool{d.labels, d.counts, d.mean} {
		if row {
			d.rows--
		}
	}
	for _, b := range buckets {
		d.most = max(d.most, float64(b.Count))
	}
	return d
}

// grouped merges buckets to at most n.
func grouped(buckets []Bucket, n int) []Bucket {
	if len(buckets) <= n {
		return buckets
	}
	out := make([]Bucket, n)
	for i := range out {
		group := buckets[i*len(buckets)/n : (i+1)*len(buckets)/n]
		out[i] = group[0]
		if mean, found := Mean(group); found {
			out[i].Value = mean
		}
		all := 0.0
		for _, b := range group {
			all += float64(max(b.Count, 0))
		}
		out[i].Count = int(min(all, math.MaxInt/2))
	}
	return out
}

// ascending reports whether the values of buckets ascend.
func ascending(buckets []Bucket) bool {
	for i, b := range buckets {
		if !known(b.Value) || i > 0 && b.Value <= buckets[i-1].Value {
			return false
		}
	}
	return true
}

func (d *histogram) draw() {
	for i, b := range d.buckets {
		d.drawBucket(i*d.column, b)
	}
	if mean, found := Mean(d.buckets); d.mean && found {
		d.drawMean(mean)
	}
}

// width returns the width of a column without the gap. Columns of one or two cells have no gap.
func (d *histogram) width() int {
	if d.column < 3 {
		return d.column
	}
	return d.column - 1
}

// drawBucket draws a column from the bottom up, its count above and its label below.
func (d *histogram) drawBucket(x int, b Bucket) {
	top, n := 0, d.width()
	if d.counts {
		top = 1
	}
	parts := int(math.Floor(ratio(float64(max(b.Count, 0)), d.most) * float64(d.rows*8)))
	if b.Count > 0 {
		parts = max(parts, 1)
	}
	y := top + d.rows
	for ; parts > 0; parts -= 8 {
		y--
		r, style := d.block(min(parts, 8))
		for i := range n {
			d.g.set(x+i, y, r, style)
		}
	}
	if count := human.Count(max(b.Count, 0)); d.counts && len(count) <= d.column {
		d.g.text(x, y-1, n+1, cell.Center(count, max(n, len(count))), d.count)
	}
	if d.labels {
		d.g.text(x, top+d.rows, n, cell.Center(b.Label, n), d.label)
	}
}

// block returns the lower block of some eighths; a whole one is a space on a background.
func (d *histogram) block(eighths int) (rune, uint16) {
	switch {
	case d.ascii && eighths < 4:
		return '_', d.bar
	case d.ascii:
		return '#', d.bar
	case eighths == 8:
		return ' ', d.full
	}
	return '▁' + rune(eighths-1), d.bar
}

// drawMean draws a mark at the mean, between the middles of the columns.
func (d *histogram) drawMean(mean float64) {
	x, y := d.middle(0), d.g.h-1
	for i := 1; i < len(d.buckets); i++ {
		if from := d.buckets[i-1].Value; mean >= from {
			x = between(d.middle(i-1), d.middle(i), fraction(mean, from, d.buckets[i].Value))
		}
	}
	mark := '▲'
	if d.ascii {
		mark = '^'
	}
	at, text := int(x), "mean "+meanText(mean)
	d.g.set(at, y, mark, d.meanStyle)
	if n := cell.Width(text); d.g.free(at+2, y, n) {
		d.g.text(at+2, y, n, text, d.meanStyle)
	} else if d.g.free(at-1-n, y, n) {
		d.g.text(at-1-n, y, n, text, d.meanStyle)
	}
}

// meanText returns a mean in three digits.
func meanText(mean float64) string {
	if a := math.Abs(mean); a >= 1000 || a < 0.01 {
		return human.Number(mean)
	}
	return fmt.Sprintf("%.3g", mean)
}

// middle returns the cell in the middle of a column.
func (d *histogram) middle(i int) float64 { return float64(i*d.column) + float64(d.width()-1)/2 }
