package human

import (
	"math"
	"testing"
	"time"

	"societop/model"
	"societop/ui/cell"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

func TestTimesToCome(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-hour: "<1m", 0: "<1m", 59 * time.Second: "<1m", 18 * minute: "18m", 59*minute + 59*time.Second: "59m", hour: "1h", hour + 5*minute: "1h 05m",
		3*hour + 10*minute: "3h 10m", 23*hour + 59*minute: "23h 59m", day: "1d", 55 * hour: "2d 7h", 99*day + 23*hour: "99d 23h", 200 * day: "28w",
		math.MaxInt64: ">14y",
	} {
		if got := Left(d); got != want {
			t.Errorf("%v left is %q, want %q", d, got, want)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, tc := range []struct {
		low, high time.Duration
		want      string
	}{
		{0, 0, ""},
		{5 * minute, 5 * minute, ""},
		{hour, minute, ""},
		{-minute, minute, ""},
		{0, 40 * time.Second, "<1m"},
		{30 * time.Second, 2*minute + time.Second, "0–3m"},
		{19 * minute, 24 * minute, "19–24m"},
		{19*minute + 59*time.Second, 23*minute + time.Second, "19–24m"},
		{50 * minute, 70 * minute, "50m – 1h 10m"},
		{160 * minute, 4 * hour, "2h 40m – 4h"},
		{161 * minute, 239 * minute, "2h 40m – 4h"},
		{2 * hour, 4 * hour, "2–4h"},
		{13*hour + 30*minute, 15*hour + 30*minute, "13h 30m – 15h 30m"},
		{0, 4 * hour, "0–4h"},
		{0, 250 * minute, "0 – 4h 30m"},
		{20 * hour, 30 * hour, "20h – 1d 6h"},
		{2 * day, 5*day + hour, "2d – 5d 6h"},
		{2 * day, 12 * day, "2–12d"},
		{80 * day, 200 * day, "77d – 29w"},
		{110 * day, 200 * day, "15–29w"},
		{hour, math.MaxInt64, "0 – >14y"},
		{math.MaxInt64 - 1, math.MaxInt64, ">14y"},
	} {
		if got := Range(tc.low, tc.high); got != tc.want {
			t.Errorf("from %v to %v is %q, want %q", tc.low, tc.high, got, tc.want)
		}
	}
}

// FuzzRange: whatever the range, it has room in its column.
func FuzzRange(f *testing.F) {
	f.Add(int64(161*minute), int64(239*minute))
	f.Add(int64(23*hour+31*minute), int64(23*hour+59*minute))
	f.Add(int64(98*day+hour), int64(99*day+hour))
	f.Add(int64(-1), int64(math.MinInt64))
	f.Add(int64(0), int64(math.MaxInt64))
	f.Add(int64(longest-1), int64(longest+1))
	f.Fuzz(func(t *testing.T, low, high int64) {
		got := Range(time.Duration(low), time.Duration(high))
		if cell.Width(got) > RangeWidth || (got == "") != (low < 0 || high <= low) {
			t.Fatalf("from %v to %v is %q", time.Duration(low), time.Duration(high), got)
		}
	})
}

func TestTheTimeUntilARunEnds(t *testing.T) {
	left := 190 * minute
	for name, tc := range map[string]struct {
		e           model.Estimate
		eta, spread string
	}{
		"unknown":            {model.Estimate{}, "–", ""},
		"with a range":       {model.Estimate{Known: true, Left: left + 2*minute, Low: 161 * minute, High: 239 * minute}, "3h 10m", "2h 40m – 4h"},
		"with a narrow one":  {model.Estimate{Known: true, Left: left + 2*minute, Low: left, High: left + 5*minute}, "3h 12m", "3h 10m – 3h 15m"},
		"without a range":    {model.Estimate{Known: true, Left: left + minute}, "~3h", ""},
		"at its end":         {model.Estimate{Known: true}, "<1m", ""},
		"roughly":            {model.Estimate{Known: true, Left: 230 * minute, Low: left, High: 2 * left, Rough: true}, "~4h", ""},
		"roughly in minutes": {model.Estimate{Known: true, Left: 18 * minute, Rough: true}, "~18m", ""},
		"roughly at once":    {model.Estimate{Known: true, Rough: true}, "~1m", ""},
		"roughly in days":    {model.Estimate{Known: true, Left: 60 * hour, Rough: true}, "~3d", ""},
		"roughly never":      {model.Estimate{Known: true, Left: math.MaxInt64, Rough: true}, "~>14y", ""},
		"quiet":              {model.Estimate{Known: true, Quiet: true, Silence: 11 * minute, Left: left, Low: left, High: 2 * left}, "quiet 11m", ""},
	} {
		if got := ETA(tc.e); got != tc.eta {
			t.Errorf("%s: %q, want %q", name, got, tc.eta)
		}
		if got := ETARange(tc.e); got != tc.spread {
			t.Errorf("%s: the range %q, want %q", name, got, tc.spread)
		}
	}
}

func TestWhenARunEnds(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 12, 30, 0, time.FixedZone("", 5*3600+45*60))
	of := func(left, low, high time.Duration) model.Estimate {
		return model.Estimate{Known: true, Left: left, Low: low, High: high}
	}
	for name, tc := range map[string]struct {
		e          model.Estimate
		at, spread string
	}{
		"today":             {of(190*minute, 161*minute, 239*minute), "15:25", "14:50 – 16:15"},
		"soon":              {of(10*minute, 0, 22*minute), "12:23", "before 12:35"},
		"tonight":           {of(13*hour, 11*hour, 14*hour), "Fri 27 Nov 01:10", "Thu 26 Nov 23:10 – 02:20"},
		"in days":           {of(60*hour, 50*hour, 80*hour), "Sun 29 Nov 00:00", "Sat 28 Nov 12:00 – 21:00"},
		"in weeks":          {of(15*day, 10*day, 25*day), "Fri 11 Dec", "Sun 6 Dec – Mon 21 Dec"},
		"next year":         {of(60*day, 40*day, 70*day), "2027-01-25", "Tue 5 Jan – Thu 4 Feb"},
		"roughly":           {model.Estimate{Known: true, Left: 190 * minute, Low: minute, High: 4 * hour, Rough: true}, "15:30", ""},
		"without a range":   {of(20*minute, 0, 0), "12:33", ""},
		"roughly in days":   {of(60*hour, 0, 0), "Sun 29 Nov", ""},
		"nobody knows when": {model.Estimate{}, "", ""},
		"never":             {of(math.MaxInt64/2, 0, math.MaxInt64/2), "", ""},
		"now":               {of(0, 0, 0), "", ""},
		"quiet":             {model.Estimate{Known: true, Left: hour, Quiet: true}, "", ""},
	} {
		if at, spread := End(tc.e, now, now); at != tc.at || spread != tc.spread {
			t.Errorf("%s: at %q (%q), want %q (%q)", name, at, spread, tc.at, tc.spread)
		}
	}
}

func TestTheDateOfAnEnd(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 12, 30, 0, time.UTC)
	e := model.Estimate{Known: true, Left: 190 * minute, Low: 161 * minute, High: 239 * minute}
	if at, spread := End(e, now, time.Time{}); at != "2026-11-26 15:25" || spread != "14:50 – 16:15" {
		t.Errorf("at %q (%q)", at, spread)
	}
	e = model.Estimate{Known: true, Left: 36 * day, Low: 35 * day, High: 37 * day}
	if at, spread := End(e, now, now); at != "2027-01-01 12:00" || spread != "2026-12-31 12:00 – Sat 2 Jan 18:00" {
		t.Errorf("at %q (%q)", at, spread)
	}
}

func TestWhyRough(t *testing.T) {
	for observed, want := range map[int]string{0: "rough: by the mean of the whole run", 3: "rough: the times of few steps are known", 300: "rough: hours or entries to come still unseen"} {
		if got := WhyRough(model.Estimate{Known: true, Rough: true, Observed: observed}); got != want {
			t.Errorf("%d steps: %q, want %q", observed, got, want)
		}
	}
}
