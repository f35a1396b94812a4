package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// column is something that the list shows of each experiment, beside its name.
type column struct {
	name  string
	head  string // over it
	width int
	right bool   // its text stands at the right
	usual bool   // it is shown until it is left out
	rank  int    // where room is short, those with the highest go first
	sort  string // the sort key that belongs to it, if there is one
	text  func(a *App, s *model.Summary) (string, lipgloss.Style)
}

// etaWidth holds "not started" and "stalled 99d".
const etaWidth = 11

// columnCount is how many columns there are.
const columnCount = 11

// allColumns is every column, in their order. A new one is one line here.
var allColumns = [columnCount]column{
	{name: "progress bar", head: "PROGRESS", usual: true, rank: 2, sort: "progress"},
	{name: "percent", head: "DONE", width: 5, right: true, usual: true, rank: 0, sort: "progress", text: percentText},
	{name: "step", head: "STEP", width: 13, right: true, rank: 5, sort: "progress", text: stepText},
	{name: "simulated time", head: "SIM TIME", width: 9, usual: true, rank: 3, sort: "day", text: simText},
	{name: "end", head: "ETA", width: etaWidth, right: true, usual: true, rank: 1, sort: "eta", text: (*App).eta},
	{name: "pace", head: "A STEP", width: 7, right: true, rank: 6, text: (*App).paceText},
	{name: "tokens", head: "TOK", width: 6, right: true, usual: true, rank: 4, sort: "tokens", text: tokensText},
	{name: "updated", head: "UPDATED", width: 7, right: true, rank: 7, sort: "updated", text: (*App).updatedText},
	{name: "created", head: "CREATED", width: 12, right: true, rank: 8, sort: "created", text: (*App).createdText},
	{name: "tenant", head: "TENANT", width: 10, rank: 9, text: tenantText},
	{name: "id", head: "ID", width: 8, rank: 10, sort: "id", text: idText},
}

// barColumn is the index of the progress bar, which is as wide as the list allows.
const barColumn = 0

// choice is which columns are wanted, by their indices.
type choice [columnCount]bool

// usualColumns is what is shown at the start.
func usualColumns() (c choice) {
	for i := range allColumns {
		c[i] = allColumns[i].usual
	}
	return c
}

// columns are the widths of a row's parts; 0 leaves a part out.
type columns struct {
	name  int
	parts [columnCount]int
}

// The least width of the name, where other columns can be left out for it, and anyway.
const (
	easyName  = 18
	leastName = 8
)

// columnsFor divides a row of w cells among the columns that are wanted. Where there is no
// room for all of them, those of the highest ranks are left out; the first two never are.
func columnsFor(w int, wanted choice) columns {
	c := columns{name: w - 4} // behind the cursor, the glyph and two spaces
	for rank, i := range ranked() {
		n := allColumns[i].width
		if i == barColumn {
			n = barWidth(w)
		}
		switch {
		case !wanted[i]:
			continue
		case rank > 1 && c.name-n-1 < easyName:
			c.name = max(c.name, leastName)
			return c
		}
		c.parts[i] = n
		c.name -= n + 1
	}
	c.name = max(c.name, leastName)
	return c
}

// ranked is the indices of the columns by their ranks.
func ranked() (indices [columnCount]int) {
	for i := range allColumns {
		indices[allColumns[i].rank] = i
	}
	return indices
}

// barWidth is the width of the progress bar in a list of w cells.
func barWidth(w int) int {
	switch {
	case w >= 100:
		return 16
	case w >= 76:
		return 12
	}
	return 8
}

// heading is the names of the columns.
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

// columnsKey goes through the columns, and shows one or leaves it out; it tells whether the
// key was one of these.
func (a *App) columnsKey(msg tea.KeyPressMsg) bool {
	o, wanted := &a.overlay, &a.list.columns
	if to, ok := a.keys.Move(msg, o.at, len(allColumns)-1, o.rows); ok {
		o.at = to
		o.top = max(min(o.top, o.at), o.at-o.rows+1)
		return true
	}
	if !key.Matches(msg, a.keys.Mark, a.keys.Open) {
		return false
	}
	wanted[o.at] = !wanted[o.at]
	a.fitList()
	return true
}

// columnLines is the columns to choose from. What is chosen and has no room says so.
func (a *App) columnLines() []string {
	t, c := a.theme, columnsFor(a.layout.list.w-2, a.list.columns)
	lines := make([]string, len(allColumns))
	for i := range allColumns {
		cursor, name, sign := " ", t.Text, t.Off
		if i == a.overlay.at {
			cursor, name = t.Cursor, t.Selected
		}
		note := ""
		if a.list.columns[i] {
			sign = t.On
			if c.parts[i] == 0 && !a.layout.list.empty() {
				note = t.Faint.Render("  no room")
			}
		}
		lines[i] = t.Key.Render(cursor) + " " + sign + name.Render(" "+cell.Fit(allColumns[i].name, 16)) + note
	}
	return lines
}

func percentText(a *App, s *model.Summary) (string, lipgloss.Style) {
	return percent(s.Progress()), a.theme.Text
}

func stepText(a *App, s *model.Summary) (string, lipgloss.Style) {
	p := s.Progress()
	if p.Step < 0 || p.Steps < 0 {
		return model.Unknown, a.theme.Faint
	}
	return fmt.Sprintf("%s/%s", human.Steps(p.Step), human.Steps(p.Steps)), a.theme.Faint
}

func simText(a *App, s *model.Summary) (string, lipgloss.Style) {
	return s.Clock().Short(), a.theme.Faint
}

func tokensText(a *App, s *model.Summary) (string, lipgloss.Style) {
	return human.Tokens(s.Tokens()), a.theme.Faint
}

func tenantText(a *App, s *model.Summary) (string, lipgloss.Style) {
	return s.Tenant.String(), a.theme.Faint
}

func idText(a *App, s *model.Summary) (string, lipgloss.Style) {
	return s.ID.String()[:8], a.theme.Faint
}

// paceText is how long a step takes.
func (a *App) paceText(s *model.Summary) (string, lipgloss.Style) {
	e := a.lab.Estimate(s.Key, a.now)
	if e.StepLength <= 0 {
		return model.Unknown, a.theme.Faint
	}
	return human.Exact(e.StepLength), a.theme.Faint
}

// updatedText is how long ago the source heard of an experiment.
func (a *App) updatedText(s *model.Summary) (string, lipgloss.Style) {
	age := a.now.Sub(s.Updated)
	if !human.Dated(s.Updated) || age < 0 {
		return model.Unknown, a.theme.Faint
	}
	return human.Span(age), a.theme.Faint
}

// createdText is when an experiment was created; of another year, that day.
func (a *App) createdText(s *model.Summary) (string, lipgloss.Style) {
	at, now := s.Created.In(a.options.Zone), a.now.In(a.options.Zone)
	switch {
	case !human.Dated(s.Created):
		return model.Unknown, a.theme.Faint
	case at.Year() != now.Year():
		return at.Format("2006-01-02"), a.theme.Faint
	}
	return at.Format("2 Jan 15:04"), a.theme.Faint
}
