package eta

import "math"

// mixture is the distribution of the seconds that remain: that of each candidate by its weight.
type mixture struct {
	parts  [2 * maxCandidates]normal
	n      int
	effect [columns]float64 // of the best candidate, for the step under way
	now    float64
}

const (
	// maxFilters is how many filters a model has at most.
	maxFilters = 12
	// maxKept is how many fits are looked at for a forecast, at most.
	maxKept = 6
	// maxCandidates is how many candidates these have.
	maxCandidates = maxKept * (trends + 1)
)

// normal is a normal distribution of the log of the seconds.
type normal struct {
	weight, mean, deviation float64
}

// quantile is that of a probability.
func (x *mixture) quantile(p float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, n := range x.parts[:x.n] {
		low, high = math.Min(low, n.mean-3*n.deviation), math.Max(high, n.mean+3*n.deviation)
	}
	for range 18 {
		middle := (low + high) / 2
		var below float64
		for _, n := range x.parts[:x.n] {
			below += n.weight * 0.5 * math.Erfc((n.mean-middle)/(n.deviation*math.Sqrt2))
		}
		if below < p {
			low = middle
		} else {
			high = middle
		}
	}
	return math.Exp((low + high) / 2)
}

// The prior probability that there is no trend.
const noTrend = 0.75

// negligible is the weight of candidates, against the best, that are not looked at.
const negligible = 0.01

// mix fills in the distribution of what remains.
func (m *Model) mix(x *mixture, r *rest) {
	var all [maxCandidates]candidate
	var fits [maxKept]fit
	best := math.Inf(-1)
	for i, kept := range m.bank.kept {
		t := &fits[i]
		t.solve(&m.bank.filters[kept/spreads], int(kept%spreads))
		for k := range trends + 1 {
			c := t.candidate(k - 1)
			best = math.Max(best, c.log)
			all[i*(trends+1)+k] = c
		}
	}
	var sum float64
	for i := range all[:len(m.bank.kept)*(trends+1)] {
		c := &all[i]
		weight := math.Exp(c.log - best)
		if !(weight >= negligible) {
			continue
		}
		t := &fits[i/(trends+1)]
		t.complete(c)
		if c.log == best {
			x.effect, x.now = c.effect, c.now
		}
		if r.steps > 0 {
			m.take(x, r, t, c, weight)
			sum += weight
		}
	}
	for i := range x.parts[:x.n] {
		x.parts[i].weight /= sum
	}
}

// prior is the log of the prior probability of one of the trends, or −1, none.
func prior(trend int) float64 {
	if trend >= 0 {
		return math.Log((1 - noTrend) / trends)
	}
	return math.Log(noTrend)
}

// take adds what a candidate says of the rest.
func (m *Model) take(x *mixture, r *rest, t *fit, c *candidate, weight float64) {
	sum, relative := t.project(r, c, m.seen.hours, m.row.variance())
	mean := sum
	gap, gapVariance := m.gaps.expect(r.others, mean/float64(r.steps))
	none, burst, burstVariance := m.bursts.expect(float64(r.steps), mean/float64(r.steps))
	wide := 1 + 0.75/c.freedom
	add := func(weight, more, variance float64) {
		if weight <= 0 {
			return
		}
		more = math.Min(more, 4*mean)
		total := mean + gap + more
		v := (mean*mean*relative + gapVariance + variance) / (total * total)
		d := math.Min(wide*math.Sqrt(math.Log1p(v)), 1.1)
		x.parts[x.n] = normal{weight, math.Log(total) - math.Log1p(variance/(total*total))/2, math.Max(d, 1e-4)}
		x.n++
	}
	add(weight*none, 0, 0)
	add(weight*(1-none), burst, burstVariance)
}
