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
	b.WriteString(`A filter is words and fields. A word is a part of the name or the id, in any case; a space is
AND, | is OR, "-" before a term negates it, and double quotes keep a word together:
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
	b.WriteString("The sort keys; \"-\" before one reverses it, and unknown values come last:\n")
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
