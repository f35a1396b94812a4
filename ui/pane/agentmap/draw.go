package agentmap

import (
	"fmt"
	"strconv"
	"strings"

	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// mapPaint is the input of a painter.
type mapPaint struct {
	theme int
	heat  bool
}

// mapHeads is the least height at which the selected agent has a line of its own.
const mapHeads = 12

// headRows returns the number of lines above the map.
func (m *agentMap) headRows() int {
	if m.height >= mapHeads {
		return 2
	}
	return 1
}

// mapHeight returns the height of the map with its legend.
func (m *agentMap) mapHeight() int { return max(m.height-m.headRows(), 0) }

// colour sets the classes of the points.
func (m *agentMap) colour() {
	room := min(chart.LegendRoom(m.width, m.mapHeight()), len(m.theme.Classes))
	m.colours.colour(m.points, m.rows, room, len(m.theme.Heat))
}

// asMap returns the map to draw.
func (m *agentMap) asMap() chart.Map {
	out := chart.Map{Points: m.points, View: m.view, Marked: m.index, Name: func(i int) string { return m.people.Name(m.rows[i].ID) }}
	if m.trails {
		out.Trail = m.trail
	}
	if m.colours.by().From == kit.FromStatus {
		out.Heat = &m.colours.heat
	} else {
		out.Classes = m.colours.kinds.names()
		if m.colours.by().From == kit.FromAction && m.colours.kinds.all() {
			out.Rest = "no action"
		}
	}
	return out
}

// draw draws the pane.
func (m *agentMap) draw() {
	if m.note != "" {
		m.drawn = cell.Block(cell.Wrap(m.theme.Faint.Render(m.note), m.width), m.width, m.height)
		return
	}
	all := m.asMap()
	m.prepare(all.Heat != nil)
	drawn, seen := m.painter.Draw(all, m.width, m.mapHeight())
	lines := []string{m.head(seen)}
	if m.headRows() > 1 {
		lines = append(lines, m.agentLine())
	}
	m.drawn = cell.Block(lines, m.width, min(m.headRows(), m.height))
	if m.mapHeight() > 0 {
		m.drawn += "\n" + drawn
	}
}

// prepare makes a painter for the theme and the colouring.
func (m *agentMap) prepare(heat bool) {
	want := mapPaint{m.theme.Revision, heat}
	if m.painted == want && m.painter != nil {
		return
	}
	t := m.theme
	style := chart.MapStyle{Classes: t.Classes, Other: t.Other, Trail: t.Strong, Marked: t.Selected, Name: t.Text, Legend: t.Faint, ASCII: t.ASCII}
	if heat {
		style.Classes = t.Heat
	}
	m.painter, m.painted = chart.NewMapPainter(style), want
}

// head returns the number of agents, the colouring, and how many agents are not visible; or the
// search while it is typed.
func (m *agentMap) head(seen chart.Seen) string {
	t := m.theme
	if m.Search.Typing {
		return m.Search.Line(m.found())
	}
	dot := " " + t.Dot + " "
	parts := []string{human.CountOf(len(m.rows), "agent"), "by " + m.colours.by().Name}
	switch {
	case m.following:
		parts = append(parts, "follows "+m.name())
	case m.moved:
		parts = append(parts, m.zoom())
	}
	if m.Search.Query != "" {
		parts = append(parts, m.found()+" "+text.Clean(m.Search.Query).String())
	}
	out := t.Faint.Render(strings.Join(parts, dot))
	if m.frame.At.Valid() && m.frame.At != m.shown.at {
		out += t.Warning.Render(dot + "still " + m.shown.calendar.Short(m.frame.At))
	}
	if m.trouble != "" {
		out += t.Warning.Render(dot + m.trouble)
	}
	aside := unseen(seen)
	if room := m.width - cell.Width(out) - cell.Width(aside); aside != "" && room >= 2 {
		out += cell.Space(room) + t.Faint.Render(aside)
	}
	return out
}

// mapNameWidth is the width of a name above the map.
const mapNameWidth = 20

// name returns the name of the selected agent.
func (m *agentMap) name() string { return cell.Cut(m.people.Name(m.selected), mapNameWidth) }

// found returns which hit is selected.
func (s *selection) found() string {
	if len(s.hits) == 0 {
		return "no hit"
	}
	return human.Count(s.hit()) + " of " + human.Count(len(s.hits))
}

// zoom returns the scale relative to that which shows all agents.
func (c *camera) zoom() string {
	if by := strconv.FormatFloat(c.fitted.Scale/c.view.Scale, 'g', 2, 64); by != "1" {
		return "zoom " + by
	}
	return "moved"
}

// unseen returns how many agents are not visible.
func unseen(seen chart.Seen) string {
	var parts []string
	if seen.Outside > 0 {
		parts = append(parts, human.Count(seen.Outside)+" outside")
	}
	if seen.Nowhere > 0 {
		parts = append(parts, human.Count(seen.Nowhere)+" nowhere")
	}
	return strings.Join(parts, ", ")
}

// agentLine returns who the selected agent is, what it does, and its value for the colouring.
func (m *agentMap) agentLine() string {
	if m.index < 0 {
		return ""
	}
	t, r := m.theme, &m.rows[m.index]
	dot := t.Faint.Render(" " + t.Dot + " ")
	out := t.Key.Render(t.Cursor) + t.Faint.Render(fmt.Sprint(r.ID)+" ") + t.Selected.Render(" "+m.name()+" ") + " " + r.Action()
	if by := m.colours.by(); by.IsMember() {
		out += dot + t.Faint.Render(by.Name+" ") + by.Text(r).String()
	}
	if !m.points[m.index].Known() {
		out += dot + t.Warning.Render("has no place")
	}
	return out
}
