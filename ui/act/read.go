package act

import (
	"context"
	"slices"
	"strconv"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
)

// reading is the page while something is read that an order needs, and after that has failed.
type reading struct {
	what  string
	wrong text.Text
}

// readTime bounds how long that takes.
const readTime = 30 * time.Second

// readMsg is what was read.
type readMsg struct {
	number   int
	order    model.Order
	item     item
	surveys  []model.Survey
	profiles []model.Profile
	err      error
}

// read reads the agents of the run, unless they are known, and for a survey the questionnaires.
func (p *Panel) read(o model.Order, one item) tea.Cmd {
	msg := readMsg{number: p.number, order: o, item: one, profiles: p.about.Profiles}
	src, parent := p.Source, p.Context
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, readTime)
		defer cancel()
		if len(msg.profiles) == 0 {
			msg.profiles, msg.err = src.RunData(one.able[0].Key).Profiles(ctx)
		}
		if o.Control != model.ControlSurvey || msg.err != nil {
			return Msg{read: &msg}
		}
		if surveyor, ok := model.Part(src, one.able[0].Source).(model.Surveyor); ok {
			msg.surveys, msg.err = surveyor.Surveys(ctx)
		}
		return Msg{read: &msg}
	}
}

// onRead goes on with the order, if it is still waited for.
func (p *Panel) onRead(msg *readMsg) {
	r, ok := p.page.(*reading)
	if !ok || msg.number != p.number {
		return
	}
	p.about.Profiles = msg.profiles
	p.who.SetProfiles(msg.profiles)
	switch {
	case msg.err != nil:
		r.wrong = model.Explain(msg.err)
	case len(msg.profiles) == 0:
		r.wrong = text.Clean("this experiment has no agents")
	case msg.order.Control == model.ControlMessage:
		p.page = newAgents(p, msg.order, msg.item)
	case len(msg.surveys) == 0:
		r.wrong = text.Clean("the server has no questionnaires")
	default:
		p.page = &surveys{order: msg.order, item: msg.item, all: msg.surveys}
	}
}

func (r *reading) title() string { return r.what }

func (r *reading) hints(*Panel) [][2]string { return [][2]string{{"Esc", "back"}} }

func (r *reading) lines(p *Panel, w int) ([]string, int) {
	if r.wrong.Empty() {
		return []string{"", p.Theme.Faint.Render("reading …")}, 0
	}
	lines := []string{""}
	for _, part := range cell.Wrap(r.wrong.String(), w) {
		lines = append(lines, p.Theme.Warning.Render(part))
	}
	return lines, 0
}

func (r *reading) key(p *Panel, msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, p.keys.back) {
		p.number++ // what is read is not waited for
		p.page = newMenu(p)
	}
	return nil
}

// surveys is the page with the questionnaires to choose from.
type surveys struct {
	order model.Order
	item  item
	all   []model.Survey
	at    int
}

func (s *surveys) title() string { return "Survey: which one" }

func (s *surveys) hints(*Panel) [][2]string {
	return [][2]string{{"Esc", "back"}, {"j k", "choose"}, {"⏎", "go on"}}
}

func (s *surveys) lines(p *Panel, w int) (lines []string, at int) {
	lines = []string{""}
	for i := range s.all {
		one := &s.all[i]
		cursor, style := " ", p.Theme.Text
		if i == s.at {
			cursor, style, at = p.Theme.Cursor, p.Theme.Selected, len(lines)
		}
		said := one.Name.String()
		if one.Name.Empty() {
			said = one.ID.String()
		}
		lines = append(lines, cell.Cut(p.Theme.Key.Render(cursor)+style.Render(said), w))
	}
	return lines, at
}

func (s *surveys) key(p *Panel, msg tea.KeyPressMsg) tea.Cmd {
	if to, ok := p.keys.Move(msg, s.at, len(s.all)-1, p.height); ok {
		s.at = to
		return nil
	}
	switch {
	case key.Matches(msg, p.keys.back):
		p.page = newMenu(p)
	case key.Matches(msg, p.keys.open):
		s.order.Survey = s.all[s.at]
		p.page = newAgents(p, s.order, s.item)
	}
	return nil
}

// agents is the page with the agents to choose from.
type agents struct {
	order  model.Order
	item   item
	marked map[int64]bool
	at     int
}

// newAgents marks the agents of the order, which is the selected one.
func newAgents(p *Panel, o model.Order, one item) *agents {
	a := &agents{order: o, item: one, marked: map[int64]bool{}}
	for _, id := range o.Agents {
		a.marked[id] = true
		if i := slices.IndexFunc(p.about.Profiles, func(one model.Profile) bool { return one.ID == id }); i >= 0 {
			a.at = i
		}
	}
	return a
}

func (a *agents) title() string {
	if a.order.Control == model.ControlMessage {
		return "Message: to whom"
	}
	return "Survey: to whom"
}

func (a *agents) hints(*Panel) [][2]string {
	return [][2]string{{"Esc", "back"}, {"⏎", "go on"}, {"space", "choose"}, {"a", "all or none"}}
}

func (a *agents) lines(p *Panel, w int) (lines []string, at int) {
	t, all := p.Theme, p.about.Profiles
	lines = []string{t.Faint.Render(human.Count(len(a.marked)) + " of " + human.CountOf(len(all), "agent") + " chosen")}
	for i := range all {
		cursor, box, style := " ", t.Off, t.Text
		if a.marked[all[i].ID] {
			box = t.On
		}
		if i == a.at {
			cursor, style, at = t.Cursor, t.Selected, len(lines)
		}
		said := p.who.Name(all[i].ID)
		if !all[i].Name.Empty() {
			said += t.Faint.Render(" " + strconv.FormatInt(all[i].ID, 10))
		}
		lines = append(lines, cell.Cut(t.Key.Render(cursor)+box+" "+style.Render(said), w))
	}
	return lines, at
}

func (a *agents) key(p *Panel, msg tea.KeyPressMsg) tea.Cmd {
	all := p.about.Profiles
	if to, ok := p.keys.Move(msg, a.at, len(all)-1, p.height); ok {
		a.at = to
		return nil
	}
	switch {
	case key.Matches(msg, p.keys.back):
		p.page = newMenu(p)
	case key.Matches(msg, p.keys.mark):
		if id := all[a.at].ID; a.marked[id] {
			delete(a.marked, id)
		} else {
			a.marked[id] = true
		}
		a.at = min(a.at+1, len(all)-1)
	case key.Matches(msg, p.keys.all):
		none := len(a.marked) == len(all)
		clear(a.marked)
		for i := range all {
			if !none {
				a.marked[all[i].ID] = true
			}
		}
	case key.Matches(msg, p.keys.open):
		a.choose(p)
	}
	return nil
}

// choose goes on with the marked agents; if there are none, with the one under the cursor.
func (a *agents) choose(p *Panel) {
	if len(a.marked) == 0 {
		a.marked[p.about.Profiles[a.at].ID] = true
	}
	o := a.order
	o.Agents = nil
	for i := range p.about.Profiles {
		if id := p.about.Profiles[i].ID; a.marked[id] {
			o.Agents = append(o.Agents, id)
		}
	}
	if o.Control == model.ControlMessage {
		p.page = newWords(o, a.item)
		return
	}
	p.page = newConfirm(p, o, a.item)
}
