package eta

import "math"

// bursts counts what is no usual length of a step: rate limits, outages, a laptop's sleep. Steps
// of that kind that follow each other are one burst.
type bursts struct {
	steps    float64 // all that were seen
	count    float64
	sum      float64 // seconds above what was expected, of all bursts
	squares  float64
	accident float64 // the seconds of the longest burst that was one giant step
	open     float64 // seconds of the burst under way
	giant    bool    // it is one giant step
	quiet    float64 // steps since the newest of its outliers
}

const (
	// burstApart is how many usual steps end a burst.
	burstApart = 8
	// What is assumed before anything was seen: so many bursts of so many usual steps.
	priorBursts = 0.09
	priorBurst  = 20
	// giantStep is how many usual steps an accident takes at least.
	giantStep = 15
)

// add takes over so many steps, which were so many seconds above what was expected of a step.
func (b *bursts) add(steps, excess, step float64) {
	b.steps += steps
	if excess > 0 {
		b.giant = b.open == 0 && excess > giantStep*step
		b.open += excess
		b.quiet = 0
		return
	}
	b.quiet += steps
	if b.open > 0 && b.quiet >= burstApart {
		b.close()
	}
}

// close ends the burst under way.
func (b *bursts) close() {
	b.count++
	b.sum += b.open
	b.squares += b.open * b.open
	if b.giant {
		b.accident = math.Max(b.accident, b.open)
	}
	b.open = 0
}

// expect is what so many steps to come have of bursts: the probability that there is none, and
// the mean and the variance of the seconds if there is one. A giant step that is above all other
// bursts together is an accident, not a rate: it is not expected again.
func (b bursts) expect(steps, step float64) (none, mean, variance float64) {
	if b.open > 0 {
		b.close()
	}
	if b.accident > 0 && b.accident > b.sum-b.accident {
		b.count--
		b.sum -= b.accident
		b.squares -= b.accident * b.accident
	}
	if steps <= 0 || b.steps <= 0 {
		return 1, 0, 0
	}
	b.count += priorBursts
	b.sum += priorBursts * priorBurst * step
	b.squares += priorBursts * priorBurst * priorBurst * step * step
	// The number of bursts is Poisson's, of a rate that is known from as many as were seen.
	number, size := steps*b.count/b.steps, b.sum/b.count
	differ := math.Max(b.squares/b.count/(size*size), 1)
	total := number * size
	variance = number*size*size*(differ+1) + total*total*(differ+1)/b.count
	none = math.Pow(b.steps/(b.steps+steps), b.count)
	second := (variance + total*total) / (1 - none)
	mean = total / (1 - none)
	return none, mean, math.Max(second-mean*mean, 0)
}

// gaps is the wall time of entries without steps, such as surveys.
type gaps struct {
	entries, sum, squares float64
}

// add takes over the seconds that so many entries took.
func (g *gaps) add(seconds float64, entries int) {
	n := float64(entries)
	g.entries += n
	g.sum += seconds
	g.squares += seconds * seconds / n
}

// expect is the mean and the variance of the seconds that so many entries to come take, where a
// step takes so many. Before one was seen, an entry counts as a few steps.
func (g *gaps) expect(entries int, step float64) (mean, variance float64) {
	if entries == 0 {
		return 0, 0
	}
	n := float64(entries)
	prior := 2.0
	if g.entries == 0 {
		return n * prior * step, n * n * prior * prior * step * step
	}
	mean = g.sum / g.entries
	// The first few say little of how much they differ.
	spread := (math.Max(g.squares-g.sum*mean, 0) + 0.25*mean*mean) / g.entries
	return n * mean, n*spread + n*n*spread/g.entries
}
