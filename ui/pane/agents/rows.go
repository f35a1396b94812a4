package agents

import (
	"fmt"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// draw returns the head, the column names and the visible rows.
func (a *agents) draw() []string {
	c := a.columns()
	lines := []string{a.head(), a.theme.Faint.Render(c.heading(a.table.sort.title()))}
	if len(a.table.order) == 0 {
		return append(lines, a.theme.Faint.Render("No agent matches; "+a.keys.back.Help().Key+" shows all of them."))
	}
	for i := a.top; i < min(a.top+a.fits(), len(a.table.order)); i++ {
		lines = append(lines, a.drawRow(a.table.row(i), c))
	}
	return lines
}

// head returns the number of agents and their order; or the search while it is typed.
func (a *agents) head() string {
	t := a.theme
	count := human.Count(len(a.table.order)) + " of " + human.Count(len(a.table.rows))
	if a.Search.Typing {
		return a.Search.Line(count)
	}
	out := human.CountOf(len(a.table.rows), "agent")
	if a.table.query != "" {
		out = count + " " + t.Dot + " " + text.Clean(a.table.query).String()
	}
	if a.trouble == "" {
		out += " " + t.Dot + " " + a.table.sort.words()
	}
	out = t.Faint.Render(out)
	if frame := a.table.frame.At; frame.Valid() && frame != a.view.At {
		out += t.Warning.Render(" " + t.Dot + " still " + a.view.Short(frame))
	}
	if a.trouble != "" {
		out += t.Warning.Render(" " + t.Dot + " " + a.trouble)
	}
	return out
}

// agentColumns are the widths of the parts of a row; 0 leaves a part out.
type agentColumns struct {
	id, name, action, key, status, place int

	members []memberColumn // instead of the status
}

// placeColumn holds "-116.3912 -39.9075".
const placeColumn = 18

// columns divides the width of a row.
func (a *agents) columns() agentColumns {
	w := a.width
	c := agentColumns{id: max(len(fmt.Sprint(a.table.lastID())), 2), name: min(max(w/5, 8), 20)}
	if a.table.sort.key.IsMember() {
		c.key = 12
	}
	rest := w - 1 - c.id - 1 - c.name - 1
	if c.key > 0 {
		rest -= c.key + 1
	}
	if w >= 84 {
		c.place = placeColumn
		rest -= placeColumn + 1
	}
	if len(a.table.members.all) > 0 {
		if c.action = a.table.members.action; c.action > 0 {
			rest -= c.action + 1
		}
		c.members = a.table.members.fitting(rest+1, a.table.sort.key)
		return c
	}
	if c.action = max(rest, 0); rest >= 34 {
		c.action = min(rest*2/5, 26)
		c.status = rest - c.action - 1
	}
	return c
}

// heading returns the column names.
func (c agentColumns) heading(sorted string) string {
	out := " " + cell.Right("ID", c.id) + " " + cell.Fit("NAME", c.name)
	if c.action > 0 {
		out += " " + cell.Fit("ACTION", c.action)
	}
	if c.key > 0 {
		out += " " + cell.Fit(strings.ToUpper(sorted), c.key)
	}
	for i := range c.members {
		out += " " + c.members[i].fit(c.members[i].title)
	}
	if c.status > 0 {
		out += " " + cell.Fit("STATUS", c.status)
	}
	if c.place > 0 {
		out += " " + cell.Fit("LNG LAT", c.place)
	}
	return out
}

// drawRow draws one agent. The selected one is marked over the whole row.
func (a *agents) drawRow(r *kit.AgentRow, c agentColumns) string {
	t := a.theme
	cursor, text, faint := " ", t.Text, t.Faint
	if a.table.chosen && r.ID == a.table.selected {
		cursor, text, faint = t.Cursor, t.Selected, t.Selected
	}
	out := t.Key.Render(cursor) + faint.Render(cell.Right(fmt.Sprint(r.ID), c.id)) + text.Render(" "+cell.Fit(r.Name(), c.name))
	if c.action > 0 {
		out += text.Render(" " + cell.Fit(r.Action(), c.action))
	}
	if c.key > 0 {
		out += text.Render(" " + cell.Fit(a.table.sort.key.Text(r).String(), c.key))
	}
	for i := range c.members {
		out += faint.Render(" " + c.members[i].fit(valueText(c.members[i].Value(r))))
	}
	if c.status > 0 {
		out += faint.Render(" " + cell.Fit(statusText(r.Status), c.status))
	}
	if c.place > 0 {
		out += faint.Render(" " + cell.Fit(placeText(r.Status), c.place))
	}
	return out + text.Render(cell.Space(a.width-cell.Width(out)))
}

// statusText returns a status on one line: text as it is, an object as its members.
func statusText(s *model.AgentStatus) string {
	switch {
	case s == nil || s.Status.Kind() == text.NullValue:
		return model.Unknown
	case s.Status.Kind() != text.ObjectValue:
		return s.Status.Text().String()
	}
	var parts []string
	for _, m := range s.Status.Members() {
		parts = append(parts, m.Key.String()+" "+m.Value.Text().String())
	}
	return strings.Join(parts, ", ")
}

// placeText returns longitude and latitude of an agent.
func placeText(s *model.AgentStatus) string {
	if s == nil || !kit.PlaceOf(s).Known() {
		return model.Unknown
	}
	return fmt.Sprintf("%.4f %.4f", s.Lng, s.Lat)
}
