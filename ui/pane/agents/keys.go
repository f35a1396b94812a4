package agents

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"

	"societop/ui/input"
	"societop/ui/pane"
	"societop/ui/pane/kit"
)

// Rebind gives the actions their keys.
func (a *agents) Rebind(k *input.Keys) {
	a.moves = kit.NewMoves(k)
	a.Search.Rebind(k)
	a.page.Rebind(k)
	a.keys = agentsKeys{
		open: k.Bind("open", "⏎", "open the agent", "enter"), back: k.Bind("back", "Esc", "back to the table", "esc"),
		sort: k.Bind("sort", "s", "sort by the next key", "s"), reverse: k.Bind("reverse", "S", "reverse the order", "S"),
		files: k.Bind("files", "w", "files that an agent keeps", "w"),
	}
}

// Off returns why a key does nothing at present, or "".
func (a *agents) Off(b key.Binding) string {
	k := &a.keys
	switch {
	case a.note != "":
		return a.note
	case kit.Is(b, k.back) && !a.open && a.Search.Query == "":
		return "the table is shown"
	case kit.Is(b, k.files):
		return a.noFiles()
	case a.open && kit.Is(b, k.open):
		return "the agent is open"
	case a.open && kit.Is(b, k.sort, k.reverse):
		return "one agent is shown; " + k.back.Help().Key + " leads to the table"
	case len(a.table.order) == 0 && kit.Is(b, k.open):
		return "no agent matches"
	}
	return a.Search.Off(b)
}

// noFiles returns why no files of an agent can be shown, or "".
func (a *agents) noFiles() string {
	absent, _ := a.view.Lacks(pane.NeedNotes)
	switch {
	case a.page.files && a.open:
		return ""
	case absent:
		return "the agents of this run keep no files"
	case !a.open:
		return a.keys.open.Help().Key + " opens an agent first"
	}
	return ""
}

// Print returns the whole table, or the whole page of an agent that is open.
func (a *agents) Print() string {
	switch {
	case a.note != "":
		return a.note
	case a.open:
		return ansi.Strip(a.page.head() + "\n" + strings.Join(a.page.Lines, "\n"))
	}
	c := a.columns()
	lines := []string{a.head(), c.heading(a.table.sort.title())}
	for i := range a.table.order {
		lines = append(lines, a.drawRow(a.table.row(i), c))
	}
	return kit.Plain(lines)
}
