package human

import (
	"math"
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{Count(1000000), "1,000,000"},
		{Tokens(0), "0"},
		{Tokens(-5), "0"},
		{Tokens(999), "999"},
		{Tokens(1000), "1.0k"},
		{Tokens(9999), "9.9k"},
		{Tokens(999999), "999k"},
		{Tokens(2_100_000), "2.1M"},
		{Tokens(9007199254740993), "9.0P"},
		{Tokens(math.MaxInt64), "9.2E"},
		{Rate(1234), "1.2k/s"},
		{Rate(0.25), "0.2/s"},
		{Rate(math.Inf(1)), "4.6E/s"},
		{Percent(0), "0%"},
		{Percent(0.9999), "99%"},
		{Percent(1), "100%"},
		{Percent(math.NaN()), "0%"},
		{Percent(7), "100%"},
		{Span(0), "<1m"},
		{Span(18 * time.Minute), "18m"},
		{Span(99 * time.Minute), "99m"},
		{Span(100 * time.Minute), "1h"},
		{Span(49 * time.Hour), "2d"},
		{Span(200 * 24 * time.Hour), "28w"},
		{Span(math.MaxInt64), ">14y"},
		{Exact(9200 * time.Millisecond), "9.2s"},
		{Exact(42 * time.Second), "42s"},
		{Exact(250 * time.Second), "4m 10s"},
		{Exact(185 * time.Minute), "3h 05m"},
		{Exact(55 * time.Hour), "2d 07h"},
		{Exact(-time.Hour), "0s"},
		{Bytes(3 << 20), "3.0 MiB"},
		{Steps(17280), "17,280"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 1: "1", -2.5: "-2.5", 0.8704726782531184: "0.87047", 2325936.171: "2325936", 100.70454754872924: "100.705", 0.00012: "0.00012",
		1e-9: "1e-09", 1.2345678e18: "1.23457e+18", 999999.5: "1000000", math.Inf(1): "+Inf", 17: "17", 1e14: "100000000000000",
	} {
		if got := Number(f); got != want {
			t.Errorf("%v is %q, want %q", f, got, want)
		}
	}
}

func TestDatesThatAreNone(t *testing.T) {
	for _, tc := range []struct {
		at   time.Time
		want bool
	}{
		{time.Time{}, false},
		{time.Unix(0, 0), true},
		{time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), true},
		{time.Unix(1<<40, 0), false},
		{time.Unix(-1<<40, 0), false},
	} {
		if got := Dated(tc.at); got != tc.want {
			t.Errorf("%v: %v", tc.at, got)
		}
	}
	if got := Exact(1<<63 - 1); got != ">14y" {
		t.Errorf("the longest time is %q", got)
	}
}
