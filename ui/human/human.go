// Package human writes numbers the way people read them on a screen: short, of steady
// width, and honest. Screen and commands share it.
//
// All functions are pure; none localises. Unknown is the caller's to write (model.Unknown).
package human

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Count writes a number of things out in full: "1,000,000".
func Count(n int) string { return humanize.Comma(int64(n)) }

// CountOf writes a number of things with their name: "1 survey", "1,234 entries".
func CountOf(n int, thing string) string {
	if n != 1 {
		thing = plural(thing)
	}
	return Count(n) + " " + thing
}

// plural returns the plural of the name of a thing.
func plural(thing string) string {
	if stem, ok := strings.CutSuffix(thing, "ry"); ok {
		return stem + "ries"
	}
	return thing + "s"
}

// Steps writes a number of steps out in full: "17,280".
func Steps(n int64) string { return humanize.Comma(n) }

// Tokens writes a number of tokens in at most four characters, cut rather than rounded up:
// "0", "999", "2.1M", "18M", "9.2E".
func Tokens(n int64) string {
	if n < 1000 {
		return fmt.Sprint(max(n, 0))
	}
	f, unit := float64(n), ' '
	for _, u := range "kMGTPE" {
		if f /= 1000; f < 1000 {
			unit = u
			break
		}
	}
	if f < 10 {
		return fmt.Sprintf("%.1f%c", math.Floor(f*10)/10, unit)
	}
	return fmt.Sprintf("%.0f%c", math.Floor(f), unit)
}

// Rate writes a rate of tokens: "1.2k/s".
func Rate(perSecond float64) string {
	if perSecond < 10 {
		return fmt.Sprintf("%.1f/s", max(perSecond, 0))
	}
	return Tokens(int64(min(perSecond, math.MaxInt64/2))) + "/s"
}

// Percent writes a ratio 0…1 as a whole percentage, rounded down: it is "100%" only for 1.
func Percent(ratio float64) string {
	if !(ratio > 0) {
		return "0%"
	}
	return fmt.Sprintf("%d%%", int(math.Floor(min(ratio, 1)*100)))
}

// longest is the longest time that is shown exactly; no run takes longer.
const longest = 5200 * 24 * time.Hour

// Span writes a duration in one unit, at least minutes, because nothing on the screen may tick
// every second: "<1m", "18m", "3h", "2d", "5w".
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "<1m"
	case d < 100*time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d < 100*24*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d < longest:
		return fmt.Sprintf("%dw", d/(7*24*time.Hour))
	}
	return ">14y"
}

// Exact writes a duration in two units, down to tenths of a second if it is short: "9.2s", "4m
// 10s", "3h 05m", "2d 07h". Very long durations are as in Span.
func Exact(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm %02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh %02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= longest:
		return Span(d)
	}
	return fmt.Sprintf("%dd %02dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

// Dated reports whether a wall time can be written: it is in the years 1 to 9999, and not the
// zero time.
func Dated(t time.Time) bool { return !t.IsZero() && t.UTC().Year() >= 1 && t.UTC().Year() <= 9999 }

// Bytes writes a size in binary units: "3.5 MiB".
func Bytes(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

// Number writes a number in six digits, with an exponent only for very small or large ones:
// "0.87047", "2325936", "-1.2e+18".
func Number(f float64) string {
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e15) {
		return strconv.FormatFloat(f, 'g', 6, 64)
	}
	decimals := 5 - int(math.Floor(math.Log10(max(math.Abs(f), 1))))
	s := strconv.FormatFloat(f, 'f', max(decimals, 0), 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
