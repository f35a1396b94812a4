package health

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// head returns what the page was made of, and of how much of it.
func (h *health) head() {
	parts := []string{"from " + h.of.From.String()}
	if h.of.Sample < 1 {
		parts = append(parts, "counts are of the "+share(h.of.Sample)+" of the trace that was read")
	}
	for _, line := range cell.Wrap(h.faint(parts...), h.TextWidth()) {
		h.Add(line)
	}
	if h.trouble != "" {
		h.Add(h.Theme.Warning.Render(h.trouble))
	}
}

// share writes a ratio as a percentage that is neither 0 nor 100 unless it is.
func share(f float64) string {
	switch {
	case f > 0 && f < 0.01:
		return "<1%"
	case f < 1 && f > 0.99:
		return "99%"
	}
	return human.Percent(f)
}

// length returns how long a step took; NaN if that is unknown. Where only its end is known it is the time
// since the end of the step before it.
func length(all []model.StepSpan, i int) float64 {
	s := all[i]
	start := s.Start
	if start.IsZero() && i > 0 && all[i-1].Step == s.Step-1 {
		start = all[i-1].End
	}
	if start.IsZero() || s.End.IsZero() || s.End.Before(start) {
		return math.NaN()
	}
	return s.End.Sub(start).Seconds()
}

// paused reports whether time passes between the end of a step and the start of the next one.
func paused(all []model.StepSpan) bool {
	for i := 1; i < len(all); i++ {
		if !all[i-1].End.IsZero() && all[i].Start.Sub(all[i-1].End) >= time.Second {
			return true
		}
	}
	return false
}

// begin returns when a step begins in simulated time, if the steps have dates.
func (h *health) begin(step int) (at model.SimTime, ok bool) {
	if !h.v.Experiment.Calendar().Dated() {
		return at, false
	}
	second, ok := h.v.Experiment.Plan.StepStart(int64(step))
	return model.SimTimeOf(second), ok
}

// dated reports whether all steps have dates.
func (h *health) dated() bool {
	n := len(h.of.Steps)
	if n == 0 {
		return false
	}
	_, ok := h.begin(h.of.Steps[n-1].Step)
	return ok
}

// step names a step by its number, counted from 1 as the time bar does, and its date.
func (h *health) step(step int) string {
	out := fmt.Sprint("step ", step+1)
	if at, ok := h.begin(step); ok {
		out += ", " + h.v.Short(at)
	}
	return out
}

// place returns where a step is in the chart: at its simulated second if it has a date, else at its number.
func (h *health) place(step int) float64 {
	if at, ok := h.begin(step); ok && h.dated() {
		return at.Seconds()
	}
	return float64(step) + 1
}

// counts are round distances of numbers of steps.
var counts = []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000}

// The size of the chart of the lengths of steps.
const (
	chartLeast, chartMost = 5, 12
	chartFrom             = 14 // the height of the pane
)

// steps adds the wall time of steps.
func (h *health) steps() {
	type one struct {
		seconds float64
		step    int
	}
	var known []one
	line := chart.Series{}
	for i, s := range h.of.Steps {
		seconds := length(h.of.Steps, i)
		if i > 0 && s.Step > h.of.Steps[i-1].Step+1 {
			line.X, line.Y = append(line.X, h.place(s.Step-1)), append(line.Y, math.NaN())
		}
		line.X, line.Y = append(line.X, h.place(s.Step)), append(line.Y, seconds)
		if !math.IsNaN(seconds) {
			known = append(known, one{seconds, s.Step})
		}
	}
	if len(known) == 0 {
		return
	}
	slices.SortFunc(known, func(a, b one) int { return cmp.Or(cmp.Compare(a.seconds, b.seconds), cmp.Compare(a.step, b.step)) })
	at := func(share float64) string {
		return exact(seconds(known[max(int(math.Ceil(share*float64(len(known))))-1, 0)].seconds))
	}
	slowest := known[len(known)-1]
	h.Section("Steps")
	parts := []string{"p50 " + at(0.5), "p95 " + at(0.95), "longest " + at(1) + " (" + h.step(slowest.step) + ")", human.CountOf(len(known), "step")}
	if paused(h.of.Steps) {
		parts = append(parts, "without the time between steps")
	}
	h.Field("wall time", strings.Join(parts, h.dot()))
	if h.Height < chartFrom || len(known) < 2 {
		return
	}
	h.plot(line)
}

// plot adds the chart of the lengths of steps.
func (h *health) plot(line chart.Series) {
	t := h.Theme
	most, cut := chart.Room(line.Y)
	unit := chart.UnitFor(most)
	view := chart.LineView{Steps: counts, Y: chart.LineValues{Unit: unit.Name, Zero: true}}
	if h.dated() {
		view.Steps, view.Label = kit.TimeSteps, func(x float64) string { return h.v.Short(model.SimTimeOf(int64(x))) }
	}
	if cut {
		view.Y.Most = most / unit.Seconds
	}
	for i := range line.Y {
		line.Y[i] /= unit.Seconds
	}
	style := chart.LineStyle{Axis: t.Border, Label: t.Faint, Mark: t.Warning, Series: []lipgloss.Style{t.Chart}, NoLegend: true, ASCII: t.ASCII}
	drawn, _ := chart.Line([]chart.Series{line}, h.TextWidth(), min(max(h.Height/4, chartLeast), chartMost), view, style)
	for l := range strings.SplitSeq(drawn, "\n") {
		h.Add(l)
	}
}

func seconds(f float64) time.Duration {
	return time.Duration(min(f*1e9, math.MaxInt64/2))
}

// exact writes a duration; those of less than a tenth of a second in milliseconds.
func exact(d time.Duration) string {
	switch {
	case d <= 0:
		return "0s"
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%dms", max(d.Milliseconds(), 1))
	}
	return human.Exact(d)
}

// models adds what is known of the calls of models as a whole.
func (h *health) models() {
	of, t := &h.of, h.Theme
	if of.Retries == 0 && of.RateLimits == 0 && of.Input == 0 && of.Output == 0 && len(of.Calls) == 0 {
		return
	}
	h.Section("Model")
	limits := human.Count(model.Int(of.RateLimits))
	if of.RateLimits > 0 {
		limits = t.Warning.Render(limits)
	}
	h.Field("trouble", human.CountOf(model.Int(of.Retries), "retry")+h.dot()+limits+" rate limits")
	if of.Input == 0 && of.Output == 0 {
		return
	}
	words := human.Tokens(of.Input) + " in"
	if of.Cached >= 0 && of.Input > 0 {
		words += h.dot() + share(min(float64(of.Cached)/float64(of.Input), 1)) + " of it from a cache"
	}
	if of.Output > 0 {
		words += h.dot() + human.Tokens(of.Output) + " out"
	}
	h.Field("tokens", words)
}

// The widths of columns of numbers.
const (
	numberWidth = 8
	timeWidth   = 9
	nameMost    = 40
)

// failures adds failures by cause.
func (h *health) failures() {
	if len(h.of.Failures) == 0 {
		return
	}
	t := h.Theme
	h.Section("Failures")
	name := h.nameWidth(func(yield func(string) bool) {
		for i := range h.of.Failures {
			if !yield(h.of.Failures[i].Cause.String()) {
				return
			}
		}
	})
	dated := h.TextWidth() >= 70
	head := cell.Right("COUNT", numberWidth) + " " + cell.Fit("CAUSE", name)
	if dated {
		head += " " + cell.Fit("LAST", timeWidth)
	}
	h.Add(t.Faint.Render(head + " NEWEST MESSAGE"))
	for _, f := range h.of.Failures {
		line := t.Failure.Render(cell.Right(human.Count(model.Int(f.Count)), numberWidth)) + " " + cell.Fit(f.Cause.String(), name)
		if dated {
			line += " " + t.Faint.Render(cell.Fit(h.clock(f.Last), timeWidth))
		}
		h.Add(cell.Cut(line+" "+f.Example.String(), h.TextWidth()))
	}
}

// clock writes a wall time of the last day as the time of day, others as a date.
func (h *health) clock(at time.Time) string {
	if !human.Dated(at) {
		return model.Unknown
	}
	if h.v.Zone != nil {
		at = at.In(h.v.Zone)
	}
	if !h.v.Now.IsZero() && h.v.Now.Sub(at).Abs() > 24*time.Hour {
		return at.Format("02 Jan")
	}
	return at.Format("15:04:05")
}

// nameWidth returns the width of a column of names.
func (h *health) nameWidth(names func(func(string) bool)) int {
	w := len("NAME")
	for n := range names {
		w = max(w, cell.Width(n))
	}
	return min(w, nameMost, max(h.TextWidth()/3, 8))
}

// calls adds how long calls took, by name.
func (h *health) calls() {
	if len(h.of.Calls) == 0 {
		return
	}
	t := h.Theme
	h.Section("Calls")
	name := h.nameWidth(func(yield func(string) bool) {
		for i := range h.of.Calls {
			if !yield(h.of.Calls[i].Name.String()) {
				return
			}
		}
	})
	columns := []string{"COUNT", "P50", "P95", "MAX", "FAILED", "TOTAL"}
	fit := max(min((h.TextWidth()-name)/timeWidth, len(columns)), 1)
	head := cell.Fit("NAME", name)
	for _, c := range columns[:fit] {
		head += cell.Right(c, timeWidth)
	}
	h.Add(t.Faint.Render(head))
	for i := range h.of.Calls {
		c := &h.of.Calls[i]
		failed := cell.Right(human.Count(model.Int(c.Failed)), timeWidth)
		if c.Failed > 0 {
			failed = t.Failure.Render(failed)
		}
		values := []string{
			cell.Right(human.Count(model.Int(c.Count)), timeWidth), cell.Right(exact(c.P50), timeWidth), cell.Right(exact(c.P95), timeWidth),
			cell.Right(exact(c.Max), timeWidth), failed, cell.Right(exact(c.Total), timeWidth),
		}
		h.Add(cell.Fit(c.Name.String(), name) + strings.Join(values[:fit], ""))
	}
}

// slowCalls is how many of the slowest calls are shown.
const slowCalls = 10

// slowest adds the slowest calls of all names.
func (h *health) slowest() {
	type one struct {
		model.Call
		name string
	}
	var all []one
	for i := range h.of.Calls {
		for _, c := range h.of.Calls[i].Slowest {
			all = append(all, one{c, h.of.Calls[i].Name.String()})
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(b.Took, a.Took) })
	h.Section("Slowest calls")
	for _, c := range all[:min(len(all), slowCalls)] {
		parts := []string{c.name}
		if c.Agent >= 0 {
			parts = append(parts, fmt.Sprint("agent ", c.Agent))
		}
		if c.Step >= 0 {
			parts = append(parts, h.step(c.Step))
		}
		if human.Dated(c.Start) {
			parts = append(parts, h.clock(c.Start))
		}
		h.Add(cell.Cut(h.Theme.Strong.Render(cell.Right(exact(c.Took), numberWidth))+" "+strings.Join(parts, h.dot()), h.TextWidth()))
	}
}
