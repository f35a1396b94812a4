package list

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// column is a column of the list, in addition to the name.
type column struct {
	name  string
	head  string // over it
	width int
	right bool   // aligned to the right
	usual bool   // it is shown at the start
	rank  int    // if there is little room, the highest are left out first
	roomy bool   // it is left out unless the names keep their room
	sort  string // its sort key, if there is one
	text  func(l *List, s *model.Summary) (string, lipgloss.Style)
}

// etaWidth holds "not started" and "stalled 99d".
const etaWidth = 11

// columnCount is how many columns there are.
const columnCount = 14

// allColumns is every column, in their order. A new one is one line here.
var allColumns = [columnCount]column{
	{name: "source", head: "SOURCE", usual: true, rank: 2, sort: "source", text: sourceText},
	{name: "progress bar", head: "PROGRESS", usual: true, rank: 3, sort: "progress"},
	{name: "percent", head: "DONE", width: 5, right: true, usual: true, rank: 0, sort: "progress", text: percentText},
	{name: "step", head: "STEP", width: 13, right: true, rank: 7, sort: "progress", text: stepText},
	{name: "simulated time", head: "SIM TIME", width: 9, usual: true, rank: 4, sort: "day", text: simText},
	{name: "end", head: "ETA", width: etaWidth, right: true, usual: true, rank: 1, sort: "eta", text: (*List).eta},
	{name: "range of the end", head: "RANGE", width: human.RangeWidth + 2, usual: true, rank: 13, roomy: true, sort: "eta", text: (*List).etaRange},
	{name: "pace", head: "A STEP", width: 7, right: true, rank: 8, text: (*List).paceText},
	{name: "tokens", head: "TOK", width: 6, right: true, usual: true, rank: 5, sort: "tokens", text: tokensText},
	{name: "cost", head: "COST", width: 13, right: true, rank: 6, sort: "cost", text: costText},
	{name: "updated", head: "UPDATED", width: 7, right: true, rank: 9, sort: "updated", text: (*List).updatedText},
	{name: "created", head: "CREATED", width: 12, right: true, rank: 10, sort: "created", text: (*List).createdText},
	{name: "tenant", head: "TENANT", width: 10, rank: 11, text: tenantText},
	{name: "id", head: "ID", width: 8, rank: 12, sort: "id", text: idText},
}

// The indices of the source, which is as wide as the names of sources and is left out where there is one
// source only, of the progress bar, which is as wide as the list allows, and of the simulated time,
// which is wider where there are dates.
const (
	sourceColumn = iota
	barColumn
	clockColumn = 4
)

// The cells of the name of a source: what it has at least, as long as there is room for a name at all;
// what it takes before the columns after the bar; and the most, where names of experiments have room to spare.
const (
	leastSource = 6
	easySource  = 16
	maxSource   = 40
)

// choice is which columns are wanted, by their indices.
type choice [columnCount]bool

// usualColumns returns the columns that are shown at the start; with prices the cost is one of them.
func usualColumns(priced bool) (c choice) {
	for i := range allColumns {
		c[i] = allColumns[i].usual || priced && allColumns[i].name == "cost"
	}
	return c
}

// columns are the widths of a row's parts; 0 leaves a part out.
type columns struct {
	name  int
	parts [columnCount]int
}

// The least width of the name, while other columns can be left out, and otherwise; and the most that
// roomy columns leave it.
const (
	easyName  = 18
	leastName = 8
	roomyName = 30
)

// columnsFor divides a row of w cells among the wanted columns. If there is not enough room, it leaves
// out those of the highest ranks, but never the first two; and roomy ones if names of so many cells
// would be cut. The source is narrow before the bar is left out.
func columnsFor(w int, wanted choice, needs Width) columns {
	names := min(max(needs.names, easyName), roomyName)
	c := columns{name: w - 4} // after the cursor, the glyph and two spaces
	for rank, i := range ranked() {
		if rank > allColumns[barColumn].rank {
			c.widen(min(needs.sources, easySource), easyName)
		}
		n, least := needs.of(i, w, min(needs.sources, leastSource)), easyName
		if i == sourceColumn {
			least = leastName
		}
		if !wanted[i] || n == 0 || allColumns[i].roomy && c.name-n-1 < names {
			continue
		}
		if rank > 1 && c.name-n-1 < least {
			break
		}
		c.parts[i] = n
		c.name -= n + 1
	}
	c.widen(min(needs.sources, easySource), easyName)
	c.widen(needs.sources, max(needs.names, easyName))
	c.name = max(c.name, leastName)
	return c
}

// widen gives the source, if it is shown, up to so many cells of those that names have above their least.
func (c *columns) widen(source, least int) {
	if n := min(source-c.parts[sourceColumn], c.name-least); n > 0 && c.parts[sourceColumn] > 0 {
		c.parts[sourceColumn] += n
		c.name -= n
	}
}

// of returns the width of a column in a list of w cells, whose sources have names of so many cells.
func (n Width) of(i, w, sources int) int {
	switch i {
	case barColumn:
		return barWidth(w)
	case sourceColumn:
		return sources
	}
	return allColumns[i].width + map[bool]int{true: n.dates}[i == clockColumn]
}

// ranked returns the indices of the columns by their ranks.
func ranked() (indices [columnCount]int) {
	for i := range allColumns {
		indices[allColumns[i].rank] = i
	}
	return indices
}

// barWidth returns the width of the progress bar in a list of w cells.
func barWidth(w int) int {
	switch {
	case w >= 100:
		return 16
	case w >= 76:
		return 12
	}
	return 8
}

// heading returns the names of the columns.
func (c *columns) heading() string {
	var b strings.Builder
	b.WriteString("   " + cell.Fit("NAME", c.name))
	for i := range allColumns {
		n := c.parts[i]
		switch head := allColumns[i].head; {
		case n == 0:
		case i == barColumn+1 && c.parts[barColumn] > 0:
			b.WriteString(cell.Space(n + 1)) // the bar's heading is that of the percentage, too
		case allColumns[i].right:
			b.WriteString(" " + cell.Right(head, n))
		default:
			b.WriteString(" " + cell.Fit(head, n))
		}
	}
	return b.String()
}

// offered returns the columns to choose from: that of the source only if there are several.
func offered(l *List) (indices []int) {
	for i := range allColumns {
		if i != sourceColumn || l.width.sources > 0 {
			indices = append(indices, i)
		}
	}
	return indices
}

// ToggleColumn shows or hides the i-th column of those to choose from.
func (l *List) ToggleColumn(i int) {
	if all := offered(l); i < len(all) {
		l.columns[all[i]] = !l.columns[all[i]]
	}
}

// DrawChoice returns the columns to choose from, with the cursor on one. Shown columns that do not fit
// into a list of w cells are marked, unless w is 0.
func (l *List) DrawChoice(at, w int) []string {
	t, c := l.theme, columnsFor(w, l.columns, l.width)
	all := offered(l)
	lines := make([]string, len(all))
	for line, i := range all {
		cursor, name, sign := " ", t.Text, t.Off
		if line == at {
			cursor, name = t.Cursor, t.Selected
		}
		note := ""
		if l.columns[i] {
			sign = t.On
			if c.parts[i] == 0 && w > 0 {
				note = t.Faint.Render("  no room")
			}
		}
		lines[line] = t.Key.Render(cursor) + " " + sign + name.Render(" "+cell.Fit(allColumns[i].name, 16)) + note
	}
	return lines
}

// etaRange returns between which times a run ends, or that nobody knows it well.
func (l *List) etaRange(s *model.Summary) (string, lipgloss.Style) {
	e := l.lab.Estimate(s.Key, l.now())
	spread := human.ETARange(e)
	switch {
	case spread != "":
		return "(" + spread + ")", l.theme.Faint
	case e.Known && e.Rough:
		return "rough", l.theme.Faint
	}
	return "", l.theme.Faint
}

func percentText(l *List, s *model.Summary) (string, lipgloss.Style) {
	return percent(s.Progress()), l.theme.Text
}

func stepText(l *List, s *model.Summary) (string, lipgloss.Style) {
	p := s.Progress()
	switch {
	case p.Step >= 0 && p.Steps < 0 && s.Dir != nil: // a count without a plan
		return human.Steps(p.Step), l.theme.Faint
	case p.Step < 0 || p.Steps < 0:
		return model.Unknown, l.theme.Faint
	}
	return fmt.Sprintf("%s/%s", human.Steps(p.Step), human.Steps(p.Steps)), l.theme.Faint
}

func simText(l *List, s *model.Summary) (string, lipgloss.Style) {
	return s.Calendar().Short(s.Clock()), l.theme.Faint
}

func tokensText(l *List, s *model.Summary) (string, lipgloss.Style) {
	if !s.Counted() {
		return model.Unknown, l.theme.Faint
	}
	return human.Tokens(s.Tokens()), l.theme.Faint
}

// sourceText returns a short name of the source of an experiment.
func sourceText(l *List, s *model.Summary) (string, lipgloss.Style) {
	return l.lab.Sources().Short(s.Source), l.theme.Faint
}

func tenantText(l *List, s *model.Summary) (string, lipgloss.Style) {
	return s.Tenant.String(), l.theme.Faint
}

func idText(l *List, s *model.Summary) (string, lipgloss.Style) {
	return s.ID.String()[:8], l.theme.Faint
}

// paceText returns the time that a step takes.
func (l *List) paceText(s *model.Summary) (string, lipgloss.Style) {
	e := l.lab.Estimate(s.Key, l.now())
	if e.StepLength <= 0 {
		return model.Unknown, l.theme.Faint
	}
	return human.Exact(e.StepLength), l.theme.Faint
}

// costText returns what an experiment has cost so far.
func costText(l *List, s *model.Summary) (string, lipgloss.Style) {
	return human.Cost(l.lab.Cost(s, model.Estimate{}).SoFar, l.theme.ASCII), l.theme.Faint
}

// updatedText returns how long ago the source heard of an experiment.
func (l *List) updatedText(s *model.Summary) (string, lipgloss.Style) {
	age := l.lab.Sources().Now(s.Source, l.now()).Sub(s.Updated)
	if !human.Dated(s.Updated) || age < 0 {
		return model.Unknown, l.theme.Faint
	}
	return human.Span(age), l.theme.Faint
}

// createdText is when an experiment was created; of another year, that day.
func (l *List) createdText(s *model.Summary) (string, lipgloss.Style) {
	at, now := s.Created.In(l.zone), l.now().In(l.zone)
	switch {
	case !human.Dated(s.Created):
		return model.Unknown, l.theme.Faint
	case at.Year() != now.Year():
		return at.Format("2006-01-02"), l.theme.Faint
	}
	return at.Format("2 Jan 15:04"), l.theme.Faint
}

// headAt returns the name and the sort key, if any, of the column at the x-th cell of a row.
func (c *columns) headAt(x int) (name, sortable string) {
	const left = 3 // the cursor, the glyph and the flag
	switch {
	case x < 0:
		return "", ""
	case x < left:
		return "status", model.ByStatus.String()
	case x < left+c.name:
		return "name", model.ByName.String()
	}
	at := left + c.name
	for i, n := range c.parts {
		if n == 0 {
			continue
		}
		if at += n + 1; x < at {
			return allColumns[i].name, allColumns[i].sort
		}
	}
	return "", ""
}

// fewRows is the most experiments of a list that is measured; among more, some name is long.
const fewRows = 200

// nameGrain is the step by which the width of names grows, so that the frame between list and detail
// seldom moves.
const nameGrain = 4

// Width is the cells that a list needs: without roomy columns, and with them while something runs.
type Width struct {
	Least, Most int
	names       int // the cells of the longest name
	sources     int // those of the longest short name of a source; 0: there is only one source
	dates       int // how many more cells simulated times take, if they are dates
}

// Width returns the cells that the list needs; 0 while that is unknown.
func (l *List) Width() Width { return l.width }

// Measure updates the width that the list needs, and reports whether it has changed. A filtered list
// keeps its width.
func (l *List) Measure() bool {
	s, before := l.selection, l.width
	l.width.sources, l.width.dates = sourceWidth(l.lab), dateWidth(l.lab)
	if !s.Query().Empty() || s.Len() == 0 && before.Least > 0 {
		return l.width != before
	}
	l.width = Width{names: roomyName, sources: l.width.sources, dates: l.width.dates}
	if s.Len() <= fewRows {
		name := easyName
		rows := s.Window(0, s.Len())
		for i := range rows {
			name = max(name, cell.Width(rows[i].Name.String()))
		}
		name = (name + nameGrain - 1) / nameGrain * nameGrain
		n := &l.width
		n.names = name
		n.Least, n.Most = n.with(l.columns, false), n.with(l.columns, l.lab.Count(model.Running) > 0)
	}
	return l.width != before
}

// dateWidth returns how many cells a date takes more than a day.
func dateWidth(lab *model.Lab) int {
	if !lab.HasDirs() {
		return 0
	}
	return len("01-05 09:30") + 1 - allColumns[clockColumn].width
}

// with returns the cells of a row with room for a name, for those of sources and all wanted columns,
// or all but the roomy ones.
func (n Width) with(wanted choice, roomy bool) int {
	w := 0
	for range 3 { // the bar is wider in a wider row
		next := n.names + 4
		for i := range allColumns {
			if n := n.of(i, w, n.sources); n > 0 && wanted[i] && (roomy || !allColumns[i].roomy) {
				next += n + 1
			}
		}
		w = max(w, next)
	}
	return w
}
