package storagetest

import (
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// moments are those of the frames of the sample, out of order: floats that decimals round away, and
// days that text would order otherwise.
var moments = []model.SimTime{
	{Day: 1, T: 301},
	{Day: 0, T: 28801},
	{Day: 10, T: 0.30000000000000004},
	{Day: 0, T: 29101.5},
	{Day: 9, T: 86399.999999},
	{Day: 10, T: 0},
	{Day: 0, T: 28801.000000000004},
}

// last is the latest of the moments.
var last = model.SimTime{Day: 10, T: 0.30000000000000004}

// agents are the ids of the sample, out of order.
var agents = []int64{7, 1, 30, -5, 2}

// running is an experiment that has just made the last step of the sample.
func running() model.Experiment {
	e := Experiments(2)[1]
	e.Now = last
	return e
}

// sampleRun is some of everything.
func sampleRun() RunData {
	var s RunData
	for i, id := range agents {
		s.Profiles = append(s.Profiles, model.Profile{
			ID:      id,
			Name:    text.Clean(fmt.Sprintf("李娜%d", id)),
			Profile: text.ParseValue(fmt.Sprintf(`{"age": %d, "home": {"aoi_position": {"aoi_id": 500000001}}}`, 20+i)),
		})
	}
	for _, at := range moments {
		s.Frames = append(s.Frames, frameAt(at))
		s.Prompts = append(s.Prompts, model.Prompt{At: at, Text: text.CleanLines(fmt.Sprintf("weather: 晴\nat %v\n", at.Seconds())), Created: createdAt(at)})
	}
	s.Messages = chat()
	s.Answers = filledIn()
	s.Metrics = []model.Metric{{Key: text.Clean("gdp"), Points: []model.Point{{Tick: 1, Value: 0.5}}}}
	s.Log = "\x1b[32mStart\x1b[0m step 1\n\nstep 2 第2步\n"
	return s
}

// createdAt is a wall time for a moment.
func createdAt(at model.SimTime) time.Time {
	return start.Add(time.Duration(at.Seconds()*1e3) * time.Microsecond)
}

// frameAt is all agents at a moment; one of them has no place.
func frameAt(at model.SimTime) model.Frame {
	f := model.Frame{At: at}
	for i, id := range agents {
		a := model.AgentStatus{
			ID: id, At: at, Lng: 116.17828729456613 + float64(i), Lat: -39.89371427093453 * at.T / model.SecondsPerDay,
			Parent: int64(500000000 + i), Action: text.Clean("go to work 上班"),
			Status: text.ValueOf(fmt.Sprintf("agent %d feels fine", id)), Created: createdAt(at),
		}
		if id == 2 {
			a.Lng, a.Lat, a.Parent, a.Action = math.NaN(), math.NaN(), 0, text.Text{}
		}
		f.Agents = append(f.Agents, a)
	}
	return f
}

// chat is talk of all kinds; what is of one moment is in order.
func chat() (all []model.Message) {
	for _, at := range moments[:4] {
		for _, m := range []struct {
			id               int64
			kind             model.MessageKind
			speaker, content string
		}{
			{1, model.Thought, "", "I should have lunch. 我饿了 🍜"},
			{1, model.Talk, "7", `{"content": "shall we meet?\nsoon", "propagation_count": 1}`},
			{7, model.Talk, "1", "plain words\nsecond line"},
			{1, model.UserTalk, "user", "How are you?"},
			{1, model.UserTalk, "", "Fine. 很好 😀"},
			{2, model.Thought, "", `{"thought": "no content here"}`},
			{2, model.Thought, "", ""},
		} {
			all = append(all, model.Message{
				ID: m.id, At: at, Kind: m.kind, Speaker: text.Clean(m.speaker), Content: text.CleanLines(m.content), Created: createdAt(at),
			})
		}
	}
	return all
}

// filledIn is answers of all kinds.
func filledIn() (all []model.Answer) {
	for i, result := range []string{`{"happiness": 3, "why": "因为 because…", "needs": ["food"]}`, "not json: the model refused", `"yes"`, ""} {
		for j, at := range moments[:2] {
			all = append(all, model.Answer{
				ID: 2, At: at, Survey: uuid.NewMD5(uuid.NameSpaceOID, fmt.Append(nil, "survey", i, j)),
				Result: text.CleanLines(result), Created: createdAt(at),
			})
		}
	}
	all = append(all, model.Answer{ID: 2, At: moments[2], Survey: uuid.NewMD5(uuid.NameSpaceOID, []byte("later")), Pending: true, Created: createdAt(moments[2])})
	return append(all, model.Answer{ID: 1, At: moments[0], Survey: all[0].Survey, Result: text.CleanLines("4"), Created: createdAt(moments[0])})
}
