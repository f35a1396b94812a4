package metrics

import (
	"math"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane/panetest"
)

// manyScales is series of several scales: one with a hole, one with values that are not numbers,
// one that has just begun.
func manyScales(hours int) (all []model.Metric) {
	for i, s := range []struct {
		key   string
		value func(hour float64) float64
	}{
		{"gdp", func(h float64) float64 { return 2e6 + 9e3*h + 2e5*math.Sin(h/9) }},
		{"opinion variance", func(h float64) float64 { return 0.08 + 0.9*math.Exp(-h/20) }},
		{"share awake", func(h float64) float64 { return max(0, min(1, 0.5+math.Sin(h/24*2*math.Pi))) }},
		{"\x1b[2J hostile \u202e", func(h float64) float64 { return -h }},
		{"unemployment 失业率", func(float64) float64 { return math.NaN() }},
		{"平均幸福感 mean happiness 🙂", func(h float64) float64 { return 3 + math.Sin(h/5)*math.Cos(h/31) }},
	} {
		m := model.Metric{Key: text.Clean(s.key)}
		for h := range hours {
			if i == 1 && h > 20 && h < 30 {
				continue
			}
			m.Points = append(m.Points, model.Point{Tick: int64(1 + 3600*h), Value: s.value(float64(h))})
		}
		all = append(all, m)
	}
	return append(all, hourly("just begun", 1))
}

func TestGolden(t *testing.T) {
	for scene, keys := range map[string]string{"metrics": "j", "metrics single": "j\nhhh", "metrics search": "/h"} {
		panetest.Golden(t, scene, New, measured(manyScales(60)...), keys)
	}
}
