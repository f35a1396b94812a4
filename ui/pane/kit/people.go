package kit

import (
	"cmp"
	"slices"
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

// Name returns the name of an agent, or "agent 7" if it has none.
func (p *People) Name(id int64) string {
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

// IsQuestion reports whether a message is a question of the user.
func IsQuestion(m *model.Message) bool { return m.Kind == model.UserTalk && !m.Speaker.Empty() }

// Replies maps the user's questions to their answers. An answer does not name its question: it
// belongs to the first unanswered question of the latest moment that has one.
func Replies(rows []model.Message) map[*model.Message]*model.Message {
	replies := make(map[*model.Message]*model.Message)
	open := make(map[int64][]*model.Message)
	for i := range rows {
		m := &rows[i]
		asked := open[m.ID]
		switch {
		case IsQuestion(m):
			open[m.ID] = append(asked, m)
		case m.Kind == model.UserTalk && len(asked) > 0:
			q := len(asked) - 1
			for q > 0 && asked[q-1].At == asked[q].At {
				q--
			}
			replies[asked[q]] = m
			open[m.ID] = slices.Delete(asked, q, q+1)
		}
	}
	return replies
}
