package ui

import (
	"os"
	"strings"
	"testing"
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

// TestReadmeHasTheKeys compares the README's table with the key map (go test ./ui -update
// writes it anew).
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
	if *update {
		if err := os.WriteFile(file, []byte(head+begin+keysTable()+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != keysTable() {
		t.Errorf("the README's keys are not those of the key map:\n%s", table)
	}
}
