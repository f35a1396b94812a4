package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui/config"
	"societop/ui/human"
)

// listColumn is how people see a field of an experiment.
type listColumn struct {
	name string // of the field
	column
	text func(v view, l listing) string
}

// listing is what the texts of a list depend on in addition to the experiment.
type listing struct {
	now    time.Time // in the zone of the wall times
	priced bool      // there are prices
	id     func(uuid.UUID) string
	source func(model.SourceName) string // a short name of one of several; nil: there is only one
	widest int                           // the cells of the longest of those names
}

// listColumns is how people see the fields that are not printed as they are. The first ones
// make the list where --columns names no others; the name comes last, because it is the one
// that is cut.
var listColumns = []listColumn{
	{"id", column{title: "ID"}, func(v view, l listing) string { return l.id(v.ID) }},
	{"status", column{title: "STATUS", cells: 11}, func(v view, _ listing) string { return v.Status.String() }},
	{"progress", column{title: "PROGRESS", right: true, cells: 8, spare: 1}, func(v view, _ listing) string { return v.percent() }},
	{"sim_time", column{title: "SIM TIME", cells: 10, spare: 4}, func(v view, _ listing) string { return v.clock() }},
	{"eta_seconds", column{title: "ETA", cells: 11, spare: 2}, func(v view, _ listing) string { return v.eta() }},
	{"eta_range", column{title: "RANGE", spare: 6}, func(v view, _ listing) string { return v.spread() }},
	{"tokens", column{title: "TOKENS", right: true, cells: 6, spare: 3}, func(v view, _ listing) string { return v.counted(v.Tokens()) }},
	{"updated_at", column{title: "UPDATED", cells: 16, spare: 5}, func(v view, l listing) string { return minute(v.Updated, l.now.Location()) }},
	{"name", column{title: "NAME", cut: true}, func(v view, _ listing) string { return v.Name.String() }},

	{"cost", column{title: "COST", right: true, cells: 7, spare: 3}, func(v view, _ listing) string { return human.Cost(v.cost.SoFar, false) }},
	{"cost_at_end", column{title: "COST AT END", right: true}, func(v view, _ listing) string { return human.AtEnd(&v.cost) }},
	{"created_at", column{title: "CREATED", cells: 16}, func(v view, l listing) string { return minute(v.Created, l.now.Location()) }},
	{"tenant_id", column{title: "TENANT", cut: true}, func(v view, _ listing) string { return v.Tenant.String() }},
	{"source", column{title: "SOURCE"}, func(v view, l listing) string { return l.sourceOf(v) }},
	{"warnings", column{title: "WARNINGS", cut: true}, func(v view, _ listing) string { return v.textOf("warnings") }},
	{"experiment_id", column{title: "LABEL", cut: true}, func(v view, _ listing) string { return v.textOf("experiment_id") }},
	{"error", column{title: "ERROR", cut: true}, func(v view, _ listing) string { return lastLine(v.Error) }},
	{"input_tokens", column{title: "INPUT", right: true}, func(v view, _ listing) string { return v.counted(v.InputTokens) }},
	{"output_tokens", column{title: "OUTPUT", right: true}, func(v view, _ listing) string { return v.outputTokens() }},
}

// usualColumns is how many of listColumns make the list.
const usualColumns = 9

// sourcePlace is where the source stands in a list of several: after the id.
const sourcePlace = 1

// sourceOf is the source of an experiment for people.
func (l *listing) sourceOf(v view) string {
	if l.source == nil || v.Source.Empty() {
		return model.Unknown
	}
	return l.source(v.Source)
}

// costPlace is where the cost stands in a list with prices: after the tokens.
const costPlace = 7

// moreFields are fields that only --columns prints.
func (v view) moreFields() []field {
	clock := v.Clock()
	spread := human.ETARange(v.estimate)
	return []field{
		{"tokens", known(v.Counted(), v.Tokens())},
		{"sim_time", known(clock.Valid(), v.clock())},
		{"eta_range", known(spread != "", spread)},
		{"source", known(!v.Source.Empty(), v.Source.Text())},
	}
}

// otherNames are what people call fields, too: as the sort keys and the head line do.
var otherNames = map[string]string{
	"created": "created_at", "updated": "updated_at", "eta": "eta_seconds", "tenant": "tenant_id", "day": "cur_day",
	"label": "experiment_id", "warning": "warnings", "time": "sim_time", "input": "input_tokens", "output": "output_tokens",
}

// columnNames is every name that --columns takes.
func columnNames() []string {
	var names []string
	for _, f := range append(view{}.fields(), view{}.moreFields()...) {
		names = append(names, f.name)
	}
	return names
}

// allColumnNames is columnNames, and what people call the columns, too.
func allColumnNames() []string {
	return append(columnNames(), slices.Sorted(maps.Keys(otherNames))...)
}

// parseColumns reads the values of --columns: names of fields with commas between them.
func parseColumns(values []string) ([]string, error) {
	var names []string
	known := columnNames()
	for _, value := range values {
		for name := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == '，' }) {
			name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
			if other, ok := otherNames[name]; ok {
				name = other
			}
			switch {
			case !slices.Contains(known, name):
				return nil, usagef("no column %q; %s", name, text.Meant(name, known))
			case slices.Contains(names, name):
				return nil, usagef("--columns names %s twice", name)
			}
			names = append(names, name)
		}
	}
	if len(values) > 0 && len(names) == 0 {
		return nil, usagef("--columns needs names of columns, such as id,status,name")
	}
	return names, nil
}

// configuredColumns returns the columns of the list by the configuration, from the id to the name;
// none where it has none of them. Others are those of the monitor.
func configuredColumns(l *config.Layers) (names []string) {
	known := columnNames()
	for _, name := range l.Get("columns").List() {
		if other, ok := otherNames[name]; ok {
			name = other
		}
		if slices.Contains(known, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	if !slices.Contains(names, "id") {
		names = slices.Insert(names, 0, "id")
	}
	if !slices.Contains(names, "name") {
		names = append(names, "name")
	}
	return names
}

// listSheet is how experiments are printed: all their fields, or those that are named.
func listSheet(names []string, l listing) sheet[view] {
	s := sheet[view]{fields: view.fields, fits: true}
	shown := slices.Clone(listColumns[:usualColumns])
	if l.priced {
		shown = slices.Insert(shown, costPlace, columnOf("cost"))
	}
	if l.source != nil {
		s.fields = view.sourced
		shown = slices.Insert(shown, sourcePlace, columnOf("source"))
	}
	if len(names) > 0 {
		s.fields = picked(names)
		shown = nil
		for _, name := range names {
			shown = append(shown, columnOf(name))
		}
	}
	for _, c := range shown {
		if strings.HasSuffix(c.name, "_at") {
			c.title += " " + l.now.Format("MST")
		}
		if c.name == "source" {
			c.cells = l.widest
		}
		if len(names) > 0 {
			c.spare = 0
		}
		s.columns = append(s.columns, c.column)
	}
	s.texts = func(v view) []string {
		texts := make([]string, len(shown))
		for i, c := range shown {
			texts[i] = c.text(v, l)
		}
		return texts
	}
	return s
}

// picked are the fields of these names, in this order.
func picked(names []string) func(view) []field {
	all := columnNames()
	at := make([]int, len(names))
	for i, name := range names {
		at[i] = slices.Index(all, name)
	}
	return func(v view) []field {
		fields := append(v.fields(), v.moreFields()...)
		out := make([]field, len(at))
		for i, j := range at {
			out[i] = fields[j]
		}
		return out
	}
}

// columnOf is how people see a field: in a way of its own, or as it is.
func columnOf(name string) listColumn {
	for _, c := range listColumns {
		if c.name == name {
			return c
		}
	}
	title := strings.ToUpper(strings.ReplaceAll(name, "_", " "))
	return listColumn{name, column{title: title}, func(v view, _ listing) string { return v.textOf(name) }}
}

// textOf is a field for people, on one line.
func (v view) textOf(name string) string { return valueText(picked([]string{name})(v)[0].value) }

// valueText is a value for people, on one line.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return model.Unknown
	case string:
		return v
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case []text.Text:
		return orUnknown(len(v) > 0, warned(v))
	case fmt.Stringer:
		return text.Clean(v.String()).String()
	}
	return number(v)
}

// lastLine is the end of a text of several lines: of a traceback, what went wrong.
func lastLine(l text.Lines) string {
	lines := l.Split()
	if len(lines) == 0 {
		return ""
	}
	return lines[len(lines)-1].String()
}
