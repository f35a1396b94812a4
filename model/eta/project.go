package eta

import "math"

// bendTrend is the standard deviation of what a trend adds from now on, by which trends turn out
// to be other than they were, against what it adds.
const bendTrend = 0.1

// unseenSpread is the standard deviation of the log of the lengths in hours that were not seen, all
// together.
const unseenSpread = 0.7

// night is the hours at which most agents of a society sleep.
const night = 1<<22 | 1<<23 | 1<<6 - 1

// unseenHour is how long the steps of an hour probably are that was not seen: those of a night are
// mostly shorter.
func unseenHour(hour int, seen uint32) float64 {
	switch asleep := night>>hour&1 == 1; {
	case asleep && seen&^night != 0:
		return 0.8
	case !asleep && seen&^night == 0:
		return 1.25
	}
	return 1
}

// project is the seconds that a candidate says remain, each step of median length, and their
// relative variance.
func (t *fit) project(r *rest, c *candidate, seen uint32, variance float64) (sum, relative float64) {
	var factor, share [parts]float64
	var long, weight [columns]float64
	for h := range hours {
		long[h] = math.Exp(c.effect[colHour+h])
		if seen>>h&1 == 0 {
			long[h] = unseenHour(h, seen)
		}
	}
	// The mean of what wanders and returns, or differs from row to row, is above its median.
	above := math.Max(c.variance-1, 0) * (variance*t.count/t.steps + misfit*misfit) / 2
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
		returning := 0.0
		if t.keep < 1 && t.keepSlope == 0 {
			returning = math.Min(c.variance*ahead.added, 1) / 2
		}
		factor[i] = kind * math.Exp(c.effect[colLevel]+math.Min(above, 0.5)+returning+ahead.keep*c.now+ahead.reach*c.slope+dot(c.effect[colTrend:colY], p.trend[:]))
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
	for i := range colY {
		weight[i] = (weight[i] - back*t.level[i] - backSlope*t.slope[i]) / sum
	}
	own := math.Expm1(math.Min(variance, 1)) * squares / (sum * sum)
	relative = c.variance * (t.uncertainty(c, &weight) + own + t.wander(r, &share, sum))
	return sum, relative + guesses(r, c, &weight, seen)
}

// guesses is the relative variance of what is assumed of hours that were not seen, and of what the
// trend adds from now on, where the columns have these weights.
func guesses(r *rest, c *candidate, weight *[columns]float64, seen uint32) float64 {
	var unseen, more float64
	for h := range hours {
		if seen>>h&1 == 0 {
			unseen += weight[colHour+h]
		}
	}
	for k := range trends {
		more += c.effect[colTrend+k] * (weight[colTrend+k] - r.trend[k])
	}
	return unseen*unseen*unseenSpread*unseenSpread + more*more*bendTrend*bendTrend
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
