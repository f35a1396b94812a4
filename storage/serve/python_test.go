package serve

import (
	"math"
	"testing"
	"time"
)

func TestValuesAreWrittenAsPythonWritesThem(t *testing.T) {
	for _, tc := range []struct {
		value any
		want  string
	}{
		{28801.0, "28801.0"},
		{0.1, "0.1"},
		{math.Copysign(0, -1), "-0.0"},
		{1e15, "1000000000000000.0"},
		{1e16, "1e+16"},
		{123456789012345680.0, "1.2345678901234568e+17"},
		{0.0001, "0.0001"},
		{0.00001, "1e-05"},
		{5e-324, "5e-324"},
		{math.MaxFloat64, "1.7976931348623157e+308"},
		{math.NaN(), "NaN"},
		{math.Inf(1), "Infinity"},
		{math.Inf(-1), "-Infinity"},
		{int64(math.MinInt64), "-9223372036854775808"},
		{"a\"\\\n\r\t\b\f\x00\x1b\x7fü\u2028<", `"a\"\\\n\r\t\b\f\u0000\u001b` + "\x7fü\u2028<\""},
		{time.Date(2026, 11, 23, 14, 40, 59, 615840999, time.UTC), `"2026-11-23T14:40:59.615840Z"`},
		{time.Date(2026, 11, 23, 14, 40, 59, 999, time.UTC), `"2026-11-23T14:40:59Z"`},
		{time.Time{}, `"0001-01-01T00:00:00Z"`},
		{dict{{"data", list{nil, raw("[1, 2]"), dict{}}}}, `{"data":[null,[1, 2],{}]}`},
	} {
		if got := compact(tc.value); got != tc.want {
			t.Errorf("%v: %s, want %s", tc.value, got, tc.want)
		}
	}
}
