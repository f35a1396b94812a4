package human

import (
	"fmt"
	"strings"
	"time"

	"societop/model"
)

// grains are what times to come are rounded to.
var grains = [...]time.Duration{
	time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 7 * 24 * time.Hour,
}

// grainShare is how many grains a range has at least, if it has that many minutes.
const grainShare = 8

// grainOf returns what a time is rounded to that is uncertain by the width of a range. More digits
// would say nothing, and would change at every step.
func grainOf(width time.Duration) time.Duration {
	grain := grains[0]
	for _, g := range grains {
		if g*grainShare <= width {
			grain = g
		}
	}
	return grain
}

// Left writes the time until something ends, in minutes or in two units: "<1m", "18m", "3h 10m", "4h",
// "2d 7h", "28w". Seconds are cut off.
func Left(d time.Duration) string {
	const hour, day = time.Hour, 24 * time.Hour
	switch {
	case d < hour, d >= 100*day:
		return Span(d)
	case d < day:
		return units(d/hour, "h", "%02dm", d%hour/time.Minute)
	}
	return units(d/day, "d", "%dh", d%day/hour)
}

// units writes a number of units, and below them of smaller ones, unless there is none.
func units(n time.Duration, unit, format string, rest time.Duration) string {
	out := fmt.Sprintf("%d%s", n, unit)
	if rest > 0 {
		out += " " + fmt.Sprintf(format, rest)
	}
	return out
}

// Range writes between which times something ends, rounded outwards to what its width is worth:
// "19–24m", "2h 40m – 4h". It is empty if there is no range.
func Range(low, high time.Duration) string {
	if high <= 0 || low < 0 || high <= low {
		return ""
	}
	grain := grainOf(high - low)
	return between(cut(low, grain), Left(raised(high, grain)))
}

// cut writes a time, rounded down.
func cut(d, grain time.Duration) string {
	if d = d.Truncate(grain); d < time.Minute {
		return "0"
	}
	return Left(d)
}

// raised returns a time rounded up.
func raised(d, grain time.Duration) time.Duration {
	if down := d.Truncate(grain); down < d && d < longest {
		return down + grain
	}
	return d
}

// between joins two times, with the unit once if it is the only one of both.
func between(low, high string) string {
	const digits = "0123456789"
	first, last := strings.TrimLeft(low, digits), strings.TrimLeft(high, digits)
	switch {
	case low == high:
		return low
	case low == "0" && high == "1m":
		return "<1m"
	case first == last && len(first) == 1 || low == "0" && len(last) == 1:
		return strings.TrimSuffix(low, first) + "–" + high
	}
	return low + " – " + high
}

// ETA writes the time until a run ends: "3h 10m", rounded to what its range is worth; "~3h" if it is
// rough; "quiet 11m" or "stalled 2d" for a run that has not moved for too long.
func ETA(e model.Estimate) string {
	if s := Silence(e); s != "" {
		return s
	}
	switch {
	case !e.Known:
		return model.Unknown
	case Rough(e):
		return "~" + strings.TrimPrefix(Span(roughly(e.Left)), "<")
	}
	return Left(e.Left.Round(grainOf(e.High - e.Low)))
}

// Rough reports whether the end of a run is known, but not how well.
func Rough(e model.Estimate) bool {
	return e.Known && Silence(e) == "" && (e.Rough || e.Left > 0 && e.High <= 0)
}

// roughly returns a time rounded to the unit in which Span writes it.
func roughly(d time.Duration) time.Duration {
	switch {
	case d < 95*time.Minute:
		return max(d.Truncate(time.Minute), time.Minute)
	case d < 47*time.Hour:
		return d.Round(time.Hour)
	case d < 99*24*time.Hour:
		return d.Round(24 * time.Hour)
	}
	return d
}

// roughGrain returns what the wall time of a rough end is rounded to.
func roughGrain(d time.Duration) time.Duration {
	switch {
	case d < 95*time.Minute:
		return time.Minute
	case d < 47*time.Hour:
		return 30 * time.Minute
	}
	return 24 * time.Hour
}

// fewSteps is how many steps an estimate needs at least.
const fewSteps = 20

// WhyRough writes in a few words why an estimate is rough.
func WhyRough(e model.Estimate) string {
	switch {
	case e.Observed == 0:
		return "rough: by the mean of the whole run"
	case e.Observed < fewSteps:
		return "rough: the times of few steps are known"
	}
	return "rough: hours or entries to come still unseen"
}

// ETARange writes between which times a run ends; it is empty if that is not known well.
func ETARange(e model.Estimate) string {
	if !e.Known || Rough(e) || Silence(e) != "" {
		return ""
	}
	return Range(e.Low, e.High)
}

// End writes when a run is expected to end, and between which times, in the zone of now: "15:20" and
// "14:50 – 16:10". The day of the end is named unless it is that of today, which may be zero, and those
// of the range unless they are that of the end. Both are rounded as ETA and ETARange. Either is empty
// if it is unknown.
func End(e model.Estimate, now, today time.Time) (at, spread string) {
	if !e.Known || Silence(e) != "" || e.Left <= 0 || e.Left >= longest {
		return "", ""
	}
	grain := grainOf(e.High - e.Low)
	if Rough(e) {
		grain = roughGrain(e.Left)
	}
	end := rounded(now.Add(e.Left), grain, grain/2)
	at = clock(end, today, grain)
	if ETARange(e) == "" || e.High >= longest {
		return at, ""
	}
	low, high := rounded(now.Add(e.Low), grain, 0), rounded(now.Add(e.High), grain, grain-1)
	if low.Before(now) {
		return at, "before " + clock(high, end, grain)
	}
	return at, clock(low, end, grain) + " – " + clock(high, end, grain)
}

// rounded rounds a wall time down by the clock of its zone, after something was added; a day is that in
// which the time is.
func rounded(t time.Time, grain, add time.Duration) time.Time {
	if grain < 24*time.Hour {
		t = t.Add(add)
	}
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	return midnight.Add(t.Sub(midnight).Truncate(min(grain, 24*time.Hour)))
}

// clock writes a wall time to the minute, or to the day if that is as exact as it is known. The day is
// left out if it is another's, and the year, too.
func clock(t, of time.Time, grain time.Duration) string {
	format := "Mon 2 Jan 15:04"
	switch {
	case t.Year() != of.Year() && grain < 24*time.Hour:
		format = "2006-01-02 15:04"
	case t.Year() != of.Year():
		format = "2006-01-02"
	case grain >= 24*time.Hour:
		format = "Mon 2 Jan"
	case t.YearDay() == of.YearDay():
		format = "15:04"
	}
	return t.Format(format)
}

// RangeWidth is the most cells that Range takes.
const RangeWidth = 17
