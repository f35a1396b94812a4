// Package agents is the pane with a table of all agents at a moment, and a page on one of them.
package agents

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// agents is the pane with a table of all agents: who they are and what they do at the moment
// that is shown. ⏎ opens one of them. The selection belongs to an agent, not to a row.
type agents struct {
	theme         *theme.Theme
	moves         kit.Moves
	keys          agentsKeys
	width, height int

	table agentTable
	index int // the row of the selected agent
	top   int // the first row in view
	kit.Searchable

	experiment model.Key
	note       string // stands there instead of a table
	trouble    string // why it is not newer

	open bool
	page agentPage
	view pane.View // the last that was shown
}

// agentsKeys are the keys of the pane.
type agentsKeys struct{ open, back, sort, reverse, files key.Binding }

// New returns the pane Agents.
func New(t *theme.Theme) pane.Pane {
	a := &agents{theme: t, Searchable: kit.NewSearch(t, "agents"), page: agentPage{Page: kit.NewPage(t, 0)}}
	a.Rebind(nil)
	return a
}

// Title returns the name of the pane.
func (a *agents) Title() string { return "Agents" }

// ShowsTime reports true: the pane shows a moment of the simulated clock.
func (a *agents) ShowsTime() bool { return true }

// Needs returns the needs for who the agents are and what they do, and for everything about an
// agent that is open.
func (a *agents) Needs() []pane.Need {
	needs := []pane.Need{pane.NeedTimeline, pane.NeedProfiles, pane.NeedFrame}
	if a.open {
		needs = append(needs, pane.NeedHistory, pane.NeedTalk, pane.NeedAnswers, pane.NeedSurveys)
	}
	if a.open && a.page.files {
		needs = append(needs, pane.NeedNotes)
	}
	return needs
}

// Show sets the experiment and the moment.
func (a *agents) Show(v pane.View) {
	if v.Experiment.Key != a.experiment {
		a.experiment, a.open, a.top, a.index = v.Experiment.Key, false, 0, 0
		a.Search.Reset()
		a.table.query = ""
	}
	a.view = v
	a.table.choose(v)
	if a.table.take(v.Profiles, v.Frame) {
		a.place()
	}
	a.explain(&v)
	if a.open {
		a.page.show(&a.view, a.table.selectedRow())
	}
}

// explain sets why there is nothing to see, or nothing newer.
func (a *agents) explain(v *pane.View) {
	a.note, a.trouble = "", kit.Trouble(v, pane.NeedProfiles, pane.NeedTimeline, pane.NeedFrame)
	known := v.Has(pane.NeedProfiles) && v.Has(pane.NeedTimeline) && (len(v.Timeline) == 0 || v.Has(pane.NeedFrame))
	switch {
	case len(a.table.rows) > 0:
	case a.trouble != "":
		a.note = a.trouble
	case !known:
		a.note = pane.Reading
	case v.Experiment.NumDay < 0:
		a.note = kit.IndividualRun
	default:
		a.note = "This experiment has no agents."
	}
}

// Resize sets the size; the selected agent stays visible.
func (a *agents) Resize(width, height int) {
	a.width, a.height = max(width, 0), max(height, 0)
	a.Search.SetWidth(a.width)
	a.page.SetSize(a.width, a.height-1)
	a.page.drawn = pageKey{}
	if a.open {
		a.page.show(&a.view, a.table.selectedRow())
	}
	a.reveal()
}

// fits returns how many rows fit below the head and the column names.
func (a *agents) fits() int { return max(a.height-2, 0) }

// place finds the selected agent after a change; it keeps its place on the screen.
func (a *agents) place() {
	at := a.table.find(a.index)
	if a.top > 0 {
		a.top = max(a.top+at-a.index, 0)
	}
	a.index = at
	a.reveal()
}

// reveal scrolls the selected row into view.
func (a *agents) reveal() {
	last := max(len(a.table.order)-a.fits(), 0)
	a.top = max(min(max(a.top, a.index-a.fits()+1), a.index, last), 0)
}

// Agent returns the selected agent.
func (a *agents) Agent() (id int64, ok bool) { return a.table.selected, a.table.chosen }

// CapturesKey reports whether a key opens or closes an agent, or changes the table.
func (a *agents) CapturesKey(k tea.KeyPressMsg) bool {
	switch {
	case a.Search.Typing:
		return true
	case a.note != "":
		return false
	case key.Matches(k, a.keys.back):
		return a.open || a.Search.Captures(k)
	case key.Matches(k, a.keys.open):
		return a.open || len(a.table.order) > 0
	}
	return a.Search.Captures(k) || key.Matches(k, a.keys.sort, a.keys.reverse)
}

// Update handles keys.
func (a *agents) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !a.Search.Typing && (!ok || a.note != "") {
		return nil
	}
	if a.open && !a.Search.Typing && key.Matches(k, a.keys.back) {
		a.open = false
		return nil
	}
	found, handled := a.Search.Update(msg)
	switch {
	case handled:
		a.open = false
		if found {
			a.find(a.Search.Query)
		}
	case a.open && key.Matches(k, a.keys.files):
		a.page.files, a.page.Top = !a.page.files, 0
		a.page.show(&a.view, a.table.selectedRow())
	case a.open:
		a.page.Update(k)
	default:
		a.tableKey(k)
	}
	return nil
}

// find shows the agents that match a query. If the selected agent does not, the one that took
// its row is selected.
func (a *agents) find(query string) {
	t := &a.table
	t.query = query
	t.arrange()
	a.place()
	if len(t.order) > 0 {
		t.selected, t.chosen = t.row(a.index).ID, true
	}
}

// tableKey moves the selection, opens an agent, or sorts the table.
func (a *agents) tableKey(k tea.KeyPressMsg) {
	t := &a.table
	switch {
	case key.Matches(k, a.keys.open):
		a.open, a.page.Top, a.page.drawn = true, 0, pageKey{}
		a.page.show(&a.view, t.selectedRow())
	case key.Matches(k, a.keys.sort):
		t.nextSort()
		a.place()
	case key.Matches(k, a.keys.reverse):
		t.sort.reverse = !t.sort.reverse
		t.arrange()
		a.place()
	default:
		if to, ok := a.moves.Move(k, a.index, len(t.order)-1, a.fits()); ok && len(t.order) > 0 {
			a.index = to
			t.selected, t.chosen = t.row(to).ID, true
			a.reveal()
		}
	}
}

// View draws the table, or the agent that is open.
func (a *agents) View() string {
	switch {
	case a.note != "":
		return cell.Block(cell.Wrap(a.theme.Faint.Render(a.note), a.width), a.width, a.height)
	case a.open:
		head := cell.Fit(a.page.head(), a.width)
		if a.height <= 1 {
			return cell.Block([]string{head}, a.width, a.height)
		}
		return head + "\n" + a.page.DrawPage()
	}
	return cell.Block(a.draw(), a.width, a.height)
}

// ShortHelp returns the keys for the footer.
func (a *agents) ShortHelp() []key.Binding {
	if a.open {
		return append(a.page.ShortHelp(), kit.Named(a.keys.files, "files"))
	}
	return []key.Binding{kit.Named(a.keys.open, "agent"), kit.Named(a.Search.Keys.Search, "search"), kit.Named(a.keys.sort, "sort")}
}

// FullHelp returns the keys of the pane, those that move first.
func (a *agents) FullHelp() [][]key.Binding {
	k := a.keys
	return [][]key.Binding{a.moves.All(), {k.open, k.back, a.Search.Keys.Search, k.sort, k.reverse, k.files}}
}
