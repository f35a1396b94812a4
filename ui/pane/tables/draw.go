package tables

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
)

// The marks of rows.
const (
	oddMark  = "?"
	openMark = "…"
)

// draw returns the head, what is known of the selected column, the names of the columns, and the
// rows.
func (g *grid) draw(s *kit.Finder) []string {
	t := g.theme
	if g.note != "" {
		return append([]string{t.Strong.Render(g.dataset.ID.String()), ""}, cell.Wrap(t.Faint.Render(g.note), g.width)...)
	}
	lines := []string{g.head()}
	if s.Typing {
		lines[0] = s.Line(human.Count(len(g.order)) + " of " + human.Count(len(g.rows.Cells)))
	}
	if g.above() > 2 {
		lines = append(lines, g.help())
	}
	columns, more := g.visible()
	lines = append(lines, g.heading(columns, more))
	if len(g.order) == 0 {
		return append(lines, t.Faint.Render(g.nothing()))
	}
	for i := g.top; i < min(g.top+g.fits(), len(g.order)); i++ {
		lines = append(lines, g.drawRow(i, columns))
	}
	return lines
}

// nothing returns why there is no row.
func (g *grid) nothing() string {
	switch {
	case g.query != "":
		return "No row matches; " + g.back + " shows all of them."
	case g.late:
		return pane.Reading
	case g.steps != stepAll:
		return "There is no row of this step; " + g.stepsKey + " shows others."
	case !g.of.Query.Entity.Empty():
		return "There is no row of this agent."
	}
	return "This dataset is empty."
}

// head returns the dataset, how many of its rows are shown, and what is to be known of them.
func (g *grid) head() string {
	t := g.theme
	parts := []string{g.stepWords()}
	if e := g.of.Query.Entity; !e.Empty() {
		parts = append(parts, "agent "+e.String())
	}
	if g.sorted {
		parts = append(parts, "by "+g.by.String())
	}
	if g.reverse {
		parts = append(parts, "reversed")
	}
	if g.query != "" {
		parts = append(parts, text.Clean(g.query).String())
	}
	out := t.Strong.Render(g.dataset.ID.String()) + t.Faint.Render(" "+t.Dot+" "+g.count())
	for _, w := range g.warnings() { // which stay in view where there is little room
		out += t.Warning.Render(" " + t.Dot + " " + w)
	}
	for _, p := range parts {
		if p != "" {
			out += t.Faint.Render(" " + t.Dot + " " + p)
		}
	}
	return out
}

// count returns how many rows are shown, of how many.
func (g *gridRows) count() string {
	n, read := len(g.order), len(g.rows.Cells)
	switch {
	case n < read:
		return human.Count(n) + " of " + human.CountOf(read, "row")
	case g.rows.Total > read:
		return "newest " + human.Count(read) + " of " + human.CountOf(g.rows.Total, "row")
	}
	return human.CountOf(n, "row")
}

// stepWords returns of which steps the rows are.
func (g *gridRows) stepWords() string {
	q := g.of.Query
	switch {
	case g.stepAt < 0:
		return ""
	case q.To > 0:
		return fmt.Sprint("step ", q.From)
	case q.From > 0:
		return fmt.Sprint("from step ", q.From)
	}
	return "all steps"
}

// warnings returns what is wrong with the rows.
func (g *grid) warnings() (all []string) {
	if g.late {
		all = append(all, pane.Reading)
	}
	if n := len(g.rows.Ambiguous); n > 0 {
		all = append(all, human.Count(n)+" ambiguous "+oddMark)
	}
	if g.anyOpen() {
		all = append(all, "not finished "+openMark)
	}
	if n := g.rows.Damaged; n > 0 {
		all = append(all, human.CountOf(n, "damaged line"))
	}
	if g.trouble != "" {
		all = append(all, g.trouble)
	}
	return all
}

// anyOpen reports whether a row in view is of a step that is not finished.
func (g *grid) anyOpen() bool {
	for i := g.top; i < min(g.top+g.fits(), len(g.order)); i++ {
		if g.unfinished(int(g.order[i])) {
			return true
		}
	}
	return false
}

// help returns what is known of the selected column, and which of all it is.
func (g *grid) help() string {
	if len(g.columns) == 0 {
		return ""
	}
	t := g.theme
	place := fmt.Sprintf(" %d/%d", g.column+1, len(g.columns))
	words := about(&g.columns[g.column].Column)
	style := t.Label
	if g.index < len(g.order) && g.odd[int(g.order[g.index])] {
		words, style = oddMark+" this row was written twice with different values; which is newer is not known", t.Warning
	}
	return style.Render(cell.Fit(words, max(g.width-len(place), 0))) + t.Faint.Render(place)
}

// heading returns the names of the columns; that of the selected one is marked.
func (g *grid) heading(columns []placed, more bool) string {
	t := g.theme
	before, after := " ", " "
	if g.first > g.frozen {
		before = "‹"
	}
	if more {
		after = "›"
	}
	out := t.Faint.Render(" " + before)
	for n, p := range columns {
		c := &g.columns[p.column]
		style := t.Faint
		if p.column == g.column {
			style = t.Strong
		}
		w := p.width
		if more && n == len(columns)-1 && cell.Width(out)+g.gap()+w >= g.width {
			w-- // for the sign
		}
		out += g.space(n, t.Faint) + style.Render(g.fit(c, c.Name.String(), w))
	}
	if w := g.width - cell.Width(out); w > 0 {
		return out + t.Faint.Render(cell.Right(after, w))
	}
	return out
}

// space returns the gap before the n-th column.
func (g *grid) space(n int, style lipgloss.Style) string {
	if n == 0 {
		return ""
	}
	return style.Render(cell.Space(g.gap()))
}

// fit returns a text in the cells of a column.
func (g *grid) fit(c *gridColumn, words string, w int) string {
	if c.numbers {
		return cell.Right(cell.Cut(words, w), w)
	}
	return cell.Fit(words, w)
}

// drawRow draws a row; the selected one is marked over its whole length, and the selected cell in it.
func (g *grid) drawRow(i int, columns []placed) string {
	t, row := g.theme, int(g.order[i])
	cursor, words, faint, warn := " ", t.Text, t.Faint, t.Warning
	if i == g.index {
		cursor, words, faint, warn = t.Cursor, t.Selected, t.Selected, t.Selected
	}
	mark := faint.Render(" ")
	switch {
	case g.odd[row]:
		mark = warn.Render(oddMark)
	case g.unfinished(row):
		mark, words = faint.Render(openMark), faint
	}
	out := t.Key.Render(cursor) + mark
	for n, p := range columns {
		j, c := p.column, &g.columns[p.column]
		style := words
		v := g.rows.Cells[row][c.at]
		switch {
		case i == g.index && j == g.column:
			style = t.HitNow
		case j < g.frozen && i != g.index, v.Kind() == text.NullValue && i != g.index:
			style = faint
		}
		out += g.space(n, words) + style.Render(g.fit(c, shown(v), p.width))
	}
	return out + words.Render(cell.Space(g.width-cell.Width(out)))
}

// print returns the whole table, every value in full.
func (g *grid) print() []string {
	if g.note != "" {
		return []string{g.dataset.ID.String(), "", g.note}
	}
	lines := []string{g.head(), ""}
	widths := make([]int, len(g.columns))
	for j := range g.columns {
		widths[j] = g.columns[j].width
	}
	line := func(of func(*gridColumn) string, mark string) {
		parts := []string{mark}
		for j := range g.columns {
			c := &g.columns[j]
			words := of(c)
			switch pad := cell.Space(widths[j] - cell.Width(words)); {
			case c.numbers:
				words = pad + words
			default:
				words += pad
			}
			parts = append(parts, words)
		}
		lines = append(lines, strings.Join(parts, "  "))
	}
	line(func(c *gridColumn) string { return c.Name.String() }, " ")
	for _, i := range g.order {
		mark := " "
		if g.odd[int(i)] {
			mark = oddMark
		} else if g.unfinished(int(i)) {
			mark = openMark
		}
		line(func(c *gridColumn) string {
			if v := g.rows.Cells[i][c.at]; v.Kind() != text.NullValue {
				return v.Text().String()
			}
			return model.Unknown
		}, mark)
	}
	return lines
}
