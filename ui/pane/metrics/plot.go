package metrics

import (
	"math"
	"strings"

	"charm.land/lipgloss/v2"

	"societop/ui/chart"
	"societop/ui/pane/kit"
)

// plot draws a series in the window of a stamp. Its x axis is simulated time, so that labels are
// at round times, or the time since the start if that is unknown.
func (m *metrics) plot(s *series, of stamp, axes bool) []string {
	t, start := m.theme, 0.0
	if m.plan != nil {
		start = float64(m.plan.Start)
	}
	v := chart.LineView{
		From: of.from + start, To: of.to + start, Log: of.log, Steps: kit.TimeSteps,
		Label: func(x float64) string { return m.moment(tickOf(x - start)) },
	}
	if i := s.nearest(of.cursor); axes && i >= 0 {
		at := float64(s.Points[i].Tick) + start
		v.Cursor = &at
	}
	style := chart.LineStyle{
		Axis: t.Border, Label: t.Faint, Cursor: t.Key, Series: []lipgloss.Style{t.Chart},
		NoAxes: !axes, NoLegend: true, ASCII: t.ASCII,
	}
	drawn, _ := chart.Line([]chart.Series{s.line(of.from, of.to, start)}, of.width, of.height, v, style)
	return strings.Split(drawn, "\n")
}

// line returns the points in a window and the nearest on both sides of it, with a hole where
// points are missing.
func (s *series) line(from, to, start float64) chart.Series {
	begin, end := max(s.from(tickOf(from))-1, 0), min(s.from(tickOf(to))+2, len(s.Points))
	n := max(end-begin, 0)
	out := chart.Series{X: make([]float64, 0, n), Y: make([]float64, 0, n)}
	add := func(tick int64, y float64) {
		out.X, out.Y = append(out.X, float64(tick)+start), append(out.Y, y)
	}
	for i := begin; i < end; i++ {
		p := s.Points[i]
		if i > begin && holed(s.Points, i) {
			add(p.Tick, math.NaN())
		}
		add(p.Tick, p.Value)
	}
	return out
}

// tickOf returns the tick at a place of the time axis.
func tickOf(x float64) int64 { return int64(min(max(x, -1<<62), 1<<62)) }
