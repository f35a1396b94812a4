package human

import (
	"testing"
	"time"

	"societop/model"
)

func TestWhatWaits(t *testing.T) {
	now := time.Date(2001, 1, 1, 12, 0, 0, 0, time.UTC)
	since := now.Add(-12 * time.Minute)
	for want, w := range map[string]model.Waiting{
		"":                                    {},
		"1 question waits for 12m":            {Questions: 1, Since: since},
		"2 questions wait":                    {Questions: 2},
		"1 survey of 30 agents waits for 12m": {Surveys: 1, Agents: 30, Since: since},
		"2 questions and 1 survey of 1 agent wait for 12m":       {Questions: 2, Surveys: 1, Agents: 1, Since: since},
		"1,000 questions and 2 surveys of 5 agents wait for <1m": {Questions: 1000, Surveys: 2, Agents: 5, Since: now.Add(time.Hour)},
	} {
		if got := Waiting(w, now); got != want {
			t.Errorf("%+v is %q, want %q", w, got, want)
		}
	}
}
