package kept

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
)

// FuzzMetrics gets back the rows that were kept.
func FuzzMetrics(f *testing.F) {
	f.Add("1", "a,b", "0.5", "3601", "2026-11-23 14:41:14.522039")
	f.Add("", "\r\n\"幸福\xff", "", "", "")
	f.Fuzz(func(t *testing.T, id, key, value, step, created string) {
		rows := []MetricRow{{id, key, value, step, created}, {ID: "2", Key: key}}
		for i := range rows {
			for _, s := range []*string{&rows[i].ID, &rows[i].Key, &rows[i].Value, &rows[i].Step, &rows[i].Created} {
				*s = strings.ToValidUTF8(*s, "\uFFFD")
			}
		}
		stored, err := AppendMetrics(nil, rows)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseMetrics(string(stored)); err != nil || !slices.Equal(got, rows) {
			t.Errorf("%q, %v, want %q", got, err, rows)
		}
		_, _ = ParseMetrics(key + value) // whatever it is
	})
}

func TestDamage(t *testing.T) {
	for _, value := range []string{"\x07", "\x01\xff\xff", "\x00a,b\r\n", "\x00\"a"} {
		if _, err := ParseMetrics(value); !errors.Is(err, model.ErrDamaged) {
			t.Errorf("%q: %v", value, err)
		}
		if Sound(Metrics, value) || !Sound("another", value) {
			t.Errorf("%q is taken for sound, or another checkpoint for damaged", value)
		}
	}
	if _, err := ParseArtifacts("\x07"); !errors.Is(err, model.ErrDamaged) {
		t.Error(err)
	}
}

func TestNormal(t *testing.T) {
	at := time.Date(2026, 11, 23, 14, 41, 14, 522039000, time.FixedZone("", 8*3600))
	for _, c := range []struct{ value, want string }{{"0", "0.0"}, {"1e22", "1e+22"}, {"0.1", "0.1"}, {"NaN", "nan"}, {"inf", "inf"}, {"-Infinity", "-inf"}, {"", ""}, {"x", "x"}} {
		r := MetricRow{Value: c.value, Key: "k\xff"}.Normal(at)
		if r.Value != c.want || r.Created != "2026-11-23 06:41:14.522039" || r.Key != "k\uFFFD" {
			t.Errorf("%q is %+v", c.value, r)
		}
	}
	if Float(math.Copysign(0, -1)) != "-0.0" || Time(time.Time{}) != "" || Time(time.Unix(0, 0)) != "1970-01-01 00:00:00" {
		t.Error("numbers and times are not Python's")
	}
}
