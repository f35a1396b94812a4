package human

import (
	"fmt"
	"math"

	"societop/model"
)

// WorkflowEntry says what an entry of a workflow does: "run 2.5 days of 600 s", "step 24 steps".
func WorkflowEntry(e *model.OutlineEntry) string {
	out := e.Type.String()
	switch out {
	case "run":
		out += " " + plural(e.Days, "day")
	case "step":
		out += " " + plural(e.Steps, "step")
	}
	if (out != e.Type.String()) && e.Ticks != model.DefaultTicksPerStep {
		out += fmt.Sprintf(" of %g s", e.Ticks)
	}
	if !e.Description.Empty() {
		out += "  " + e.Description.String()
	}
	return out
}

// plural is a number of things: "1 day", "2.5 days"; "– days" for what is no number.
func plural(n float64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return model.Unknown + " " + thing
	}
	return fmt.Sprintf("%g %s", n, thing)
}

// Ratio is a number of two digits, or a whole one.
func Ratio(f float64) string {
	if f >= 10 {
		return Steps(int64(min(f+0.5, math.MaxInt64/2)))
	}
	return fmt.Sprintf("%.2g", f)
}
