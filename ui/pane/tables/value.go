package tables

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// value is the whole of one value.
type value struct {
	kit.Page
	head  []string
	drawn valueKey
}

// valueKey is the input of the lines.
type valueKey struct {
	raw, head    string
	width, theme int
}

func newValue(t *theme.Theme) value { return value{Page: kit.NewPage(t, 0)} }

// resize sets the size, and makes the lines again if the width has changed.
func (v *value) resize(width, height int, g *grid) {
	v.SetSize(width, max(height-2, 0))
	v.show(g)
}

// show makes the lines of the selected value, unless they are made.
func (v *value) show(g *grid) {
	row := g.row()
	if row == nil || g.column >= len(g.columns) {
		return
	}
	c := &g.columns[g.column]
	key := valueKey{row[c.at].Raw(), g.dataset.ID.String() + g.place(row) + c.Name.String(), v.TextWidth(), v.Theme.Revision}
	if key == v.drawn {
		return
	}
	v.drawn = key
	t := v.Theme
	v.head = []string{t.Strong.Render(c.Name.String()) + t.Faint.Render(" of "+g.dataset.ID.String()+g.place(row)), t.Label.Render(about(&c.Column))}
	v.Lines = v.Lines[:0]
	for _, line := range whole(row[c.at]) {
		v.Lines = append(v.Lines, cell.Wrap(line, max(v.TextWidth(), 1))...)
	}
	v.SetRows(len(v.Lines))
}

// place returns the entity and the step of a row.
func (g *gridRows) place(row []text.Value) (out string) {
	if g.keyAt >= 0 {
		out += fmt.Sprintf(", %s %s", g.dataset.EntityKey, row[g.keyAt].Text())
	}
	if g.stepAt >= 0 {
		out += fmt.Sprintf(", %s %s", g.dataset.StepKey, row[g.stepAt].Text())
	}
	return out
}

// whole returns a value in full: a text as it is, JSON with a member a line.
func whole(v text.Value) []string {
	switch v.Kind() {
	case text.NullValue:
		return []string{model.Unknown + " (nothing)"}
	case text.TextValue:
		return strings.Split(v.Lines().String(), "\n")
	default:
	}
	var b bytes.Buffer
	if json.Indent(&b, v.JSON(), "", "  ") != nil {
		return []string{v.Text().String()}
	}
	return strings.Split(b.String(), "\n")
}

// draw returns the head and the visible lines.
func (v *value) draw(width, height int) string {
	lines := []string{}
	for _, h := range v.head {
		lines = append(lines, cell.Fit(h, width))
	}
	if v.Height > 0 {
		lines = append(lines, strings.Split(v.DrawPage(), "\n")...)
	}
	return cell.Block(lines, width, height)
}
