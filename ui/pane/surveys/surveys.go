// Package surveys is the pane with the answers of agents to surveys.
package surveys

import (
	"github.com/google/uuid"

	"societop/model"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// surveys is the pane with the answers of agents to surveys up to the moment that is shown:
// those of all agents as a chart for each question, or those of the selected agent for each
// round.
type surveys struct {
	body
	moves      kit.Moves
	experiment model.Key
	open       bool // one question fills the pane
	page       surveyPage
	drawn      string // the pane as it is
}

// New returns the pane Surveys.
func New(t *theme.Theme) pane.Pane {
	s := &surveys{
		body: body{theme: t, Searchable: kit.NewSearch(t, "answers"), poll: poll{choice: choice{round: model.Latest}}},
		page: surveyPage{Scroller: kit.NewScroller(t)},
	}
	s.Rebind(nil)
	return s
}

// Title returns the name of the pane.
func (s *surveys) Title() string { return "Surveys" }

// ShowsTime reports true: the pane shows a moment of the simulated clock.
func (s *surveys) ShowsTime() bool { return true }

// Agent returns the selected agent.
func (s *surveys) Agent() (id int64, ok bool) { return s.v.Agent, s.v.Chosen }

// Needs returns the needs for who the agents are, what they were asked, and their answers.
func (s *surveys) Needs() []pane.Need {
	return []pane.Need{pane.NeedTimeline, pane.NeedProfiles, pane.NeedSurveys, s.answers()}
}

// Show sets the experiment and the moment.
func (s *surveys) Show(v pane.View) {
	if v.Experiment.Key != s.experiment {
		s.experiment, s.open, s.every = v.Experiment.Key, false, false
		s.survey, s.round, s.question = uuid.Nil, model.Latest, ""
		s.Search.Reset()
		s.own = s.own || !v.Bulk
	}
	if !kit.Same(v.Surveys, s.v.Surveys) {
		s.all.questions, s.mine.questions = nil, nil
		s.all.revision++
		s.mine.revision++
	}
	s.v = v
	s.who.SetProfiles(v.Profiles)
	s.all.take(v.AllAnswers.Rows)
	s.mine.take(v.Answers)
	s.refresh()
}

// Resize sets the size.
func (s *surveys) Resize(width, height int) {
	s.width, s.height = max(width, 0), max(height, 0)
	s.Search.SetWidth(s.width)
	s.refresh()
}

// View returns the pane as it was last drawn.
func (s *surveys) View() string { return s.drawn }

// refresh finds and draws what is to be shown.
func (s *surveys) refresh() {
	s.list = s.asked().Until(s.v.Until())
	s.explain()
	if s.note == "" {
		s.place()
		s.choose()
		s.count()
	}
	s.drawn = s.draw()
}
