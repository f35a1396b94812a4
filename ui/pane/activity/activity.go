// Package activity is the pane that shows which agents acted in which steps of a run.
package activity

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// activity is the pane with a matrix of agents and steps: a cell says whether an agent acted in a step,
// failed, or did nothing that is known. Where there are more agents or steps than cells, the matrix can
// be folded: a cell then is a group of agents in some steps, and says which share of them acted.
type activity struct {
	theme         *theme.Theme
	moves         kit.Moves
	keys          keys
	width, height int
	experiment    model.Key
	clock         clock
	note          string // shown instead of the matrix
	trouble       string // why it is not newer
	matrix
	sight
	pens  pens
	drawn string
}

// sight is what of the matrix is visible, and the cursor.
type sight struct {
	frame
	folds     folding
	agent     int  // the row of the cursor's agent
	step      int  // of the cursor
	loose     bool // the cursor left the moment that the bar shows
	top, left int  // the first row and column of cells in view
	selected  int64
	chosen    bool
}

// folding is whether the matrix is folded.
type folding int8

const (
	asNeeded folding = iota // if it has many more agents than there are rows
	folded
	unfolded
)

// New returns the pane Activity.
func New(t *theme.Theme) pane.Pane {
	a := &activity{theme: t, note: pane.Reading}
	a.Rebind(nil)
	return a
}

// Title returns the name of the pane.
func (a *activity) Title() string { return "Activity" }

// ShowsTime reports true: the cursor is in the step that the bar shows.
func (a *activity) ShowsTime() bool { return true }

// Agent returns the agent under the cursor.
func (a *activity) Agent() (id int64, ok bool) { return a.selected, a.chosen }

// Needs returns the needs for the matrix and the moments of the bar.
func (a *activity) Needs() []pane.Need { return []pane.Need{pane.NeedTimeline, pane.NeedActivity} }

// Lacks returns why it is not known who acted.
func (a *activity) Lacks(v *pane.View) (why string, known bool) {
	return kit.Lacks(v, pane.NeedActivity)
}

// Show sets the experiment and the moment.
func (a *activity) Show(v pane.View) {
	if v.Experiment.Key != a.experiment {
		a.experiment, a.sight, a.matrix = v.Experiment.Key, sight{frame: a.frame}, matrix{}
		a.clock.at = model.SimTime{Day: -1}
	}
	moved := v.At != a.clock.at
	a.clock = clock{at: v.At, timeline: v.Timeline, plan: v.Experiment.Plan, dir: v.Experiment.Dir != nil, calendar: v.Experiment.Calendar()}
	empty := len(v.Activity.Agents) == 0 || v.Activity.Steps == 0
	a.note, a.trouble = kit.Explain(&v, pane.NeedActivity, empty, "No agent did anything yet.")
	grown := a.take(v.Activity)
	a.selected, a.chosen = v.Agent, v.Chosen
	a.find(a.selected)
	follows := !a.loose || !v.Live
	if moved && follows || grown && !a.loose {
		a.toMoment(v.Live)
	}
	a.layout()
}

// toMoment puts the cursor into the step of the moment that the bar shows.
func (a *activity) toMoment(live bool) {
	a.loose = false
	a.step = a.Steps - 1
	if step, ok := a.clock.stepOf(a.clock.at); ok && !live {
		a.step = step
	}
	a.step = max(min(a.step, a.Steps-1), 0)
}

// Resize sets the size; the cursor stays visible.
func (a *activity) Resize(width, height int) {
	a.width, a.height = max(width, 0), max(height, 0)
	a.layout()
}

// layout divides the room, scrolls to the cursor and draws.
func (a *activity) layout() {
	if a.note != "" {
		a.drawn = cell.Block(cell.Wrap(a.theme.Faint.Render(a.note), a.width), a.width, a.height)
		return
	}
	a.frame = a.frameFor(a.width, a.height)
	a.matrix.fold(&a.frame)
	a.top = within(a.top, a.agent/a.perRow, a.rows, a.fit())
	a.left = within(a.left, a.step/a.perColumn, a.columns, a.cells)
	a.drawn = cell.Block(a.draw(), a.width, a.height)
}

// within returns the first of all items in view, so that one of them is visible.
func within(first, one, all, fit int) int {
	return max(min(max(first, one-fit+1), one, all-fit), 0)
}

// CapturesKey reports whether a key folds or unfolds the matrix.
func (a *activity) CapturesKey(k tea.KeyPressMsg) bool {
	return a.note == "" && key.Matches(k, a.keys.open) && a.grouped()
}

// Update handles keys.
func (a *activity) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || a.note != "" {
		return nil
	}
	switch {
	case key.Matches(k, a.keys.fold), key.Matches(k, a.keys.open) && a.grouped():
		a.turn()
	case key.Matches(k, a.keys.left):
		a.moveStep(-a.perColumn)
	case key.Matches(k, a.keys.right):
		a.moveStep(a.perColumn)
	case key.Matches(k, a.keys.panLeft):
		a.moveStep(-a.perColumn * max(a.cells/2, 1))
	case key.Matches(k, a.keys.panRight):
		a.moveStep(a.perColumn * max(a.cells/2, 1))
	default:
		row := a.agent / a.perRow
		if to, ok := a.moves.Move(k, row, a.rows-1, a.fit()); ok && to != row {
			a.choose(min(to*a.perRow, len(a.Agents)-1))
		}
	}
	a.layout()
	return nil
}

// turn folds or unfolds the matrix.
func (a *activity) turn() {
	if a.grouped() {
		a.folds = unfolded
	} else {
		a.folds = folded
	}
}

// moveStep moves the cursor by some steps. From the newest step on it follows the run again.
func (a *activity) moveStep(by int) {
	a.step = max(min(a.step+by, a.Steps-1), 0)
	a.loose = a.step < a.Steps-1
}

// choose puts the cursor on an agent.
func (a *activity) choose(i int) {
	a.agent = i
	a.selected, a.chosen = a.Agents[i].ID, true
}

// View returns the pane as layout drew it.
func (a *activity) View() string { return a.drawn }
