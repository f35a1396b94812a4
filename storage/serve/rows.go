package serve

import (
	"math"
	"time"

	"societop/model"
	"societop/model/text"

	"github.com/google/uuid"
)

// row is an experiment as the API shows it, whole; its config is shown as it is. Where a source is made
// of several, it says which has the experiment. Tokens that a run does not count are 0, for clients of
// AgentSociety expect a number that is one.
func row(e model.Experiment) dict {
	if !e.Counted() {
		e.InputTokens = 0
	}
	if !e.CountsOutput() {
		e.OutputTokens = 0
	}
	d := make(dict, 0, len(model.Fields))
	for _, f := range model.Fields {
		d = append(d, member{f.Name, valueIn(f.In(&e))})
	}
	if !e.Source.Empty() {
		d = append(d, member{"source", e.Source.Raw()})
	}
	return d
}

// valueIn returns the value of a field of model.Fields.
func valueIn(p any) any {
	switch p := p.(type) {
	case *uuid.UUID:
		return *p
	case *text.Text:
		return p.Raw()
	case *text.Lines:
		return p.Raw()
	case *model.Status:
		return p.Number()
	case *int:
		return *p
	case *int64:
		return *p
	case *float64:
		return *p
	case *time.Time:
		return *p
	}
	return nil
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

func momentRow(at model.SimTime) dict { return dict{{"day", at.Day}, {"t", at.T}} }

func profileRow(p model.Profile) dict {
	return dict{{"id", p.ID}, {"name", p.Name.Raw()}, {"profile", raw(p.Profile.Raw())}}
}

// statusRow is one agent at one moment; an agent without a place has nulls for it.
func statusRow(a model.AgentStatus) dict {
	lng, lat, parent := any(a.Lng), any(a.Lat), any(a.Parent)
	if !finite(a.Lng) {
		lng = nil
	}
	if !finite(a.Lat) {
		lat = nil
	}
	if a.Parent == 0 {
		parent = nil
	}
	return dict{
		{"id", a.ID},
		{"day", a.At.Day},
		{"t", a.At.T},
		{"lng", lng},
		{"lat", lat},
		{"parent_id", parent},
		{"action", a.Action.Raw()},
		{"status", raw(a.Status.Raw())},
		{"created_at", known(a.Created)},
	}
}

// known is a wall time; null where it is unknown.
func known(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at
}

func messageRow(m model.Message) dict {
	return dict{
		{"id", m.ID},
		{"day", m.At.Day},
		{"t", m.At.T},
		{"type", int(m.Kind)},
		{"speaker", m.Speaker.Raw()},
		{"content", m.Content.Raw()},
		{"created_at", known(m.Created)},
	}
}

func answerRow(a model.Answer) dict {
	result := any(a.Result.Raw())
	if a.Pending {
		result = nil
	}
	return dict{
		{"id", a.ID},
		{"day", a.At.Day},
		{"t", a.At.T},
		{"survey_id", a.Survey},
		{"result", result},
		{"created_at", known(a.Created)},
	}
}

func promptRow(p model.Prompt) dict {
	return dict{{"day", p.At.Day}, {"t", p.At.T}, {"prompt", p.Text.Raw()}, {"created_at", p.Created}}
}

func surveyRow(v model.Survey) dict {
	return dict{{"id", v.ID}, {"name", v.Name.Raw()}, {"data", raw(v.Data.Raw())}, {"created_at", v.Created}, {"updated_at", v.Updated}}
}

// rows is a list made of what a source has.
func rows[T any](all []T, row func(T) dict) list {
	out := make(list, len(all))
	for i, v := range all {
		out[i] = row(v)
	}
	return out
}
