package ui

import (
	"strings"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/theme"
)

// list is the experiments on the screen. The selection is bound to an experiment, not to a
// row: it stays with it through every change.
type list struct {
	selection *model.Selection // what is shown
	next      *model.Selection // a filter or an order that is being made
	selected  model.Key
	has       bool // something is selected
	index     int  // the row of selected
	top       int  // the first row in view
	height    int  // rows that fit
	need      int  // columns that the list has use for; 0: its share
	columns   choice
	marked    map[model.Key]bool // by hand
	changed   map[model.Key]bool // since they were selected last: another status, or new
}

// resize takes another height; the selected row stays in view.
func (l *list) resize(height int) {
	l.height = max(height, 0)
	l.reveal()
}

// place finds the selected experiment again after a change. It keeps its place on the
// screen; if it is gone, the one that has taken its row is selected. A list that shows its
// first row goes on to do so as long as the selection is in view.
func (l *list) place() {
	n := l.selection.Len()
	if n == 0 {
		l.has = l.has && l.next != nil
		l.index, l.top = 0, 0
		return
	}
	at, ok := l.selection.Rank(l.selected)
	if !ok || !l.has {
		at = min(l.index, n-1)
		l.selected, l.has = l.selection.At(at).Key, true
	}
	if l.top > 0 {
		l.top = max(l.top+at-l.index, 0)
	}
	l.index = at
	l.reveal()
}

// reveal scrolls as little as brings the selected row into view.
func (l *list) reveal() {
	last := max(l.selection.Len()-l.height, 0)
	l.top = min(max(l.top, l.index-l.height+1), l.index, last)
	l.top = max(l.top, 0)
}

// key moves the selection; it tells whether it did.
func (l *list) key(keys KeyMap, k interface{ String() string }) bool {
	to, ok := keys.Move(k, l.index, l.selection.Len()-1, l.height)
	if !ok || to == l.index || !l.has {
		return false
	}
	l.index, l.selected = to, l.selection.At(to).Key
	l.reveal()
	return true
}

// drawList is the box with the list.
func (a *App) drawList() []string {
	r := a.layout.list
	inner := r.w - 2
	c := columnsFor(inner, a.list.columns)
	lines := []string{a.theme.Faint.Render(cell.Fit(c.heading(), inner))}
	if a.list.selection.Len() == 0 {
		lines = append(lines, a.emptyList(inner, r.h-3)...)
	}
	rows := a.list.selection.Window(a.list.top, a.list.height)
	for i := range rows {
		lines = append(lines, a.drawRow(&rows[i], &c, inner))
	}
	return a.box(r, a.listTitle(), !a.detail.focus, lines)
}

// drawRow is one experiment. The selected one is marked over the whole row, but for its bar.
func (a *App) drawRow(s *model.Summary, c *columns, w int) string {
	t := a.theme
	cursor, on := " ", (*lipgloss.Style)(nil)
	if a.list.has && s.Key == a.list.selected {
		if cursor, on = t.Cursor, &t.Selected; a.detail.focus {
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
	if s.Name.Empty() {
		title = s.ID.String()[:8]
	}
	var b strings.Builder
	flag, style := a.flag(s.Key)
	b.WriteString(t.Key.Render(cursor) + paint(t.Glyph(s.Status), t.Status(s.Status)) + paint(flag, style) + paint(cell.Fit(title, c.name), t.Text))
	for i := range allColumns {
		n := c.parts[i]
		switch {
		case n == 0:
		case i == barColumn:
			b.WriteString(paint(" ", t.Text))
			if p := s.Progress(); p.Known {
				b.WriteString(a.rowBar(s.Status, p, n))
			} else {
				b.WriteString(paint(cell.Space(n), t.Text))
			}
		default:
			text, style := allColumns[i].text(a, s)
			if allColumns[i].right {
				text = cell.Right(text, n)
			}
			b.WriteString(paint(" "+cell.Fit(text, n), style))
		}
	}
	out := b.String()
	return out + paint(cell.Space(w-cell.Width(out)), t.Text)
}

// rowBar is the bar of a row.
func (a *App) rowBar(status model.Status, p model.Progress, w int) string {
	return chart.Bar(p.Ratio, w, chart.BarStyle{Done: a.theme.Bar(status), Rest: a.theme.BarRest, Thin: true, ASCII: a.theme.ASCII})
}

func percent(p model.Progress) string {
	if !p.Known {
		return model.Unknown
	}
	return human.Percent(p.Ratio)
}

// eta is when a run ends, or, where that has no meaning, its state in a word.
func (a *App) eta(s *model.Summary) (string, lipgloss.Style) {
	if s.Status != model.Running {
		return theme.Word(s.Status), a.theme.Status(s.Status)
	}
	e := a.lab.Estimate(s.Key, a.now)
	if silence := human.Silence(e); silence != "" {
		return silence, a.theme.Warning
	}
	if !e.Known {
		return model.Unknown, a.theme.Faint
	}
	return human.Span(e.Left), a.theme.Text
}

// listTitle says what is in the list, and in which order.
func (a *App) listTitle() string {
	s := a.list.selection
	title := "Experiments " + human.Count(s.Len())
	if !s.Query().Empty() {
		title += " of " + human.Count(a.lab.Len()) + a.dot() + s.Query().String()
	}
	if a.list.next != nil {
		title += a.dot() + "filtering …"
	}
	return title + a.dot() + orderName(s.Sort())
}

// orderName is an order as people say it.
func orderName(s model.Sort) string {
	names := map[model.SortKey][2]string{
		model.ByCreated:  {"newest first", "oldest first"},
		model.ByUpdated:  {"last updated first", "longest silent first"},
		model.ByName:     {"by name", "by name, Z to A"},
		model.ByStatus:   {"running first", "running last"},
		model.ByProgress: {"furthest first", "least done first"},
		model.ByETA:      {"ending soonest first", "ending last first"},
		model.ByTokens:   {"most tokens first", "fewest tokens first"},
		model.ByDay:      {"latest day first", "earliest day first"},
		model.ByID:       {"by id", "by id, backwards"},
	}
	if s.Reverse {
		return names[s.Key][1]
	}
	return names[s.Key][0]
}

func (a *App) dot() string { return " " + a.theme.Dot + " " }

// here is where the experiments are.
func (a *App) here() string {
	if a.options.Source.Info().Local {
		return "in this lab"
	}
	return "on this server"
}

// emptyList says why there is nothing, and what to do.
func (a *App) emptyList(w, h int) []string {
	var text []string
	switch {
	case a.waiting():
		text = []string{"There is no lab file yet.", "It is shown as soon as it is there. To make one:", "", "societop import FILE… LAB", "societop demo --file LAB"}
	case a.failure != nil && !a.loaded:
		text = []string{"Nothing could be read yet.", model.Reason(a.failure).String(), "", "! shows the messages"}
	case !a.loaded:
		text = []string{"reading …"}
	case a.lab.Len() == 0:
		text = []string{"There are no experiments " + a.here() + " yet.", "New ones are shown by themselves."}
	case a.list.next != nil:
		text = []string{"filtering …"}
	default:
		text = []string{"No experiment matches " + a.list.selection.Query().String(), "Esc shows all of them."}
	}
	lines := make([]string, 0, h)
	for range max((h-len(text))/3, 0) {
		lines = append(lines, "")
	}
	for _, t := range text {
		lines = append(lines, a.theme.Faint.Render(cell.Center(t, w)))
	}
	return lines
}
