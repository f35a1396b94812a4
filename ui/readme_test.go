package ui

import (
	"os"
	"strings"
	"testing"

	"societop/ui/cell"
	"societop/ui/pane/panetest"
)

// keysTable is the key map as the README has it.
func keysTable() string {
	var b strings.Builder
	b.WriteString("| | key | |\n|---|---|---|\n")
	for _, g := range NewKeyMap().Groups() {
		title := g.Title
		for _, k := range g.Keys {
			h := k.Help()
			b.WriteString("| " + title + " | `" + strings.ReplaceAll(h.Key, "|", "\\|") + "` | " + h.Desc + " |\n")
			title = ""
		}
	}
	return b.String()
}

// TestTheHelpHasRoom: neither the name of a key nor what it does is cut.
func TestTheHelpHasRoom(t *testing.T) {
	for _, g := range NewKeyMap().Groups() {
		for _, k := range g.Keys {
			if h := k.Help(); cell.Width(h.Key) > 8 || cell.Width(h.Desc) > helpColumn-12 {
				t.Errorf("%s: %q %q is too long", g.Title, h.Key, h.Desc)
			}
		}
	}
}

// TestReadmeHasTheKeys compares the README's table with the key map (go test ./ui -update
// writes it).
func TestReadmeHasTheKeys(t *testing.T) {
	const begin, end, file = "-update` -->\n", "<!-- end of keys -->", "../README.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	table, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the README has no place for the keys")
	}
	if *panetest.Update {
		if err := os.WriteFile(file, []byte(head+begin+keysTable()+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != keysTable() {
		t.Errorf("the README's keys are not those of the key map:\n%s", table)
	}
}
