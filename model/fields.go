package model

import (
	"cmp"
	"slices"

	"societop/model/text"
)

// The tables of an experiment's fields: what a source keeps, what filters look at, and what lists
// are sorted by. A new field is a line in each; JSON, CSV, endpoints, imports, helps and
// completions follow them.

// Field is a field of an experiment that sources keep.
type Field struct {
	// Name is AgentSociety's, as JSON, CSV, endpoints and files have it.
	Name string
	// In returns a pointer to the field's value in an experiment: a *uuid.UUID, *text.Text,
	// *text.Lines, *Status, *int, *int64, *float64 or *time.Time.
	In func(e *Experiment) any
}

// Fields is every field that sources keep, in AgentSociety's order.
var Fields = [...]Field{
	{"tenant_id", func(e *Experiment) any { return &e.Tenant }},
	{"id", func(e *Experiment) any { return &e.ID }},
	{"name", func(e *Experiment) any { return &e.Name }},
	{"num_day", func(e *Experiment) any { return &e.NumDay }},
	{"status", func(e *Experiment) any { return &e.Status }},
	{"cur_day", func(e *Experiment) any { return &e.Now.Day }},
	{"cur_t", func(e *Experiment) any { return &e.Now.T }},
	{"config", func(e *Experiment) any { return &e.Config }},
	{"error", func(e *Experiment) any { return &e.Error }},
	{"input_tokens", func(e *Experiment) any { return &e.InputTokens }},
	{"output_tokens", func(e *Experiment) any { return &e.OutputTokens }},
	{"created_at", func(e *Experiment) any { return &e.Created }},
	{"updated_at", func(e *Experiment) any { return &e.Updated }},
}

// FilterField is a field of the filter language, as helps and completions show it.
type FilterField struct {
	Name    string
	Meaning string   // a few words
	Example string   // a whole term
	Op      string   // the operator with which it is used most
	Values  []string // all values that it can have, or for a number or an age some; nil for text

	kind fieldKind
}

// fieldKind is how a field is compared.
type fieldKind int8

const (
	textKind fieldKind = iota
	statusKind
	numberKind
	ageKind
	yesKind
	sourceKind
	dirKind // text of a run directory
)

// statusValues is the names of all statuses, and of those that no AgentSociety knows.
var statusValues = append(slices.Clone(statusNames[:]), unknownStatus)

var (
	ageValues = []string{"10m", "1h", "1d", "7d"}
	yesValues = []string{"yes", "no"}
)

var filterFields = []FilterField{
	{"status", "one of these states", "status:running,error", ":", statusValues, statusKind},
	{"progress", "steps done, in percent of the plan", "progress<50", "<", []string{"10", "50", "90"}, numberKind},
	{"day", "simulated day, from 0", "day>=1", ">=", []string{"1", "2", "3"}, numberKind},
	{"tokens", "tokens in and out together", "tokens>1.5M", ">", []string{"100k", "1M", "10M"}, numberKind},
	{"updated", "time since the last step", "updated<10m", "<", ageValues, ageKind},
	{"created", "time since it was created", "created<2d", "<", ageValues, ageKind},
	{"quiet", "no step for longer than its pace explains, or stalled", "quiet:yes", ":", yesValues, yesKind},
	{"stalled", "no step for much longer than that", "stalled:yes", ":", yesValues, yesKind},
	{"attention", "failed, lost, stalled, quiet or cut short, and not seen yet", "attention:yes", ":", yesValues, yesKind},
	{"error", "a part of the error", "error:timeout", ":", nil, textKind},
	{"name", "a part of the name", `name:"two words"`, ":", nil, textKind},
	{"id", "a part of the id", "id:51b2", ":", nil, textKind},
	{"tenant", `a part of the tenant; "" is the empty one`, "tenant:lab-2", ":", nil, textKind},
	{"label", `a part of the experiment_id of a run directory; "" is none`, "label:1_1", ":", nil, dirKind},
	{"path", "a part of the path of a run directory", "path:hypothesis_1", ":", nil, dirKind},
	{"warning", `a part of a warning of a run directory; "" is none`, "warning:resumed", ":", nil, dirKind},
	{"source", "the name of its source, short or whole, or a part of it", "source:lab-7", ":", nil, sourceKind},
}

// texts are the fields that hold text.
var texts = map[string]func(r *row) string{
	"name":    func(r *row) string { return r.Name.String() },
	"id":      func(r *row) string { return r.ID.String() },
	"tenant":  func(r *row) string { return r.Tenant.String() },
	"error":   func(r *row) string { return r.Error.String() },
	"label":   func(r *row) string { return r.dir().Label.String() },
	"path":    func(r *row) string { return r.dir().Path.String() },
	"warning": func(r *row) string { return r.dir().Warned() },
}

// The sort keys, in the order in which the monitor offers them.
const (
	ByCreated   SortKey = iota // newest first
	ByAttention                // the most urgent first
	ByUpdated                  // newest first
	ByName                     // A to Z
	ByStatus                   // running first, then by AgentSociety's numbers
	ByProgress                 // most first
	ByETA                      // soonest first
	ByTokens                   // most first
	ByCost                     // dearest first, by currency
	ByDay                      // latest simulated time first
	BySource                   // A to Z, then newest first
	ByID                       // ascending
)

// sortKeys says of each key its name, what comes first, and how it orders two rows; last reports
// that one of them has no value and that the other comes first whatever the direction.
var sortKeys = [...]struct {
	name, meaning string
	compare       func(l *Lab, a, b *row) (c int, last bool)
}{
	ByCreated:   {"created", "newest first", func(_ *Lab, a, b *row) (int, bool) { return b.Created.Compare(a.Created), false }},
	ByAttention: {"attention", "what needs it first", compareAttention},
	ByUpdated:   {"updated", "newest first", func(_ *Lab, a, b *row) (int, bool) { return b.Updated.Compare(a.Updated), false }},
	ByName: {"name", "A to Z", func(_ *Lab, a, b *row) (int, bool) {
		return text.CompareFold(a.Name.String(), b.Name.String()), false
	}},
	ByStatus: {"status", "running first", func(_ *Lab, a, b *row) (int, bool) {
		return cmp.Compare(statusRank(a.Status), statusRank(b.Status)), false
	}},
	ByProgress: {"progress", "most first", func(_ *Lab, a, b *row) (int, bool) {
		p, q := a.Progress(), b.Progress()
		return compareKnown(q.Ratio, p.Ratio, p.Known, q.Known)
	}},
	ByETA: {"eta", "soonest first", func(_ *Lab, a, b *row) (int, bool) { return compareKnown(a.end, b.end, a.end > 0, b.end > 0) }},
	ByTokens: {"tokens", "most first", func(_ *Lab, a, b *row) (int, bool) {
		return compareKnown(b.Tokens(), a.Tokens(), a.Counted(), b.Counted())
	}},
	ByCost: {"cost", "dearest first", func(l *Lab, a, b *row) (int, bool) {
		return compareCost(l.costs.spent(&a.Summary), l.costs.spent(&b.Summary))
	}},
	ByDay: {"day", "latest first", func(_ *Lab, a, b *row) (int, bool) { return compareTime(b.Now, a.Now) }},
	BySource: {"source", "A to Z", func(l *Lab, a, b *row) (int, bool) {
		if a.source == b.source {
			return b.Created.Compare(a.Created), false
		}
		x, y := l.sources.all[a.source].Name.String(), l.sources.all[b.source].Name.String()
		return cmp.Or(text.CompareFold(x, y), cmp.Compare(a.source, b.source)), false
	}},
	ByID: {"id", "ascending", func(_ *Lab, a, b *row) (int, bool) { return a.Compare(b.Key), false }},
}
