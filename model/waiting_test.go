package model

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model/text"
)

func TestWhatWaitsForAnAnswer(t *testing.T) {
	noon := time.Date(2001, 1, 1, 12, 0, 0, 0, time.UTC)
	user := text.Clean("user")
	question := func(agent int64, hour, minute int) Message {
		return Message{ID: agent, At: SimTimeOf(int64(hour) * 3600), Kind: UserTalk, Speaker: user, Created: noon.Add(time.Duration(minute) * time.Minute)}
	}
	answer := func(agent int64, hour int) Message {
		return Message{ID: agent, At: SimTimeOf(int64(hour) * 3600), Kind: UserTalk}
	}
	mood, money := uuid.UUID{1}, uuid.UUID{2}
	pending := func(agent int64, survey uuid.UUID, minute int) Answer {
		return Answer{ID: agent, Survey: survey, Pending: true, Created: noon.Add(time.Duration(minute) * time.Minute)}
	}
	for name, c := range map[string]struct {
		talk    []Message
		answers []Answer
		want    Waiting
	}{
		"nothing":             {},
		"only thoughts":       {talk: []Message{{ID: 1, Kind: Thought}, {ID: 1, Kind: Talk, Speaker: text.Clean("2")}}},
		"an answered one":     {talk: []Message{question(1, 8, 0), answer(1, 9)}},
		"one of two agents":   {talk: []Message{question(1, 8, 3), question(2, 8, 4), answer(1, 9)}, want: Waiting{Questions: 1, Since: noon.Add(4 * time.Minute)}},
		"asked again":         {talk: []Message{question(1, 8, 0), answer(1, 9), question(1, 9, 7), question(1, 9, 6)}, want: Waiting{Questions: 2, Since: noon.Add(6 * time.Minute)}},
		"an answer of before": {talk: []Message{answer(1, 7), question(1, 8, 1)}, want: Waiting{Questions: 1, Since: noon.Add(time.Minute)}},
		"surveys": {
			answers: []Answer{pending(1, mood, 9), pending(2, mood, 5), {ID: 3, Survey: mood, Created: noon}, pending(2, money, 8)},
			want:    Waiting{Surveys: 2, Agents: 2, Since: noon.Add(5 * time.Minute)},
		},
		"both": {
			talk: []Message{question(1, 8, 2)}, answers: []Answer{pending(1, mood, 3)},
			want: Waiting{Questions: 1, Surveys: 1, Agents: 1, Since: noon.Add(2 * time.Minute)},
		},
		"of no known time": {talk: []Message{{ID: 1, Kind: UserTalk, Speaker: user}}, want: Waiting{Questions: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got := WaitingIn(c.talk, c.answers)
			if got != c.want {
				t.Errorf("%+v waits, want %+v", got, c.want)
			}
			if got.Any() != (c.want.Questions+c.want.Surveys > 0) {
				t.Errorf("Any is %v", got.Any())
			}
		})
	}
}
