package eta

import (
	"math"
	"slices"
	"time"

	"societop/model/plan"
)

// minSteps is how many steps must have been seen for a range that can be relied upon.
const minSteps = 20

// fewRows is how many rows make the steps of the one under way not worth looking at.
const fewRows = 16

// Forecast is that of the run after its last mark. It takes 50 µs, and up to 1 ms where explanations
// are chosen again.
func (m *Model) Forecast(p *plan.Plan) Forecast {
	if m.ref.seen == 0 {
		return Forecast{}
	}
	if !m.folded && len(m.rows) < fewRows {
		early := *m
		early.rows = slices.Clone(m.rows)
		early.bank = bank{}
		early.flush()
		m = &early
	}
	m.catchUp()
	var f Forecast
	var r rest
	r.fill(m, p)
	var mix mixture
	m.mix(&mix, &r)
	f.Step, f.P90 = m.step(p, &mix)
	if p == nil {
		return f
	}
	f.Known = true
	f.Rough = m.rough(&r)
	if r.steps == 0 {
		return f
	}
	f.Low = seconds(mix.quantile(0.1))
	f.Rest = max(seconds(mix.quantile(0.5)), f.Low)
	f.High = max(seconds(mix.quantile(0.9)), f.Rest)
	return f
}

// rough reports whether the range of what remains can't be relied upon.
func (m *Model) rough(r *rest) bool {
	return m.seen.steps < minSteps ||
		r.hours&^m.seen.hours != 0 ||
		r.kinds&^m.seen.kinds != 0 ||
		r.others > 0 && m.gaps.entries == 0 ||
		r.entries > 0 && m.seen.entries < 2
}

// seconds is a length of time, held within what a time.Duration can say.
func seconds(s float64) time.Duration {
	if !(s < float64(math.MaxInt64)/1e9/2) {
		return math.MaxInt64 / 2
	}
	return time.Duration(math.Max(s, 0) * 1e9)
}

// The steps to come are looked at in parts, and of each part samples.
const (
	parts       = 8
	partSamples = 64
)

// rest is what remains of a plan.
type rest struct {
	steps   int64
	parts   [parts]part
	trend   [trends]float64 // now
	hours   uint32          // the hours of the day at which steps start, a bit each
	kinds   uint32
	others  int // entries without steps
	entries int // entries with steps that have not begun
}

// part is a part of the steps to come.
type part struct {
	steps   float64
	ahead   float64 // from the last step to the middle
	hours   [hours]float64
	kinds   [kinds]float64
	trend   [trends]float64
	entries float64 // entries with steps that begin before its middle
}

// fill takes what remains out of a plan.
func (r *rest) fill(m *Model, p *plan.Plan) {
	if p == nil || len(p.Segments) == 0 {
		return
	}
	done := max(m.last.Step, 1)
	r.steps = max(m.work.total-done, 0)
	if r.steps == 0 {
		return
	}
	r.trend = trend(float64(done-1), m.work.total)
	c := cursor{p: p}
	c.seek(done - 1)
	first, from := c.segment, done
	kind, kindAt := 0, -1
	entry := p.Segments[first].Entry
	for i := range r.parts {
		part := &r.parts[i]
		to := done + int64(float64(r.steps)*float64(i+1)/parts)
		if i == parts-1 {
			to = m.work.total
		}
		n := min(to-from, partSamples)
		part.steps = float64(to - from)
		part.ahead = float64(from-done) + part.steps/2
		for j := range n {
			// Samples at a golden section of their strides fall in with no period of the plan.
			_, at := math.Modf(float64(j) * 0.6180339887)
			step := from + int64((float64(j)+at)*part.steps/float64(n))
			if n == to-from {
				step = from + j
			}
			c.seek(step)
			if c.segment != kindAt {
				kind, kindAt = kindOf(&m.work.kinds, p.Segments[c.segment].Ticks), c.segment
				if e := p.Segments[c.segment].Entry; e != entry {
					entry = e
					r.entries++
				}
			}
			if j == n/2 {
				part.entries = float64(r.entries)
			}
			day, _ := c.time(step)
			part.hours[day/hourLong] += part.steps / float64(n)
			part.kinds[kind] += 1 / float64(n)
			r.hours |= 1 << (day / hourLong)
			r.kinds |= 1 << kind
		}
		part.trend = trend(float64(from+to-1)/2, m.work.total)
		from = to
	}
	c.seek(m.work.total - 1)
	r.others = othersBetween(p, first, c.segment)
}
