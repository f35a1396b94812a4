package metrics

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/cell"
	"societop/ui/human"
)

// shown returns the time that a single chart shows.
func (m *metrics) shown() window {
	if m.zoomed {
		return m.zoom
	}
	return m.all
}

// toNewest puts the cursor on the newest point.
func (m *metrics) toNewest() {
	if len(m.series) == 0 {
		return
	}
	if s := m.series[m.at]; len(s.Points) > 0 {
		m.cursor = s.Points[len(s.Points)-1].Tick
	}
}

// singleKey moves the cursor or the window, or selects another metric.
func (m *metrics) singleKey(k tea.KeyPressMsg) {
	switch {
	case key.Matches(k, m.keys.back):
		m.single, m.zoomed = false, false
	case key.Matches(k, m.moves.Down):
		m.choose(min(m.at+1, len(m.series)-1))
	case key.Matches(k, m.moves.Up):
		m.choose(max(m.at-1, 0))
	case key.Matches(k, m.keys.in):
		m.zoomBy(0.5)
	case key.Matches(k, m.keys.out):
		m.zoomBy(2)
	case key.Matches(k, m.keys.panLeft):
		m.panBy(-0.5)
	case key.Matches(k, m.keys.panRight):
		m.panBy(+0.5)
	default:
		m.cursorKey(k)
	}
}

// cursorKey moves the cursor: by a column, by a share of the window, or to an end.
func (m *metrics) cursorKey(k tea.KeyPressMsg) {
	s := m.series[m.at]
	i := s.nearest(m.cursor)
	if i < 0 {
		return
	}
	switch by, share := m.stride(k); {
	case by != 0:
		w := m.shown()
		i = s.step(i, by, w.span()*max(share, 1/float64(max(m.width, 1))))
	case key.Matches(k, m.moves.Top):
		i = 0
	case key.Matches(k, m.moves.Bottom):
		i = len(s.Points) - 1
	default:
		return
	}
	m.cursor = s.Points[i].Tick
	m.reveal()
}

// stride returns in which direction a key moves the cursor, and by which share of the window.
func (m *metrics) stride(k tea.KeyPressMsg) (by int, share float64) {
	switch {
	case key.Matches(k, m.keys.left):
		return -1, 0
	case key.Matches(k, m.keys.right):
		return +1, 0
	case key.Matches(k, m.moves.HalfUp):
		return -1, 0.1
	case key.Matches(k, m.moves.HalfDown):
		return +1, 0.1
	case key.Matches(k, m.moves.PageUp):
		return -1, 0.2
	case key.Matches(k, m.moves.PageDown):
		return +1, 0.2
	}
	return 0, 0
}

// reveal moves the window until the cursor is in it, and a bit further.
func (m *metrics) reveal() {
	if at := float64(m.cursor); at < m.zoom.from {
		m.zoom = m.zoom.shifted(at - m.zoom.from - m.zoom.span()/10).within(m.all)
	} else if at > m.zoom.to {
		m.zoom = m.zoom.shifted(at - m.zoom.to + m.zoom.span()/10).within(m.all)
	}
}

// fewest is the least number of points in a window.
const fewest = 3

// zoomBy scales the window around the cursor. A window that would show everything follows what
// is added from then on.
func (m *metrics) zoomBy(factor float64) {
	w, s := m.shown(), m.series[m.at]
	span := w.span() * factor
	if !(span > 0) || span >= m.all.span() {
		m.zoomed = false
		return
	}
	at := min(max(float64(m.cursor), w.from), w.to)
	from := at - (at-w.from)*factor
	w = window{from, from + span}.within(m.all)
	if factor < 1 && s.from(tickOf(w.to)+1)-s.from(tickOf(w.from)) < fewest {
		return
	}
	m.zoom, m.zoomed = w, true
}

// panBy shifts the window by a share of its length.
func (m *metrics) panBy(share float64) {
	if m.zoomed {
		m.zoom = m.zoom.shifted(share * m.zoom.span()).within(m.all)
	}
}

// placeWidth is the least width for the window next to the range.
const placeWidth = 50

// drawSingle draws a single chart: its key, the value at the cursor, and the drawing with axes.
func (m *metrics) drawSingle() []string {
	s, t := m.series[m.at], m.theme
	scope := m.scope(s)
	switch {
	case m.width < placeWidth:
	case m.zoomed:
		scope = between(m.moment(tickOf(m.zoom.from)), m.moment(tickOf(m.zoom.to))) + m.dot() + scope
	default:
		scope = metricsPlace(m.at, len(m.series)) + m.dot() + scope
	}
	scope = cell.Cut(scope, max(m.width*2/3, 0))
	name := nameIn(s.Key.String(), m.width-cell.Width(scope)-2)
	lines := []string{t.Title.Render(name) + "  " + t.Faint.Render(scope), m.complain(m.reading(s))}
	if h := m.height - len(lines); h > 0 {
		lines = append(lines, m.drawWhole(s, h)...)
	}
	return lines
}

// metricsPlace returns "2 of 9".
func metricsPlace(i, n int) string { return human.Count(i+1) + " of " + human.Count(n) }

// reading returns the value at the cursor and its time.
func (m *metrics) reading(s *series) string {
	i := s.nearest(m.cursor)
	if i < 0 {
		return m.theme.Faint.Render("no point yet")
	}
	p := s.Points[i]
	return m.theme.Key.Render(m.moment(p.Tick)+"  "+number(p.Value)) +
		m.theme.Faint.Render(m.dot()+"point "+metricsPlace(i, len(s.Points)))
}

// drawWhole draws the chart with axes and the cursor.
func (m *metrics) drawWhole(s *series, h int) []string {
	w := m.shown()
	of := stamp{m.width, h, m.theme.Revision, m.logs[s.Key], w.from, w.to, m.cursor, m.plan}
	if s.whole.of != of {
		s.whole = drawing{of, m.plot(s, of, true)}
	}
	return s.whole.lines
}

// span returns the length of a window.
func (w window) span() float64 { return max(w.to-w.from, 0) }

// shifted returns the window moved by some ticks.
func (w window) shifted(by float64) window { return window{w.from + by, w.to + by} }

// within returns the window moved until it is inside another one.
func (w window) within(o window) window {
	if w.span() >= o.span() {
		return o
	}
	if w.from < o.from {
		return w.shifted(o.from - w.from)
	}
	if w.to > o.to {
		return w.shifted(o.to - w.to)
	}
	return w
}
