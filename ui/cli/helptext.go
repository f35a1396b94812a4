package cli

import (
	"fmt"
	"strings"

	"societop/model"
	"societop/ui/cell"
)

// filterHelp is the filter language and the sort keys, for the help of commands.
func filterHelp() string {
	var b strings.Builder
	b.WriteString(`A filter consists of words and fields. A word matches part of the name or the id, ignoring case.
A space means AND, | means OR, "-" before a term negates it, and double quotes enclose a phrase:
`)
	for _, f := range model.FilterFields() {
		fmt.Fprintf(&b, "  %-22s %s\n", f.Example, f.Meaning)
	}
	fmt.Fprintf(&b, "The states are %s.\n", strings.Join(model.FilterFields()[0].Values, ", "))
	return b.String()
}

// sortHelp is the sort keys, for the help of commands.
func sortHelp() string {
	var b strings.Builder
	b.WriteString("Sort keys. A \"-\" before the key reverses the order; unknown values always come last:\n")
	for _, k := range model.SortKeys() {
		fmt.Fprintf(&b, "  %-22s %s\n", k, k.Meaning())
	}
	return b.String()
}

// columnHelp is the columns of the list, for its help.
func columnHelp() string {
	text := "The columns are " + strings.Join(columnNames(), ", ") + "."
	return strings.Join(cell.Wrap(text, helpWidth), "\n")
}

// helpWidth is how wide a help text is.
const helpWidth = 92
