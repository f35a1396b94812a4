package list

import "slices"

// columnNames are what a configuration may call the columns, by their names on the screen. The first
// is what it is kept under.
var columnNames = map[string][]string{
	"source": {"source"}, "progress bar": {"bar"}, "percent": {"progress", "percent"}, "step": {"step"},
	"simulated time": {"sim_time", "time", "day"}, "end": {"eta", "eta_seconds"}, "range of the end": {"eta_range", "range"},
	"pace": {"pace"}, "tokens": {"tokens"}, "cost": {"cost"}, "updated": {"updated", "updated_at"},
	"created": {"created", "created_at"}, "tenant": {"tenant", "tenant_id"}, "id": {"id"},
}

// always are columns that a list always has.
var always = []string{"name", "status"}

// ColumnNames returns the names of all columns, each once, in their order.
func ColumnNames() (names []string) {
	names = slices.Clone(always)
	for i := range allColumns {
		names = append(names, columnNames[allColumns[i].name][0])
	}
	return names
}

// ColumnWords returns all that the columns may be called.
func ColumnWords() (words []string) {
	words = slices.Clone(always)
	for i := range allColumns {
		words = append(words, columnNames[allColumns[i].name]...)
	}
	return words
}

// ShownColumns returns the names of the columns that are wanted.
func ShownColumns(l *List) []string {
	names := slices.Clone(always[:1])
	for i := range allColumns {
		if l.columns[i] {
			names = append(names, columnNames[allColumns[i].name][0])
		}
	}
	return names
}

// ShowsColumns reports whether the list wants the columns of these names only, or the usual ones if
// there are none.
func ShowsColumns(l *List, names []string) bool {
	c, _ := chosenColumns(l, names)
	return c == l.columns
}

// ShowColumns shows the columns of these names only, or the usual ones if there are none. It returns
// names that the list has no column for.
func ShowColumns(l *List, names []string) (unknown []string) {
	l.columns, unknown = chosenColumns(l, names)
	return unknown
}

// chosenColumns returns the columns of these names, and names without one.
func chosenColumns(l *List, names []string) (c choice, unknown []string) {
	if len(names) == 0 {
		return usualColumns(l.lab.Priced()), nil
	}
	for _, name := range names {
		known := slices.Contains(always, name)
		for i := range allColumns {
			if slices.Contains(columnNames[allColumns[i].name], name) {
				c[i], known = true, true
			}
		}
		if !known {
			unknown = append(unknown, name)
		}
	}
	return c, unknown
}
