package eta

import "math"

// The columns of an observation: what the log of a mean length is made of, and the log itself.
const (
	colLevel = 0
	colHour  = 1
	colKind  = colHour + hours     // the second and the third length in ticks
	colTrend = colKind + kinds - 1 // shapes of growth
	colY     = colTrend + trends   // the observation
	columns  = colY + 1
	trends   = 6
	packed   = columns * (columns + 1) / 2
)

// trend is the shapes of growth at a step: of lengths that grow by a part of theirs, of ones that
// grow by an equal length, and of ones that grow quickly at first.
func trend(step float64, total int64) (shapes [trends]float64) {
	t := math.Min(step/length(total), 1)
	return [trends]float64{t, math.Log1p(4 * t), math.Log1p(40*t) / 2, -math.Log1p(-0.75 * t), 1 - math.Exp(-6*t), 1 - math.Exp(-18*t)}
}

// length is the number of steps by which slow changes are measured.
func length(total int64) float64 {
	if total <= 0 {
		return 1000
	}
	return float64(total)
}

// noise is how the level of the logs of the lengths wanders: a random walk where keep is 1, else
// one that returns to the mean; and how the slope does, if it has one.
type noise struct {
	weight    float64 // its prior probability, against others
	keep      float64 // what a step keeps of the level's deviation
	step      float64 // the variance that a step adds
	warmSteps float64 // how long a start is
	warm      float64 // the variance of the observations at the start of the run
	entry     float64 // the variance that another entry of the workflow adds
	keepSlope float64 // what a step keeps of the slope; 0: there is none
	// The variances in the long run of the level and a slope, if it has one.
	inLevel, inBoth, inSlope float64
}

// noises is what may be, in a run of so many steps.
func noises(total int64) []filter {
	n := length(total)
	out := make([]filter, 0, maxFilters)
	out = append(out,
		filter{noise: noise{weight: 6, keep: 1}},
		filter{noise: noise{weight: 1, keep: 1, warm: 4}},
		filter{noise: noise{weight: 2, keep: 1, entry: 0.5}},
	)
	for _, sd := range []float64{0.1, 0.3, 0.8, 2} { // over the whole run
		out = append(out, filter{noise: noise{weight: 1, keep: 1, step: sd * sd / n}})
	}
	for _, steps := range []float64{12, math.Max(n/15, 24)} {
		keep, sd := math.Exp(-1/steps), 0.3
		out = append(out, filter{noise: noise{weight: 1, keep: keep, step: sd * sd * (1 - keep*keep)}, variance: sd * sd})
	}
	out = append(out,
		sloping(20*n, 0.5*n, 1.5/n),
		sloping(20*n, 0.15*n, 4/n),
		sloping(0.1*n, 0.05*n, 5/n),
	)
	for i := range out {
		out[i].warmSteps = math.Max(6, n/50)
	}
	return out
}

// sloping is a level whose slope, which has this standard deviation, lasts for so many steps; the
// level itself returns to the mean after some more.
func sloping(levelSteps, slopeSteps, sd float64) filter {
	a, d := math.Exp(-1/levelSteps), math.Exp(-1/slopeSteps)
	f := filter{noise: noise{weight: 1, keep: a, keepSlope: d}, varianceSlope: sd * sd}
	f.inSlope = sd * sd
	f.inBoth = d * f.inSlope / (1 - a*d)
	f.inLevel = (2*a*f.inBoth + f.inSlope) / (1 - a*a)
	return f
}

// filter is a Kalman filter of a wandering level, which runs over all columns at once: what it
// leaves of them is independent, and its products add up to normal equations (de Jong).
type filter struct {
	noise
	variance, covariance, varianceSlope float64 // of the level and the slope
	level, slope                        [columns]float64
	logs                                float64 // sum of the logs of the variances of the observations
	count, steps                        float64
	products                            [packed]float64
}

// move is what so many steps do to a level and a slope, and the variances that they add.
type move struct {
	keep, reach, keepSlope        float64
	added, addedBoth, addedSlopes float64
}

func (n *noise) over(steps float64) (m move) {
	m.keep, m.added = 1, n.step*steps
	if n.keep < 1 {
		m.keep = math.Pow(n.keep, steps)
		m.added = n.step * (1 - m.keep*m.keep) / (1 - n.keep*n.keep)
	}
	if n.keepSlope > 0 {
		// What comes to be of a deviation, and what is forgotten of the variances in the long run.
		a, d := m.keep, math.Pow(n.keepSlope, steps)
		r := (a - d) / (n.keep - n.keepSlope)
		m.keepSlope, m.reach = d, r
		m.addedSlopes = n.inSlope * (1 - d*d)
		m.addedBoth = n.inBoth - d*(a*n.inBoth+r*n.inSlope)
		m.added = n.inLevel - (a*a*n.inLevel + 2*a*r*n.inBoth + r*r*n.inSlope)
	}
	return m
}

// add takes over the values of the mean of n steps, whose variance is known.
func (f *filter) add(values *[columns]float64, n, variance float64, newEntry bool) {
	m := f.over(n)
	f.variance = m.keep*m.keep*f.variance + 2*m.keep*m.reach*f.covariance + m.reach*m.reach*f.varianceSlope + m.added
	f.covariance = m.keepSlope*(m.keep*f.covariance+m.reach*f.varianceSlope) + m.addedBoth
	f.varianceSlope = m.keepSlope*m.keepSlope*f.varianceSlope + m.addedSlopes
	if newEntry {
		f.variance += f.entry
	}
	total := f.variance + variance
	if f.warm > 0 {
		total += f.warm * math.Exp(-f.steps/f.warmSteps)
	}
	gain, gainSlope := f.variance/total, f.covariance/total
	var rest [columns]float64
	if f.keepSlope == 0 {
		for i, v := range values {
			level := f.level[i] * m.keep
			rest[i] = v - level
			f.level[i] = level + gain*rest[i]
		}
	} else {
		for i, v := range values {
			level := f.level[i]*m.keep + f.slope[i]*m.reach
			rest[i] = v - level
			f.level[i] = level + gain*rest[i]
			f.slope[i] = f.slope[i]*m.keepSlope + gainSlope*rest[i]
		}
	}
	f.varianceSlope -= gainSlope * f.covariance
	f.covariance -= gain * f.covariance
	f.variance -= gain * f.variance
	f.logs += math.Log(total)
	f.count++
	f.steps += n
	f.multiply(&rest, 1/total)
}

// multiply adds the products of what is left of the columns.
func (f *filter) multiply(rest *[columns]float64, scale float64) {
	k := 0
	for i := range rest {
		r := rest[i] * scale
		if r != 0 {
			p := f.products[k : k+i+1]
			for j := range p {
				p[j] += r * rest[j]
			}
		}
		k += i + 1
	}
}
