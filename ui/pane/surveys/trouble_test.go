package surveys

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane/panetest"
)

// TestTroubleWithAnswers: agents that failed, and answers that were not understood in part, are counted
// in the head, listed, and marked where they are shown.
func TestTroubleWithAnswers(t *testing.T) {
	v := polled(4)
	rows := v.AllAnswers.Rows[:0:0]
	for _, a := range v.AllAnswers.Rows {
		if a.Survey != (uuid.UUID{1}) || a.At != hour(8) {
			continue
		}
		switch a.ID {
		case 1:
			a.Trouble = text.Clean("happy: not an integer \x1b[31m")
		case 2:
			a.Result, a.Trouble = text.Lines{}, text.Clean("the agent failed to respond")
		}
		rows = append(rows, a)
	}
	v.AllAnswers.Rows = rows
	v.Answers = []model.Answer{rows[0], rows[1]}
	s := shownSurveys(v, 100, 20)
	shows := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(panetest.Text(s), w) {
				t.Errorf("%q is not shown:\n%s", w, panetest.Text(s))
			}
		}
	}
	shows("1 failed", "1 not understood", "trouble", "4 asked - 2 answered")
	panetest.Press(s, "k")
	for range 20 {
		panetest.Press(s, "j")
	}
	shows("Failed, or not understood", "2 agents", "the agent failed to respond", "happy: not an integer")
	panetest.Press(s, "\n")
	shows("the agent failed to respond")
	s = shownSurveys(v, 100, 30)
	panetest.Press(s, "a")
	shows("happy: not an integer", "the agent failed to respond")
}

// TestWithoutTroubleNothingIsAdded to the questions.
func TestWithoutTroubleNothingIsAdded(t *testing.T) {
	if s := shownSurveys(polled(4), 100, 20); strings.Contains(panetest.Text(s), "trouble") || strings.Contains(panetest.Text(s), "failed") {
		t.Errorf("trouble is shown:\n%s", panetest.Text(s))
	}
}

// TestARunDirectoryHasNoPendingAnswers nor any that can't be read as JSON: what is wrong is trouble.
func TestARunDirectoryHasNoPendingAnswers(t *testing.T) {
	v := polled(4)
	v.Experiment.Dir = &model.RunDir{Agents: 4}
	rows := []string{"\n unparsable ", "\n pending "}
	for _, row := range rows {
		if !strings.Contains(panetest.Text(shownSurveys(polled(4), 100, 20)), row) {
			t.Errorf("%q is not shown of AgentSociety 1", row)
		}
		if s := shownSurveys(v, 100, 20); strings.Contains(panetest.Text(s), row) {
			t.Errorf("answers that can't be are counted:\n%s", panetest.Text(s))
		}
	}
}
