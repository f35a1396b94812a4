package eta

import (
	"math"
	"time"

	"societop/model/plan"
)

// step is the median and the 90th percentile of the length of the step under way.
func (m *Model) step(p *plan.Plan, x *mixture) (median, p90 time.Duration) {
	s := newSpan(p, m.last.Step, m.last.Step+1)
	log := x.effect[colLevel] + x.now
	if s.kind > 0 {
		log += x.effect[colKind+s.kind-1]
	}
	for i, shape := range trend(s.middle, m.total) {
		log += x.effect[colTrend+i] * shape
	}
	here := x.effect[colHour+s.last]
	typical := math.Exp(log + here)

	// An hour's edge may lie within it, and one that was hardly seen may be as long as any.
	longest := here
	if m.ref.count[s.last] < 3 {
		for _, e := range x.effect[colHour:colKind] {
			longest = math.Max(longest, e)
		}
	} else {
		for _, h := range []int{(s.last + 1) % hours, (s.last + hours - 1) % hours} {
			longest = math.Max(longest, x.effect[colHour+h])
		}
	}
	long := math.Exp(log + longest + m.ref.above(0.9))
	gap, variance := m.gaps.expect(s.others, typical)
	typical += gap
	long += gap + 1.28*math.Sqrt(variance)
	return seconds(typical), seconds(math.Max(long, typical))
}

// above is a quantile of the residuals of the logs of the lengths, outliers included.
func (r *reference) above(p float64) float64 {
	var all, sum float64
	for _, n := range r.resids {
		all += n
	}
	for i, n := range r.resids {
		if sum += n; sum >= p*all {
			return residLow + float64(i+1)*residStep
		}
	}
	return 0
}
