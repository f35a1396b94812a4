package agentmap

import (
	"math"
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/pane/kit"
)

// A key moves the map by a tenth of what is in view; two of them zoom by two.
const (
	panShare = 10
	zoomStep = math.Sqrt2
)

// viewKey handles a key that moves or colours the map.
func (m *agentMap) viewKey(k tea.KeyPressMsg) bool {
	right, down := max(m.width/panShare, 1), max(m.mapHeight()/panShare, 1)
	switch {
	case key.Matches(k, m.keys.left):
		m.pan(-right, 0)
	case key.Matches(k, m.keys.right):
		m.pan(right, 0)
	case key.Matches(k, m.keys.up):
		m.pan(0, -down)
	case key.Matches(k, m.keys.down):
		m.pan(0, down)
	case key.Matches(k, m.keys.in):
		m.zoomBy(zoomStep)
	case key.Matches(k, m.keys.out):
		m.zoomBy(1 / zoomStep)
	case key.Matches(k, m.keys.fit):
		m.following = false
		m.colours.rescale()
		m.colour()
		m.fit()
	case key.Matches(k, m.keys.colour):
		m.turnColours(+1)
	case key.Matches(k, m.keys.colourBack):
		m.turnColours(-1)
	default:
		return false
	}
	return true
}

// agentKey handles a key about the selected agent.
func (m *agentMap) agentKey(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, m.keys.next):
		m.step(+1)
	case key.Matches(k, m.keys.previous):
		m.step(-1)
	case key.Matches(k, m.Search.Keys.Next):
		m.turnHits(+1)
	case key.Matches(k, m.Search.Keys.Previous):
		m.turnHits(-1)
	case key.Matches(k, m.keys.follow):
		m.following = m.index >= 0
	case key.Matches(k, m.keys.trail):
		m.trails = !m.trails
	default:
		return false
	}
	return true
}

// zoomBy zooms around the selected agent if it is visible, else around the middle.
func (m *agentMap) zoomBy(by float64) {
	m.moved = true
	if m.visible(m.index) {
		m.view = m.view.ZoomAt(m.points[m.index].Place, by)
		return
	}
	m.view = m.view.Zoom(by)
}

// visible reports whether the agent of a row is in view.
func (m *agentMap) visible(row int) bool {
	all := m.asMap()
	return row >= 0 && all.Shows(row, m.width, m.mapHeight())
}

// pan moves the view and ends following.
func (c *camera) pan(right, down int) {
	c.view, c.moved, c.following = c.view.Pan(right, down), true, false
}

// fit shows all agents.
func (m *agentMap) fit() {
	m.to = nil
	if m.placed > 0 {
		m.to = slices.Clone(m.points)
	}
	m.moved = false
	m.refit()
}

// refit fits the view to the size, unless it was moved.
func (m *agentMap) refit() {
	all := m.asMap()
	all.Points = m.to
	m.fitted, _ = all.Fit(m.width, m.mapHeight())
	if !m.moved {
		m.view = m.fitted
	}
}

// follow keeps the selected agent in the middle if it is followed.
func (m *agentMap) follow() {
	if m.index = -1; m.chosen {
		if i, ok := kit.FindAgent(m.rows, m.selected); ok {
			m.index = i
		}
	}
	if m.following && m.index >= 0 {
		m.view, m.moved = m.view.Around(m.points[m.index].Place), true
	}
}

// choose selects the agent of a row and makes it visible.
func (m *agentMap) choose(row int) {
	m.selected, m.chosen, m.index = m.rows[row].ID, true, row
	if m.points[row].Known() && !m.visible(row) {
		m.view, m.moved = m.view.Around(m.points[row].Place), true
	}
}

// step selects the next agent with a place, or the previous one.
func (m *agentMap) step(by int) {
	n, at := len(m.rows), m.index
	if at < 0 && by < 0 {
		at = 0
	}
	for range n {
		at = (at + by + n) % n
		if m.points[at].Known() {
			m.choose(at)
			return
		}
	}
}

// find finds the agents whose name or id has the text that is searched for.
func (s *selection) find(c *crowd) {
	s.hits = s.hits[:0]
	if s.Search.Query == "" {
		return
	}
	for i := range c.rows {
		if id := c.rows[i].ID; s.Search.Matches(c.people.Name(id)) || s.Search.Matches(strconv.FormatInt(id, 10)) {
			s.hits = append(s.hits, i)
		}
	}
}

// turnHits selects the next hit, or the previous one.
func (m *agentMap) turnHits(by int) {
	n := len(m.hits)
	if n == 0 {
		return
	}
	at, found := slices.BinarySearch(m.hits, m.index)
	if by > 0 && !found {
		at--
	}
	m.choose(m.hits[(at+by+n)%n])
}

// hit returns which hit is selected, from 1; 0 if none is.
func (s *selection) hit() int {
	if at, found := slices.BinarySearch(s.hits, s.index); found {
		return at + 1
	}
	return 0
}

// turnColours selects the next colouring, or the previous one.
func (m *agentMap) turnColours(by int) {
	m.colours.turn(m.rows, by)
	m.colour()
	m.refit()
}
