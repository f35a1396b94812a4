package tables

import (
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/theme"
)

// catalog is the list of datasets. The selection belongs to a dataset, not to a row.
type catalog struct {
	theme         *theme.Theme
	all           []model.Dataset
	wanted        text.Text // the id of the selected dataset, which another run may have, too
	index, top    int
	width, height int
}

// take sets the datasets; the one that is selected stays.
func (c *catalog) take(all []model.Dataset) {
	c.all = all
	c.index = max(min(c.index, len(all)-1), 0)
	for i := range all {
		if all[i].ID == c.wanted {
			c.index = i
		}
	}
}

// choose selects a dataset.
func (c *catalog) choose(i int) { c.index, c.wanted = i, c.all[i].ID }

// selected returns the selected dataset, or nil.
func (c *catalog) selected() *model.Dataset {
	if c.index >= len(c.all) {
		return nil
	}
	return &c.all[c.index]
}

// find returns a dataset by its id, or nil.
func (c *catalog) find(id text.Text) *model.Dataset {
	for i := range c.all {
		if c.all[i].ID == id {
			return &c.all[i]
		}
	}
	return nil
}

// fits returns how many datasets fit below the head and the column names, and above the description.
func (c *catalog) fits() int { return max(c.height-2-c.foot(), 0) }

// foot returns the rows of the description of the selected dataset.
func (c *catalog) foot() int {
	switch {
	case c.height < 8:
		return 0
	case c.height < 14:
		return 2
	}
	return 3
}

// resize scrolls the selected dataset into view.
func (c *catalog) resize(width, height int) {
	c.width, c.height = width, height
	last := max(len(c.all)-c.fits(), 0)
	c.top = max(min(max(c.top, c.index-c.fits()+1), c.index, last), 0)
}

// catalogColumns are the widths of the columns; 0 leaves one out.
type catalogColumns struct{ id, kind, rows, state, can int }

// columns divides the width.
func (c *catalog) columns() (w catalogColumns) {
	w.rows = 4
	for i := range c.all {
		w.id = max(w.id, cell.Width(c.all[i].ID.String()))
		w.kind = max(w.kind, cell.Width(string(c.all[i].Kind)))
		w.rows = max(w.rows, cell.Width(rowCount(c.all[i].Rows)))
		w.state = max(w.state, cell.Width(strings.Join(human.State(&c.all[i]), ", ")))
	}
	w.id, w.kind = max(w.id, 7), max(w.kind, 4)
	left := c.width - 1 - w.rows - 1
	if w.state > 0 {
		w.state = min(w.state, left/3)
		left -= w.state + 1
	}
	if left < w.id+1+w.kind {
		w.kind = 0
	} else {
		left -= w.kind + 1
	}
	w.id = min(w.id, max(left, 1))
	if left -= w.id + 1; left >= 12 {
		w.can = left
	}
	return w
}

// rowCount returns how many rows a dataset has.
func rowCount(n int) string {
	if n < 0 {
		return model.Unknown
	}
	return human.Count(n)
}

// draw returns the head, the datasets, and the description of the selected one.
func (c *catalog) draw(trouble string) []string {
	t := c.theme
	w := c.columns()
	head := t.Faint.Render(c.head())
	if trouble != "" {
		head += t.Warning.Render(" " + t.Dot + " " + trouble)
	}
	lines := []string{head, t.Faint.Render(c.heading(w))}
	for i := range c.fits() {
		if c.top+i < len(c.all) {
			lines = append(lines, c.drawRow(c.top+i, w))
		} else {
			lines = append(lines, "")
		}
	}
	if d := c.selected(); d != nil && c.foot() > 0 {
		words := d.Title.String()
		if about := oneLine(d.Description); about != "" && about != words {
			words = strings.TrimLeft(words+": "+about, ": ")
		}
		parts := cell.Wrap(words, c.width)
		lines = append(lines, "")
		for i := 0; i < c.foot()-1 && i < len(parts); i++ {
			lines = append(lines, t.Label.Render(parts[i]))
		}
	}
	return lines
}

// head returns how many datasets there are, and how many of them are empty.
func (c *catalog) head() string {
	rows, empty := 0, 0
	for i := range c.all {
		rows += max(c.all[i].Rows, 0)
		if c.all[i].Rows == 0 {
			empty++
		}
	}
	out := human.CountOf(len(c.all), "dataset") + " " + c.theme.Dot + " " + human.CountOf(rows, "row")
	if empty > 0 {
		out += " " + c.theme.Dot + " " + human.Count(empty) + " empty"
	}
	return out
}

// heading returns the names of the columns.
func (c *catalog) heading(w catalogColumns) string {
	out := " " + cell.Fit("DATASET", w.id)
	if w.kind > 0 {
		out += " " + cell.Fit("KIND", w.kind)
	}
	out += " " + cell.Right("ROWS", w.rows)
	if w.state > 0 {
		out += " " + cell.Fit("STATE", w.state)
	}
	if w.can > 0 {
		out += " " + cell.Fit("CAPABILITIES", w.can)
	}
	return out
}

// drawRow draws a dataset; the selected one is marked over the whole row.
func (c *catalog) drawRow(i int, w catalogColumns) string {
	t, d := c.theme, &c.all[i]
	cursor, words, faint, warn := " ", t.Text, t.Faint, t.Warning
	if d.Rows == 0 {
		words = t.Faint
	}
	if i == c.index {
		cursor, words, faint, warn = t.Cursor, t.Selected, t.Selected, t.Selected
	}
	out := t.Key.Render(cursor) + words.Render(cell.Fit(d.ID.String(), w.id))
	if w.kind > 0 {
		out += faint.Render(" " + cell.Fit(string(d.Kind), w.kind))
	}
	out += words.Render(" " + cell.Right(rowCount(d.Rows), w.rows))
	if w.state > 0 {
		style := warn
		if d.Damaged == 0 && d.Ambiguous == 0 {
			style = faint
		}
		out += style.Render(" " + cell.Fit(strings.Join(human.State(d), ", "), w.state))
	}
	if w.can > 0 {
		out += faint.Render(" " + cell.Fit(capabilities(d), w.can))
	}
	return out + words.Render(cell.Space(c.width-cell.Width(out)))
}

// capabilities returns what a dataset can.
func capabilities(d *model.Dataset) string {
	var all []string
	for _, one := range d.Capabilities {
		all = append(all, one.String())
	}
	return strings.Join(all, " ")
}

// oneLine returns a description without its line breaks.
func oneLine(l text.Lines) string { return strings.Join(strings.Fields(l.String()), " ") }

// print returns the list with all descriptions.
func (c *catalog) print() []string {
	lines := []string{c.head()}
	for i := range c.all {
		d := &c.all[i]
		parts := append([]string{string(d.Kind), rowCount(d.Rows) + " rows"}, human.State(d)...)
		lines = append(lines, "", d.ID.String()+" "+strings.Join(append(parts, capabilities(d)), ", "))
		for _, l := range []string{d.Title.String(), oneLine(d.Description)} {
			if l != "" {
				lines = append(lines, "  "+l)
			}
		}
		for j := range d.Columns {
			lines = append(lines, "  "+about(&d.Columns[j]))
		}
	}
	return lines
}

// about returns what is known of a column.
func about(c *model.Column) string {
	out := c.Name.String()
	for _, part := range []string{c.Type.String(), c.Unit.String()} {
		if part != "" {
			out += " " + part
		}
	}
	title, words := c.Title.String(), oneLine(c.Description)
	if title != "" && !text.ContainsFold(words, title) {
		words = strings.TrimSuffix(title+". "+words, ". ")
	}
	if words != "" {
		out += "  " + words
	}
	return out
}
