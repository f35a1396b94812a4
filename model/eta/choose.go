package eta

import (
	"math"
	"slices"
)

const (
	// unlikely is by how much the log of a fit's probability is below that of the best, for it not
	// to be looked at until the next choice.
	unlikely = 7
	// hopeless is the same for a filter that is forgotten, for its memory, once there were so many
	// observations.
	hopeless  = 40
	dropAfter = 64
)

// choose looks for the fits that explain the steps so far best. That takes longer than a forecast
// may, so it is done as the number of observations grows by a part.
func (m *Model) choose() {
	var t fit
	var logs [spreads * maxFilters]float64
	best := math.Inf(-1)
	for i := range logs[:spreads*len(m.filters)] {
		t.solve(&m.filters[i/spreads], i%spreads)
		logs[i] = math.Inf(-1)
		for k := range trends + 1 {
			c := t.candidate(k - 1)
			logs[i] = math.Max(logs[i], c.log)
		}
		best = math.Max(best, logs[i])
	}
	count := m.filters[0].count
	m.chooseAt = count*(1+1.0/32) + 1
	if count >= dropAfter {
		m.drop(&logs, best-hopeless)
	}
	m.kept = m.kept[:0]
	for i, log := range logs[:spreads*len(m.filters)] {
		if log < best-unlikely {
			continue
		}
		at := slices.IndexFunc(m.kept, func(k uint8) bool { return logs[k] < log })
		if at < 0 {
			at = len(m.kept)
		}
		if m.kept = slices.Insert(m.kept, at, uint8(i)); len(m.kept) > maxKept {
			m.kept = m.kept[:maxKept]
		}
	}
}

// drop forgets the filters of which no fit is as likely as that.
func (m *Model) drop(logs *[spreads * maxFilters]float64, least float64) {
	n := 0
	for i := range m.filters {
		all := logs[spreads*i : spreads*(i+1)]
		if slices.Max(all) < least {
			continue
		}
		if n < i {
			copy(logs[spreads*n:], all)
			m.filters[n] = m.filters[i]
		}
		n++
	}
	if n < len(m.filters) {
		m.filters = slices.Clone(m.filters[:n])
	}
}
