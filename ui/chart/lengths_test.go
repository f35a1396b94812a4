package chart

import (
	"math"
	"testing"
)

func TestRoomWithoutOutliers(t *testing.T) {
	for _, tc := range []struct {
		values []float64
		top    float64
		cut    bool
	}{
		{nil, 0, false},
		{[]float64{math.NaN()}, 0, false},
		{[]float64{7}, 7, false},
		{[]float64{400, 2, 3, 1}, 400, false},
		{[]float64{1, 2, 3600, 3, 4, 5, 6, 7, math.NaN()}, 7, true},
		{[]float64{0, 0, 0, 0, 0, 0}, 0, false},
	} {
		if top, cut := Room(tc.values); top != tc.top || cut != tc.cut {
			t.Errorf("%v: %v, %v", tc.values, top, cut)
		}
	}
}
