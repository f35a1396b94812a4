package human

import (
	"fmt"
	"math"
	"strings"

	"societop/model"
	"societop/model/plan"
)

// WorkflowEntry describes an entry of a workflow: "run 2.5 days of 600 s", "step 24 steps", and of
// AgentSociety 2 "run 6 steps of 900 s".
func WorkflowEntry(e *plan.OutlineEntry) string {
	out := e.Type.String()
	switch out {
	case "run":
		if out += " " + amount(e.Days, "day"); e.Counted {
			out = "run " + amount(e.Steps, "step")
		}
	case "step":
		out += " " + amount(e.Steps, "step")
	}
	if out != e.Type.String() && (e.Counted || e.Ticks != plan.DefaultTicksPerStep) {
		out += fmt.Sprintf(" of %g s", e.Ticks)
	}
	if !e.Description.Empty() {
		out += "  " + e.Description.String()
	}
	return out
}

// amount writes a number of things: "1 day", "2.5 days"; "– days" if it is not finite.
func amount(n float64, thing string) string {
	if n != 1 {
		thing = plural(thing)
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return model.Unknown + " " + thing
	}
	return fmt.Sprintf("%g %s", n, thing)
}

// Ratio writes a number in two digits, or a large one as a whole number.
func Ratio(f float64) string {
	if f >= 10 {
		return Steps(int64(min(f+0.5, math.MaxInt64/2)))
	}
	return fmt.Sprintf("%.2g", f)
}

// Phase writes an entry of a steps.yaml with its place among them: "questionnaire, 2 of 6".
func Phase(p model.Phase) string {
	var parts []string
	if !p.Kind.Empty() {
		parts = append(parts, p.Kind.String())
	}
	if p.Count > 0 {
		parts = append(parts, Count(p.Index+1)+" of "+Count(p.Count))
	}
	return strings.Join(parts, ", ")
}

// Attention returns why a run needs attention, in eleven cells at most: "failed", "lost", "stalled 2d"; "" if it
// needs none.
func Attention(a model.Attention) string {
	switch a.Need {
	case model.CutShort:
		return "cut short"
	case model.BackInTime:
		return "went back"
	case model.Quiet, model.Stalled:
		return a.Need.String() + " " + Span(a.For)
	default:
		return a.Need.String()
	}
}

// Silence returns "quiet 11m" or "stalled 2d" for a run that has not moved for too long, else "".
func Silence(e model.Estimate) string {
	switch {
	case e.Stalled:
		return "stalled " + Span(e.Silence)
	case e.Quiet:
		return "quiet " + Span(e.Silence)
	}
	return ""
}
