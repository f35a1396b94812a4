package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/human"
)

// verdict is what became of an ended run of AgentSociety 2. Of each part it may be unknown whether
// anything is wrong: where the run has no such data, or it could not be read in time.
type verdict struct {
	planned, done int64       // steps; −1 unknown
	agents        int         // that could act
	idle          []int64     // of those, the ones that never did
	acts          bool        // the two above are known
	by            text.Text   // what they are known from
	empty         []text.Text // datasets without rows
	tables        bool        // they are known
	unparsed      int         // answers to questions of surveys that could not be understood
	unanswered    int         // agents that failed to answer a survey, each time
	surveys       bool        // the two above are known
}

// verdictTime bounds the readings for a verdict.
const verdictTime = 10 * time.Second

// verdict judges a run that has ended; nil of one that has not, and of AgentSociety 1.
func (s *subject) verdict(ctx context.Context) *verdict {
	if s.Dir == nil || !s.Status.Ended() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, verdictTime)
	defer cancel()
	p := s.Progress()
	v := &verdict{planned: p.Steps, done: p.Step}
	data := s.society()
	v.readActivity(ctx, data)
	v.readDatasets(ctx, data)
	v.readAnswers(ctx, data)
	return v
}

func (v *verdict) readActivity(ctx context.Context, data model.RunData) {
	reader, ok := data.(model.ActivityReader)
	if !ok {
		return
	}
	a, err := reader.Activity(ctx)
	if err != nil {
		return
	}
	v.acts, v.agents, v.by = true, len(a.Agents), a.From
	for i := range a.Agents {
		if !acted(a.Agents[i].Deeds) {
			v.idle = append(v.idle, a.Agents[i].ID)
		}
	}
}

// acted reports whether an agent did anything.
func acted(deeds []model.Deed) bool {
	for _, d := range deeds {
		if d == model.Acted {
			return true
		}
	}
	return false
}

func (v *verdict) readDatasets(ctx context.Context, data model.RunData) {
	reader, ok := data.(model.DatasetReader)
	if !ok {
		return
	}
	all, err := reader.Datasets(ctx)
	if err != nil {
		return
	}
	for i := range all {
		n := all[i].Rows
		if n < 0 {
			rows, err := reader.Rows(ctx, all[i].ID.Raw(), model.RowQuery{Limit: 1})
			if err != nil {
				return
			}
			n = rows.Total
		}
		if n == 0 {
			v.empty = append(v.empty, all[i].ID)
		}
	}
	v.tables = true
}

func (v *verdict) readAnswers(ctx context.Context, data model.RunData) {
	reader, ok := data.(model.AllAgentsReader)
	if !ok {
		return
	}
	all, err := reader.AnswersUntil(ctx, model.Latest, 0)
	if err != nil {
		return
	}
	v.surveys = true
	for i := range all {
		switch {
		case all[i].Trouble.Empty():
		case all[i].Result.Empty():
			v.unanswered++
		default:
			v.unparsed += 1 + strings.Count(all[i].Trouble.Raw(), model.TroubleBreak)
		}
	}
}

// fields are the verdict as JSON has it.
func (v *verdict) fields() []field {
	return []field{
		{"text", v.String()},
		{"steps_planned", known(v.planned >= 0, v.planned)},
		{"steps_done", known(v.done >= 0, v.done)},
		{"agents", known(v.acts, v.agents)},
		{"agents_never_acted", known(v.acts, append([]int64{}, v.idle...))},
		{"activity_from", known(!v.by.Empty(), v.by)},
		{"empty_datasets", known(v.tables, v.empty)},
		{"parse_failures", known(v.surveys, v.unparsed)},
		{"failed_answers", known(v.surveys, v.unanswered)},
	}
}

// maxIdle is how many agents and datasets are named.
const maxIdle = 5

// String is the verdict in one line.
func (v *verdict) String() string {
	var parts []string
	add := func(is bool, part string) {
		if is {
			parts = append(parts, part)
		}
	}
	switch {
	case v.done < 0:
		add(true, "how many steps it did is unknown")
	case v.planned < 0:
		add(true, human.Steps(v.done)+" steps, of an unknown plan")
	case v.done >= v.planned:
		add(true, "all "+human.Steps(v.planned)+" steps")
	default:
		add(true, fmt.Sprintf("%s of %s steps", human.Steps(v.done), human.Steps(v.planned)))
	}
	by := ""
	if !v.by.Empty() {
		by = ", by " + v.by.String()
	}
	switch {
	case !v.acts:
	case len(v.idle) == 0:
		add(v.agents > 0, "every agent acted")
	case len(v.idle) == v.agents:
		add(true, "no agent acted"+by)
	default:
		add(true, fmt.Sprintf("%s of %s never acted (%s%s)", human.Count(len(v.idle)), human.CountOf(v.agents, "agent"), named(v.idle), by))
	}
	add(len(v.empty) > 0, "no rows in "+named(v.empty))
	add(v.unparsed > 0, human.CountOf(v.unparsed, "answer")+" could not be understood")
	add(v.unanswered > 0, human.CountOf(v.unanswered, "answer")+" failed")
	return strings.Join(parts, "; ")
}

// named is the first few of some things.
func named[T any](all []T) string {
	var parts []string
	for i, one := range all {
		if i == maxIdle {
			parts = append(parts, fmt.Sprintf("and %s more", human.Count(len(all)-maxIdle)))
			break
		}
		parts = append(parts, fmt.Sprint(one))
	}
	return strings.Join(parts, ", ")
}
