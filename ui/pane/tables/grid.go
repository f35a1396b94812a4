package tables

import (
	"slices"
	"strconv"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// maxRows is how many rows of a dataset are read at most: the newest of them.
const maxRows = 50_000

// grid is the rows of one dataset as a table.
type grid struct {
	theme    *theme.Theme
	steps    stepChoice
	oneAgent bool // only the rows of the selected agent are wanted
	note     string
	trouble  string
	late     bool // the rows that are wanted are being read
	gridRows
	gridCursor
	gridSort
	columns       []gridColumn
	frozen        int // how many of the columns do not scroll
	width, height int
	back          string // the names of keys
	stepsKey      string
}

// gridRows is the rows that were read, and which of them are shown.
type gridRows struct {
	dataset model.Dataset
	rows    model.Rows
	of      pane.RowsOf
	at      model.SimTime // that the time bar shows
	odd     map[int]bool  // ambiguous ones
	order   []int32       // those that are shown
	query   string
	stepAt  int // the index of the column with the step; −1: none
	keyAt   int // that of the entity
}

// gridCursor is what is selected and what is in view. The selection belongs to a row's key.
type gridCursor struct {
	index, top    int
	column, first int
	kept          rowKey
	followed      int64 // the agent that was gone to
	follows       bool
}

// gridSort is the order; without a name it is that of the source.
type gridSort struct {
	by      text.Text
	sorted  bool
	reverse bool
}

// stepChoice is of which steps rows are shown.
type stepChoice int8

const (
	stepAll    stepChoice = iota // of all
	stepNewest                   // of the newest that is whole, and of those that are not
	stepShown                    // of that which the time bar shows
	stepChoices
)

// gridColumn is a column with what is known of it.
type gridColumn struct {
	model.Column
	at      int // its index in the rows
	width   int
	natural int // the cells that no value exceeds
	numbers bool
}

// begin shows another dataset. The choice of steps begins with what its kind suggests.
func (g *grid) begin(d model.Dataset) {
	*g = grid{theme: g.theme, gridRows: gridRows{dataset: d}, width: g.width, height: g.height, oneAgent: g.oneAgent, back: g.back, stepsKey: g.stepsKey, note: pane.Reading}
	if d.Kind == model.EntitySnapshot && !d.StepKey.Empty() {
		g.steps = stepShown
	}
}

// nextSteps chooses other steps.
func (g *grid) nextSteps() {
	if !g.dataset.StepKey.Empty() {
		g.steps = (g.steps + 1) % stepChoices
	}
}

// choice returns which rows are wanted; nothing while the step that is shown is not known.
func (g *grid) choice(v *pane.View) (of pane.RowsOf) {
	q := model.RowQuery{Limit: maxRows, Newest: true}
	if g.oneAgent && v.Chosen && !g.dataset.EntityKey.Empty() {
		q.Entity = text.Clean(strconv.FormatInt(v.Agent, 10))
	}
	if g.steps != stepAll {
		if !v.Has(pane.NeedTimeline) && v.Trouble(pane.NeedTimeline).Empty() {
			return of
		}
		step := len(v.Timeline) - 1
		if i, ok := slices.BinarySearchFunc(v.Timeline, v.At, model.SimTime.Compare); ok && g.steps == stepShown {
			step = i
		}
		if q.From = max(step, 0); g.steps == stepShown && step >= 0 {
			q.To = step + 1
		}
	}
	return pane.RowsOf{Dataset: g.dataset.ID, Query: q}
}

// take sets the rows, and reports whether there are any of this dataset.
func (g *grid) take(v *pane.View) bool {
	t := &v.Table
	if t.Of.Dataset != g.dataset.ID || g.dataset.ID.Empty() {
		return false
	}
	g.late, g.at = t.Of != v.Choice.Rows, v.At
	if g.of != t.Of || !kit.Same(t.Rows.Cells, g.rows.Cells) || len(t.Rows.Columns) != len(g.rows.Columns) || t.Rows.Total != g.rows.Total {
		g.of, g.rows = t.Of, t.Rows
		g.odd = make(map[int]bool, len(t.Rows.Ambiguous))
		for _, i := range t.Rows.Ambiguous {
			g.odd[i] = true
		}
		g.setColumns()
		g.arrange()
	}
	g.rows.Whole, g.rows.Damaged = t.Rows.Whole, t.Rows.Damaged
	g.follow(v)
	return true
}

// follow selects the row of the selected agent after another one was selected elsewhere.
func (g *grid) follow(v *pane.View) {
	if !v.Chosen || g.follows && g.followed == v.Agent || !g.ofAgents() {
		return
	}
	g.followed, g.follows = v.Agent, true
	if g.index < len(g.order) {
		if id, ok := g.agentOf(int(g.order[g.index])); ok && id == v.Agent {
			return
		}
	}
	for i := range g.order {
		if id, ok := g.agentOf(int(g.order[i])); ok && id == v.Agent {
			g.index = i
			g.keep()
			return
		}
	}
}

// ofAgents reports whether the entities of the rows are agents.
func (g *gridRows) ofAgents() bool {
	return g.keyAt >= 0 && (g.dataset.Can(model.AgentSnapshot) || g.dataset.Can(model.AgentProfile) || g.dataset.Can(model.SocialEvent))
}

// agent returns the agent of the selected row.
func (g *grid) agent() (id int64, ok bool) {
	if g.index >= len(g.order) || !g.ofAgents() {
		return 0, false
	}
	if id, ok = g.agentOf(int(g.order[g.index])); ok {
		g.followed, g.follows = id, true
	}
	return id, ok
}

// agentOf returns the agent of a row.
func (g *gridRows) agentOf(row int) (id int64, ok bool) {
	return g.rows.Cells[row][g.keyAt].Integer()
}

// row returns the cells of the selected row, or nil.
func (g *grid) row() []text.Value {
	if g.index >= len(g.order) {
		return nil
	}
	return g.rows.Cells[g.order[g.index]]
}

// unfinished reports whether a row is of a step that may still get rows.
func (g *gridRows) unfinished(row int) bool {
	if g.stepAt < 0 {
		return false
	}
	step, ok := g.rows.Cells[row][g.stepAt].Integer()
	return ok && step >= int64(g.rows.Whole)
}

// rowKey is what tells a row from others.
type rowKey struct{ entity, step, first string }

// keyOf returns the key of a row.
func (g *gridRows) keyOf(row int) rowKey {
	cells := g.rows.Cells[row]
	raw := func(at int) string {
		if at < 0 || at >= len(cells) {
			return ""
		}
		return cells[at].Raw()
	}
	return rowKey{raw(g.keyAt), raw(g.stepAt), raw(0)}
}

// find returns the place of the row of a key; of another step that of the same entity; −1: there is
// none.
func (g *gridRows) find(key rowKey) int {
	same := -1
	for i := range g.order {
		k := g.keyOf(int(g.order[i]))
		if k == key {
			return i
		}
		if same < 0 && k.entity == key.entity && k.entity != "" {
			same = i
		}
	}
	return same
}

// keep notes the key of the selected row.
func (g *grid) keep() {
	if g.index < len(g.order) {
		g.kept = g.keyOf(int(g.order[g.index]))
	}
}

// arrange filters and sorts the rows. The selected row keeps its place on the screen.
func (g *grid) arrange() {
	g.order = g.order[:0]
	match := g.matcher()
	for i := range g.rows.Cells {
		if match == nil || match(g.rows.Cells[i]) {
			g.order = append(g.order, int32(i))
		}
	}
	g.sort()
	was := g.index
	g.index = max(min(g.index, len(g.order)-1), 0)
	if i := g.find(g.kept); i >= 0 && g.kept != (rowKey{}) {
		g.index = i
	}
	if g.top > 0 {
		g.top = max(g.top+g.index-was, 0)
	}
	g.keep()
	g.resize(g.width, g.height)
}

// filter shows the rows that match a query.
func (g *grid) filter(query string) {
	g.query = query
	g.arrange()
}

// fits returns how many rows fit below the head and the names of the columns.
func (g *grid) fits() int { return max(g.height-g.above(), 0) }

// above returns the rows above those of the table.
func (g *grid) above() int {
	if g.height < 6 {
		return 2
	}
	return 3
}

// resize scrolls the selected cell into view.
func (g *grid) resize(width, height int) {
	g.width, g.height = width, height
	last := max(len(g.order)-g.fits(), 0)
	g.top = max(min(max(g.top, g.index-g.fits()+1), g.index, last), 0)
	g.column = max(min(g.column, len(g.columns)-1), 0)
	g.first = max(min(g.first, len(g.columns)-1), g.frozen)
	if g.column < g.frozen {
		return
	}
	g.first = min(g.first, g.column)
	for g.first < g.column && g.end(g.column) > g.width {
		g.first++
	}
}
