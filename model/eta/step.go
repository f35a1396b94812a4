package eta

import (
	"math"
	"math/bits"
	"time"

	"societop/model/plan"
)

// unseenLong is the log of how many times the steps of an hour may be longer that is unlike the few
// hours seen.
const unseenLong = 1.2

// mostLonger is how many times as long as all that was seen a step may be.
const mostLonger = 4

// step is the median and the 90th percentile of the length of the step under way.
func (m *Model) step(p *plan.Plan, x *mixture) (median, p90 time.Duration) {
	s := newSpan(p, &m.work.kinds, m.last.Step, m.last.Step+1)
	log := x.effect[colLevel] + x.now
	if s.kind > 0 {
		log += x.effect[colKind+s.kind-1]
	}
	for i, shape := range trend(s.middle, m.work.total) {
		log += x.effect[colTrend+i] * shape
	}
	here := x.effect[colHour+s.last]
	typical := math.Exp(log + here)

	// An hour's edge may lie within it, and one that was hardly seen may be as long as any.
	r := &m.ref
	long := math.Max(log+here, r.level+r.hours[s.last])
	next, before := (s.last+1)%hours, (s.last+hours-1)%hours
	if r.count[s.last] < thinHour || r.count[next] == 0 {
		for h, e := range r.hours {
			if r.count[h] > 0 {
				long = math.Max(long, math.Max(r.level+e, log+x.effect[colHour+h]))
			}
		}
		if bits.OnesCount32(m.seen.hours) < hours/2 { // these may all be hours of a night
			long += unseenLong
		}
	} else {
		for _, h := range []int{next, before} {
			long = math.Max(long, math.Max(r.level+r.hours[h], log+x.effect[colHour+h]))
		}
	}
	long = math.Exp(long + r.above(0.9))
	gap, variance := m.gaps.expect(s.others, typical)
	typical += gap
	long += gap + 1.28*math.Sqrt(variance)
	long = math.Min(long, mostLonger*m.seen.longest)
	return seconds(typical), seconds(math.Max(long, math.Max(m.joined, 1)*typical))
}

// above is a quantile of the residuals of the logs of the lengths, outliers included.
func (r *reference) above(p float64) float64 {
	var all, sum float64
	for _, n := range r.resids {
		all += n
	}
	if all < 10 {
		return 1.6 * 1.25 * r.scale
	}
	for i, n := range r.resids {
		if sum += n; sum >= p*all {
			return residLow + float64(i+1)*residStep
		}
	}
	return 0
}
