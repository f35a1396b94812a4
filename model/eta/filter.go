package eta

import "math"

// The columns of a row: what the log of a step's length is made of, and the log itself.
const (
	colLevel = 0
	colHour  = 1
	colKind  = colHour + hours     // the second and the third length in ticks
	colTrend = colKind + kinds - 1 // two shapes of growth
	colY     = colTrend + trends   // the observation
	columns  = colY + 1
	trends   = 2
	packed   = columns * (columns + 1) / 2
)

// trend is the two shapes of growth at a step: fast at first, as of lengths that grow with the
// number of steps, and even, as of lengths that grow by a part of theirs.
func trend(step float64, total int64) (early, even float64) {
	even = step / math.Max(float64(total), 1)
	if total <= 0 {
		even = step / 1000
	}
	even = math.Min(even, 1)
	return math.Log1p(4 * even), even
}

// noise is how the level of the lengths wanders from step to step, in units of the variance of
// one step: a random walk where keep is 1, else one that returns to the mean.
type noise struct {
	keep  float64 // what a step keeps of the deviation of the level
	step  float64 // the variance that a step adds
	entry float64 // the variance that another entry of the workflow adds
}

// noises is what may be; [newFilters] adds slow ones that depend on the number of steps.
var noises = []noise{
	{keep: 1},
	{keep: 1, entry: 10},
	{keep: 1, step: 1e-3},
	{keep: 1, step: 1e-2},
	{keep: 1, step: 1e-1},
}

// filter is a Kalman filter of a wandering level, which runs over all columns of the rows at once:
// what it leaves of them is independent, and its products add up to normal equations (de Jong).
type filter struct {
	noise
	variance float64 // of the level
	level    [columns]float64
	logs     float64 // sum of the logs of the variances of the observations
	count    float64
	products [packed]float64
}

// newFilters is the filters of a plan with so many steps.
func newFilters(old []filter, total int64) []filter {
	out := old[:0]
	for _, n := range noises {
		out = append(out, filter{noise: n})
	}
	slow := float64(total) / 12
	if total <= 0 {
		slow = 80
	}
	for _, steps := range []float64{12, math.Max(slow, 24)} {
		keep := math.Exp(-1 / steps)
		for _, v := range []float64{0.5} {
			out = append(out, filter{noise: noise{keep: keep, step: v * (1 - keep*keep)}, variance: v})
		}
	}
	return out
}

// over is what so many steps keep of the level's deviation, and the variance that they add.
func (n *noise) over(steps float64) (keep, variance float64) {
	if n.keep == 1 {
		return 1, n.step * steps
	}
	keep = math.Pow(n.keep, steps)
	return keep, n.step * (1 - keep*keep) / (1 - n.keep*n.keep)
}

// add takes over the values of the mean of n steps.
func (f *filter) add(values *[columns]float64, n float64, newEntry bool) {
	keep, added := f.over(n)
	f.variance = keep*keep*f.variance + added
	if newEntry {
		f.variance += f.entry
	}
	total := f.variance + 1/n
	gain := f.variance / total
	scale := 1 / total
	var rest [columns]float64
	for i, v := range values {
		f.level[i] *= keep
		rest[i] = v - f.level[i]
		f.level[i] += gain * rest[i]
	}
	f.variance -= gain * f.variance
	f.logs += math.Log(total)
	f.count++
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
