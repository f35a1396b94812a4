// Package agentmap is the pane with all agents on a map.
package agentmap

import (
	"math"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// agentMap is the pane with all agents on a map, coloured by what they do, who they are, or how
// they feel.
type agentMap struct {
	theme         *theme.Theme
	keys          mapKeys
	width, height int
	experiment    model.Key
	shown         mapInput
	note          string // shown instead of a map
	trouble       string // why the map is not newer
	crowd
	colours mapColours
	camera
	selection
	trails bool // the trail of the selected agent is drawn
	canvas
}

// crowd is the agents and their places.
type crowd struct {
	profiles []model.Profile
	frame    model.Frame    // the last that is known
	rows     []kit.AgentRow // by id
	people   kit.People
	trail    []chart.Place // of the selected agent
	points   []chart.Point // of the rows
	placed   int           // how many of the points are known
}

// camera is the visible part of the map. It is fitted to the first known places of an
// experiment; after that only keys move it, unless it follows an agent.
type camera struct {
	fitted    chart.MapView // shows all agents
	to        []chart.Point // what it was fitted to
	view      chart.MapView
	moved     bool // the view is not the fitted one
	following bool // the selected agent stays in the middle
}

// selection is the selected agent and those that the search has found.
type selection struct {
	selected int64
	chosen   bool
	index    int // the row of the selected agent; −1: none
	kit.Searchable
	hits []int // rows
}

// canvas is the map as it was drawn last.
type canvas struct {
	painter *chart.MapPainter
	painted mapPaint // what the painter was made for
	drawn   string
}

// mapInput is the input of a map. The map changes only when it does.
type mapInput struct {
	experiment model.Key
	at, frame  model.SimTime
	agent      int64
	chosen     bool
	trail      int
	note       string
	trouble    string
	theme      int
	calendar   model.Calendar
}

// trailSteps is the length of a trail in steps.
const trailSteps = 24

// New returns the pane Map.
func New(t *theme.Theme) pane.Pane {
	m := &agentMap{
		theme: t,
		crowd: crowd{frame: model.Frame{At: model.Latest}}, selection: selection{Searchable: kit.NewSearch(t, "agents"), index: -1},
	}
	m.Rebind(nil)
	return m
}

// Title returns the name of the pane.
func (m *agentMap) Title() string { return "Map" }

// ShowsTime reports true: the pane shows a moment of the simulated clock.
func (m *agentMap) ShowsTime() bool { return true }

// Agent returns the selected agent.
func (m *agentMap) Agent() (id int64, ok bool) { return m.selected, m.chosen }

// Lacks returns why there is no map of a run with datasets: none of them has places.
func (m *agentMap) Lacks(v *pane.View) (why string, known bool) {
	absent, known := v.Lacks(pane.NeedDatasets)
	switch {
	case absent || !known || len(v.Datasets) == 0:
		return "", absent
	case slices.ContainsFunc(v.Datasets, func(d model.Dataset) bool { return d.Can(model.GeoPoint) }):
		return "", true
	}
	return noPlaces, true
}

// noPlaces is why a run has no map.
const noPlaces = "No dataset of this run has places."

// Needs returns the needs for who and where the agents are, and for the history of the selected
// one if its trail is shown.
func (m *agentMap) Needs() []pane.Need {
	needs := []pane.Need{pane.NeedTimeline, pane.NeedProfiles, pane.NeedFrame}
	if m.trails {
		needs = append(needs, pane.NeedHistory)
	}
	return needs
}

// Show sets the experiment and the moment.
func (m *agentMap) Show(v pane.View) {
	if v.Experiment.Key != m.experiment {
		m.begin(v.Experiment.Key)
	}
	changed := m.take(&v)
	m.selected, m.chosen = v.Agent, v.Chosen
	m.trail = trailOf(m.trail[:0], &v)
	m.explain(&v)
	input := mapInput{
		experiment: m.experiment, at: v.At, frame: m.frame.At, agent: v.Agent, chosen: v.Chosen, trail: len(v.History),
		note: m.note, trouble: m.trouble, theme: m.theme.Revision, calendar: v.Experiment.Calendar(),
	}
	if changed || input != m.shown {
		m.shown = input
		m.follow()
		m.draw()
	}
}

// begin shows another experiment. The colouring stays.
func (m *agentMap) begin(k model.Key) {
	m.experiment = k
	m.profiles, m.frame, m.rows = nil, model.Frame{At: model.Latest}, m.rows[:0]
	m.points, m.placed = m.points[:0], 0
	m.camera = camera{}
	m.index = -1
	m.Search.Reset()
	m.colours.forget()
}

// take sets the profiles and the frame, and reports whether either is new. The newest frame of a
// run may have no agents yet; then the previous frame stays.
func (m *agentMap) take(v *pane.View) bool {
	frame := v.Frame
	if len(frame.Agents) == 0 && v.Live {
		frame = m.frame
	}
	sameWho := kit.Same(v.Profiles, m.profiles)
	if sameWho && frame.At == m.frame.At && kit.Same(frame.Agents, m.frame.Agents) {
		return false
	}
	first := len(m.frame.Agents) == 0
	m.frame, m.profiles = frame, v.Profiles
	m.people.SetProfiles(m.profiles)
	m.rows = kit.JoinAgents(m.rows, m.profiles, frame.Agents)
	m.place()
	if first || !sameWho {
		m.colours.take(m.rows)
	}
	m.colour()
	if m.find(&m.crowd); m.to == nil {
		m.fit()
	}
	return true
}

// place sets the points of the agents.
func (c *crowd) place() {
	c.points, c.placed = c.points[:0], 0
	for i := range c.rows {
		p := chart.Point{Place: chart.Place{Lng: math.NaN(), Lat: math.NaN()}}
		if s := c.rows[i].Status; s != nil {
			p.Place = chart.Place{Lng: s.Lng, Lat: s.Lat}
		}
		if p.Known() {
			c.placed++
		}
		c.points = append(c.points, p)
	}
}

// trailOf appends the last places of an agent up to the moment that is shown.
func trailOf(trail []chart.Place, v *pane.View) []chart.Place {
	past := kit.Until(v.History, v.At, func(s *model.AgentStatus) model.SimTime { return s.At })
	for _, s := range past[max(len(past)-trailSteps, 0):] {
		trail = append(trail, chart.Place{Lng: s.Lng, Lat: s.Lat})
	}
	return trail
}

// explain sets why there is no map, or nothing newer.
func (m *agentMap) explain(v *pane.View) {
	m.trouble = kit.Trouble(v, pane.NeedProfiles, pane.NeedTimeline, pane.NeedFrame)
	if m.trouble == "" && m.trails {
		m.trouble = kit.Trouble(v, pane.NeedHistory)
	}
	if m.note = m.nobody(v); m.note != "" {
		m.Search.Reset()
	}
}

// nobody returns why no agent is on the map.
func (m *agentMap) nobody(v *pane.View) string {
	lacks, _ := m.Lacks(v)
	known := v.Has(pane.NeedProfiles) && v.Has(pane.NeedTimeline) && (len(v.Timeline) == 0 || v.Has(pane.NeedFrame))
	switch {
	case m.placed > 0:
		return ""
	case lacks != "":
		return lacks
	case m.trouble != "":
		return m.trouble
	case !known:
		return pane.Reading
	case v.Experiment.NumDay < 0:
		return kit.IndividualRun
	case len(m.rows) == 0:
		return "This experiment has no agents."
	case len(v.Timeline) == 0:
		return "No step was made yet: the agents are nowhere."
	case len(m.frame.Agents) == 0:
		return "Nothing is known of the agents at " + v.Short(v.At) + "."
	case len(m.rows) == 1:
		return "The only agent has no place."
	}
	return "None of the " + human.CountOf(len(m.rows), "agent") + " has a place."
}

// Resize sets the size. A view that was not moved is fitted to it.
func (m *agentMap) Resize(width, height int) {
	m.width, m.height = max(width, 0), max(height, 0)
	m.Search.SetWidth(m.width)
	m.colour()
	m.refit()
	m.draw()
}

// CapturesKey reports whether a key belongs to the map or its search.
func (m *agentMap) CapturesKey(k tea.KeyPressMsg) bool {
	switch {
	case m.Search.Typing:
		return true
	case m.note != "":
		return false
	case key.Matches(k, m.keys.back):
		return m.following || m.Search.Captures(k)
	case key.Matches(k, m.keys.follow):
		return m.index >= 0
	case key.Matches(k, m.Search.Keys.Next, m.Search.Keys.Previous):
		return m.Search.Query != ""
	}
	return m.Search.Captures(k)
}

// Update handles keys.
func (m *agentMap) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if m.note != "" || !ok && !m.Search.Typing {
		return nil
	}
	if m.following && !m.Search.Typing && key.Matches(k, m.keys.back) {
		m.following = false
	} else if found, handled := m.Search.Update(msg); handled {
		if m.find(&m.crowd); found && len(m.hits) > 0 {
			m.choose(m.hits[0])
		}
	} else if !m.viewKey(k) && !m.agentKey(k) {
		return nil
	}
	m.follow()
	m.draw()
	return nil
}

// View returns the pane as it was last drawn.
func (m *agentMap) View() string { return m.drawn }
