package surveys

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/survey"
	"societop/model/text"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
)

// poll is the answers, and what of them is shown. Survey, round and question are kept by what
// they are, not by their index, so that they stay when there are more of them.
type poll struct {
	v         pane.View // the last that was shown
	keys      surveysKeys
	who       kit.People
	all, mine asked // of all agents, and of the selected one
	own       bool  // the answers of the selected agent are shown
	list      []survey.Polled
	choice
	shown
	rows  surveyRows
	tally surveyTally
	trend surveyTrend
	note  string // shown instead of answers
}

// choice is what was selected by keys.
type choice struct {
	survey   uuid.UUID
	round    model.SimTime // not Valid: the newest
	every    bool          // all rounds
	question string        // the key of an item
}

// shown is the index of the choice in what there is.
type shown struct {
	at          int // the survey
	first, last int // its rounds, from first up to but not including last
	items       []surveyItem
	item        int
}

// asked is the answers of all agents, or of one, and what was asked.
type asked struct {
	survey.Poll
	questions map[uuid.UUID][]survey.Question // of questionnaires that were read
	troubled  bool                            // an answer has a trouble
	revision  int
}

// surveyItem is something that can be selected: a question, or the answers that fit no question.
type surveyItem struct {
	key      string
	question *survey.Question
	state    survey.ReplyState // of an item that is no question
	trouble  bool              // the item is all answers with a trouble
}

// surveyRows is the answers that are shown, with a count of each state.
type surveyRows struct {
	of     rowsKey
	rows   []int32
	states [survey.FailedReply + 1]int
	parts  int       // answers of which a part could not be understood
	since  time.Time // when the oldest that waits was asked; zero if unknown
}

// asked takes when an answer that waits was asked for.
func (s *surveyRows) asked(a *model.Answer) {
	if at := a.Created; a.Pending && human.Dated(at) && (s.since.IsZero() || at.Before(s.since)) {
		s.since = at
	}
}

// rowsKey is the input of surveyRows.
type rowsKey struct {
	own         bool
	revision    int
	survey      uuid.UUID
	first, last int
}

// surveyTally is the tally of one question in some rows.
type surveyTally struct {
	of   rowsKey
	item string
	survey.Tally
}

// take sets the answers.
func (a *asked) take(rows []model.Answer) {
	if !kit.Same(rows, a.Rows) {
		a.Take(rows)
		a.questions = nil
		a.troubled = slices.ContainsFunc(rows, func(one model.Answer) bool { return !one.Trouble.Empty() })
		a.revision++
	}
}

// The keys of the items that are no questions, which no name of a question is.
const (
	unparsableItem = "\x00unparsable"
	pendingItem    = "\x00pending"
	troubleItem    = "\x00trouble"
)

// answers returns the need for the answers that are shown.
func (s *poll) answers() pane.Need {
	if s.own {
		return pane.NeedAnswers
	}
	return pane.NeedAllAnswers
}

// asked returns the answers that are shown.
func (s *poll) asked() *asked {
	if s.own {
		return &s.mine
	}
	return &s.all
}

// place finds the selected survey and round. The choice stays if it does not exist yet at the
// moment.
func (s *poll) place() {
	s.at = slices.IndexFunc(s.list, func(p survey.Polled) bool { return p.ID == s.survey })
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

// choose finds the selected question.
func (s *poll) choose() {
	questions := s.questions(s.list[s.at].ID)
	s.items = s.items[:0]
	for i := range questions {
		s.items = append(s.items, surveyItem{key: questions[i].Name.Raw(), question: &questions[i]})
	}
	if s.v.Experiment.Dir == nil { // a run directory has an answer, or says why there is none
		s.items = append(s.items, surveyItem{key: unparsableItem, state: survey.UnparsableReply}, surveyItem{key: pendingItem, state: survey.PendingReply})
	}
	if s.asked().troubled {
		s.items = append(s.items, surveyItem{key: troubleItem, trouble: true})
	}
	s.item = max(slices.IndexFunc(s.items, func(i surveyItem) bool { return i.key == s.question }), 0)
}

// questionnaire returns a survey of the source, or nil.
func (s *poll) questionnaire(id uuid.UUID) *model.Survey {
	for i := range s.v.Surveys {
		if s.v.Surveys[i].ID == id {
			return &s.v.Surveys[i]
		}
	}
	return nil
}

// questions returns the questions of a survey, from its questionnaire or else from the answers.
func (s *poll) questions(id uuid.UUID) []survey.Question {
	a := s.asked()
	known, ok := a.questions[id]
	if ok {
		return known
	}
	if one := s.questionnaire(id); one != nil {
		known = survey.Questions(one)
	}
	if len(known) == 0 {
		known = a.Guess(id)
	}
	if a.questions == nil {
		a.questions = map[uuid.UUID][]survey.Question{}
	}
	a.questions[id] = known
	return known
}

// count counts the answers that are shown, if they have changed.
func (s *poll) count() {
	a, shown := s.asked(), s.list[s.at]
	key := rowsKey{s.own, s.asked().revision, shown.ID, s.first, s.last}
	if key != s.rows.of {
		s.rows = surveyRows{of: key}
		for _, round := range shown.Rounds[s.first:s.last] {
			s.rows.rows = append(s.rows.rows, round.Rows...)
		}
		for _, row := range s.rows.rows {
			s.rows.states[a.Reply(row).State]++
			if one := &a.Rows[row]; !one.Trouble.Empty() && !one.Result.Empty() {
				s.rows.parts++
			}
			s.rows.asked(&a.Rows[row])
		}
	}
	item := s.items[s.item]
	if s.own || item.question == nil || key == s.tally.of && item.key == s.tally.item {
		return
	}
	s.tally = surveyTally{key, item.key, survey.Count(item.question, len(s.rows.rows), func(i int) *survey.Reply { return a.Reply(s.rows.rows[i]) })}
}

// explain sets why there is nothing to see.
func (s *poll) explain() {
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

// gathered returns how many agents' answers were read, while they are being read.
func (s *poll) gathered() string {
	g := &s.v.AllAnswers
	return "answers of " + human.Count(g.Agents) + " of " + human.CountOf(g.Of, "agent")
}

// nobody returns that no survey was asked.
func (s *poll) nobody() string {
	who, later := "No survey was asked", s.asked().Surveys
	if s.own {
		who = s.who.Name(s.v.Agent) + " was asked no survey"
	}
	if len(later) > 0 {
		return who + " up to this moment; the first one is of " + s.v.Short(later[0].Rounds[0].At) + "."
	}
	if s.own {
		return who + " so far; " + s.keys.own.Help().Key + " shows all agents, " + s.keys.next.Help().Key + " the next one."
	}
	return who + " so far."
}

// name returns the name of a survey, or its id.
func (s *poll) name(id uuid.UUID) string { return kit.SurveyName(s.v.Surveys, id) }

// turnRound shows the next round, or the previous one. The newest round is followed.
func (s *poll) turnRound(by int) {
	rounds := s.list[s.at].Rounds
	to := s.first + by
	if s.every {
		to, s.every = len(rounds)-1, false
	}
	s.round = model.Latest
	if to = max(to, 0); to < len(rounds)-1 {
		s.round = rounds[to].At
	}
}

// said returns the first answers to the selected question, or the whole answers that fit no
// question.
func (s *poll) said(most int) (out []surveySaid) {
	item := s.items[s.item]
	for i, row := range s.rows.rows {
		if len(out) >= most {
			break
		}
		reply := s.all.Reply(row)
		one := &s.all.Rows[row]
		switch {
		case item.trouble:
			if !one.Trouble.Empty() {
				out = append(out, surveySaid{i, text.ValueOf(one.Trouble.String())})
			}
		case item.question == nil && reply.State == item.state:
			out = append(out, surveySaid{i, text.ValueOf(whole(&s.all.Rows[row]))})
		case item.question != nil && reply.State == survey.UnderstoodReply:
			if v, ok := reply.To(item.question); ok {
				out = append(out, surveySaid{i, v})
			}
		}
	}
	return out
}

// sayers returns how many agents answered the selected item.
func (s *poll) sayers() int {
	if item := s.items[s.item]; item.question == nil {
		return s.others(item)
	}
	return s.tally.Answered
}

// others returns how many answers an item has that is no question.
func (s *poll) others(item surveyItem) int {
	if item.trouble {
		return s.rows.states[survey.FailedReply] + s.rows.parts
	}
	return s.rows.states[item.state]
}

// asks returns how many of the items are questions; the others follow them.
func (s *poll) asks() int {
	n := len(s.items)
	for n > 0 && s.items[n-1].question == nil {
		n--
	}
	return n
}

// complaint returns why the answers are not complete, or "".
func (s *poll) complaint() string {
	trouble := s.v.Trouble(s.answers()).String()
	if trouble == "" && !s.own {
		trouble = s.lacking()
	}
	switch {
	case trouble != "":
		return trouble
	case s.questionnaire(s.list[s.at].ID) != nil:
		return ""
	case s.v.Has(pane.NeedSurveys) && s.v.Trouble(pane.NeedSurveys).Empty():
		return "its questionnaire is gone"
	}
	return s.v.Trouble(pane.NeedSurveys).String()
}

// lacking returns which answers of all agents are missing.
func (s *poll) lacking() string {
	all := &s.v.AllAnswers
	switch {
	case all.Agents < all.Of && all.Cut:
		return s.gathered() + ", no more fit"
	case all.Agents < all.Of:
		return s.gathered()
	case all.Cut:
		return "only the newest " + human.Count(len(all.Rows)) + " answers"
	case !s.v.Bulk && all.Until.Valid() && all.Until.Compare(s.v.At) < 0:
		return "as of " + s.v.Short(all.Until) + ": r reads again"
	}
	return ""
}
