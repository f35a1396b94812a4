package agents

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
)

// detailed returns a view with all there is of the second agent.
func detailed() pane.View {
	at := func(i int) model.SimTime { return model.SimTime{Day: 1, T: float64(300 * i)} }
	v := panetest.Crowd(9, at(9))
	v.Agent = 2
	v.Frame.Agents[1].Lat = 39.9
	v.Surveys = []model.Survey{{ID: uuid.UUID{1}, Name: text.Clean("幸福感 well-being")}}
	for i := range 10 {
		s := v.Frame.Agents[1]
		s.At, s.Action = at(i), text.Clean([]string{"work", "work", "sleep 睡觉"}[i%3])
		s.Status = text.ParseValue(fmt.Sprintf(`{"hunger":%d,"mood":"fine"}`, i%4))
		v.History = append(v.History, s)
		m := model.Message{ID: 2, At: at(i), Kind: model.MessageKind(i % 3), Content: text.CleanLines("shall we meet? 一起吃饭吗\nin two lines")}
		switch m.Kind {
		case model.UserTalk:
			m.Speaker = text.Clean("user")
		case model.Thought:
		case model.Talk:
			m.Speaker = text.Clean("1")
		}
		v.Talk = append(v.Talk, m)
	}
	v.Answers = []model.Answer{
		{ID: 2, At: at(0), Survey: uuid.UUID{1}, Result: text.CleanLines(`{"happy":3,"why":"因为"}`)},
		{ID: 2, At: at(9), Survey: uuid.UUID{2}, Pending: true},
	}
	return v
}

// tabular returns a view of agents whose statuses are rows of several tables, with all there is of the second.
func tabular() pane.View {
	v := detailed()
	moods := []string{"idle", "moving", "在路上"}
	status := func(agent, step int) text.Value {
		return text.ParseValue(fmt.Sprintf(`{"economy":{"currency":%g,"income":12.5},"mobility":{"aoi_id":%d,"status":%q},"social_media":{"posts_count":%d,"status":null}}`,
			1000+float64(agent*step)/3, 500000000+agent, moods[(agent+step)%3], agent*step))
	}
	for i := range v.Frame.Agents {
		v.Frame.Agents[i].Status, v.Frame.Agents[i].Action = status(i, 9), text.Clean([]string{"", "post", "转发"}[i%3])
	}
	for i := range v.History {
		v.History[i].Status, v.History[i].Action = status(1, i/2), text.Clean([]string{"", "post"}[i%2])
	}
	return v
}

func TestGolden(t *testing.T) {
	for scene, keys := range map[string]string{"tables": "jj", "tables sorted": "sssss", "agent of tables": "\n"} {
		panetest.Golden(t, scene, New, tabular(), keys)
	}
	for scene, keys := range map[string]string{"agents": "jj", "agents sorted": "ssss", "agents search": "/娜 1", "agent": "\n"} {
		panetest.Golden(t, scene, New, detailed(), keys)
	}
}
