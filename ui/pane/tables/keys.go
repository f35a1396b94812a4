package tables

import (
	"charm.land/bubbles/v2/key"

	"societop/ui/input"
	"societop/ui/pane/kit"
)

// tablesKeys are the keys of the pane.
type tablesKeys struct{ open, back, left, right, sort, reverse, steps, agent key.Binding }

// Rebind gives the actions their keys.
func (p *tables) Rebind(k *input.Keys) {
	p.moves = kit.NewMoves(k)
	p.Search.Rebind(k)
	p.value.Rebind(k)
	p.keys = tablesKeys{
		open: k.Bind("open", "⏎", "open the dataset or value", "enter"), back: k.Bind("back", "Esc", "back", "esc"),
		left: k.Bind("left", "h ←", "column to the left", "h", "left"), right: k.Bind("right", "l →", "column to the right", "l", "right"),
		sort: k.Bind("sort", "s", "sort by the column", "s"), reverse: k.Bind("reverse", "S", "reverse the order", "S"),
		steps: k.Bind("steps", "t", "step shown, all, newest", "t"), agent: k.Bind("one-agent", "a", "one agent ↔ all", "a"),
	}
	p.grid.back, p.grid.stepsKey = p.keys.back.Help().Key, p.keys.steps.Help().Key
}

// Off returns why a key does nothing at present, or "".
func (p *tables) Off(b key.Binding) string {
	k := &p.keys
	g := &p.grid
	inGrid := kit.Is(b, k.left, k.right, k.sort, k.reverse, k.steps, k.agent, p.Search.Keys.Search)
	switch {
	case p.note != "":
		return p.note
	case p.at == atCatalog && kit.Is(b, k.back):
		return "the datasets are listed"
	case p.at == atCatalog && inGrid:
		return "the datasets are listed; " + k.open.Help().Key + " opens one"
	case p.at == atValue && inGrid:
		return "one value is shown; " + k.back.Help().Key + " leads to the table"
	case p.at == atCatalog:
		return ""
	case kit.Is(b, k.steps) && g.dataset.StepKey.Empty():
		return "the rows of this dataset have no step"
	case kit.Is(b, k.agent):
		return p.noAgent()
	case p.at == atGrid && kit.Is(b, k.open) && len(g.order) == 0:
		return "there is no row"
	}
	return ""
}

// noAgent returns why the rows can't be those of one agent.
func (p *tables) noAgent() string {
	switch {
	case p.grid.oneAgent:
		return ""
	case p.grid.dataset.EntityKey.Empty():
		return "the rows of this dataset belong to no agent"
	case !p.view.Chosen:
		return "no agent is selected"
	}
	return ""
}

// ShortHelp returns the keys for the footer.
func (p *tables) ShortHelp() []key.Binding {
	k := &p.keys
	switch p.at {
	case atValue:
		return p.value.ShortHelp()
	case atGrid:
		return []key.Binding{
			kit.Named(k.open, "value"), kit.Named(p.Search.Keys.Search, "filter"), kit.Named(k.sort, "sort"), kit.Named(k.steps, "steps"),
			kit.Several("column", k.left, k.right), kit.Named(k.agent, "agent"),
		}
	default:
	}
	return []key.Binding{kit.Named(k.open, "rows")}
}

// FullHelp returns the keys of the pane, those that move first.
func (p *tables) FullHelp() [][]key.Binding {
	k := p.keys
	return [][]key.Binding{p.moves.All(), {k.open, k.back, kit.Named(p.Search.Keys.Search, "filter: text, column:text"), k.left, k.right, k.sort, k.reverse, k.steps, k.agent}}
}

// Print returns all that the page has.
func (p *tables) Print() string {
	switch {
	case p.note != "":
		return p.note
	case p.at == atValue:
		return kit.Plain(append(p.value.head, p.value.Lines...))
	case p.at == atGrid:
		return kit.Plain(p.grid.print())
	}
	return kit.Plain(p.catalog.print())
}
