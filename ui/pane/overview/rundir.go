package overview

import (
	"fmt"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// warnings appends what a user should know of a run of AgentSociety 2.
func (o *overview) warnings() {
	d := o.v.Experiment.Dir
	if d == nil || len(d.Warnings) == 0 {
		return
	}
	for _, w := range d.Warnings {
		for i, line := range cell.Wrap(w.String(), o.TextWidth()-2) {
			sign := o.Theme.Warned
			if i > 0 {
				sign = " "
			}
			o.Add(o.Theme.Warning.Render(sign + " " + line))
		}
	}
	o.Add("")
}

// phase appends what a run of AgentSociety 2 is at, and how it is known to be alive.
func (o *overview) phase() {
	d := o.v.Experiment.Dir
	if d == nil {
		return
	}
	if !d.Phase.Kind.Empty() {
		o.Field("phase", human.Phase(d.Phase))
	}
	if !d.Alive.Empty() {
		label := "alive"
		if o.v.Experiment.Status == model.Lost {
			label = "lost"
		}
		o.Field(label, d.Alive.String())
	}
}

// directory appends where a run of AgentSociety 2 is, and how it calls itself.
func (o *overview) directory() {
	d := o.v.Experiment.Dir
	if d == nil {
		return
	}
	if !d.Label.Empty() {
		o.Field("label", d.Label.String())
	}
	o.Field("path", d.Path.String())
	if len(o.v.Outline.Agents) == 0 && d.Agents >= 0 {
		o.Field("agents", human.Count(d.Agents))
	}
}

// start returns when the run started in simulated time.
func (o *overview) start() string {
	start := model.SimTimeOf(o.v.Experiment.Plan.Start)
	if c := o.v.Experiment.Calendar(); c.Dated() {
		return c.Short(start)
	}
	return "day " + fmt.Sprint(start.Day) + " " + clock(start)
}
