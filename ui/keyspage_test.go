package ui

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/keymap"
	"societop/ui/pane/panetest"
)

// keysPage is the page of all keys, filters and orders. Its tables are generated.
const keysPage = "KEYS.md"

// usualKeys returns the keys that nobody has changed.
func usualKeys() *keymap.Map {
	m := keymap.New(nil, keyed(panes))
	return &m
}

// keysTable returns the key map as the page shows it.
func keysTable() string {
	var b strings.Builder
	b.WriteString("| | key | | name |\n|---|---|---|---|\n")
	for _, g := range usualKeys().Groups() {
		title := g.Title
		for _, k := range g.Keys {
			h := k.Help()
			name := keymap.NameOf(k, keyed(panes))
			switch {
			case h.Desc == "pane":
				name = "`pane-overview` …"
			case name != "":
				name = "`" + name + "`"
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", title, inTable(h.Key), h.Desc, name)
			title = ""
		}
	}
	return b.String()
}

// filterTable returns the fields of the filter language as the page shows them.
func filterTable() string {
	var b strings.Builder
	b.WriteString("| field | example | compares |\n|---|---|---|\n")
	for _, f := range model.FilterFields() {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", f.Name, inTable(f.Example), f.Meaning)
	}
	return b.String() + "\nThe states are `" + strings.Join(model.FilterFields()[0].Values, "`, `") + "`.\n"
}

// sortTable returns the sort keys as the page shows them.
func sortTable() string {
	var b strings.Builder
	b.WriteString("| key | order |\n|---|---|\n")
	for _, k := range model.SortKeys() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", k, k.Meaning())
	}
	return b.String()
}

// inTable escapes what would end a cell of a Markdown table.
func inTable(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

// TestTheHelpHasRoom: neither the name of a key nor what it does is cut.
func TestTheHelpHasRoom(t *testing.T) {
	for _, g := range usualKeys().Groups() {
		for _, k := range g.Keys {
			if h := k.Help(); cell.Width(h.Key) > 8 || cell.Width(h.Desc) > keymap.HelpColumn-12 {
				t.Errorf("%s: %q %q is too long", g.Title, h.Key, h.Desc)
			}
		}
	}
}

// TestKeysPage compares the tables of KEYS.md with the key map and the filter language
// (go test ./ui -run KeysPage -update writes them).
func TestKeysPage(t *testing.T) {
	text, err := os.ReadFile(keysPage)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for name, table := range map[string]string{"keys": keysTable(), "filter": filterTable(), "sort": sortTable()} {
		begin, end := "<!-- "+name+": generated -->\n", "<!-- end of "+name+" -->"
		head, rest, ok := strings.Cut(page, begin)
		now, tail, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("%s has no place for the table %q", keysPage, name)
		}
		if now != table && !*panetest.Update {
			t.Errorf("the table %q of %s should be:\n%s", name, keysPage, table)
		}
		page = head + begin + table + end + tail
	}
	if *panetest.Update {
		if err := os.WriteFile(keysPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
