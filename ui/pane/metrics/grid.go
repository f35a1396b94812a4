package metrics

import (
	"math"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// The sizes of a chart in the grid, in cells: a line for its key, one for its range, and
// between them the drawing.
const (
	cardGap    = 2
	cardWidth  = 30 // at least, where there are several columns
	cardHeight = 5  // at least, where that many rows fit
	cardTall   = 8  // from here on, fewer columns are better than higher charts
)

// grid is the layout of the charts.
type grid struct {
	columns, rows int
	visible       int // rows that fit
	width, height int // of one chart
}

// gridFor lays out n charts in w×h cells: in the fewest columns that let all of them be tall,
// else in as many as are wide enough.
func gridFor(n, w, h int) grid {
	most := max((w+cardGap)/(cardWidth+cardGap), 1)
	g := grid{columns: 1}
	for g.columns < most && (n+g.columns-1)/g.columns*cardTall > h {
		g.columns++
	}
	g.rows = (n + g.columns - 1) / g.columns
	g.visible = max(min(h/cardHeight, g.rows), 1)
	g.height = h / g.visible
	g.width = max((w-cardGap*(g.columns-1))/g.columns, 0)
	return g
}

// gridKey moves the selection.
func (m *metrics) gridKey(k tea.KeyPressMsg) {
	last, columns := len(m.series)-1, m.grid.columns
	switch {
	case key.Matches(k, m.keys.open):
		m.single, m.zoomed = true, false
		m.toNewest()
	case key.Matches(k, m.keys.left):
		m.choose(max(m.at-1, 0))
	case key.Matches(k, m.keys.right):
		m.choose(min(m.at+1, last))
	case key.Matches(k, m.moves.Top):
		m.choose(0)
	case key.Matches(k, m.moves.Bottom):
		m.choose(last)
	default:
		row, ok := m.moves.Move(k, m.at/columns, last/columns, m.grid.visible)
		if ok && row != m.at/columns {
			m.choose(min(row*columns+m.at%columns, last))
		}
	}
}

// drawGrid returns a line above all charts, and the charts that fit.
func (m *metrics) drawGrid() []string {
	lines := []string{m.gridHead()}
	if len(m.series) == 0 {
		return append(lines, cell.Wrap(m.theme.Faint.Render("No metric matches; "+m.keys.back.Help().Key+" shows all of them."), m.width)...)
	}
	m.grid = gridFor(len(m.series), m.width-1, m.height-1)
	g := &m.grid
	row := m.at / g.columns
	m.top = max(min(m.top, row, g.rows-g.visible), row-g.visible+1, 0)
	if g.height <= 0 {
		return lines
	}
	s := kit.Scroller{Theme: m.theme, Width: m.width, Height: g.visible * g.height, Top: m.top * g.height, Rows: g.rows * g.height}
	var cards [][]string
	body := s.Draw(func(i int) string {
		if i%g.height == 0 {
			cards = m.cards(i / g.height)
		}
		return sideBySide(cards, i%g.height)
	})
	return append(lines, strings.Split(body, "\n")...)
}

// sideBySide returns one line of adjacent cards.
func sideBySide(cards [][]string, line int) string {
	parts := make([]string, len(cards))
	for i, c := range cards {
		parts[i] = c[line]
	}
	return strings.Join(parts, cell.Space(cardGap))
}

// gridHead returns the number of charts and their time axis.
func (m *metrics) gridHead() string {
	head := human.CountOf(len(m.every), "metric")
	if m.Search.Query != "" || m.Search.Typing {
		found := human.Count(len(m.series)) + " of " + head
		if m.Search.Typing {
			return m.Search.Line(found)
		}
		return m.complain(m.theme.Faint.Render(found + m.dot() + text.Clean(m.Search.Query).String()))
	}
	if m.all.to >= m.all.from {
		head += m.dot() + between(m.moment(tickOf(m.all.from)), m.moment(tickOf(m.all.to)))
	}
	return m.complain(m.theme.Faint.Render(head))
}

// cards returns the charts of a row.
func (m *metrics) cards(row int) (cards [][]string) {
	from := row * m.grid.columns
	for i := from; i < min(from+m.grid.columns, len(m.series)); i++ {
		cards = append(cards, m.card(i))
	}
	return cards
}

// card draws a chart of the grid: its key and last value, the drawing, and its range.
func (m *metrics) card(i int) []string {
	s, t, g := m.series[i], m.theme, &m.grid
	value := number(s.last())
	mark, name := " ", t.Text
	if i == m.at {
		mark, name = t.Cursor, t.Selected
	}
	title := nameIn(s.Key.String(), g.width-cell.Width(value)-2)
	lines := []string{cell.Fit(t.Key.Render(mark)+m.Search.Mark(title, name)+t.Strong.Render(" "+value), g.width)}
	if h := g.height - 2; h > 0 {
		lines = append(lines, m.sketch(s, g.width, h)...)
	}
	if g.height > 1 {
		lines = append(lines, cell.Fit(" "+t.Faint.Render(m.scope(s)), g.width))
	}
	return lines
}

// sketch returns the drawing of a card.
func (m *metrics) sketch(s *series, w, h int) []string {
	of := stamp{width: w, height: h, theme: m.theme.Revision, log: m.logs[s.Key], from: m.all.from, to: m.all.to}
	if s.card.of != of {
		s.card = drawing{of, m.plot(s, of, false)}
	}
	return s.card.lines
}

// window is a range of time, in ticks.
type window struct{ from, to float64 }

// spanned returns the time in which anything was measured; to is less than from if nothing was.
func spanned(all []model.Metric) window {
	w := window{math.Inf(1), math.Inf(-1)}
	for _, one := range all {
		if n := len(one.Points); n > 0 {
			w.from = min(w.from, float64(one.Points[0].Tick))
			w.to = max(w.to, float64(one.Points[n-1].Tick))
		}
	}
	return w
}

// nameIn returns the name of a metric in w cells. Of one that is too long and has the name of a table the end
// is more important: "economy.currency mean" becomes "…currency mean".
func nameIn(name string, w int) string {
	if i := strings.LastIndexByte(name, '.'); cell.Width(name) > w && i > 0 {
		name = cell.Ellipsis + name[i+1:]
	}
	return cell.Fit(name, w)
}
