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
	maxFilters = 10
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

// bendTrend is the standard deviation of what a trend adds from now on, by which trends turn out
// to be other than they were, against what it adds.
var bendTrend = 0.08

// Prior probabilities: of no trend against each of the trends, and of hours that have no effect.
const (
	noTrend = 0.6
	noHours = 0.3
)

// negligible is the weight of candidates, against the best, that are not looked at.
const negligible = 0.01

// mix fills in the distribution of what remains.
func (m *Model) mix(x *mixture, r *rest) {
	var all [maxCandidates]candidate
	var fits [maxKept]fit
	best := math.Inf(-1)
	for i, kept := range m.kept {
		t := &fits[i]
		t.solve(&m.filters[kept/2], kept%2 == 1)
		for k := range trends + 1 {
			c := t.candidate(k - 1)
			best = math.Max(best, c.log)
			all[i*(trends+1)+k] = c
		}
	}
	var sum float64
	for i := range all[:len(m.kept)*(trends+1)] {
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

// prior is the log of a candidate's prior probability.
func prior(withHours bool, trend int) float64 {
	p := noTrend
	if trend >= 0 {
		p = (1 - noTrend) / trends
	}
	if withHours {
		return math.Log(p * (1 - noHours))
	}
	return math.Log(p * noHours)
}

// take adds what a candidate says of the rest.
func (m *Model) take(x *mixture, r *rest, t *fit, c *candidate, weight float64) {
	sum, relative := t.project(r, c, m.seenHours, m.row.variance())
	mean := sum
	gap, gapVariance := m.gaps.expect(r.others, mean/float64(r.steps))
	none, burst, burstVariance := m.bursts.expect(float64(r.steps))
	wide := 1 + 0.75/c.freedom
	add := func(weight, more, variance float64) {
		if weight <= 0 {
			return
		}
		total := mean + gap + more
		v := (mean*mean*relative + gapVariance + variance) / (total * total)
		d := math.Min(wide*math.Sqrt(math.Log1p(v)), 1.1)
		x.parts[x.n] = normal{weight, math.Log(total) - math.Log1p(variance/(total*total))/2, math.Max(d, 1e-4)}
		x.n++
	}
	add(weight*none, 0, 0)
	add(weight*(1-none), burst, burstVariance)
}

// project is the seconds that a candidate says remain, each step of median length, and their
// relative variance.
func (t *fit) project(r *rest, c *candidate, seen uint32, variance float64) (sum, relative float64) {
	var factor, share [parts]float64
	var long, weight [columns]float64
	for h := range hours {
		long[h] = math.Exp(c.effect[colHour+h])
	}
	var squares float64
	var back, backSlope float64
	for i := range r.parts {
		p := &r.parts[i]
		if p.steps == 0 {
			continue
		}
		ahead := t.over(p.ahead)
		kind := p.kinds[0]
		for k := 1; k < kinds; k++ {
			kind += p.kinds[k] * math.Exp(c.effect[colKind+k-1])
		}
		factor[i] = kind * math.Exp(c.effect[colLevel]+ahead.keep*c.now+ahead.reach*c.slope+dot(c.effect[colTrend:colY], p.trend[:]))
		for h, n := range p.hours {
			s := n * long[h] * factor[i]
			share[i] += s
			squares += s * long[h] * factor[i]
			weight[colHour+h] += s
		}
		sum += share[i]
		back += share[i] * ahead.keep
		backSlope += share[i] * ahead.reach
		for k := 1; k < kinds; k++ {
			weight[colKind+k-1] += share[i] * p.kinds[k]
		}
		for k := range trends {
			weight[colTrend+k] += share[i] * p.trend[k]
		}
	}
	weight[colLevel] = sum
	var unseen float64
	for i := range colY {
		weight[i] = (weight[i] - back*t.level[i] - backSlope*t.slope[i]) / sum
		if h := i - colHour; c.hours && h >= 0 && h < hours && seen>>h&1 == 0 {
			unseen += weight[i] * weight[i] * hourSpread * hourSpread
		}
	}
	noise := t.spread(c, &weight) + variance*squares/(sum*sum) + t.wander(r, &share, sum)
	var more float64 // what the trend adds from now on
	for k := range trends {
		more += c.effect[colTrend+k] * (weight[colTrend+k] - r.trend[k])
	}
	return sum, c.variance*noise + unseen + more*more*bendTrend*bendTrend
}

// wander is the variance of the level's mean over the parts to come, from what is not known of it
// now and what it does until then.
func (t *fit) wander(r *rest, share *[parts]float64, sum float64) (variance float64) {
	var level, slope float64 // what an innovation before a part moves
	for i := parts - 1; i >= 0; i-- {
		p := &r.parts[i]
		before, entries := 0.0, 0.0
		if i > 0 {
			before, entries = r.parts[i-1].ahead, r.parts[i-1].entries
		}
		m := t.over(math.Max(p.ahead-before, 0))
		level += share[i] / sum
		m.added += t.entry * math.Max(p.entries-entries, 0)
		variance += m.added*level*level + 2*m.addedBoth*level*slope + m.addedSlopes*slope*slope
		slope = m.keepSlope*slope + m.reach*level
		level *= m.keep
	}
	return variance + t.filter.variance*level*level + 2*t.covariance*level*slope + t.varianceSlope*slope*slope
}
