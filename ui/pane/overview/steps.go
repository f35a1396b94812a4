package overview

import (
	"math"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/model/plan"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// The size of the chart of the lengths of steps. A pane of less room has a line instead.
const (
	chartWidth    = 40 // at least, of the text
	chartHeight   = 6  // at least
	chartTallest  = 12
	chartFromRows = 18 // the height of the pane
)

// chartRows returns how many rows the chart has; 0 if there is no room for one.
func (o *overview) chartRows() int {
	if o.Height < chartFromRows || o.TextWidth() < chartWidth {
		return 0
	}
	return min(max(o.Height/4, chartHeight), chartTallest)
}

// charted reports whether there is a chart of the lengths of steps.
func (o *overview) charted() bool {
	e := &o.v.Experiment
	return (e.Status == model.Running || e.Status.Ended()) && e.Plan != nil && len(o.v.Lengths) > 0 && o.chartRows() > 0
}

// stepChart appends the lengths of the steps of the whole run, by simulated time.
func (o *overview) stepChart() {
	if !o.charted() {
		return
	}
	t, w := o.Theme, o.TextWidth()-1
	c := newStepSeries(o.v.Lengths, o.v.Experiment.Plan)
	c.calendar = o.v.Experiment.Calendar()
	night := c.nights(w)
	o.caption(&c, night)
	style := chart.LineStyle{Axis: t.Border, Label: t.Faint, Mark: t.Warning, Series: []lipgloss.Style{t.Chart}, NoLegend: true, ASCII: t.ASCII}
	view := chart.LineView{Label: c.label, Steps: kit.TimeSteps, Heavy: night, Y: chart.LineValues{Unit: c.unit.Name, Zero: true, Most: c.most}}
	drawn, _ := chart.Line([]chart.Series{c.Series}, w, o.chartRows(), view, style)
	for line := range strings.SplitSeq(drawn, "\n") {
		o.Add(line)
	}
}

// caption appends what the chart shows, as far as there is room.
func (o *overview) caption(c *stepSeries, night func(float64) bool) {
	title := o.Theme.Strong.Render("Step length")
	notes := []string{c.steps()}
	if c.most > 0 {
		notes = append(notes, o.Theme.Over+" longest "+human.Exact(c.longest))
	}
	if night != nil {
		notes = append(notes, o.Theme.Night+" night")
	}
	for _, note := range notes {
		if next := title + o.dot() + o.Theme.Faint.Render(note); cell.Width(next) <= o.TextWidth() {
			title = next
		}
	}
	o.Add("")
	o.Add(title)
}

// stepSeries is the lengths of steps as a line, in a unit, at simulated seconds.
type stepSeries struct {
	chart.Series
	unit        chart.Unit
	known, last int64         // how many steps have a length, and the number of the last one
	longest     time.Duration // of one step
	calendar    model.Calendar
	most        float64 // what the scale has room for; 0: all
}

// holeFactor is how many times as many steps as usual have one length together before that is a hole.
const holeFactor = 4

// usualSteps returns how many steps have one length together, by the median.
func usualSteps(lengths []model.StepLength) int64 {
	all := make([]int64, len(lengths))
	for i := range lengths {
		all[i] = lengths[i].Steps
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// newStepSeries returns the line of some lengths, with holes where steps are missing between them, or
// have a length only together with many others. Those of a few are a level.
func newStepSeries(lengths []model.StepLength, p *plan.Plan) stepSeries {
	c := stepSeries{Series: chart.Series{X: make([]float64, 0, len(lengths)), Y: make([]float64, 0, len(lengths))}}
	values := make([]float64, 0, len(lengths))
	most := holeFactor * max(usualSteps(lengths), 1)
	for i := range lengths {
		l := &lengths[i]
		n := len(c.X)
		if !l.At.Valid() || l.Steps <= 0 || l.Steps > most || !(l.Each() >= 0) || n > 0 && l.At.Seconds() <= c.X[n-1] {
			continue
		}
		c.add(l, p.Done(l.At.Seconds()))
		values = append(values, l.Each())
	}
	c.scale(values)
	return c
}

// add adds the length of steps, of which the last is that of a number.
func (c *stepSeries) add(l *model.StepLength, number int64) {
	x, y, n := l.At.Seconds(), l.Each(), len(c.X)
	holed := n > 0 && number-l.Steps > c.last
	tick := float64(plan.DefaultTicksPerStep)
	if n > 0 {
		tick = (x - c.X[n-1]) / float64(max(number-c.last, 1))
	}
	if begin := x - tick*float64(l.Steps-1); l.Steps > 1 && (n == 0 || begin > c.X[n-1]) {
		c.point(begin, y, holed)
		holed = false
	}
	c.point(x, y, holed)
	c.known, c.last = c.known+l.Steps, max(number, c.last)
	c.longest = max(c.longest, time.Duration(min(y*1e9, math.MaxInt64/2)))
}

// point adds a point, perhaps after a hole.
func (c *stepSeries) point(x, y float64, holed bool) {
	if holed {
		c.X, c.Y = append(c.X, x), append(c.Y, math.NaN())
	}
	c.X, c.Y = append(c.X, x), append(c.Y, y)
}

// scale chooses the unit, and what the scale has room for.
func (c *stepSeries) scale(values []float64) {
	top, cut := chart.Room(values)
	c.unit = chart.UnitFor(top)
	for i := range c.Y {
		c.Y[i] /= c.unit.Seconds
	}
	if cut {
		c.most = top / c.unit.Seconds
	}
}

// label writes a moment of the time axis: midnight as its day, others as the time of day; with the day if no
// midnight is in view.
func (c *stepSeries) label(x float64) string {
	at, first, last := model.SimTimeOf(int64(x)), c.X[0], c.X[len(c.X)-1]
	switch {
	case math.Floor(first/model.SecondsPerDay) == math.Floor(last/model.SecondsPerDay):
		return c.calendar.Short(at)
	case at.T == 0:
		return c.calendar.Day(at)
	}
	return clock(at)
}

// steps writes how many steps have a length. When the first one began nobody knows, so it never has.
func (c *stepSeries) steps() string {
	all := human.CountOf(model.Int(c.last), "step")
	if c.known < c.last-1 {
		return human.Steps(c.known) + " of " + all
	}
	return all
}

// The night, in seconds of the day, and how much of it a cell may span.
const (
	nightFrom, nightTo = 22 * 3600, 6 * 3600
	nightCell          = 2 * 3600
)

// nights returns a function that reports whether it is night at a moment of the axis, or nil if a cell of so
// many spans too much of a day, or if there is no night.
func (c *stepSeries) nights(w int) func(x float64) bool {
	if len(c.X) == 0 {
		return nil
	}
	first, last := c.X[0], c.X[len(c.X)-1]
	if last-first > float64(w)*nightCell {
		return nil
	}
	night := func(x float64) bool {
		t := math.Mod(x, model.SecondsPerDay)
		return t >= nightFrom || t < nightTo
	}
	for x := first; x <= last; x += nightCell {
		if night(x) {
			return night
		}
	}
	if night(last) {
		return night
	}
	return nil
}
