package pane

import (
	"fmt"
	"math"
	"strings"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
)

// agentPage is all there is of one agent, up to the moment that is shown.
type agentPage struct {
	scroller
	v     *model.View
	row   agentRow
	lines []string
	drawn pageKey // what lines were made of
	label int     // the width of the labels' column
	people
}

// pageKey is what a page is made of: as long as it is the same, so is the page.
type pageKey struct {
	agent         int64
	at, frame     model.SimTime
	history       int
	talk, answers int
	surveys       *model.Survey // the first of the questionnaires
	has           [3]bool
	trouble       [3]model.Text
	width, theme  int
	status        *model.AgentStatus
	profile       *model.Profile
}

// show makes the lines anew, if anything has changed.
func (p *agentPage) show(v *model.View, row agentRow) {
	key := pageKey{
		agent: row.id, at: v.At, frame: v.Frame.At, history: len(v.History), talk: len(v.Talk), answers: len(v.Answers),
		width: p.text(), theme: p.theme.Revision, status: row.status, profile: row.profile,
	}
	if len(v.Surveys) > 0 {
		key.surveys = &v.Surveys[0]
	}
	for i, n := range []model.Need{model.NeedHistory, model.NeedTalk, model.NeedAnswers} {
		key.has[i], key.trouble[i] = v.Has(n), v.Trouble(n)
	}
	p.v, p.row = v, row
	if key == p.drawn {
		return
	}
	if key.agent != p.drawn.agent && p.drawn.width > 0 {
		p.top = 0
	}
	p.drawn = key
	p.people.take(v.Profiles)
	p.lines = p.lines[:0]
	if p.text() > 0 {
		p.labels()
		p.now()
		p.profile()
		p.talk()
		p.answers()
		p.history()
	}
	p.setLines(len(p.lines))
}

// head is who it is.
func (p *agentPage) head() string {
	t := p.theme
	out := t.Faint.Render(fmt.Sprint(p.row.id)+" ") + t.Strong.Render(p.row.name())
	if frame := p.v.Frame.At; frame.Valid() && frame != p.v.At {
		out += t.Warning.Render(" " + t.Dot + " still " + frame.Short())
	}
	return out
}

func (p *agentPage) add(line string) { p.lines = append(p.lines, line) }

// section appends an empty line and a heading.
func (p *agentPage) section(title string) {
	p.add("")
	p.add(p.theme.Strong.Render(title))
}

// faint appends a sentence.
func (p *agentPage) faint(text string) {
	for _, line := range cell.Wrap(text, p.text()) {
		p.add(p.theme.Faint.Render(line))
	}
}

// field appends a value with its label, wrapped to the width.
func (p *agentPage) field(label, value string) {
	if value == "" {
		value = model.Unknown
	}
	for i, line := range cell.Wrap(value, p.text()-p.label-1) {
		if i > 0 {
			label = ""
		}
		p.add(p.theme.Label.Render(cell.Fit(label, p.label)) + " " + line)
	}
}

// labels makes the labels' column as wide as the keys of status and profile need.
func (p *agentPage) labels() {
	var members []model.ValueMember
	if p.row.status != nil {
		members = p.row.status.Status.Members()
	}
	if p.row.profile != nil {
		members = append(members, p.row.profile.Profile.Members()...)
	}
	p.label = 6
	for _, m := range members {
		p.label = max(p.label, cell.Width(m.Key.String()))
	}
	p.label = min(p.label, max(p.text()/3, 6))
}

// now is what the agent does at the moment that is shown.
func (p *agentPage) now() {
	s := p.row.status
	if s == nil {
		p.field("action", "")
		return
	}
	p.field("action", s.Action.String())
	place := placeText(s)
	if s.Parent > 0 {
		place += p.theme.Faint.Render(fmt.Sprintf(" in %d", s.Parent))
	}
	p.field("place", place)
	if s.Status.Kind() != model.ObjectValue {
		p.field("status", s.Status.Text().String())
		return
	}
	for _, m := range s.Status.Members() {
		p.member(m)
	}
}

// valueWidth is the width of a number before its sparkline.
const valueWidth = 9

// member is one member of the status; of a number, how it came to that.
func (p *agentPage) member(m model.ValueMember) {
	f, ok := m.Value.Number()
	room := p.text() - p.label - 1 - valueWidth - 1
	if past := p.past(m.Key.Raw()); ok && room >= 6 && len(past) > 1 {
		line := chart.Spark(past, min(room, maxSpark), chart.SparkStyle{Line: p.theme.BarLive.UnsetBackground(), ASCII: p.theme.ASCII})
		p.add(p.theme.Label.Render(cell.Fit(m.Key.String(), p.label)) + " " + cell.Fit(human.Number(f), valueWidth) + " " + line)
		return
	}
	p.field(m.Key.String(), m.Value.Text().String())
}

// maxSpark is how wide a sparkline is at most.
const maxSpark = 60

// past is the numbers that a member of the status was, up to the moment that is shown.
func (p *agentPage) past(key string) []float64 {
	history := known(p.v.History, p.v.At, func(s *model.AgentStatus) model.SimTime { return s.At })
	out := make([]float64, len(history))
	for i := range history {
		out[i] = math.NaN()
		if v, ok := history[i].Status.Get(key); ok {
			if f, ok := v.Number(); ok {
				out[i] = f
			}
		}
	}
	return out
}

// known is what of something, oldest first, was there at a moment.
func known[T any](all []T, at model.SimTime, of func(*T) model.SimTime) []T {
	n := len(all)
	for n > 0 && at.Valid() && of(&all[n-1]).Compare(at) > 0 {
		n--
	}
	return all[:n]
}

// profile is who the agent is.
func (p *agentPage) profile() {
	if p.row.profile == nil || p.row.profile.Profile.Kind() == model.NullValue {
		return
	}
	p.section("Profile")
	members := p.row.profile.Profile.Members()
	if members == nil {
		p.faint(p.row.profile.Profile.Text().String())
	}
	for _, m := range members {
		p.field(m.Key.String(), m.Value.Text().String())
	}
}

// begin appends a heading with a count, and tells whether there is anything to list.
func (p *agentPage) begin(title, none string, n model.Need, count int) bool {
	if count > 0 {
		title += " " + p.theme.Dot + " " + human.Count(count)
	}
	p.section(title)
	trouble := p.v.Trouble(n).String()
	switch {
	case trouble != "":
		p.faint(trouble)
	case !p.v.Has(n):
		p.faint(Reading)
	case count == 0:
		p.faint(none)
	}
	return count > 0
}

// at appends something with its moment before it, wrapped to the width.
func (p *agentPage) at(t model.SimTime, text string) {
	moment := cell.Fit(t.Short(), momentWidth)
	for _, line := range cell.Wrap(text, p.text()-momentWidth-1) {
		p.add(p.theme.Faint.Render(moment) + " " + line)
		moment = cell.Space(momentWidth)
	}
}

// momentWidth holds "d10 14:05".
const momentWidth = 9

// talk is what the agent has thought, said and heard, newest first.
func (p *agentPage) talk() {
	all := known(p.v.Talk, p.v.At, func(m *model.Message) model.SimTime { return m.At })
	if !p.begin("Talk", "Nothing was thought or said so far.", model.NeedTalk, len(all)) {
		return
	}
	replies := repliesTo(all)
	for i := len(all) - 1; i >= 0; i-- {
		m := &all[i]
		words := strings.Join(strings.Fields(m.Words().String()), " ")
		if asks(m) && replies[m] == nil {
			words = p.theme.Warning.Render("not answered yet "+p.theme.Dot) + " " + words
		}
		p.at(m.At, p.theme.Label.Render(p.says(m))+" "+words)
	}
}

// says is who thought or said a message, as it stands before it.
func (p *agentPage) says(m *model.Message) string {
	if m.Kind == model.Thought {
		return "thinks"
	}
	return p.speaker(m) + ":"
}

// answers is what the agent has answered, newest first.
func (p *agentPage) answers() {
	all := known(p.v.Answers, p.v.At, func(a *model.Answer) model.SimTime { return a.At })
	if !p.begin("Surveys", "No survey was asked so far.", model.NeedAnswers, len(all)) {
		return
	}
	for i := len(all) - 1; i >= 0; i-- {
		text := strings.Join(strings.Fields(all[i].Result.String()), " ")
		if v := model.ParseValue(all[i].Result.Raw()); v.Kind() == model.ObjectValue {
			text = statusText(&model.AgentStatus{Status: v})
		}
		if all[i].Pending {
			text = p.theme.Warning.Render("not answered yet")
		}
		p.at(all[i].At, p.theme.Label.Render(surveyName(p.v.Surveys, all[i].Survey)+":")+" "+text)
	}
}

// history is what the agent has done, newest first.
func (p *agentPage) history() {
	all := known(p.v.History, p.v.At, func(s *model.AgentStatus) model.SimTime { return s.At })
	if !p.begin("History", "Nothing was done so far.", model.NeedHistory, len(all)) {
		return
	}
	for i := len(all) - 1; i >= 0; i-- {
		row, style := agentRow{status: &all[i]}, p.theme.Text
		if i > 0 && all[i-1].Action == all[i].Action {
			style = p.theme.Faint // it goes on
		}
		p.add(p.theme.Faint.Render(cell.Fit(all[i].At.Short(), momentWidth)) + " " + style.Render(row.action()))
	}
}
