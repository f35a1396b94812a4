package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// typedLine is the line in the footer in which something is typed.
type typedLine struct {
	prompt string
	input  *textinput.Model
	said   string // beside it
	wrong  bool   // that is what is wrong
}

// typedLeft is how many cells stand before what is typed.
const typedLeft = 3

// typed is the line in which something is typed now.
func (a *App) typed() (l typedLine, ok bool) {
	switch f, j := &a.filter, &a.jump; {
	case f.typing && !f.wrong.Empty():
		return typedLine{"/", &f.input, f.wrong.String(), true}, true
	case f.typing:
		return typedLine{"/", &f.input, human.Count(a.list.selection.Len()) + "/" + human.Count(a.lab.Len()), false}, true
	case j.typing && !j.wrong.Empty():
		return typedLine{"@", &j.input, j.wrong.String(), true}, true
	case j.typing:
		return typedLine{"@", &j.input, jumpForms, false}, true
	}
	return typedLine{}, false
}

// side is what stands at the end of the line, which has w cells.
func (l *typedLine) side(w int) string {
	return " " + cell.Cut(l.said, max(w-typedLeft-1-max(cell.Width(l.input.Value())+2, w/3), w/3))
}

// draw is the line in w cells, and the column of its cursor.
func (l *typedLine) draw(a *App, w int) (line string, x int) {
	style := a.theme.Faint
	if l.wrong {
		style = a.theme.Warning
	}
	side := l.side(w)
	text, x := kit.Typed(l.input, w-cell.Width(side)-typedLeft-1)
	return " " + a.theme.Key.Render(l.prompt) + " " + text + style.Render(side) + " ", typedLeft + x
}

// easyHeight is the height from which on there is room for a second line of help.
const easyHeight = 16

// typedHelpLines is how many lines of help stand under the one that is typed.
func (a *App) typedHelpLines() int {
	switch {
	case !a.filter.typing:
		return 0
	case a.height < easyHeight:
		return 1
	}
	return 2
}

// typedHelp is the help under a filter that is typed: how it can go on, and the language.
func (a *App) typedHelp(w int) []string {
	lines := []string{cell.Fit(a.offers(w), w), cell.Fit(a.filterHelp(w), w)}
	return lines[:a.typedHelpLines()]
}

// offers is what Tab puts into the filter, as much as fits, with the choice of now marked.
func (a *App) offers(w int) string {
	t, f := a.theme, &a.filter
	out := " " + t.Key.Render("Tab")
	all := f.offered.Choices
	if len(all) == 0 {
		return " " + t.Faint.Render("Enter keeps the filter, Esc drops it")
	}
	if len(all) == 1 && all[0].Meaning != "" {
		return out + " " + t.Text.Render(all[0].Text) + "  " + t.Faint.Render(all[0].Meaning)
	}
	from := a.firstOffer(w)
	used := 4
	for i := from; i < len(all); i++ {
		n := 1 + cell.Width(all[i].Text)
		if used+n > w-2 {
			return out + t.Faint.Render(" "+cell.Ellipsis)
		}
		style := t.Faint
		if i == f.choice {
			style = t.Selected
		}
		out += " " + style.Render(all[i].Text)
		used += n
	}
	return out
}

// firstOffer is the first of what is offered that is shown, so that the choice of now fits.
func (a *App) firstOffer(w int) int {
	all, from := a.filter.offered.Choices, 0
	used := 4
	for i := 0; i <= a.filter.choice && i < len(all); i++ {
		for used += 1 + cell.Width(all[i].Text); used > w-2 && from < i; from++ {
			used -= 1 + cell.Width(all[from].Text)
		}
	}
	return from
}

// filterHelp is the rest of the filter language, and the orders that s goes through.
func (a *App) filterHelp(w int) string {
	t := a.theme
	var sorts []string
	for _, k := range model.SortKeys() {
		sorts = append(sorts, k.String())
	}
	parts := [][2]string{{"-x", "not"}, {"a|b", "or"}, {"s", "by " + strings.Join(sorts, " ")}}
	if w >= wideWidth {
		parts = [][2]string{{"-x", "not"}, {"a b", "and"}, {"a|b", "or"}, {`"two words"`, ""}, {"s", "sorts by " + strings.Join(sorts, " ")}}
	}
	out := " "
	for _, one := range parts {
		part := t.Key.Render(one[0])
		if one[1] != "" {
			part += " " + t.Faint.Render(one[1])
		}
		out += part + "  "
	}
	return cell.Cut(out, w)
}

// helpTopic is one heading with things and what they mean, as the help shows them.
func (a *App) helpTopic(title string, rows [][2]string) []string {
	t := a.theme
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

// filterTopics is the filter language and the sort keys, for the help.
func (a *App) filterTopics() [][]string {
	rows := [][2]string{{"word", "in the name or the id"}, {"-x", "not x"}, {"a b", "both"}, {"a|b", "one of them"}}
	for _, f := range model.FilterFields() {
		rows = append(rows, [2]string{f.Example, f.Meaning})
	}
	var sorts [][2]string
	for _, k := range model.SortKeys() {
		sorts = append(sorts, [2]string{k.String(), k.Meaning()})
	}
	return [][]string{a.helpTopic("Filter (/)", rows), a.helpTopic("Orders (s, S)", sorts)}
}
