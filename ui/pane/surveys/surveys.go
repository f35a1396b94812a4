// Package surveys is the pane with the answers of agents to surveys.
package surveys

import (
	"slices"

	"github.com/google/uuid"

	"societop/model"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// surveys is the pane with what agents answered to surveys up to the moment that is shown: of
// all agents question by question as charts, or of the selected agent round by round. Survey,
// round and question are bound to what they are, not to their places.
type surveys struct {
	theme         *theme.Theme
	moves         kit.Moves
	keys          surveysKeys
	width, height int

	experiment model.Key
	v          pane.View // the last that was shown
	who        kit.People
	all, mine  asked // of all agents, and of the selected one
	own        bool  // the answers of the selected agent are shown
	list       []model.Polled

	survey   uuid.UUID     // that was chosen
	round    model.SimTime // that was chosen; not Valid: the newest
	every    bool          // all rounds are shown
	question string        // the item that was chosen, by its key

	at          int // the survey that is shown
	first, last int // its rounds that are shown: from the first up to before the last
	items       []surveyItem
	item        int // that is shown

	rows  surveyRows
	tally surveyTally
	trend surveyTrend
	note  string // stands there instead of answers

	open   bool // one question has the whole pane
	page   surveyPage
	search kit.Finder // among the answers to that question
	drawn  string     // the pane as it is
}

// asked is the answers of all agents, or of one, and what was asked.
type asked struct {
	model.Poll
	questions map[uuid.UUID][]model.Question // of questionnaires that were read
	revision  int
}

// surveyItem is something that can be chosen of a survey: a question, or those whose answers
// answer none.
type surveyItem struct {
	key      string
	question *model.Question
	state    model.ReplyState // of an item that is no question
}

// surveyRows is the answers that are shown, and how many of them are what.
type surveyRows struct {
	of     rowsKey
	rows   []int32
	states [model.PendingReply + 1]int
}

// rowsKey is what answers are chosen by.
type rowsKey struct {
	own         bool
	revision    int
	survey      uuid.UUID
	first, last int
}

// surveyTally is what was answered to one question in some rows.
type surveyTally struct {
	of   rowsKey
	item string
	model.Tally
}

// NewSurveys returns the pane Surveys.
func New(t *theme.Theme) pane.Pane {
	return &surveys{theme: t, moves: kit.NewMoves(), keys: newSurveysKeys(), round: model.Latest, page: surveyPage{Scroller: kit.NewScroller(t)}, search: kit.NewFinder(t, "answers")}
}

// Title returns the name of the pane.
func (s *surveys) Title() string { return "Surveys" }

// ShowsTime reports true: the pane shows a moment of the simulated clock.
func (s *surveys) ShowsTime() bool { return true }

// Agent returns the selected agent.
func (s *surveys) Agent() (id int64, ok bool) { return s.v.Agent, s.v.Chosen }

// Needs is who the agents are, what they were asked, and what they, or one of them, answered.
func (s *surveys) Needs() []pane.Need {
	return []pane.Need{pane.NeedTimeline, pane.NeedProfiles, pane.NeedSurveys, s.answers()}
}

// answers is the need of the answers that are shown.
func (s *surveys) answers() pane.Need {
	if s.own {
		return pane.NeedAnswers
	}
	return pane.NeedAllAnswers
}

// Show takes another experiment, another moment, or more of what is known.
func (s *surveys) Show(v pane.View) {
	if v.Experiment.Key != s.experiment {
		s.experiment, s.open, s.every = v.Experiment.Key, false, false
		s.survey, s.round, s.question = uuid.Nil, model.Latest, ""
		s.search.Reset()
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

// take goes over to other answers.
func (a *asked) take(rows []model.Answer) {
	if !kit.Same(rows, a.Rows) {
		a.Take(rows)
		a.questions = nil
		a.revision++
	}
}

// asked is the answers that are shown.
func (s *surveys) asked() *asked {
	if s.own {
		return &s.mine
	}
	return &s.all
}

// Resize takes another size.
func (s *surveys) Resize(width, height int) {
	s.width, s.height = max(width, 0), max(height, 0)
	s.search.SetWidth(s.width)
	s.refresh()
}

// View is the pane as it was drawn last.
func (s *surveys) View() string { return s.drawn }

// refresh finds what is to be shown, and draws it.
func (s *surveys) refresh() {
	until := s.v.At
	if s.v.Live {
		until = model.Latest // a survey may be asked behind the last step
	}
	s.list = s.asked().Until(until)
	s.explain()
	if s.note == "" {
		s.place()
		s.choose()
		s.count()
	}
	s.drawn = s.draw()
}

// place finds the chosen survey and round among what was asked. Of what is not there yet at the
// moment, the choice is kept.
func (s *surveys) place() {
	s.at = slices.IndexFunc(s.list, func(p model.Polled) bool { return p.ID == s.survey })
	if s.at < 0 {
		s.at = 0
		if s.survey == uuid.Nil {
			s.survey = s.list[0].ID
		}
	}
	rounds := s.list[s.at].Rounds
	s.first, s.last = len(rounds)-1, len(rounds)
	if s.round.Valid() {
		for s.first > 0 && rounds[s.first].At.Compare(s.round) > 0 {
			s.first--
		}
		s.last = s.first + 1
	}
	if s.every {
		s.first, s.last = 0, len(rounds)
	}
}

// The keys of the items that are no questions, which no name of a question is.
const (
	unparsableItem = "\x00unparsable"
	pendingItem    = "\x00pending"
)

// choose finds the chosen question among those of the survey.
func (s *surveys) choose() {
	questions := s.questions(s.list[s.at].ID)
	s.items = s.items[:0]
	for i := range questions {
		s.items = append(s.items, surveyItem{key: questions[i].Name.Raw(), question: &questions[i]})
	}
	s.items = append(s.items, surveyItem{key: unparsableItem, state: model.UnparsableReply}, surveyItem{key: pendingItem, state: model.PendingReply})
	s.item = max(slices.IndexFunc(s.items, func(i surveyItem) bool { return i.key == s.question }), 0)
}

// questionnaire is a survey as the source has it; nil where it has none.
func (s *surveys) questionnaire(id uuid.UUID) *model.Survey {
	for i := range s.v.Surveys {
		if s.v.Surveys[i].ID == id {
			return &s.v.Surveys[i]
		}
	}
	return nil
}

// questions is what a survey asks, by its questionnaire, else by what was answered.
func (s *surveys) questions(id uuid.UUID) []model.Question {
	a := s.asked()
	known, ok := a.questions[id]
	if ok {
		return known
	}
	if one := s.questionnaire(id); one != nil {
		known = one.Questions()
	}
	if len(known) == 0 {
		known = a.Guess(id)
	}
	if a.questions == nil {
		a.questions = map[uuid.UUID][]model.Question{}
	}
	a.questions[id] = known
	return known
}

// count counts the answers that are shown, if they are others than before.
func (s *surveys) count() {
	a, shown := s.asked(), s.list[s.at]
	key := rowsKey{s.own, s.asked().revision, shown.ID, s.first, s.last}
	if key != s.rows.of {
		s.rows = surveyRows{of: key}
		for _, round := range shown.Rounds[s.first:s.last] {
			s.rows.rows = append(s.rows.rows, round.Rows...)
		}
		for _, row := range s.rows.rows {
			s.rows.states[a.Reply(row).State]++
		}
	}
	item := s.items[s.item]
	if s.own || item.question == nil || key == s.tally.of && item.key == s.tally.item {
		return
	}
	s.tally = surveyTally{key, item.key, model.Count(item.question, len(s.rows.rows), func(i int) *model.Reply { return a.Reply(s.rows.rows[i]) })}
}

// explain says why there is nothing to see.
func (s *surveys) explain() {
	v := &s.v
	s.note = ""
	trouble := v.Trouble(s.answers()).String()
	if trouble == "" && len(v.Profiles) == 0 {
		trouble = v.Trouble(pane.NeedProfiles).String()
	}
	gathered := &v.AllAnswers
	empty := v.Has(pane.NeedProfiles) && len(v.Profiles) == 0
	switch {
	case len(s.list) > 0:
	case v.Experiment.NumDay < 0:
		s.note = "This is an individual run: its agents do tasks of their own; no survey is asked in it."
	case trouble != "":
		s.note = trouble
	case empty:
		s.note = "This experiment has no agents."
	case !v.Has(s.answers()):
		s.note = pane.Reading
	case !s.own && gathered.Agents < gathered.Of:
		s.note = "No survey was asked among the " + s.gathered() + " so far."
	default:
		s.note = s.nobody()
	}
}

// gathered is of how many agents the answers are, while they are gathered.
func (s *surveys) gathered() string {
	g := &s.v.AllAnswers
	return "answers of " + human.Count(g.Agents) + " of " + human.CountOf(g.Of, "agent")
}

// nobody says that no survey was asked.
func (s *surveys) nobody() string {
	who, later := "No survey was asked", s.asked().Surveys
	if s.own {
		who = s.who.Name(s.v.Agent) + " was asked no survey"
	}
	if len(later) > 0 {
		return who + " up to this moment; the first one is of " + later[0].Rounds[0].At.Short() + "."
	}
	if s.own {
		return who + " so far; a shows all agents, i the next one."
	}
	return who + " so far."
}
