package tables

import (
	"slices"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
)

// The widths of columns.
const (
	sample      = 300 // rows at most decide on them
	mostCells   = 32  // of a value; a longer one is cut
	leastCells  = 4
	leastRoom   = 8  // for the beginning of a column
	mostHeading = 24 // of a name, where the values are narrower
)

// setColumns makes the columns of the rows: the keys first, which stay in view.
func (g *grid) setColumns() {
	was := text.Text{}
	if g.column < len(g.columns) {
		was = g.columns[g.column].Name
	}
	g.columns, g.frozen, g.stepAt, g.keyAt = g.columns[:0], 0, -1, -1
	for i, name := range g.rows.Columns {
		c := gridColumn{Column: g.described(name), at: i}
		c.numbers, c.width, c.natural = g.measure(i, name)
		g.columns = append(g.columns, c)
		switch name {
		case g.dataset.EntityKey:
			g.keyAt = i
		case g.dataset.StepKey:
			g.stepAt = i
		}
	}
	place := func(c gridColumn) int {
		switch c.at {
		case g.keyAt:
			return 0
		case g.stepAt:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(g.columns, func(a, b gridColumn) int { return place(a) - place(b) })
	g.frozen = min(1, len(g.columns))
	if i := slices.IndexFunc(g.columns, func(c gridColumn) bool { return c.Name == was }); i >= 0 {
		g.column = i
	}
}

// described returns what the catalog says of a column.
func (g *gridRows) described(name text.Text) model.Column {
	for _, c := range g.dataset.Columns {
		if c.Name == name {
			return c
		}
	}
	return model.Column{Name: name}
}

// measure returns whether the values of a column are numbers, and how many cells it gets and how many
// its values need, by rows from all parts of the table.
func (g *gridRows) measure(at int, name text.Text) (numbers bool, width, natural int) {
	all := g.rows.Cells
	seen := 0
	numbers = true
	for i := 0; i < len(all); i += max(len(all)/sample, 1) {
		v := all[i][at]
		if v.Kind() == text.NullValue {
			continue
		}
		seen++
		numbers = numbers && v.Kind() == text.NumberValue
		natural = max(natural, cell.Width(shown(v)))
	}
	width = max(min(natural, mostCells), min(cell.Width(name.String()), mostHeading), leastCells)
	return numbers && seen > 0, width, max(natural, width)
}

// shownBytes is how much of a value is looked at for a cell.
const shownBytes = 4 * mostCells

// shown returns a value on one line, cut where no cell is that long.
func shown(v text.Value) string {
	switch {
	case v.Kind() == text.NullValue:
		return model.Unknown
	case len(v.Raw()) > 16*shownBytes:
		return text.Clean(text.Clip(v.Raw(), shownBytes)).String() + "…"
	}
	return v.Text().String()
}

// gap returns the cells between two columns.
func (g *grid) gap() int {
	if g.width < 60 {
		return 1
	}
	return 2
}

// wide returns the width of a column on the screen: a key that stays in view leaves room for others.
func (g *grid) wide(i int) int {
	w := g.columns[i].width
	if i < g.frozen {
		return min(w, max(g.width/3, leastCells))
	}
	return max(min(w, g.width-g.left()), 1)
}

// gutter is the cells before the first column: the cursor and the mark of the row.
const gutter = 2

// left returns the cells before the columns that scroll.
func (g *grid) left() int {
	x := gutter
	for i := range min(g.frozen, len(g.columns)) {
		x += min(g.columns[i].width, max(g.width/3, leastCells)) + g.gap()
	}
	return x
}

// end returns the first cell after a column that scrolls.
func (g *grid) end(column int) int {
	x := g.left()
	for i := g.first; i <= column; i++ {
		x += g.wide(i)
		if i < column {
			x += g.gap()
		}
	}
	return x
}

// placed is a column on the screen.
type placed struct{ column, width int }

// visible returns the columns on the screen, and whether there is more to the right: then the last one
// may be only the beginning of a column.
func (g *grid) visible() (all []placed, more bool) {
	for i := range min(g.frozen, len(g.columns)) {
		all = append(all, placed{i, g.wide(i)})
	}
	for i := g.first; i < len(g.columns); i++ {
		room := g.width - (g.end(i) - g.wide(i))
		if i > g.first && room < g.wide(i) {
			if room >= leastRoom && !g.columns[i].numbers {
				all = append(all, placed{i, room})
			}
			return all, true
		}
		all = append(all, placed{i, g.wide(i)})
	}
	g.share(all)
	return all, false
}

// share gives the room that is left to the columns whose values are cut most.
func (g *grid) share(all []placed) {
	if len(all) == 0 {
		return
	}
	lacks := func(p placed) int { return g.columns[p.column].natural - p.width }
	for room := g.width - g.end(all[len(all)-1].column); room > 0; room-- {
		most := 0
		for i := range all {
			if lacks(all[i]) > lacks(all[most]) {
				most = i
			}
		}
		if lacks(all[most]) <= 0 {
			return
		}
		all[most].width++
	}
}
