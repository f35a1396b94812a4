package activity

import (
	"strconv"

	"societop/ui/human"
)

// frame is how the room is divided: labels, cells, totals; and how the matrix is folded.
type frame struct {
	label             int // the width of the labels of rows
	cells             int // columns of cells that fit
	edge              int // the width of the totals at the right
	seen              int // rows of cells that fit
	heads             int // lines above the axis
	kindLines         int // lines of kinds of events
	perRow, perColumn int // agents and steps in a cell
	rows, columns     int // of the matrix as it is folded
}

// fit returns how many rows of cells fit.
func (f *frame) fit() int { return max(f.seen, 1) }

// The widths of the parts of a row.
const (
	labelLeast, labelMost = 7, 24
	totalWide, totalShort = 14, 5
	wideFrom              = 60
)

// labelWidth returns the width of the labels of rows in so many cells.
func (a *activity) labelWidth(w int) int {
	return min(max(a.longest+1, labelLeast), labelMost, max(w/4, labelLeast))
}

// name returns the id and the name of an agent.
func (m *matrix) name(i int) string {
	one := &m.Agents[i]
	id := strconv.FormatInt(one.ID, 10)
	if one.Name.Empty() {
		return id
	}
	return id + " " + one.Name.String()
}

// frameFor divides w×h cells.
func (a *activity) frameFor(w, h int) frame {
	heads := 2
	if h < 9 {
		heads = 1
	}
	room := h - heads - 2 // without the axis and the totals
	kinds := max(min(len(a.kinds), room/4), 0)
	if agents := len(a.Agents); agents < room { // kinds leave room for the last agents
		kinds = min(kinds, room-agents)
	}
	seen := max(room-kinds, 1)
	label, total := a.labelWidth(w), totalShort
	if w >= wideFrom {
		total = totalWide
	}
	f := a.frameOf(label, seen, max(w-1-label-1-total, 1))
	if f.perRow > 1 { // the labels of groups are shorter
		label = min(max(2*len(strconv.FormatInt(a.Agents[len(a.Agents)-1].ID, 10))+2, labelLeast), label)
		f = a.frameOf(label, seen, max(w-1-label-1-total, 1))
	}
	f.edge, f.heads, f.kindLines = total, heads, kinds
	return f
}

// foldFrom is from how many screens of agents on the matrix is folded by itself.
const foldFrom = 3

// frameOf folds the matrix into so many rows and cells, if it is to be folded.
func (a *activity) frameOf(label, seen, cells int) frame {
	f := frame{label: label, seen: seen, cells: cells, edge: totalWide, heads: 2, perRow: 1, perColumn: 1}
	if a.folds == folded || a.folds == asNeeded && len(a.Agents) > foldFrom*seen {
		f.perRow = max((len(a.Agents)+seen-1)/seen, 1)
		f.perColumn = max((a.Steps+cells-1)/cells, 1)
	}
	f.rows = (len(a.Agents) + f.perRow - 1) / f.perRow
	f.columns = (a.Steps + f.perColumn - 1) / f.perColumn
	return f
}

// grouped reports whether a cell is more than an agent in a step.
func (f *frame) grouped() bool { return f.perRow > 1 || f.perColumn > 1 }

// fits reports whether the whole matrix is in view.
func (a *activity) fits() bool { return len(a.Agents) <= a.seen && a.Steps <= a.cells }

// rowLabel returns the label of a row: an agent, or the first and the last one of a group.
func (a *activity) rowLabel(row int) string {
	if a.perRow == 1 {
		return a.name(row)
	}
	first, last := row*a.perRow, min((row+1)*a.perRow, len(a.Agents))-1
	return strconv.FormatInt(a.Agents[first].ID, 10) + "–" + strconv.FormatInt(a.Agents[last].ID, 10)
}

// count writes a number in at most five cells.
func count(n int) string {
	if n < 10_000 {
		return strconv.Itoa(n)
	}
	return human.Tokens(int64(n))
}
