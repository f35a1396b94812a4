package eta

import (
	"math"
	"slices"
)

const (
	// unlikely is by how much the log of a fit's probability is below that of the best, for it not
	// to be looked at until the next choice.
	unlikely = 7
	// hopeless is the same for a filter that can't be made again, to be forgotten.
	hopeless = 40
)

// choose looks for the fits that explain the steps so far best. That takes longer than a forecast
// may, so it is done as the number of observations grows by a part. Where the rows are kept, by
// which filters are made again, only those are kept that have such a fit.
func (b *bank) choose(again bool) {
	var t fit
	var logs [spreads * maxFilters]float64
	best := math.Inf(-1)
	for i := range logs[:spreads*len(b.filters)] {
		t.solve(&b.filters[i/spreads], i%spreads)
		logs[i] = math.Inf(-1)
		for k := range trends + 1 {
			c := t.candidate(k - 1)
			logs[i] = math.Max(logs[i], c.log)
		}
		best = math.Max(best, logs[i])
	}
	count := b.filters[0].count
	b.chooseAt = count*(1+1.0/32) + 1
	if !again {
		b.drop(&logs, best-hopeless)
	}
	b.kept = b.kept[:0]
	for i, log := range logs[:spreads*len(b.filters)] {
		if log < best-unlikely {
			continue
		}
		at := slices.IndexFunc(b.kept, func(k uint8) bool { return logs[k] < log })
		if at < 0 {
			at = len(b.kept)
		}
		if b.kept = slices.Insert(b.kept, at, uint8(i)); len(b.kept) > maxKept {
			b.kept = b.kept[:maxKept]
		}
	}
	if again {
		b.limit()
	}
}

// drop forgets the filters of which no fit is as likely as that.
func (b *bank) drop(logs *[spreads * maxFilters]float64, least float64) {
	n := 0
	for i := range b.filters {
		all := logs[spreads*i : spreads*(i+1)]
		if slices.Max(all) < least {
			continue
		}
		if n < i {
			copy(logs[spreads*n:], all)
			b.filters[n] = b.filters[i]
		}
		n++
	}
	if n < len(b.filters) {
		b.filters = slices.Clone(b.filters[:n])
	}
}
