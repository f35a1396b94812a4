package model

import (
	"cmp"
	"fmt"
	"math"
)

// SecondsPerDay is the length of a simulated day.
const SecondsPerDay = 86400

// Int is v, or the int that is nearest to it: on 32-bit systems not every number of a source is
// one.
func Int(v int64) int { return int(min(max(v, math.MinInt), math.MaxInt)) }

// SimTime is a moment of the simulated clock: AgentSociety's cur_day and cur_t.
type SimTime struct {
	Day int     // from 0; −1 where the experiment has no clock
	T   float64 // seconds of the day
}

// SimTimeOf is the moment so many seconds after midnight of day 0; one before it is not Valid.
func SimTimeOf(seconds int64) SimTime {
	if seconds < 0 {
		return SimTime{Day: -1}
	}
	return SimTime{Day: Int(seconds / SecondsPerDay), T: float64(seconds % SecondsPerDay)}
}

// Valid tells whether t is a moment that a simulation can be at.
func (t SimTime) Valid() bool {
	return t.Day >= 0 && t.T >= 0 && t.T <= SecondsPerDay
}

// Seconds is the simulated time since midnight of day 0. It is meaningless unless t is
// Valid.
func (t SimTime) Seconds() float64 {
	return float64(t.Day)*SecondsPerDay + t.T
}

// Compare orders moments by day, then by time of day.
func (t SimTime) Compare(o SimTime) int {
	return cmp.Or(cmp.Compare(t.Day, o.Day), cmp.Compare(t.T, o.T))
}

// String is "day 1 14:05:01", or "–" for a moment that is not Valid.
func (t SimTime) String() string {
	if !t.Valid() {
		return Unknown
	}
	s := int(math.Floor(t.T))
	return fmt.Sprintf("day %d %02d:%02d:%02d", t.Day, s/3600, s/60%60, s%60)
}

// Short is "d1 14:05", or "–" for a moment that is not Valid.
func (t SimTime) Short() string {
	if !t.Valid() {
		return Unknown
	}
	s := int(math.Floor(t.T))
	return fmt.Sprintf("d%d %02d:%02d", t.Day, s/3600, s/60%60)
}

// Unknown stands on the screen for what is not known.
const Unknown = "–"
