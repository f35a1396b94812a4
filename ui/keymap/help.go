package keymap

import (
	"slices"

	"charm.land/bubbles/v2/key"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// HelpColumn is the width of a column of the help.
const HelpColumn = 38

// Help returns the keys that do something, in as many columns as fit into w cells.
func (s *Situation) Help(w int) []string {
	columns := make([][]string, max(min((w-2)/HelpColumn, 5), 1))
	groups := s.Keys.Groups()
	if s.Focus { // the keys of the pane come first
		own := slices.IndexFunc(groups, func(g Group) bool { return g.Title == s.Pane.Title() })
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
		if g = s.Usable(g); len(g.Keys) > 0 {
			place(helpGroup(s.Theme, g))
		}
	}
	if !s.Focus {
		for _, topic := range s.filterTopics() {
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
			lines[i] += cell.Fit(text, HelpColumn)
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
		room := HelpColumn - 12 - 1
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
func (s *Situation) filterTopics() [][]string {
	t, k := s.Theme, s.Keys
	rows := [][2]string{{"word", "in the name or the id"}, {"-x", "not x"}, {"a b", "both"}, {"a|b", "one of them"}}
	for _, f := range model.FilterFields() {
		rows = append(rows, [2]string{f.Example, f.Meaning})
	}
	var sorts [][2]string
	for _, k := range model.SortKeys() {
		sorts = append(sorts, [2]string{k.String(), k.Meaning()})
	}
	return [][]string{helpTopic(t, "Filter ("+k.Filter.Help().Key+")", rows), helpTopic(t, "Orders ("+k.Sort.Help().Key+", "+k.Reverse.Help().Key+")", sorts)}
}
