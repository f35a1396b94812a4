package model

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"societop/model/text"
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

// Valid reports whether t is a moment that a simulation can be at.
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

// Moment is a place in simulated time as somebody writes it: a time, or a step by its number.
type Moment struct {
	Step int     // from 1; 0: At says which
	Day  bool    // At has a day; without one it is of the day that is shown
	At   SimTime // the time
	open float64 // seconds after it that its writing leaves open: those of a minute, or none
}

// ParseMoment reads a moment: "d1 09:00", "1 09:00", "day 1 09:00:30", "d1" (its beginning), "09:00" (of
// the day that is shown), or the number of a step, counted from 1 as on the time bar. Anything
// else is an ErrUsage.
func ParseMoment(s string) (Moment, error) {
	wrong := Usagef("%q is not a time; write d1 09:00, d1, 09:00 or a step's number", text.Clean(s))
	str := strings.ToLower(strings.TrimSpace(strings.Map(text.HalfWidth, s)))
	day, rest, hasDay := cutDay(str)
	switch {
	case !hasDay && strings.Contains(str, ":"):
		rest = str
	case !hasDay:
		n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimPrefix(str, "step")), 10, 32)
		if err != nil || n < 1 {
			return Moment{}, wrong
		}
		return Moment{Step: int(n)}, nil
	}
	t, open, ok := parseClock(rest)
	if !ok {
		return Moment{}, wrong
	}
	return Moment{Day: hasDay, At: SimTime{Day: day, T: t}, open: open}, nil
}

// In is the index of the moment in a timeline, which is ascending: that of the step, or of the
// newest moment that is not after the time; 09:00 is all of that minute, as moments are shown. A
// time without a day is of the day of now. ok is false where the timeline has no such step or time:
// i is below 0 before its begin, and len(timeline) or more after its last step, which lasts as long
// as the one before it.
func (m Moment) In(timeline []SimTime, now SimTime) (i int, ok bool) {
	if m.Step > 0 {
		return m.Step - 1, m.Step <= len(timeline)
	}
	at := m.At
	if !m.Day {
		at.Day = max(now.Day, 0)
	}
	at.T += m.open
	i, found := slices.BinarySearchFunc(timeline, at, SimTime.Compare)
	if !found {
		i--
	}
	if last := len(timeline) - 1; i == last && last > 0 {
		end := 2*timeline[last].Seconds() - timeline[last-1].Seconds()
		at.T -= m.open
		if at.Seconds() > end {
			i++
		}
	}
	return i, i >= 0 && i < len(timeline)
}

// cutDay cuts "d1" or "day 1" off a text.
func cutDay(s string) (day int, rest string, ok bool) {
	s, ok = strings.CutPrefix(s, "d")
	first, clock, cut := strings.Cut(s, " ")
	bare := cut && strings.Contains(clock, ":") && !strings.Contains(first, ":") // "1 09:00"
	if !ok && !bare {
		return 0, "", false
	}
	s = strings.TrimLeft(strings.TrimPrefix(s, "ay"), " ")
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	day, err := strconv.Atoi(s[:n])
	if err != nil || n < len(s) && s[n] != ' ' && s[n] != ',' && s[n] != 't' {
		return 0, "", false
	}
	return day, strings.TrimLeft(s[n:], " ,t"), true
}

// parseClock reads "9:05" or "09:05:30", and how many seconds that leaves open; an empty text
// is midnight.
func parseClock(s string) (seconds, open float64, ok bool) {
	if s == "" {
		return 0, minuteOpen, true
	}
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, 0, false
	}
	if len(parts) == 2 {
		open = minuteOpen
	}
	most := [...]int{24, 59, 59}
	for i, scale := range []int{3600, 60, 1}[:len(parts)] {
		n, err := strconv.ParseUint(parts[i], 10, 8)
		if err != nil || int(n) > most[i] {
			return 0, 0, false
		}
		seconds += float64(int(n) * scale)
	}
	return seconds, open, seconds <= SecondsPerDay
}

// minuteOpen is the seconds that a time without seconds leaves open.
const minuteOpen = 59.999
