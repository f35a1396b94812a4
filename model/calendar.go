package model

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"societop/model/text"
)

// Calendar is how the simulated clock of an experiment is written: with days counted from its
// start, or, of a run that says at which date it starts, with dates. The zero Calendar counts days.
// A date has no zone; as a time.Time it is in UTC.
type Calendar struct{ epoch time.Time }

// Calendar is that of the experiment.
func (s *Summary) Calendar() Calendar {
	if s.Dir == nil || s.Dir.Epoch.IsZero() {
		return Calendar{}
	}
	return Calendar{s.Dir.Epoch}
}

// Dated reports whether moments are dates.
func (c Calendar) Dated() bool { return !c.epoch.IsZero() }

// maxYear is the last year that can be written.
const maxYear = 9999

// Date is the date and time of a moment. ok is false where the calendar has no dates, or the moment is
// not Valid.
func (c Calendar) Date(t SimTime) (date time.Time, ok bool) {
	if c.epoch.IsZero() || !t.Valid() || t.Day > 366*maxYear {
		return time.Time{}, false
	}
	date = c.epoch.AddDate(0, 0, t.Day).Add(time.Duration(t.T) * time.Second)
	return date, date.Year() >= 1 && date.Year() <= maxYear
}

// Long is the moment in full: "2026-01-05 09:30:00", or as its String.
func (c Calendar) Long(t SimTime) string {
	if date, ok := c.Date(t); ok {
		return date.Format(time.DateTime)
	}
	return t.String()
}

// Short is the moment for where there is little room: "01-05 09:30", or as its Short.
func (c Calendar) Short(t SimTime) string {
	if date, ok := c.Date(t); ok {
		return date.Format("01-02 15:04")
	}
	return t.Short()
}

// Width is how many cells the Short of a moment takes, as long as there are less than 100 days.
func (c Calendar) Width() int {
	if c.Dated() {
		return len("01-05 09:30")
	}
	return len("d10 14:05")
}

// Day is the day of a moment: "01-05", or "d1".
func (c Calendar) Day(t SimTime) string {
	if date, ok := c.Date(t); ok {
		return date.Format("01-02")
	}
	return "d" + strconv.Itoa(t.Day)
}

// Example is how a time is written, for those who have to write one.
func (c Calendar) Example() string {
	if c.epoch.IsZero() {
		return "d1 09:00"
	}
	return c.epoch.Format("01-02") + " 09:00"
}

// dates is what begins with a date: with its year, or without, and what follows it.
var dates = regexp.MustCompile(`^(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(?:[ ,t]+(\d.*))?$`)

// Parse reads a moment as ParseMoment does, and a date: "2026-01-05 09:30", "01-05 09:30", or
// "01-05", which is its beginning. A date without a year is the first one that is not before the
// first day.
func (c Calendar) Parse(s string) (Moment, error) {
	folded := strings.ToLower(strings.TrimSpace(strings.Map(text.HalfWidth, s)))
	parts := dates.FindStringSubmatch(folded)
	if parts == nil {
		return c.undated(s)
	}
	if c.epoch.IsZero() {
		return Moment{}, Usagef("%q is a date, and this run counts days; write d1 09:00", text.Clean(s))
	}
	day, ok := c.dayOf(parts[1], parts[2], parts[3])
	seconds, open, clock := parseClock(parts[4])
	if !ok || !clock {
		return c.undated(s)
	}
	return Moment{Day: true, At: SimTime{Day: day, T: seconds}, open: open}, nil
}

// undated reads what is no date, and says how one is written.
func (c Calendar) undated(s string) (Moment, error) {
	m, err := ParseMoment(s)
	if err != nil && !c.epoch.IsZero() {
		return m, Usagef("%q is not a time; write %s, 09:00 or a step's number", text.Clean(s), c.Example())
	}
	return m, err
}

// dayOf is the simulated day of a date; it may be negative. Without a year it is the first such date.
func (c Calendar) dayOf(year, month, day string) (int, bool) {
	at := func(year int) (int, bool) {
		date, err := time.Parse("2006-1-2", strconv.Itoa(year)+"-"+month+"-"+day)
		return int(date.Sub(c.epoch) / (24 * time.Hour)), err == nil
	}
	if year != "" {
		n, err := strconv.Atoi(year)
		d, ok := at(n)
		return d, err == nil && ok
	}
	const leap = 8 // years in which 29 February occurs
	for y := c.epoch.Year(); y <= c.epoch.Year()+leap; y++ {
		if d, ok := at(y); ok && d >= 0 {
			return d, true
		}
	}
	return 0, false
}
