package eta

import "math"

// bursts counts what is no usual length of a step: rate limits, outages, a laptop's sleep. Steps
// of that kind that follow each other are one burst.
type bursts struct {
	steps   float64 // all that were seen
	count   float64
	sum     float64 // seconds above what was expected, of all bursts
	squares float64
	largest float64
	open    float64 // seconds of the burst under way
	quiet   float64 // steps since the newest of its outliers
}

// burstApart is how many usual steps end a burst.
const burstApart = 8

// add takes over so many steps, which were so many seconds above what was expected.
func (b *bursts) add(steps, excess float64) {
	b.steps += steps
	if excess > 0 {
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
	b.largest = math.Max(b.largest, b.open)
	b.open = 0
}

// expect is what so many steps to come have of bursts: the probability that there is none, and
// the mean and the variance of the seconds if there is one. A burst that is above all others
// together is an accident, not a rate: it is not expected again.
func (b bursts) expect(steps float64) (none, mean, variance float64) {
	if b.open > 0 {
		b.close()
	}
	if b.count > 0 && b.largest > 3*(b.sum-b.largest) {
		b.count--
		b.sum -= b.largest
		b.squares -= b.largest * b.largest
	}
	if b.count < 1 || steps <= 0 {
		return 1, 0, 0
	}
	rate := b.count / b.steps
	size, square := b.sum/b.count, math.Max(b.squares/b.count, 0)
	total := steps * rate * size
	variance = steps*rate*square + steps*steps*size*size*rate/b.steps + total*total*(square/(size*size)-1)/b.count
	none = math.Exp(-steps * rate)
	second := (math.Max(variance, 0) + total*total) / (1 - none)
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
