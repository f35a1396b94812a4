package kit

import (
	"cmp"
	"strconv"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/survey"
)

// People holds the names of agents by their ids.
type People struct {
	Names    map[int64]string
	Profiles []model.Profile // the source of Names
}

// SetProfiles updates the names.
func (p *People) SetProfiles(profiles []model.Profile) {
	if Same(profiles, p.Profiles) && p.Names != nil {
		return
	}
	p.Profiles, p.Names = profiles, make(map[int64]string, len(profiles))
	for _, one := range profiles {
		p.Names[one.ID] = one.Name.String()
	}
}

// Researcher asks a society as a whole, or intervenes in it.
const Researcher = "researcher"

// Name returns the name of an agent, or "agent 7" if it has none.
func (p *People) Name(id int64) string {
	if id == model.Everyone {
		return "society"
	}
	if name := p.Names[id]; name != "" {
		return name
	}
	return "agent " + strconv.FormatInt(id, 10)
}

// Speaker returns the name of the agent or user who thought or said a message.
func (p *People) Speaker(m *model.Message) string {
	switch {
	case m.Kind == model.Thought, m.Kind == model.UserTalk && m.Speaker.Empty():
		return p.Name(m.ID)
	case m.Kind == model.UserTalk && m.ID == model.Everyone:
		return Researcher
	case m.Kind == model.UserTalk:
		return "user"
	}
	id, err := strconv.ParseInt(m.Speaker.String(), 10, 64)
	if err != nil {
		return m.Speaker.String()
	}
	return p.Name(id)
}

// SurveyName returns the name of a survey, or a short form of its id if it is not among all.
func SurveyName(all []model.Survey, id uuid.UUID) string {
	for i := range all {
		if all[i].ID == id {
			return cmp.Or(all[i].Name.String(), survey.Title(&all[i]).String(), id.String())
		}
	}
	return "survey " + id.String()[:8]
}
