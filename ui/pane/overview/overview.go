// Package overview is the pane with the course of a run: progress, pace, end, tokens, workflow
// and agents.
package overview

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/plan"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// overview is the pane with what matters most of a run.
type overview struct {
	kit.Page
	v     pane.View
	shown bool
}

// labelWidth is the width of the labels.
const labelWidth = 10

// New returns the pane Overview.
func New(t *theme.Theme) pane.Pane { return &overview{Page: kit.NewPage(t, labelWidth)} }

// Title returns the name of the pane.
func (o *overview) Title() string { return "Overview" }

// Needs returns the need for the error, the workflow and the agents, and for what is known to wait
// for an answer.
func (o *overview) Needs() []pane.Need {
	needs := []pane.Need{pane.NeedWhole}
	if o.v.Waiting.Questions > 0 { // they are known from another pane; whether they still wait is to be read again
		needs = append(needs, choose(o.v.Bulk, pane.NeedAllTalk, pane.NeedTalk))
	}
	if o.v.Waiting.Surveys > 0 {
		needs = append(needs, choose(o.v.Bulk, pane.NeedAllAnswers, pane.NeedAnswers))
	}
	return needs
}

// choose returns the first if a condition holds, else the second.
func choose(first bool, a, b pane.Need) pane.Need {
	if first {
		return a
	}
	return b
}

// Show sets the experiment.
func (o *overview) Show(v pane.View) {
	if v.Experiment.Key != o.v.Experiment.Key {
		o.Top = 0
	}
	o.v, o.shown = v, true
	o.layout()
}

// Resize sets the size and lays the lines out again.
func (o *overview) Resize(width, height int) {
	o.SetSize(width, height)
	o.layout()
}

// View draws the visible lines.
func (o *overview) View() string {
	return o.DrawPage()
}

// layout makes the lines again.
func (o *overview) layout() {
	o.Lines = o.Lines[:0]
	if o.shown && o.TextWidth() > 0 {
		o.progress()
		o.warnings()
		o.course()
		o.fault()
		o.stepChart()
		o.workflow()
		o.makeup()
		o.identity()
	}
	o.SetRows(len(o.Lines))
}

// progress appends the status, the step and the bar.
func (o *overview) progress() {
	e := &o.v.Experiment
	status := o.Theme.Status(e.Status).Render(o.Theme.Glyph(e.Status) + " " + theme.Word(e.Status))
	if why := human.Attention(o.v.Estimate.Attention); why != "" && why != theme.Word(e.Status) {
		status += "  " + o.Theme.Warning.Render(o.Theme.Attention+" "+why)
	}
	p := e.Progress()
	switch {
	case p.Steps < 0 && p.Step >= 0 && e.Dir != nil: // a count without a plan
		status += "   step " + human.Steps(p.Step)
	case p.Steps >= 0:
		step := model.Unknown
		if p.Step >= 0 {
			step = human.Steps(p.Step)
		}
		status += "   step " + step + " of " + human.Steps(p.Steps)
	}
	if p.Known {
		status += " " + o.Theme.Faint.Render(o.Theme.Dot) + " " + human.Percent(p.Ratio)
	}
	o.Add(status)
	if p.Known {
		o.Add(chart.Bar(p.Ratio, o.TextWidth(), chart.BarStyle{Done: o.Theme.Bar(e.Status), Rest: o.Theme.BarRest, ASCII: o.Theme.ASCII}))
	}
	o.Add("")
}

// course appends the simulated time, the pace, the end and the tokens.
func (o *overview) course() {
	e := &o.v.Experiment
	now := ""
	if e.Clock().Valid() {
		now = e.Calendar().Long(e.Now)
	}
	if now != "" && e.Plan != nil {
		now += o.Theme.Faint.Render("  (started " + o.start() + ")")
	}
	o.Field("simulated", now)
	o.phase()
	o.Field("pace", o.pace())
	if !o.charted() {
		o.spark(model.StepLength.Each, "no step watched yet")
	}
	switch {
	case e.Status == model.Lost: // when it ended, if it did, nobody knows
		o.Field("last seen", o.ended())
	case e.Status.Ended():
		o.Field("ended", o.ended())
	default:
		o.Field("ends", o.end())
	}
	o.Field("tokens", o.tokens())
	o.spark(func(l model.StepLength) float64 { return l.TokenRate }, "")
	if o.v.Waiting.Any() {
		o.Field("waiting", o.Theme.Warning.Render(human.Waiting(o.v.Waiting, o.v.Now)))
	}
	if o.v.Cost != (model.Cost{}) {
		o.Field("cost", strings.Join(human.Costs(&o.v.Cost, o.Theme.ASCII), o.dot()))
	}
}

// spark appends a sparkline of what was observed of a running experiment, with a scale from
// zero. The line is always there, so that nothing moves when the first value comes; until then
// it says what is missing.
func (o *overview) spark(of func(model.StepLength) float64, missing string) {
	if o.v.Experiment.Status != model.Running {
		return
	}
	var values []float64
	for _, l := range o.v.Lengths {
		if v := of(l); len(values) > 0 || !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	if len(values) == 1 && missing == "" {
		values = nil // a lone block would say nothing
	}
	if top, cut := chart.Room(values); cut {
		for i := range values {
			values[i] = min(values[i], top)
		}
	}
	style := chart.SparkStyle{Line: o.Theme.Chart, Zero: true, ASCII: o.Theme.ASCII}
	line := chart.Spark(values, min(len(values), o.TextWidth()-labelWidth-1), style)
	switch {
	case line == "" && o.charted(): // which has come in place of it
		return
	case line == "":
		line = o.Theme.Faint.Render(cell.Cut(missing, o.TextWidth()-labelWidth-1))
	}
	o.Add(cell.Space(labelWidth+1) + line)
}

// ended returns when the run last moved, and how long it had run by then.
func (o *overview) ended() string {
	e := &o.v.Experiment
	out := o.moment(e.Updated)
	if took := e.Updated.Sub(e.Created); out != "" && !e.Created.IsZero() && took >= 0 {
		out += o.Theme.Faint.Render(", after " + human.Exact(took))
	}
	return out
}

// clock returns the time of day of a moment.
func clock(t model.SimTime) string {
	s := int(t.T)
	return fmt.Sprintf("%02d:%02d", s/3600, s/60%60)
}

// pace returns how long a step takes, and how much faster than real time the simulation is.
func (o *overview) pace() string {
	est := o.v.Estimate
	if est.StepLength <= 0 {
		return ""
	}
	out := human.Exact(est.StepLength) + " a step"
	if est.SimPerWall > 0 {
		out += o.dot() + human.Ratio(est.SimPerWall) + " sim-min a minute"
	}
	if est.Observed == 0 {
		out += o.Theme.Faint.Render("  (whole run)")
	}
	return out
}

// end returns when the run is expected to end, and how reliable that is.
func (o *overview) end() string {
	est := o.v.Estimate
	switch {
	case est.Stalled || est.Quiet:
		return o.Theme.Warning.Render("unknown: no step for " + human.Exact(est.Silence.Truncate(time.Minute)))
	case !o.v.Liveness.Live():
		return o.Theme.Faint.Render("unknown: " + o.v.Liveness.Why.String())
	case !est.Known:
		return ""
	}
	return o.expected(est)
}

// expected returns in what time a run ends and when, with the ranges for which there is room.
func (o *overview) expected(est model.Estimate) string {
	out := "in " + human.ETA(est)
	if spread := human.ETARange(est); spread != "" {
		out += o.Theme.Faint.Render(" (" + spread + ")")
	}
	now := o.v.Now.In(o.v.Zone)
	at, spread := human.End(est, now, now)
	if at != "" {
		out += ", about " + at
	}
	if human.Rough(est) {
		spread = human.WhyRough(est)
	}
	if spread != "" {
		spread = o.Theme.Faint.Render(" (" + spread + ")")
	}
	if cell.Width(out+spread) <= o.TextWidth()-labelWidth-1 {
		return out + spread
	}
	if human.Rough(est) {
		out += o.Theme.Faint.Render(" (rough)")
	}
	return out
}

// tokens returns how many were used, at which rate, and how many are expected at the end.
func (o *overview) tokens() string {
	e, est := &o.v.Experiment, o.v.Estimate
	if !e.Counted() {
		return "" // which is shown as unknown
	}
	out := human.Tokens(e.InputTokens) + " in" + o.dot()
	if e.CountsOutput() {
		out += human.Tokens(e.OutputTokens) + " out"
	} else {
		out += model.Unknown + " out"
	}
	if !math.IsNaN(est.TokenRate) && human.Silence(est) == "" { // it was the rate while the run moved
		out += o.dot() + human.Rate(est.TokenRate)
	}
	if end := human.TokensAtEnd(est); end != "" {
		out += o.dot() + end
	}
	return out
}

func (o *overview) dot() string { return o.Theme.Faint.Render(" " + o.Theme.Dot + " ") }

// fault appends the whole error.
func (o *overview) fault() {
	e := &o.v.Experiment
	if trouble := o.v.Trouble(pane.NeedWhole); !trouble.Empty() {
		o.Add("")
		for _, l := range cell.Wrap(trouble.String(), o.TextWidth()) {
			o.Add(o.Theme.Warning.Render(l))
		}
	}
	if e.Error.Empty() {
		return
	}
	o.Section("Error")
	for _, line := range e.Error.Split() {
		for _, part := range cell.Wrap(line.String(), o.TextWidth()-2) {
			o.Add("  " + o.Theme.Failure.Render(part))
		}
	}
}

// workflow appends the entries of the workflow and marks the current one.
func (o *overview) workflow() {
	e := &o.v.Experiment
	entries := o.v.Outline.Workflow
	if len(entries) == 0 {
		return
	}
	current := e.Stage()
	o.Section("Workflow" + o.dot() + human.CountOf(len(entries), "entry"))
	for i := range entries {
		o.entry(i, current, &entries[i])
	}
}

// entry appends one entry of the workflow.
func (o *overview) entry(i, current int, entry *plan.OutlineEntry) {
	e := &o.v.Experiment
	sign, style := o.Theme.Glyph(model.NotStarted), o.Theme.Faint
	switch {
	case e.Status == model.Finished && !e.Short() || i < current:
		sign, style = o.Theme.Done, o.Theme.Status(model.Finished)
	case i == current:
		sign, style = o.Theme.Now, o.Theme.Status(e.Status)
	}
	count := ""
	if done, steps := e.DoneIn(i); done >= 0 && steps > 0 {
		count = human.Steps(done) + "/" + human.Steps(steps)
	}
	room := max(o.TextWidth()-2-3-len(count)-1, 0)
	text := fmt.Sprintf("%-3d%s", i+1, human.WorkflowEntry(entry))
	o.Add(style.Render(sign) + " " + cell.Fit(text, room+3) + " " + o.Theme.Faint.Render(count))
}

// makeup appends the models and the agents.
func (o *overview) makeup() {
	if len(o.v.Outline.Models) == 0 && len(o.v.Outline.Agents) == 0 {
		return
	}
	o.Section("Society")
	var agents, models []string
	for _, a := range o.v.Outline.Agents {
		agents = append(agents, human.Steps(a.Number)+" "+a.Name.String())
	}
	for _, m := range o.v.Outline.Models {
		models = append(models, m.String())
	}
	o.Field("agents", strings.Join(agents, o.dot()))
	o.Field("models", strings.Join(models, o.dot()))
}

// identity appends name, id, tenant and times.
func (o *overview) identity() {
	e := &o.v.Experiment
	o.Section("Experiment")
	o.Field("name", e.Name.String())
	o.Field("id", e.ID.String())
	o.directory()
	o.Field("tenant", e.Tenant.String())
	if o.v.Source != "" {
		o.Field("source", o.source())
	}
	o.Field("created", o.moment(e.Created))
	o.Field("updated", o.moment(e.Updated))
}

// source returns the short name of the source, and its whole name if there is room.
func (o *overview) source() string {
	name := o.v.Experiment.Source.String()
	if whole := o.Theme.Faint.Render("  " + name); name != o.v.Source && cell.Width(o.v.Source+whole) <= o.TextWidth()-labelWidth-1 {
		return o.v.Source + whole
	}
	return o.v.Source
}

// moment returns a wall time and its age.
func (o *overview) moment(t time.Time) string {
	if !human.Dated(t) {
		return ""
	}
	out := t.In(o.v.Zone).Format("2006-01-02 15:04 MST")
	if age := o.v.Now.Sub(t); age >= 0 {
		out += o.Theme.Faint.Render("  " + human.Span(age) + " ago")
	}
	return out
}

// Print returns the whole overview.
func (o *overview) Print() string { return ansi.Strip(strings.Join(o.Lines, "\n")) }
