package chart

import (
	"math"
	"slices"
	"sort"
)

// Unit is a unit of wall time on an axis.
type Unit struct {
	Name    string
	Seconds float64
}

// UnitFor returns the unit for a scale that ends at a number of seconds.
func UnitFor(seconds float64) Unit {
	switch {
	case seconds < 120:
		return Unit{"s", 1}
	case seconds < 2*3600:
		return Unit{"m", 60}
	}
	return Unit{"h", 3600}
}

// How much longer than most lengths a few may be before they no longer fit on the scale, and from how
// many lengths on there is such a thing as most.
const (
	outlierFactor = 3
	outlierFrom   = 5
)

// Room returns the greatest of values, or if they have outliers, the greatest of the others, and whether
// they have: a pause of an hour must not flatten all else. NaN is no value.
func Room(values []float64) (top float64, cut bool) {
	values = slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	n := len(values)
	if n == 0 {
		return 0, false
	}
	slices.Sort(values)
	room := n
	if n >= outlierFrom {
		limit := outlierFactor * values[(n-1)*19/20]
		room = sort.Search(n, func(i int) bool { return values[i] > limit })
	}
	if room == 0 {
		room = n
	}
	return values[room-1], room < n
}
