package human

import (
	"time"

	"societop/model"
)

// Waiting says what waits for an answer, and since when: "2 questions and 1 survey of 30 agents wait
// for 12m". It is empty if nothing does.
func Waiting(w model.Waiting, now time.Time) string {
	out := ""
	if w.Questions > 0 {
		out = CountOf(w.Questions, "question")
	}
	if w.Surveys > 0 {
		if out != "" {
			out += " and "
		}
		out += CountOf(w.Surveys, "survey") + " of " + CountOf(w.Agents, "agent")
	}
	switch {
	case out == "":
		return ""
	case w.Questions+w.Surveys == 1:
		out += " waits"
	default:
		out += " wait"
	}
	if Dated(w.Since) && !now.IsZero() {
		out += " for " + Span(max(now.Sub(w.Since), 0))
	}
	return out
}
