package pane

import (
	"strconv"

	"societop/model"
)

// people is the names of agents by their ids.
type people struct {
	names map[int64]string
	of    []model.Profile // what names were made of
}

// take goes over to other profiles.
func (p *people) take(profiles []model.Profile) {
	if same(profiles, p.of) && p.names != nil {
		return
	}
	p.of, p.names = profiles, make(map[int64]string, len(profiles))
	for _, one := range profiles {
		p.names[one.ID] = one.Name.String()
	}
}

// name is an agent's name, or "agent 7" of one that has none.
func (p *people) name(id int64) string {
	if name := p.names[id]; name != "" {
		return name
	}
	return "agent " + strconv.FormatInt(id, 10)
}

// speaker is who thought or said a message: a name, not an id.
func (p *people) speaker(m *model.Message) string {
	switch {
	case m.Kind == model.Thought, m.Kind == model.UserTalk && m.Speaker.Empty():
		return p.name(m.ID)
	case m.Kind == model.UserTalk:
		return "user"
	}
	id, err := strconv.ParseInt(m.Speaker.String(), 10, 64)
	if err != nil {
		return m.Speaker.String()
	}
	return p.name(id)
}
