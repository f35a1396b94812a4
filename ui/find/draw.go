package find

import (
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/lipgloss/v2"

	"societop/model/search"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// headLines is how many lines are above the hits.
const headLines = 2

// columns is how wide the columns before the line of a hit are; 0: there is none.
type columns struct {
	name, time, what int
	words            bool // the part is followed by what its number is
}

// sourceCells are those of the source of a hit, if there are several.
const sourceCells = 10

// columnsIn returns the columns for w cells.
func columnsIn(w int) columns {
	switch {
	case w < 50:
		return columns{name: 8, what: 11}
	case w < 100:
		return columns{name: w / 4, time: 9, what: 11}
	}
	return columns{name: 22, time: 9, what: 17, words: true}
}

// Title returns the title of the panel.
func (p *Panel) Title() string { return "Search in all runs" }

// Draw returns the panel in h lines of w cells.
func (p *Panel) Draw(w, h int) []string {
	lines := []string{p.head(w), cell.Space(w)}
	if p.typing || h <= headLines {
		for _, line := range cell.Wrap(p.help(), w-2) {
			lines = append(lines, p.c.Theme.Faint.Render(cell.Fit(" "+line, w)))
		}
		return lines[:min(len(lines), h)]
	}
	hits := p.found.hits
	p.rows = h - headLines
	p.top = max(min(p.top, p.at, len(hits)-p.rows), p.at-p.rows+1, 0)
	for i := p.top; i < min(p.top+p.rows, len(hits)); i++ {
		lines = append(lines, p.row(&hits[i], i == p.at, w))
	}
	return lines
}

// help says what a pattern is, and what is searched.
func (p *Panel) help() string {
	help := "A pattern is a regular expression (RE2); capitals don't matter: rain|snow, time ?out. "
	if p.c.Source.Info().Local {
		return help + "Configs, logs, prompts, talk and answers of all runs are searched, the newest runs first."
	}
	return help + "Of a server configs, logs and the newest prompts are searched, the newest runs first: one request after the other, three a run."
}

// head returns the line with the pattern and what became of the search.
func (p *Panel) head(w int) string {
	t := p.c.Theme
	if p.typing {
		shown, _ := kit.Typed(&p.input, p.inputCells(w))
		return cell.Fit(" "+t.Key.Render("*")+" "+shown+" "+t.Warning.Render(p.wrong), w)
	}
	state, style := p.state(), t.Faint
	if p.found.failure != "" {
		style = t.Warning
	}
	pattern := cell.Cut(p.found.pattern, max(w/2, 1))
	return cell.Fit(" "+t.Key.Render("*")+" "+t.Strong.Render(pattern)+"  "+style.Render(state), w)
}

// inputCells returns how many cells there are for the pattern that is typed.
func (p *Panel) inputCells(w int) int { return max(w-5-min(cell.Width(p.wrong), w/2), 1) }

// state returns how far the search is.
func (p *Panel) state() string {
	f := &p.found
	said := human.CountOf(len(f.hits), "hit")
	switch {
	case f.failure != "":
		said += ", then: " + f.failure
	case len(f.hits) >= maxHits:
		said = "the first " + said
	case f.stopped:
		said += "; the search was ended"
	case !f.done:
		said += ", searching"
	case len(f.hits) == 0:
		said = "nothing was found"
	}
	return strings.Join(append([]string{said}, f.notes...), " "+p.c.Theme.Dot+" ")
}

// row returns a hit in w cells.
func (p *Panel) row(h *search.Hit, chosen bool, w int) string {
	t := p.c.Theme
	cursor, style, faint, hit := " ", t.Text, t.Faint, t.Hit
	if chosen {
		cursor, style, faint, hit = t.Cursor, t.Selected, t.Selected, t.Hit
	}
	name := h.Name.String()
	if h.Name.Empty() {
		name = h.Run.ID.String()
	}
	c := columnsIn(w)
	if c.time > 0 && p.found.dated {
		c.time = len("01-05 09:30")
	}
	what, at := h.In.String(), ""
	number, kind := int64(h.Number), " line "
	if h.Agent != nil {
		number, kind = *h.Agent, " agent "
	}
	if !c.words {
		kind = " "
	}
	what += kind + strconv.FormatInt(number, 10)
	if h.At.Valid() {
		at = h.Dates.Short(h.At)
	}
	place := style.Render(cell.Fit(name, c.name))
	if c.time > 0 && p.c.Sources.Several() {
		place += faint.Render("  " + cell.Fit(p.c.Sources.Short(h.Run.Source), sourceCells))
	}
	if c.time > 0 {
		place += faint.Render("  " + cell.Fit(at, c.time))
	}
	place += faint.Render("  " + cell.Fit(what, c.what) + "  ")
	room := max(w-1-cell.Width(place), 0)
	line, matches := cell.Around(h.Line.String(), h.Matches, room)
	out := t.Key.Render(cursor) + place + marked(line, matches, style, hit)
	return cell.Cut(out, w) + style.Render(cell.Space(w-cell.Width(out)))
}

// marked returns a line with its matches in a style of their own.
func marked(line string, matches [][]int, style, hit lipgloss.Style) string {
	var b strings.Builder
	at := 0
	for _, m := range matches {
		b.WriteString(style.Render(line[at:m[0]]) + hit.Render(line[m[0]:m[1]]))
		at = m[1]
	}
	return b.String() + style.Render(line[at:])
}

// Cursor returns where the next character of the pattern will be; ok reports whether it is typed.
func (p *Panel) Cursor(w int) (x, y int, ok bool) {
	_, x = kit.Typed(&p.input, p.inputCells(w))
	return x + 3, 0, p.typing
}

// Footer returns the keys of the panel in w cells.
func (p *Panel) Footer(w int) string {
	t := p.c.Theme
	hint := func(key, word string) string {
		return t.Key.Render(t.KeyName(key)) + " " + t.Footer.Render(word)
	}
	if p.typing {
		return cell.Whole([]string{" " + hint("⏎", "search"), hint("Esc", "back")}, w)
	}
	k := &p.keys
	name := func(b key.Binding) string { return b.Help().Key }
	return cell.Whole([]string{" " + hint(name(k.open), "go there"), hint(name(k.back), "close"), hint(name(kit.Several("", k.Down, k.Up)), "move"), hint(name(k.edit), "another pattern")}, w)
}
