package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// helpColumn is the width of a column of the help.
const helpColumn = 38

// helpLines returns the keys that do something, in as many columns as fit into w cells.
func (s situation) helpLines(w int) []string {
	columns := make([][]string, max(min((w-2)/helpColumn, 5), 1))
	groups := s.keys.Groups()
	if s.focus { // the keys of the pane come first
		own := slices.IndexFunc(groups, func(g Group) bool { return g.Title == s.pane.Title() })
		if own > 0 {
			groups = slices.Concat(groups[own:own+1], groups[:own], groups[own+1:])
		}
	}
	place := func(lines []string) {
		shortest := 0
		for i := range columns {
			if len(columns[i]) < len(columns[shortest]) {
				shortest = i
			}
		}
		columns[shortest] = append(columns[shortest], lines...)
	}
	for _, g := range groups {
		if g = s.usable(g); len(g.Keys) > 0 {
			place(helpGroup(s.theme, g))
		}
	}
	if !s.focus {
		for _, topic := range filterTopics(s.theme) {
			place(topic)
		}
	}
	return joinColumns(columns)
}

// joinColumns puts columns next to each other.
func joinColumns(columns [][]string) []string {
	height := 0
	for _, c := range columns {
		height = max(height, len(c))
	}
	lines := make([]string, height)
	for i := range lines {
		for _, c := range columns {
			text := ""
			if i < len(c) {
				text = c[i]
			}
			lines[i] += cell.Fit(text, helpColumn)
		}
	}
	return lines
}

// helpGroup returns one heading with its keys.
func helpGroup(t *theme.Theme, g Group) []string {
	lines := []string{" " + t.Strong.Render(g.Title)}
	for _, b := range g.Keys {
		lines = append(lines, "  "+helpKey(t, b))
	}
	return append(lines, "")
}

// helpKey returns one key; a disabled one says why.
func helpKey(t *theme.Theme, b key.Binding) string {
	h := b.Help()
	line := t.Key.Render(cell.Fit(t.KeyName(h.Key), 9)) + t.KeyName(h.Desc)
	if !b.Enabled() {
		line += t.Faint.Render(" (no shell)")
	}
	return line
}

// helpTopic returns one heading with things and what they mean.
func helpTopic(t *theme.Theme, title string, rows [][2]string) []string {
	lines := []string{" " + t.Strong.Render(title)}
	for _, r := range rows {
		room := helpColumn - 12 - 1
		if cell.Width(r[0]) > 9 {
			lines = append(lines, "  "+t.Key.Render(r[0]))
		}
		for i, part := range cell.Wrap(r[1], room) {
			name := ""
			if i == 0 && cell.Width(r[0]) <= 9 {
				name = r[0]
			}
			lines = append(lines, "  "+t.Key.Render(cell.Fit(name, 10))+part)
		}
	}
	return append(lines, "")
}

// filterTopics returns the filter language and the sort keys.
func filterTopics(t *theme.Theme) [][]string {
	rows := [][2]string{{"word", "in the name or the id"}, {"-x", "not x"}, {"a b", "both"}, {"a|b", "one of them"}}
	for _, f := range model.FilterFields() {
		rows = append(rows, [2]string{f.Example, f.Meaning})
	}
	var sorts [][2]string
	for _, k := range model.SortKeys() {
		sorts = append(sorts, [2]string{k.String(), k.Meaning()})
	}
	return [][]string{helpTopic(t, "Filter (/)", rows), helpTopic(t, "Orders (s, S)", sorts)}
}
