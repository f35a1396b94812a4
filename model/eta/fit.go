package eta

import "math"

// What is assumed before anything was seen: standard deviations of the effects on the log of a
// step's length, the noise of one step, and how much that weighs against what is seen.
const (
	kindSpread  = 0.7
	trendSpread = 0.8
	priorNoise  = 0.15
	priorCount  = 3
)

// hourSpreads is the standard deviations that the effects of the hours may have: there are none, or
// they differ as day and night do. In the middle one, an hour is much like its neighbours: else a
// level that wanders would explain a smooth first day at less of a price.
var hourSpreads = [spreads]float64{0, 1.4, 1.4}

const (
	spreads      = 3
	smoothSpread = 1
	// hourStep is the standard deviation of the difference of neighbouring hours that are much alike.
	hourStep = 0.4
)

// fit is the solution of a filter's normal equations: the effects and how sure they are. It is
// done once for the columns that all candidates share; the two trends are borders.
type fit struct {
	*filter
	spread  int    // of the effects of hours, of hourSpreads
	hours   uint32 // those that were seen, a bit each
	n       int    // how many columns all candidates share
	columns [columns]int
	lower   [columns][columns]float64 // the Cholesky factor, by place in columns; then the trends, then y
	logs    float64                   // of its diagonal against that of the priors
}

// Rows of lower beyond the shared columns.
const (
	rowTrend = columns - 1 - trends
	rowY     = columns - 1
)

// at is the product of two columns.
func (f *filter) at(i, j int) float64 {
	if i < j {
		i, j = j, i
	}
	return f.products[i*(i+1)/2+j]
}

// solve factors the normal equations, with the effects of hours that differ by one of hourSpreads.
func (t *fit) solve(f *filter, spread int) {
	t.filter, t.spread, t.logs = f, spread, 0
	t.columns[0], t.n, t.hours = colLevel, 1, 0
	for c := colHour; c < colTrend; c++ {
		if f.at(c, c) > 0 && (spread > 0 || c >= colKind) {
			t.columns[t.n] = c
			t.n++
			if c < colKind {
				t.hours |= 1 << (c - colHour)
			}
		}
	}
	for i, c := range t.columns[:t.n] {
		t.row(i, c, i)
		d := f.at(c, c) + precision(c, spread) + t.link(c, c)
		for _, v := range t.lower[i][:i] {
			d -= v * v
		}
		d = math.Sqrt(math.Max(d, 1e-12))
		t.lower[i][i] = d
		t.logs += math.Log(d)
		if i > 0 && (spread != smoothSpread || c >= colKind) {
			t.logs -= math.Log(precision(c, spread)) / 2
		}
	}
	if spread == smoothSpread {
		t.logs -= t.smoothLog() / 2
	}
	n := t.n
	for k := range trends {
		t.row(rowTrend+k, colTrend+k, n)
	}
	t.row(rowY, colY, n)
}

// row fills in the first n entries of a row of the factor, which is that of a column.
func (t *fit) row(i, column, n int) {
	row := &t.lower[i]
	for j, c := range t.columns[:n] {
		v := t.at(column, c) + t.link(column, c)
		other := t.lower[j][:j]
		for k, w := range other {
			v -= row[k] * w
		}
		row[j] = v / t.lower[j][j]
	}
}

// precision is that of the prior of a column's effect.
func precision(column, spread int) float64 {
	switch {
	case column == colLevel:
		return 1e-6
	case column < colKind:
		return 1 / (hourSpreads[spread] * hourSpreads[spread])
	case column < colTrend:
		return 1 / (kindSpread * kindSpread)
	}
	return 1 / (trendSpread * trendSpread)
}

// candidate is one explanation of the lengths so far: a filter, with or without the effects of
// hours, with one of the trends or none.
type candidate struct {
	log      float64 // of how well it would have forecast each step from those before, and its prior
	variance float64 // of the residuals, against what was expected of it
	freedom  float64
	effect   [columns]float64
	now      float64 // the level's deviation after the last step
	slope    float64
	trend    int // −1 none
	diagonal float64
}

// candidate judges one of the trends, or −1, none.
func (t *fit) candidate(trend int) (c candidate) {
	n := t.n
	y := &t.lower[rowY]
	rest := t.at(colY, colY) - dot(y[:n], y[:n])
	logs := t.logs + t.filter.logs/2
	c.trend = trend
	if trend >= 0 {
		row := &t.lower[rowTrend+trend]
		p := precision(colTrend, 0)
		d := math.Max(t.at(colTrend+trend, colTrend+trend)+p-dot(row[:n], row[:n]), 1e-12)
		v := (t.at(colY, colTrend+trend) - dot(row[:n], y[:n])) / math.Sqrt(d)
		rest -= v * v
		logs += (math.Log(d) - math.Log(p)) / 2
		c.diagonal = math.Sqrt(d)
		c.effect[colTrend+trend] = v / c.diagonal
	}
	c.freedom = t.count + priorCount - 1
	c.variance = (math.Max(rest, 0) + priorCount) / (t.count + priorCount)
	c.log = -logs - c.freedom/2*math.Log(c.variance) + prior(trend) + math.Log(t.weight)
	return c
}

// complete fills in the effects of a candidate of this fit.
func (t *fit) complete(c *candidate) {
	n := t.n
	for i := n - 1; i >= 0; i-- {
		v := t.lower[rowY][i]
		if c.trend >= 0 {
			v -= t.lower[rowTrend+c.trend][i] * c.effect[colTrend+c.trend]
		}
		for j := i + 1; j < n; j++ {
			v -= t.lower[j][i] * c.effect[t.columns[j]]
		}
		c.effect[t.columns[i]] = v / t.lower[i][i]
	}
	c.now, c.slope = t.level[colY], t.slope[colY]
	for i, e := range c.effect[:colY] {
		c.now -= e * t.level[i]
		c.slope -= e * t.slope[i]
	}
}

// uncertainty is the variance of a sum of effects, weighted, in units of the noise's.
func (t *fit) uncertainty(c *candidate, weight *[columns]float64) (sum float64) {
	var v [columns]float64
	n := t.n
	for i, column := range t.columns[:n] {
		row := &t.lower[i]
		v[i] = (weight[column] - dot(row[:i], v[:i])) / row[i]
	}
	sum = dot(v[:n], v[:n])
	if c.trend >= 0 {
		w := (weight[colTrend+c.trend] - dot(t.lower[rowTrend+c.trend][:n], v[:n])) / c.diagonal
		sum += w * w
	}
	return sum
}

func dot(a, b []float64) (sum float64) {
	b = b[:len(a)]
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}
