package agents

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
)

// agentPage is everything about one agent, up to the moment that is shown.
type agentPage struct {
	kit.Page
	v     *pane.View
	row   kit.AgentRow
	drawn pageKey // what lines were made of
	kit.People
	files bool // those that the agent keeps are shown
}

// pageKey is the input of a page. The page changes only when it does.
type pageKey struct {
	agent         int64
	at, frame     model.SimTime
	history       int
	talk, answers int
	surveys       *model.Survey // the first of the questionnaires
	has           [4]bool
	trouble       [4]text.Text
	files         bool
	note          *model.Note // the first of the files
	width, theme  int
	status        *model.AgentStatus
	profile       *model.Profile
}

// show makes the lines again if anything has changed.
func (p *agentPage) show(v *pane.View, row kit.AgentRow) {
	key := pageKey{
		agent: row.ID, at: v.At, frame: v.Frame.At, history: len(v.History), talk: len(v.Talk), answers: len(v.Answers),
		width: p.TextWidth(), theme: p.Theme.Revision, status: row.Status, profile: row.Profile, files: p.files,
	}
	if len(v.Notes) > 0 {
		key.note = &v.Notes[0]
	}
	if len(v.Surveys) > 0 {
		key.surveys = &v.Surveys[0]
	}
	for i, n := range []pane.Need{pane.NeedHistory, pane.NeedTalk, pane.NeedAnswers, pane.NeedNotes} {
		key.has[i], key.trouble[i] = v.Has(n), v.Trouble(n)
	}
	p.v, p.row = v, row
	if key == p.drawn {
		return
	}
	if key.agent != p.drawn.agent && p.drawn.width > 0 {
		p.Top = 0
	}
	p.drawn = key
	p.People.SetProfiles(v.Profiles)
	p.Lines = p.Lines[:0]
	if p.TextWidth() > 0 {
		p.labels()
		if p.files {
			p.notes()
		}
		p.now()
		p.profile()
		p.talk()
		p.answers()
		p.history()
	}
	p.SetRows(len(p.Lines))
}

// head returns the id and the name.
func (p *agentPage) head() string {
	t := p.Theme
	out := t.Faint.Render(fmt.Sprint(p.row.ID)+" ") + t.Strong.Render(p.row.Name())
	if frame := p.v.Frame.At; frame.Valid() && frame != p.v.At {
		out += t.Warning.Render(" " + t.Dot + " still " + p.v.Short(frame))
	}
	return out
}

// faint appends a sentence.
func (p *agentPage) faint(text string) {
	for _, line := range cell.Wrap(text, p.TextWidth()) {
		p.Add(p.Theme.Faint.Render(line))
	}
}

// labels fits the column of labels to the keys of status and profile.
func (p *agentPage) labels() {
	var members []kit.AgentValue
	if p.row.Status != nil {
		members = membersOf(p.row.Status.Status)
	}
	if p.row.Profile != nil {
		for _, m := range p.row.Profile.Profile.Members() {
			members = append(members, kit.AgentValue{AgentField: kit.AgentField{Name: m.Key.String()}})
		}
	}
	p.Label = 6
	for _, m := range members {
		p.Label = max(p.Label, cell.Width(m.Name))
	}
	p.Label = min(p.Label, max(p.TextWidth()/3, 6))
}

// now appends what the agent does at the moment that is shown.
func (p *agentPage) now() {
	s := p.row.Status
	if s == nil {
		p.Field("action", "")
		return
	}
	p.Field("action", s.Action.String())
	place := placeText(s)
	if s.Parent > 0 {
		place += p.Theme.Faint.Render(fmt.Sprintf(" in %d", s.Parent))
	}
	p.Field("place", place)
	if s.Status.Kind() != text.ObjectValue {
		p.Field("status", s.Status.Text().String())
		return
	}
	for _, m := range membersOf(s.Status) {
		p.member(m)
	}
}

// membersOf returns the members of a status that have a line each: of the rows of several tables all
// their columns.
func membersOf(status text.Value) (all []kit.AgentValue) {
	if kit.Tabular(status) {
		return kit.AgentValues(kit.FromStatus, status)
	}
	for _, m := range status.Members() {
		all = append(all, kit.AgentValue{AgentField: kit.AgentField{From: kit.FromStatus, Name: m.Key.String(), Key: m.Key.Raw()}, Value: m.Value})
	}
	return all
}

// valueWidth is the width of a number before its sparkline.
const valueWidth = 9

// member appends a member of the status, with a sparkline of its past if it is a number and no id.
func (p *agentPage) member(m kit.AgentValue) {
	f, ok := m.Value.Number()
	room := p.TextWidth() - p.Label - 1 - valueWidth - 1
	if past := p.past(m.AgentField); ok && !m.IsID() && room >= 6 && len(past) > 1 {
		line := chart.Spark(past, min(room, maxSpark), chart.SparkStyle{Line: p.Theme.BarLive.UnsetBackground(), ASCII: p.Theme.ASCII})
		p.Add(p.Theme.Label.Render(cell.Fit(m.Name, p.Label)) + " " + cell.Fit(human.Number(f), valueWidth) + " " + line)
		return
	}
	p.Field(m.Name, m.Value.Text().String())
}

// maxSpark is the largest width of a sparkline.
const maxSpark = 60

// past returns the values of a member of the status up to the moment that is shown.
func (p *agentPage) past(of kit.AgentField) []float64 {
	history := kit.Until(p.v.History, p.v.At, func(s *model.AgentStatus) model.SimTime { return s.At })
	out := make([]float64, len(history))
	for i := range history {
		out[i] = math.NaN()
		if f, ok := of.In(history[i].Status).Number(); ok {
			out[i] = f
		}
	}
	return out
}

// profile appends who the agent is.
func (p *agentPage) profile() {
	if p.row.Profile == nil || p.row.Profile.Profile.Kind() == text.NullValue {
		return
	}
	p.Section("Profile")
	members := p.row.Profile.Profile.Members()
	if members == nil {
		p.faint(p.row.Profile.Profile.Text().String())
	}
	for _, m := range members {
		p.Field(m.Key.String(), m.Value.Text().String())
	}
}

// notes appends the files that the agent keeps.
func (p *agentPage) notes() {
	if trouble := p.v.Trouble(pane.NeedNotes).String(); trouble != "" || !p.v.Has(pane.NeedNotes) {
		p.faint(cmp.Or(trouble, pane.Reading))
	} else if len(p.v.Notes) == 0 {
		p.faint("The agent keeps no files.")
	}
	written := func(n model.Note) int { // what the agent wrote stands before what is kept of it
		if strings.HasSuffix(n.Name.Raw(), ".md") || strings.HasPrefix(n.Name.Raw(), "TODO") {
			return 0
		}
		return 1
	}
	all := slices.Clone(p.v.Notes)
	slices.SortStableFunc(all, func(a, b model.Note) int { return written(a) - written(b) })
	for i := range all {
		one := &all[i]
		if i > 0 {
			p.Add("")
		}
		when := ""
		if !one.Written.IsZero() {
			when = " " + p.Theme.Dot + " " + one.Written.In(p.v.Zone).Format("2006-01-02 15:04:05")
		}
		p.Add(p.Theme.Strong.Render(one.Name.String()) + p.Theme.Faint.Render(when))
		for line := range strings.SplitSeq(strings.TrimRight(one.Content.String(), "\n"), "\n") {
			for _, part := range cell.Wrap(line, p.TextWidth()) {
				p.Add(part)
			}
		}
	}
	p.Add("")
}

// begin appends a heading with a count, and reports whether there is anything to list.
func (p *agentPage) begin(title, none string, n pane.Need, count int) bool {
	if count > 0 {
		title += " " + p.Theme.Dot + " " + human.Count(count)
	}
	p.Section(title)
	trouble := p.v.Trouble(n).String()
	switch {
	case trouble != "":
		p.faint(trouble)
	case !p.v.Has(n):
		p.faint(pane.Reading)
	case count == 0:
		p.faint(none)
	}
	return count > 0
}

// at appends a text with its moment, wrapped to the width.
func (p *agentPage) at(t model.SimTime, text string) {
	w := p.v.Experiment.Calendar().Width()
	moment := cell.Fit(p.v.Short(t), w)
	for _, line := range cell.Wrap(text, p.TextWidth()-w-1) {
		p.Add(p.Theme.Faint.Render(moment) + " " + line)
		moment = cell.Space(w)
	}
}

// talk appends what the agent thought, said and heard, newest first.
func (p *agentPage) talk() {
	all := kit.Until(p.v.Talk, p.v.Until(), func(m *model.Message) model.SimTime { return m.At })
	if !p.begin("Talk", "Nothing was thought or said so far.", pane.NeedTalk, len(all)) {
		return
	}
	replies := model.Replies(all)
	for i := len(all) - 1; i >= 0; i-- {
		m := &all[i]
		words := strings.Join(strings.Fields(m.Words().String()), " ")
		if m.IsOpen(replies) {
			words = p.Theme.Warning.Render("not answered yet "+p.Theme.Dot) + " " + words
		}
		p.at(m.At, p.Theme.Label.Render(p.says(m))+" "+words)
	}
}

// says returns who thought or said a message, as a label.
func (p *agentPage) says(m *model.Message) string {
	if m.Kind == model.Thought {
		return "thinks"
	}
	return p.Speaker(m) + ":"
}

// answers appends the answers of the agent, newest first.
func (p *agentPage) answers() {
	all := kit.Until(p.v.Answers, p.v.Until(), func(a *model.Answer) model.SimTime { return a.At })
	if !p.begin("Surveys", "No survey was asked so far.", pane.NeedAnswers, len(all)) {
		return
	}
	for i := len(all) - 1; i >= 0; i-- {
		s := strings.Join(strings.Fields(all[i].Result.String()), " ")
		if v := text.ParseValue(all[i].Result.Raw()); v.Kind() == text.ObjectValue {
			s = replyText(v)
		}
		if all[i].Pending {
			s = p.Theme.Warning.Render("not answered yet")
		}
		p.at(all[i].At, p.Theme.Label.Render(kit.SurveyName(p.v.Surveys, all[i].Survey)+":")+" "+s)
	}
}

// replyText returns an answer on one line, what is in objects in it one by one.
func replyText(v text.Value) string {
	var parts []string
	for _, one := range kit.AgentValues(kit.FromStatus, v) {
		parts = append(parts, one.Name+" "+one.Value.Text().String())
	}
	return strings.Join(parts, ", ")
}

// history appends what the agent did, newest first.
func (p *agentPage) history() {
	all := kit.Until(p.v.History, p.v.At, func(s *model.AgentStatus) model.SimTime { return s.At })
	if !p.begin("History", "Nothing was done so far.", pane.NeedHistory, len(all)) {
		return
	}
	for i := len(all) - 1; i >= 0; i-- {
		row, style := kit.AgentRow{Status: &all[i]}, p.Theme.Text
		if i > 0 && all[i-1].Action == all[i].Action {
			style = p.Theme.Faint // it goes on
		}
		if kit.Tabular(all[i].Status) {
			p.at(all[i].At, changesOf(all[max(i-1, 0):i+1]))
			continue
		}
		p.Add(p.Theme.Faint.Render(cell.Fit(p.v.Short(all[i].At), p.v.Experiment.Calendar().Width())) + " " + style.Render(row.Action()))
	}
}

// changesOf returns what an agent did in the last of two steps, and what changed in it.
func changesOf(steps []model.AgentStatus) string {
	last := &steps[len(steps)-1]
	var said []string
	if !last.Action.Empty() {
		said = append(said, last.Action.String())
	}
	for _, one := range kit.AgentValues(kit.FromStatus, last.Status) {
		if before := one.In(steps[0].Status); before.Raw() != one.Value.Raw() {
			said = append(said, text.Clean(one.Inner).String()+" "+valueText(one.Value))
		}
	}
	if len(said) == 0 {
		return model.Unknown
	}
	return strings.Join(said, ", ")
}
