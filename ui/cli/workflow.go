package cli

import (
	"fmt"
	"math"

	"societop/model"
	"societop/model/plan"
	"societop/ui/human"
)

// whole is an experiment with all that show says of it.
type whole struct {
	view
	workflow []stage
	verdict  *verdict // nil: there is none
}

// stage is one entry of a workflow with how far it is.
type stage struct {
	plan.OutlineEntry
	steps   int64 // 0 where it takes no steps of its own, or they are unknown
	done    int64 // −1 unknown
	current bool
}

// whole adds the workflow of its config to a view.
func (s *subject) whole(v view) whole {
	w := whole{view: v}
	current := v.Stage()
	for i, entry := range plan.ReadOutline(s.Config.Raw()).Workflow {
		st := stage{OutlineEntry: entry, current: i == current}
		st.done, st.steps = v.DoneIn(i)
		w.workflow = append(w.workflow, st)
	}
	return w
}

// fields are those of the list, then the pace, the rate and the workflow.
func (w whole) fields() []field {
	e := w.estimate
	stages := make([][]field, len(w.workflow))
	for i, s := range w.workflow {
		stages[i] = s.fields()
	}
	return append(append(w.view.fieldsOf(), money("cost_per_hour", w.cost.Hour, true)...),
		field{"step_seconds", known(e.StepLength > 0, e.StepLength.Seconds())},
		field{"sim_per_wall", known(e.SimPerWall > 0, finite(e.SimPerWall))},
		field{"tokens_per_second", known(w.moves(), finite(e.TokenRate))},
		field{"tokens_at_end", known(e.TokensAtEnd < math.MaxInt64, int64(min(e.TokensAtEnd, math.MaxInt64/2)))},
		field{"workflow", stages},
		field{"verdict", known(w.verdict != nil, w.verdict)},
	)
}

// moves reports whether a rate that was observed still holds.
func (w whole) moves() bool { return !w.estimate.Quiet && !w.estimate.Stalled }

// fields are those of AgentSociety's config, the steps that are done and planned, and whether
// the run is at them.
func (s stage) fields() []field {
	kind := s.Type.String()
	return []field{
		{"type", s.Type},
		{"description", known(!s.Description.Empty(), s.Description)},
		{"days", known(kind == "run", finite(s.Days))},
		{"ticks_per_step", known(kind == "run" || kind == "step", finite(s.Ticks))},
		{"step", known(s.steps > 0 && s.done >= 0, s.done)},
		{"steps", known(s.steps > 0, s.steps)},
		{"current", s.current},
	}
}

// text is the entry for people, the current one with a mark. Numbers are of one width.
func (s stage) text(number, width int) string {
	mark := " "
	if s.current {
		mark = ">"
	}
	out := fmt.Sprintf("%s %*d  %s", mark, width, number, human.WorkflowEntry(&s.OutlineEntry))
	if s.steps > 0 {
		done := model.Unknown
		if s.done >= 0 {
			done = human.Steps(s.done)
		}
		out += fmt.Sprintf("  (%s of %s)", done, human.Steps(s.steps))
	}
	return out
}

// pace is how long a step takes, and how much faster than the world the simulation is.
func (w whole) pace() string {
	e := w.estimate
	if e.StepLength <= 0 {
		return model.Unknown
	}
	out := human.Exact(e.StepLength) + " a step"
	if e.SimPerWall > 0 {
		out += ", " + human.Ratio(e.SimPerWall) + " sim-min a minute"
	}
	if e.Observed == 0 {
		out += " (over the whole run)"
	}
	return out
}

// tokens is what was used, at which rate, and what it will come to.
func (w whole) tokens() string {
	e := w.estimate
	if !w.Counted() {
		return model.Unknown
	}
	out := human.Tokens(w.InputTokens) + " in, " + orUnknown(w.CountsOutput(), human.Tokens(w.OutputTokens)) + " out"
	if w.moves() && !math.IsNaN(e.TokenRate) {
		out += ", " + human.Rate(e.TokenRate)
	}
	if end := human.TokensAtEnd(e); end != "" {
		out += ", " + end
	}
	return out
}
