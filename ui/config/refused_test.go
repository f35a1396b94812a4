package config

import (
	"slices"
	"strings"
	"testing"

	"societop/model/text"
)

// TestWhatIsRefusedIsNotShownAsIfItCounted: keys, views, and groups that name nothing or themselves.
func TestWhatIsRefusedIsNotShownAsIfItCounted(t *testing.T) {
	with := *words
	with.CheckKeys = func([]Binding) []Trouble {
		return []Trouble{{Line: 2, Key: "keys.sort", Text: text.Clean("clashes")}}
	}
	r := Reader{Path: write(t, `[keys]
sort = ["s"]
pane-next = ["n"]
[groups]
unk = ["@nothing"]
loop = ["@loop"]
good = ["/a"]
[views.bad]
filter = "status:zz"
[views.odd]
fitler = "x"
`), Words: &with}
	f := r.Read()
	got := Show(&Layers{File: f}, nil)
	for _, want := range []string{"# sort is refused ", "\npane-next = [\"n\"] ", "# unk is refused ", "# loop is refused ", "\ngood = [\"/a\"]", "# [views.bad] is refused", "# [views.odd] is refused"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	for _, not := range []string{"\nsort = [", "\nunk = ", "\nloop = ", "\n[views."} {
		if strings.Contains(got, not) {
			t.Errorf("%q is in\n%s", not, got)
		}
	}
	if names := f.Names(); !slices.Equal(names, []string{"good"}) || f.ViewNames() != nil {
		t.Errorf("offered are %q and %q", names, f.ViewNames())
	}
	if _, err := f.Resolve("@loop"); err == nil || !strings.Contains(err.Error(), "contains itself") {
		t.Errorf("the loop fails with %v", err)
	}
	if _, err := f.Resolve("@none"); err == nil || strings.Contains(err.Error(), "@unk") {
		t.Errorf("a name that does not exist fails with %v", err)
	}
}

// TestTroublesSayWhatIsWritten, with the line of a table that has no heading of its own.
func TestTroublesSayWhatIsWritten(t *testing.T) {
	for content, want := range map[string]string{
		"[sources." + strings.Repeat("a", 65) + "]\naddress = \"/x\"": ", line 1: sources.\"" + strings.Repeat("a", 65) + "\" has a name that is longer than 64 characters",
		"[sources.\"a b\"]\naddress = \"/x\"":                         ", line 1: sources.\"a b\" has a name that can't follow @; use letters, digits, '.', '_' and '-'",
		"theme = \"dark\"\n\n[sourcs.x]\naddress = \"/x\"":            ", line 3: there is no key \"sourcs\"; did you mean \"source\" or \"sources\"?",
		"columns = [\"eta\", \"tokens\", \"eta\"]":                    ", line 1: columns names \"eta\" twice; the first counts",
		"panes = [\"talk\", \"talk\"]":                                ", line 1: panes names \"talk\" twice; the first counts",
		"[sources.x]\n\naddress = \"gopher://u:p@x\"":                 ", line 3: sources.x.address is of no known kind: gopher://…; an address is a path, or begins with http://, https://, postgres://, postgresql://, postgresql+asyncpg://, ssh://",
		"interval = \"2 Bananas\"":                                    ", line 1: interval is a length of time such as 5 (seconds), 500ms, 2m or 1h30m, not \"2 Bananas\"",
	} {
		if said := saidOf(read(t, content)); !slices.Equal(said, []string{want}) {
			t.Errorf("%s\nis said to be %q", content, said)
		}
	}
}
