package model

import (
	"errors"
	"math"
	"testing"
)

func TestIntIsTheNearest(t *testing.T) {
	for _, v := range []int64{math.MinInt64, math.MinInt32 - 1, -1, 0, 1, math.MaxInt32 + 1, math.MaxInt64} {
		want := math.MaxInt
		if v < 0 {
			want = math.MinInt
		}
		if int64(int(v)) == v {
			want = int(v)
		}
		if got := Int(v); got != want {
			t.Errorf("%d is %d, want %d", v, got, want)
		}
	}
}

func TestParseMoment(t *testing.T) {
	for text, want := range map[string]Moment{
		"d1 09:00":        {Day: true, At: SimTime{1, 9 * 3600}},
		" D1 9:05 ":       {Day: true, At: SimTime{1, 9*3600 + 300}},
		"day 12 23:59:59": {Day: true, At: SimTime{12, 86399}},
		"1 09:00":         {Day: true, At: SimTime{1, 9 * 3600}},
		"d0":              {Day: true},
		"day 3":           {Day: true, At: SimTime{3, 0}},
		"d1 24:00":        {Day: true, At: SimTime{1, 86400}},
		"09:00":           {At: SimTime{0, 9 * 3600}},
		"362":             {Step: 362},
		"step 7":          {Step: 7},
		"ｄ１　０９：００":        {Day: true, At: SimTime{1, 9 * 3600}},
	} {
		got, err := ParseMoment(text)
		got.open = 0
		if err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "d1x", "d-1", "-3", "0", "1.5", "9", "d1 9", "d1 25:00", "d1 09:60", "d1 24:01", "d1 :", "tomorrow", "d1 09:00 x", "x 09:00", "-1 09:00", "1:2 09:00", "99999999999", "d99999999999999999999"} {
		if got, err := ParseMoment(text); text != "9" && !errors.Is(err, ErrUsage) {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
}

func TestMomentIn(t *testing.T) {
	line := []SimTime{{0, 28800}, {0, 32401}, {1, 0}, {1, 32400}}
	for _, tc := range []struct {
		text string
		now  SimTime
		want int
		ok   bool
	}{
		{"1", line[0], 0, true},
		{"4", line[0], 3, true},
		{"5", line[0], 4, false},
		{"d0 08:30", line[3], 0, true},
		{"d0 07:00", line[3], -1, false},
		{"09:00", line[3], 3, true},
		{"09:00", line[0], 1, true},
		{"09:00", Latest, 1, true},
		{"d1", line[0], 2, true},
		{"d9", line[0], 4, false},
		{"d1 18:00", line[0], 3, true},
		{"d1 18:01", line[0], 4, false},
		{"d0 08:59", line[0], 0, true},
		{"d0 09:00:00", line[0], 0, true},
		{"d0 09:00:01", line[0], 1, true},
	} {
		m, err := ParseMoment(tc.text)
		if err != nil {
			t.Fatal(err)
		}
		if i, ok := m.In(line, tc.now); i != tc.want || ok != tc.ok {
			t.Errorf("%s at %v is moment %d, %v; want %d, %v", tc.text, tc.now, i, ok, tc.want, tc.ok)
		}
	}
}
