package eta

import (
	"math"
	"slices"
)

// maxRows is how many rows are kept; the filters then take over all of them, and are kept instead.
const maxRows = 192

// observation is what is kept of a row.
type observation struct {
	steps    float32
	middle   float32         // the index of the step in the middle
	log      float32         // of the mean length
	variance float32         // of one step, as it was known then
	share    *[hours]float32 // of the hours in the steps, if there are several
	hour     uint8           // else the one
	kind     uint8
	newEntry bool
}

// observed is what a row comes to.
func (r *row) observed() observation {
	variance := r.variance()
	// The log of a mean of few steps is lower than that of many by what their noise is.
	log := math.Log(r.sum/r.steps) + math.Min(variance, 0.5)/2/r.steps
	// Rounding, of the two marks at its ends, is against what was expected: against the sum, rows that
	// were rounded up would count more.
	variance += 2 * r.rounding / (r.expected * r.expected) * r.steps
	o := observation{
		steps: float32(r.steps), middle: float32(r.middle / r.steps), log: float32(log), variance: float32(variance),
		hour: uint8(r.hour), kind: uint8(r.kind), newEntry: r.newEntry,
	}
	if r.share[r.hour] != r.steps {
		o.share = new([hours]float32)
		for h, n := range r.share {
			o.share[h] = float32(n / r.steps)
		}
	}
	return o
}

// values fills in what the mean length is made of, and its log. Of several hours that is the
// effects by their weights, which are taken from what is known of the effects by now.
func (o *observation) values(values *[columns]float64, total int64, effect *[hours]float64) {
	*values = [columns]float64{colLevel: 1, colY: float64(o.log)}
	if o.share != nil {
		for h, share := range o.share {
			values[colHour+h] = float64(share)
		}
		values[colY] -= weigh(values[colHour:colKind], effect)
	} else {
		values[colHour+int(o.hour)] = 1
	}
	if o.kind > 0 {
		values[colKind+int(o.kind)-1] = 1
	}
	shapes := trend(float64(o.middle), total)
	copy(values[colTrend:], shapes[:])
}

// bank is the filters, and which of their fits explain the steps best.
type bank struct {
	filters  []filter
	kept     []uint8 // fits by spreads·filter + spread
	chooseAt float64 // the number of observations from which on they are chosen again
	taken    int     // how many of the rows that are kept the filters have taken over
}

// flush ends the row under way.
func (m *Model) flush() {
	if m.row.steps == 0 {
		return
	}
	o := m.row.observed()
	m.row.reset()
	if m.folded {
		m.bank.add(&o, m.work.total, &m.ref.hours)
		if m.bank.filters[0].count >= m.bank.chooseAt {
			m.bank.choose(false)
		}
		return
	}
	if m.rows = append(m.rows, o); len(m.rows) < maxRows {
		return
	}
	m.bank = bank{}
	m.bank.take(m.rows, m.work.total, &m.ref.hours)
	m.bank.choose(false)
	m.rows, m.folded = nil, true
}

// catchUp makes the filters take over the rows. All of them do where fits are chosen again; up to
// the next choice only those with one that counts.
func (m *Model) catchUp() {
	b := &m.bank
	switch {
	case m.folded:
	case b.filters == nil || float64(len(m.rows)) >= b.chooseAt:
		*b = bank{}
		b.take(m.rows, m.work.total, &m.ref.hours)
		b.choose(true)
	default:
		b.take(m.rows, m.work.total, &m.ref.hours)
	}
}

// Shrink drops what the next forecast can compute again, which takes it longer.
func (m *Model) Shrink() {
	if !m.folded {
		m.bank = bank{}
	}
}

// take takes over those of the rows that are new.
func (b *bank) take(rows []observation, total int64, effect *[hours]float64) {
	if b.filters == nil {
		b.filters = noises(total)
	}
	for i := range rows[b.taken:] {
		b.add(&rows[b.taken+i], total, effect)
	}
	b.taken = len(rows)
}

// add takes over one row.
func (b *bank) add(o *observation, total int64, effect *[hours]float64) {
	var values [columns]float64
	o.values(&values, total, effect)
	steps := float64(o.steps)
	variance := float64(o.variance)/steps + misfit*misfit
	for i := range b.filters {
		b.filters[i].add(&values, steps, variance, o.newEntry)
	}
}

// limit drops the filters of which no fit is kept.
func (b *bank) limit() {
	var few []filter
	var places [maxFilters]int
	for i := range b.filters {
		if slices.ContainsFunc(b.kept, func(k uint8) bool { return int(k)/spreads == i }) {
			places[i] = len(few)
			few = append(few, b.filters[i])
		}
	}
	for i, k := range b.kept {
		b.kept[i] = uint8(places[k/spreads]*spreads) + k%spreads
	}
	b.filters = slices.Clip(few)
}
