// Package tables is the pane with the datasets of a run: a list of them, one as a table, and the
// whole of one value.
package tables

import (
	"cmp"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// tables is the pane with the datasets of a run. ⏎ leads from the list of datasets to the rows of
// one, and from there to the whole of one value; Esc leads back.
type tables struct {
	theme         *theme.Theme
	moves         kit.Moves
	keys          tablesKeys
	width, height int
	kit.Searchable

	experiment model.Key
	view       pane.View // the last that was shown
	note       string    // stands there instead of the datasets
	trouble    string    // why they are not newer

	catalog catalog
	grid    grid
	value   value
	at      place
}

// place is which of its pages the pane shows.
type place int8

const (
	atCatalog place = iota
	atGrid
	atValue
)

// New returns the pane Tables.
func New(t *theme.Theme) pane.Pane {
	p := &tables{theme: t, Searchable: kit.NewSearch(t, "cells"), value: newValue(t)}
	p.grid.theme, p.catalog.theme = t, t
	p.Rebind(nil)
	return p
}

// Title returns the name of the pane.
func (p *tables) Title() string { return "Tables" }

// Lacks returns why a run has no tables.
func (p *tables) Lacks(v *pane.View) (why string, known bool) {
	if absent, _ := v.Lacks(pane.NeedDatasets); absent {
		return noDatasets, true
	}
	return kit.Lacks(v, pane.NeedDatasets)
}

// noDatasets is why a run has no tables.
const noDatasets = "This run has no datasets; runs of AgentSociety 2 write them."

// ShowsTime reports whether the rows are those of the step that the time bar shows.
func (p *tables) ShowsTime() bool { return p.at == atGrid && p.grid.steps == stepShown }

// Agent returns the agent whose row is selected, if it is one.
func (p *tables) Agent() (id int64, ok bool) {
	if p.at == atCatalog {
		return 0, false
	}
	return p.grid.agent()
}

// Needs returns the needs for the datasets, and for the rows of one that is open.
func (p *tables) Needs() []pane.Need {
	needs := []pane.Need{pane.NeedDatasets}
	if p.at != atCatalog {
		needs = append(needs, pane.NeedRows, pane.NeedTimeline)
	}
	return needs
}

// Choose chooses the rows of the dataset that is open.
func (p *tables) Choose(v *pane.View, c *pane.Choice) {
	if c.Rows = (pane.RowsOf{}); p.at != atCatalog && v.Experiment.Key == p.experiment {
		c.Rows = p.grid.choice(v)
	}
}

// Show sets the experiment, its datasets and the rows of the one that is open.
func (p *tables) Show(v pane.View) {
	if v.Experiment.Key != p.experiment {
		p.experiment, p.at = v.Experiment.Key, atCatalog
		p.catalog = catalog{theme: p.theme, wanted: p.catalog.wanted}
		p.Search.Reset()
	}
	p.view = v
	p.note, p.trouble = kit.Explain(&v, pane.NeedDatasets, len(v.Datasets) == 0, "This run has no datasets yet.")
	if why, known := p.Lacks(&v); known && why != "" {
		p.note = why
	}
	p.catalog.take(v.Datasets)
	if p.at != atCatalog {
		p.showGrid()
	}
	p.arrange()
}

// showGrid brings the table up to date.
func (p *tables) showGrid() {
	g := &p.grid
	if d := p.catalog.find(g.dataset.ID); d != nil {
		g.dataset = *d
	}
	g.note, g.trouble = kit.Explain(&p.view, pane.NeedRows, false, "")
	switch {
	case !g.take(&p.view):
		g.note = cmp.Or(g.note, pane.Reading) // the choice itself may wait for the timeline
	case g.note == pane.Reading:
		g.note = ""
	default: // rows of another choice are better than none
		g.note, g.trouble = "", g.trouble+g.note
	}
	if p.at == atValue {
		p.value.show(g)
	}
}

// Resize sets the size; what is selected stays visible.
func (p *tables) Resize(width, height int) {
	p.width, p.height = max(width, 0), max(height, 0)
	p.Search.SetWidth(p.width)
	p.arrange()
}

// arrange fits what is shown to the size.
func (p *tables) arrange() {
	p.catalog.resize(p.width, p.height)
	p.grid.resize(p.width, p.height)
	p.value.resize(p.width, p.height, &p.grid)
}

// CapturesKey reports whether a key leads to another page, or changes the table.
func (p *tables) CapturesKey(k tea.KeyPressMsg) bool {
	switch {
	case p.Search.Typing:
		return true
	case p.note != "":
		return false
	case key.Matches(k, p.keys.open):
		return p.Off(p.keys.open) == ""
	case p.at == atCatalog:
		return false
	case key.Matches(k, p.keys.back):
		return true
	case p.at == atValue:
		return false
	case key.Matches(k, p.keys.steps):
		return p.Off(p.keys.steps) == ""
	case key.Matches(k, p.keys.agent):
		return p.Off(p.keys.agent) == ""
	}
	return p.Search.Captures(k) || key.Matches(k, p.keys.sort, p.keys.reverse, p.keys.left, p.keys.right)
}

// Update handles keys.
func (p *tables) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	switch {
	case p.Search.Typing:
		p.search(msg)
	case !ok || p.note != "":
	case p.at == atCatalog:
		p.catalogKey(k)
	case p.at == atValue:
		p.valueKey(k)
	default:
		p.gridKey(k)
	}
	return nil
}

// search passes what is typed to the search, and filters the rows by it.
func (p *tables) search(msg tea.Msg) bool {
	found, handled := p.Search.Update(msg)
	if found {
		p.grid.filter(p.Search.Query)
		p.arrange()
	}
	return handled
}

// catalogKey selects a dataset, or opens it.
func (p *tables) catalogKey(k tea.KeyPressMsg) {
	c := &p.catalog
	if key.Matches(k, p.keys.open) {
		p.open()
		return
	}
	if to, ok := p.moves.Move(k, c.index, len(c.all)-1, c.fits()); ok {
		c.choose(to)
		p.arrange()
	}
}

// open shows the rows of the selected dataset.
func (p *tables) open() {
	if d := p.catalog.selected(); d != nil {
		p.at = atGrid
		p.Search.Reset()
		p.grid.begin(*d)
		p.showGrid()
		p.arrange()
	}
}

// valueKey scrolls a value, or returns to the table.
func (p *tables) valueKey(k tea.KeyPressMsg) {
	switch {
	case key.Matches(k, p.keys.back), key.Matches(k, p.keys.open):
		p.at = atGrid
	default:
		p.value.Update(k)
	}
}

// gridKey handles a key of the table.
func (p *tables) gridKey(k tea.KeyPressMsg) {
	g := &p.grid
	switch {
	case key.Matches(k, p.keys.back) && p.Search.Query == "":
		p.at = atCatalog
	case p.search(k):
	case key.Matches(k, p.keys.open):
		if g.row() != nil {
			p.at = atValue
			p.value.Top = 0
			p.value.show(g)
		}
	case key.Matches(k, p.keys.left):
		g.column = max(g.column-1, 0)
	case key.Matches(k, p.keys.right):
		g.column = min(g.column+1, max(len(g.columns)-1, 0))
	case key.Matches(k, p.keys.sort):
		g.sortBy(g.column)
	case key.Matches(k, p.keys.reverse):
		g.turn()
	case key.Matches(k, p.keys.steps):
		g.nextSteps()
	case key.Matches(k, p.keys.agent):
		g.oneAgent = !g.oneAgent
	default:
		if to, ok := p.moves.Move(k, g.index, len(g.order)-1, g.fits()); ok && len(g.order) > 0 {
			g.index = to
			g.keep()
		}
	}
	p.arrange()
}

// View draws the list of datasets, a table, or a value.
func (p *tables) View() string {
	switch {
	case p.note != "":
		return cell.Block(cell.Wrap(p.theme.Faint.Render(p.note), p.width), p.width, p.height)
	case p.at == atValue:
		return p.value.draw(p.width, p.height)
	case p.at == atGrid:
		return cell.Block(p.grid.draw(&p.Search), p.width, p.height)
	}
	return cell.Block(p.catalog.draw(p.trouble), p.width, p.height)
}
