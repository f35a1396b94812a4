package talk

import (
	"strings"
	"testing"

	"societop/model"
	"societop/ui/pane/panetest"
)

// TestTalkWithTheSociety: what a researcher asks of all agents, and what comes of it, is told from what a
// user asks of one, and never waits for an answer.
func TestTalkWithTheSociety(t *testing.T) {
	rows := []model.Message{
		message(model.Everyone, 1, model.UserTalk, "user", "What did people talk about? 大家聊了什么"),
		message(model.Everyone, 1, model.UserTalk, "", "Bread."),
		message(2, 1, model.UserTalk, "user", "And you?"),
		message(2, 1, model.UserTalk, "", "Trains."),
		message(model.Everyone, 2, model.UserTalk, "user", "Close the bakery."),
	}
	v := viewOfTalk(rows)
	v.Experiment.Status = model.Running
	p := shownTalk(v)
	for _, want := range []string{
		"researcher → society: What did people talk about? 大家聊了什么", "society → researcher: Bread.", "user → 李娜 1: And you?", "李娜 1 → user: Trains.", "researcher → society: Close the bakery.",
	} {
		if !strings.Contains(panetest.Text(p), want) {
			t.Errorf("%q is not shown:\n%s", want, panetest.Text(p))
		}
	}
	if strings.Contains(panetest.Text(p), "answered") {
		t.Errorf("an intervention waits for an answer:\n%s", panetest.Text(p))
	}
	if w := model.WaitingIn(rows, nil); w.Any() {
		t.Errorf("%+v waits", w)
	}
	if w := model.WaitingIn(append(rows, message(2, 2, model.UserTalk, "user", "Why?")), nil); w.Questions != 1 {
		t.Errorf("%+v waits", w)
	}
}
