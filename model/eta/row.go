package eta

import "math"

// row collects steps that are much alike, which follow each other in one hour of the day and in
// one entry of the workflow, to one observation: their mean length. That keeps what lies within an
// hour, such as the edge of a night, from being taken for a wandering level.
type row struct {
	steps    float64
	sum      float64 // seconds
	middle   float64 // sum of the steps' indices
	share    [hours]float64
	rounding float64 // the variance of a mark's wall time by rounding
	expected float64 // seconds, from the steps before
	hour     int
	kind     int
	entry    int
	newEntry bool
	previous float64 // the log of the newest length, and of how many steps
	of       float64

	// The noise from step to step, by the differences of neighbours; it is kept from row to row.
	squares, count float64
}

// rowsPart is what part of the steps so far a row may have.
const rowsPart = 1.0 / 64

// fits reports whether a span belongs to the row, where so many steps were seen.
func (r *row) fits(s *span, seen float64, whole bool) bool {
	return r.steps == 0 || !s.newEntry && s.last == r.hour && s.raw[s.last] == 1 && r.share[s.last] == r.steps &&
		s.kind == r.kind && s.entry == r.entry && (whole || r.steps+float64(s.steps) <= math.Max(seen*rowsPart, 1))
}

// add takes over a span of steps whose length has this log.
func (r *row) add(s *span, log float64) {
	n := float64(s.steps)
	// What rounding adds to the square of the difference, of which the middle mark counts twice.
	rounded := 6 * s.rounding / math.Exp(log+r.previous) / n / r.of
	if r.of > 0 && r.hour == s.last && r.entry == s.entry && rounded < mostRounded {
		d := log - r.previous
		square := (d*d - rounded) / (1/n + 1/r.of)
		if r.count > 4 { // an edge within the hour is no noise
			square = math.Min(square, mostSquare*r.variance())
		}
		r.squares += square * neighbours
		r.count += neighbours
	}
	r.previous, r.of = log, n
	r.rounding = s.rounding
	r.expected += s.expected
	r.steps += n
	r.sum += n * math.Exp(log)
	r.middle += n * s.middle
	for h, share := range s.raw {
		r.share[h] += n * share
	}
	r.hour, r.kind, r.entry = s.last, s.kind, s.entry
	r.newEntry = r.newEntry || s.newEntry
}

// mostSquare is how many times the variance the square of a difference counts at most.
const mostSquare = 9

// mostRounded is the variance by rounding beyond which neighbours say nothing of noise.
const mostRounded = 0.1

// leastNoise is the variance that there is at least where wall times are rounded.
const leastNoise = 0.02 * 0.02

// neighbours is what a difference of neighbours says of a variance against an independent
// deviation (von Neumann).
const neighbours = 2.0 / 3

// reset empties the row.
func (r *row) reset() {
	*r = row{previous: r.previous, of: r.of, hour: r.hour, entry: r.entry, squares: r.squares, count: r.count}
}

// variance is that of the noise from step to step.
func (r *row) variance() float64 {
	return math.Max(r.squares+priorCount*priorNoise*priorNoise, leastNoise*r.count) / (r.count + priorCount)
}
