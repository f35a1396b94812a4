package model

import (
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
