package list

import (
	"strings"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/theme"
)

// Draw returns the heading and the rows, in w×h cells at most. Focus reports whether the list has the
// keys; nothing is shown if the lab has no experiments.
func (l *List) Draw(w, h int, focus bool, nothing []string) []string {
	c := placed{columns: columnsFor(w, l.columns, l.width)}
	if n := c.parts[sourceColumn]; n > 0 {
		c.sources = cutNames(l.lab.Sources().Names(), n)
	}
	lines := []string{l.theme.Faint.Render(cell.Fit(c.heading(), w))}
	if l.selection.Len() == 0 {
		lines = append(lines, l.drawEmpty(w, h-1, nothing)...)
	}
	rows := l.selection.Window(l.top, l.height)
	for i := range rows {
		lines = append(lines, l.drawRow(&rows[i], &c, w, focus))
	}
	return lines
}

// drawEmpty returns why there are no rows.
func (l *List) drawEmpty(w, h int, text []string) []string {
	switch {
	case text != nil:
	case l.Filtering():
		text = []string{"filtering …"}
	default:
		text = []string{"No experiment matches " + l.Query().String(), "Esc shows all of them."}
	}
	var wrapped []string
	for _, t := range text {
		if t == "" {
			wrapped = append(wrapped, t)
			continue
		}
		wrapped = append(wrapped, cell.Wrap(t, w)...)
	}
	lines := make([]string, max((h-len(wrapped))/3, 0))
	for _, t := range wrapped {
		lines = append(lines, l.theme.Faint.Render(cell.Center(t, w)))
	}
	return lines[:min(len(lines), max(h, 0))]
}

// drawRow returns the row of an experiment. The selected row is highlighted except for its bar.
func (l *List) drawRow(s *model.Summary, c *placed, w int, focus bool) string {
	t := l.theme
	cursor, on := " ", (*lipgloss.Style)(nil)
	if l.has && s.Key == l.selected {
		if cursor, on = t.Cursor, &t.Selected; !focus {
			on = &t.Resting
		}
	}
	paint := func(text string, style lipgloss.Style) string {
		if on != nil {
			style = *on
		}
		return style.Render(text)
	}
	title := s.Name.String()
	switch {
	case s.Name.Empty():
		title = s.ID.String()[:8]
	case s.Dir != nil: // paths differ at their ends
		title = cell.Middle(title, c.name)
	}
	var b strings.Builder
	flag, style := l.flag(s)
	b.WriteString(t.Key.Render(cursor) + paint(t.Glyph(s.Status), t.Status(s.Status)) + paint(flag, style) + paint(cell.Fit(title, c.name), t.Text))
	for i := range allColumns {
		n := c.parts[i]
		switch {
		case n == 0:
		case i == barColumn:
			b.WriteString(paint(" ", t.Text))
			if p := s.Progress(); p.Known {
				b.WriteString(l.rowBar(s.Status, p, n))
			} else {
				b.WriteString(paint(cell.Space(n), t.Text))
			}
		default:
			text, style := allColumns[i].text(l, s)
			switch {
			case i == sourceColumn:
				text = c.sources[text]
			case allColumns[i].right:
				text = cell.Right(text, n)
			}
			b.WriteString(paint(" "+cell.Fit(text, n), style))
		}
	}
	out := b.String()
	return out + paint(cell.Space(w-cell.Width(out)), t.Text)
}

// rowBar returns the bar of a row.
func (l *List) rowBar(status model.Status, p model.Progress, w int) string {
	return chart.Bar(p.Ratio, w, chart.BarStyle{Done: l.theme.Bar(status), Rest: l.theme.BarRest, Thin: true, ASCII: l.theme.ASCII})
}

func percent(p model.Progress) string {
	if !p.Known {
		return model.Unknown
	}
	return human.Percent(p.Ratio)
}

// eta returns why an experiment needs attention, the time until a run ends, or its status if it is not
// running. A rough time has a sign.
func (l *List) eta(s *model.Summary) (string, lipgloss.Style) {
	e := l.lab.Estimate(s.Key, l.now())
	why := human.Attention(e.Attention)
	switch {
	case e.Attention.Need >= model.HasVanished:
		return why, l.theme.Failure
	case why != "":
		return why, l.theme.Warning
	case s.Status != model.Running:
		return theme.Word(s.Status), l.theme.Status(s.Status)
	case !e.Known:
		return human.ETA(e), l.theme.Faint
	}
	return human.ETA(e), l.theme.Text
}

// Title returns the number of experiments, the filter and the order.
func (l *List) Title() string {
	s, dot := l.selection, " "+l.theme.Dot+" "
	title := "Experiments " + human.Count(s.Len())
	if !s.Query().Empty() {
		title += " of " + human.Count(l.lab.Len()) + dot + s.Query().String()
	}
	if l.Filtering() {
		title += dot + "filtering …"
	}
	return title + dot + orderName(s.Sort())
}

// orderName returns an order in words.
func orderName(s model.Sort) string {
	names := map[model.SortKey][2]string{
		model.ByCreated:   {"newest first", "oldest first"},
		model.ByUpdated:   {"last updated first", "longest silent first"},
		model.ByName:      {"by name", "by name, Z to A"},
		model.ByStatus:    {"running first", "running last"},
		model.ByProgress:  {"furthest first", "least done first"},
		model.ByETA:       {"ending soonest first", "ending last first"},
		model.ByTokens:    {"most tokens first", "fewest tokens first"},
		model.ByCost:      {"dearest first", "cheapest first"},
		model.ByDay:       {"latest day first", "earliest day first"},
		model.ByAttention: {"what needs attention first", "least urgent first"},
		model.BySource:    {"by source", "by source, Z to A"},
		model.ByID:        {"by id", "by id, backwards"},
	}
	if s.Reverse {
		return names[s.Key][1]
	}
	return names[s.Key][0]
}
