// Package metrics is the pane with a chart of each metric of a run.
package metrics

import (
	"fmt"
	"math"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// metrics is the pane with what a run measures: a grid of charts on one time axis, or one chart.
type metrics struct {
	theme         *theme.Theme
	moves         kit.Moves
	keys          metricsKeys
	width, height int
	experiment    model.Key
	note          string // shown instead of charts
	trouble       string // why the charts are not newer
	simulated
	catalogue
	grid           grid
	top            int // the first row of charts in view
	kit.Searchable     // among the keys
	lens
	drawn string // the pane as it is
}

// simulated is how the simulated time of a tick is found and written.
type simulated struct {
	plan     *plan.Plan // nil: unknown
	calendar model.Calendar
}

// catalogue is the series and which of them is selected. The selection is kept by key, so that
// it stays when there are more series.
type catalogue struct {
	source   []model.Metric // what series were made of
	every    []*series
	series   []*series // those that are shown: all, or what the search has found
	all      window    // the time in which anything was measured
	selected text.Text
	at       int                // the index of selected
	logs     map[text.Text]bool // which have a logarithmic scale
}

// lens is how one chart is shown.
type lens struct {
	single bool // one chart is shown
	zoomed bool
	zoom   window // if zoomed
	cursor int64  // a tick
}

// New returns the pane Metrics.
func New(t *theme.Theme) pane.Pane {
	m := &metrics{theme: t, catalogue: catalogue{logs: map[text.Text]bool{}}, Searchable: kit.NewSearch(t, "metrics")}
	m.Rebind(nil)
	return m
}

// Title returns the name of the pane.
func (m *metrics) Title() string { return "Metrics" }

// Needs returns the need for the measured series.
func (m *metrics) Needs() []pane.Need { return []pane.Need{pane.NeedMetrics} }

// Show sets the experiment. The selected key stays, so that experiments can be compared.
func (m *metrics) Show(v pane.View) {
	other := v.Experiment.Key != m.experiment
	m.experiment, m.plan, m.calendar = v.Experiment.Key, v.Experiment.Plan, v.Experiment.Calendar()
	m.note, m.trouble = kit.Explain(&v, pane.NeedMetrics, len(v.Metrics) == 0, "This experiment has measured nothing yet.")
	m.take(v.Metrics)
	if other {
		m.zoomed, m.top = false, 0
		m.Search.Reset()
		m.showFound()
		m.toNewest()
	}
	m.layout()
}

// take sets the series.
func (m *metrics) take(all []model.Metric) {
	if len(all) == len(m.source) && (len(all) == 0 || &all[0] == &m.source[0]) {
		return
	}
	older := make(map[text.Text]*series, len(m.every))
	for _, s := range m.every {
		older[s.Key] = s
	}
	first := len(m.every) == 0
	m.source, m.every = all, make([]*series, len(all))
	for i, one := range all {
		m.every[i] = measure(one, older[one.Key])
	}
	m.all = spanned(all)
	m.showFound()
	if first {
		m.toNewest()
	}
	m.zoomed = m.zoomed && m.zoom.from < m.all.to && m.zoom.to > m.all.from
}

// showFound shows the series whose keys match the search, or all without one.
func (m *metrics) showFound() {
	m.series = m.every
	if m.Search.Query != "" {
		m.series = nil
		for _, s := range m.every {
			if m.Search.Matches(s.Key.String()) {
				m.series = append(m.series, s)
			}
		}
	}
	m.find()
}

// find finds the selected key, or selects the one that took its place.
func (m *metrics) find() {
	for i, s := range m.series {
		if s.Key == m.selected {
			m.at = i
			return
		}
	}
	m.at = max(min(m.at, len(m.series)-1), 0)
	if len(m.series) > 0 {
		m.choose(m.at)
		m.single = false
	}
}

// choose selects a series.
func (m *metrics) choose(i int) { m.at, m.selected = i, m.series[i].Key }

// Resize sets the size and draws the charts again.
func (m *metrics) Resize(width, height int) {
	m.width, m.height = max(width, 0), max(height, 0)
	m.Search.SetWidth(m.width)
	m.layout()
}

// CapturesKey reports whether a key opens or closes a chart, or belongs to the search.
func (m *metrics) CapturesKey(k tea.KeyPressMsg) bool {
	switch {
	case m.Search.Typing:
		return true
	case m.note != "":
		return false
	case m.single && key.Matches(k, m.keys.back):
		return true
	}
	return m.Search.Captures(k) || !m.single && len(m.series) > 0 && key.Matches(k, m.keys.open)
}

// Update handles keys.
func (m *metrics) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !m.Search.Typing && (!ok || m.note != "") {
		return nil
	}
	leaves := m.single && !m.Search.Typing && key.Matches(k, m.keys.back)
	found, handled := false, false
	if !leaves {
		found, handled = m.Search.Update(msg)
	}
	switch {
	case handled:
		if m.single = m.single && !m.Search.Typing; found {
			m.showFound()
		}
	case len(m.series) == 0:
	case key.Matches(k, m.keys.log):
		m.logs[m.selected] = !m.logs[m.selected]
	case m.single:
		m.singleKey(k)
	default:
		m.gridKey(k)
	}
	m.layout()
	return nil
}

// View returns the pane as layout drew it.
func (m *metrics) View() string { return m.drawn }

// layout draws the pane. Charts that look the same are not drawn again.
func (m *metrics) layout() {
	var lines []string
	switch {
	case m.note != "":
		lines = cell.Wrap(m.theme.Faint.Render(m.note), m.width)
	case m.single && len(m.series) > 0:
		lines = m.drawSingle()
	default:
		lines = m.drawGrid()
	}
	m.drawn = cell.Block(lines, m.width, m.height)
}

// moment returns the simulated time of a tick, such as "d1 14:05", or the time since the start
// if the start is unknown. It returns model.Unknown for ticks beyond any clock.
func (m *metrics) moment(tick int64) string {
	if at := model.SimTimeOf(m.plan.At(tick)); at.Valid() {
		return m.calendar.Short(at)
	}
	switch latest := int64(math.MaxInt64 / time.Second); {
	case tick > latest || tick < -latest:
		return model.Unknown
	case tick < 0:
		return fmt.Sprint("tick ", tick)
	}
	return "+" + human.Exact(time.Duration(tick)*time.Second)
}

// number returns a value for the screen.
func number(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return model.Unknown
	}
	return human.Number(f + 0) // which makes 0 of −0
}

// scope returns the range of a series, and its scale.
func (m *metrics) scope(s *series) string {
	out := between(number(s.low), number(s.high))
	if m.logs[s.Key] {
		out += m.dot() + "log scale"
		if s.low <= 0 {
			out += " over 0"
		}
	}
	return out
}

// between returns a range, or one value if both ends are the same.
func between(from, to string) string {
	if from == to {
		return from
	}
	return from + " … " + to
}

func (m *metrics) dot() string { return " " + m.theme.Dot + " " }

// complain appends the trouble to a line.
func (m *metrics) complain(line string) string {
	if m.trouble == "" {
		return line
	}
	return strings.TrimRight(line, " ") + m.theme.Faint.Render(m.dot()) + m.theme.Warning.Render(m.trouble)
}
