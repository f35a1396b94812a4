package chart

import "testing"

func TestALineWithoutAxes(t *testing.T) {
	rising := []Series{{Name: "x", X: []float64{0, 1, 2, 3}, Y: []float64{2.1, 2.2, 2.3, 2.4}}}
	for name, tc := range map[string]struct {
		series []Series
		want   string
	}{
		"fills all cells": {rising, "\n|     ⢀⠤⠊|\n|  ⢀⠤⠒⠁  |\n|⡠⠒⠁     |"},
		"is a level":      {[]Series{{X: []float64{0, 1}, Y: []float64{7, 7}}}, "\n|        |\n|⠒⠒⠒⠒⠒⠒⠒⠒|\n|        |"},
	} {
		got, _ := Line(tc.series, 8, 3, LineView{}, LineStyle{NoAxes: true, NoLegend: true})
		if drawing(got) != tc.want {
			t.Errorf("a line without axes and legend %s:%s", name, drawing(got))
		}
	}
}
