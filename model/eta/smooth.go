package eta

import "math"

// linked is what the prior of smooth hours has for two hours that follow each other, with its sign
// for how alike they are.
const linked = 1 / (hourStep * hourStep)

// link is what the prior adds to the precision of two columns, where neighbouring hours are alike.
func (t *fit) link(a, b int) float64 {
	if t.spread != smoothSpread || a < colHour || a >= colKind || b < colHour || b >= colKind {
		return 0
	}
	x, y := a-colHour, b-colHour
	after, before := (x+1)%hours, (x+hours-1)%hours
	switch {
	case x == y:
		return linked * float64(t.hours>>after&1+t.hours>>before&1)
	case y == after || y == before:
		return -linked
	}
	return 0
}

// smoothLog is the log of the determinant of that prior's precision, over the hours seen: all but
// neighbours are independent, and midnight links the last of them to the first.
func (t *fit) smoothLog() (log float64) {
	var columns [hours]int
	n := 0
	for h := range hours {
		if t.hours>>h&1 == 1 {
			columns[n] = colHour + h
			n++
		}
	}
	if n == 0 {
		return 0
	}
	diagonal := func(i int) float64 { return precision(columns[i], smoothSpread) + t.link(columns[i], columns[i]) }
	last, here := diagonal(n-1), diagonal(0)
	around := 0.0 // the link of the one at hand to the last
	if n > 2 {
		around = t.link(columns[0], columns[n-1])
	}
	for i := range n - 1 {
		next := t.link(columns[i], columns[i+1])
		log += math.Log(here)
		if i == n-2 {
			last -= (next + around) * (next + around) / here
			break
		}
		last -= around * around / here
		around, here = -next*around/here, diagonal(i+1)-next*next/here
	}
	return log + math.Log(last)
}
