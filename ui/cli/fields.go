package cli

import (
	"math"
	"strconv"
	"time"

	"societop/model"
	"societop/model/price"
	"societop/model/text"
	"societop/ui/human"

	"github.com/google/uuid"
)

// view is an experiment with all that is computed of it.
type view struct {
	model.Summary
	progress model.Progress
	estimate model.Estimate
	cost     model.Cost
}

func (r reading) view(s model.Summary) view {
	e := r.lab.Estimate(s.Key, r.now)
	return view{s, s.Progress(), e, r.lab.Cost(&s, e)}
}

// field is one value: a text of a source, a text of ours, a number, a bool, or nil where it is
// unknown.
type field struct {
	name  string
	value any
}

// fields are an experiment as JSON and CSV have it: AgentSociety's fields under its names,
// then what societop computes.
func (v view) fields() []field {
	fields := make([]field, 0, 2*len(model.Fields))
	e := model.Experiment{Summary: v.Summary}
	for _, f := range model.Fields {
		if f.Name != "config" {
			fields = append(fields, field{f.Name, known(v.counts(f.Name), valueIn(f.In(&e)))})
		}
	}
	eta := v.estimate
	fields = append(fields, []field{
		{"status_name", v.Status.String()},
		{"progress", known(v.progress.Known, finite(v.progress.Ratio))},
		{"eta_seconds", known(eta.Known, int64(eta.Left/time.Second))},
		{"eta_low_seconds", known(eta.Known && eta.High > 0, int64(eta.Low/time.Second))},
		{"eta_high_seconds", known(eta.Known && eta.High > 0, int64(eta.High/time.Second))},
		{"eta_rough", known(eta.Known, eta.Rough)},
		{"step", known(v.progress.Step >= 0, v.progress.Step)},
		{"steps", known(v.progress.Steps >= 0, v.progress.Steps)},
		{"quiet", known(v.judged(), v.estimate.Quiet)},
		{"stalled", known(v.judged(), v.estimate.Stalled)},
		{"as_of", stamp(v.estimate.AsOf)},
		{"attention", known(eta.Attention.Need != model.NoNeed, eta.Attention.Need.String())},
	}...)
	fields = append(fields, money("cost", v.cost.SoFar, true)...)
	fields = append(fields, money("cost_at_end", v.cost.AtEnd, v.cost.Ranged)...)
	fields = append(fields, field{"currency", known(!v.cost.SoFar.Currency.Empty(), v.cost.SoFar.Currency)})
	return append(fields, v.dirFields()...)
}

// sourced are the fields, after that of the source: for experiments of several.
func (v view) sourced() []field {
	return append([]field{{"source", known(!v.Source.Empty(), v.Source.Text())}}, v.fields()...)
}

// fieldsOf are the fields, with that of the source if there is one.
func (v view) fieldsOf() []field {
	if v.Source.Empty() {
		return v.fields()
	}
	return v.sourced()
}

// money is an amount and the range in which it lies, where that is known. Where only the range is
// known, the amount is not.
func money(name string, s price.Sum, ranged bool) []field {
	return []field{
		{name, known(s.Known, amount(s.Likely))},
		{name + "_low", known(s.Known && ranged, amount(s.Low))},
		{name + "_high", known(s.Known && ranged, amount(s.High))},
	}
}

// amount is an amount of money without the noise of its last digits.
func amount(f float64) any {
	const digits = 10
	f, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', digits, 64), 64)
	return known(err == nil, finite(f))
}

// valueIn returns the value of a field of model.Fields.
func valueIn(p any) any {
	switch p := p.(type) {
	case *uuid.UUID:
		return p.String()
	case *text.Text:
		return *p
	case *text.Lines:
		return *p
	case *model.Status:
		return p.Number()
	case *int:
		return *p
	case *int64:
		return *p
	case *float64:
		return finite(*p)
	case *time.Time:
		return stamp(*p)
	}
	return nil
}

// judged reports whether anybody can say that a run is quiet or stalled: one that does not run
// is neither.
func (v view) judged() bool {
	return v.estimate.AsOf.IsZero() && (v.Status != model.Running || v.estimate.Judged)
}

func known(is bool, v any) any {
	if !is {
		return nil
	}
	return v
}

// finite is f, or nil where JSON has no number for it.
func finite(f float64) any {
	return known(!math.IsNaN(f) && !math.IsInf(f, 0), f)
}

// moment is a simulated time as AgentSociety's two fields.
func moment(t model.SimTime) []field {
	return []field{{"day", known(t.Day >= 0, t.Day)}, {"t", known(t.Day >= 0, finite(t.T))}}
}

// orUnknown is a text, or the sign for what is not known.
func orUnknown(is bool, s string) string {
	if !is {
		return model.Unknown
	}
	return s
}

// degrees is a longitude or a latitude to about a metre; of what can be none nothing is known.
func degrees(f float64) string {
	return orUnknown(math.Abs(f) <= 360, strconv.FormatFloat(f, 'f', 5, 64))
}

// stamp is a wall time in RFC 3339 and UTC; nil for none, and for years that it can't write.
func stamp(t time.Time) any {
	return known(human.Dated(t), t.UTC().Format(time.RFC3339Nano))
}
