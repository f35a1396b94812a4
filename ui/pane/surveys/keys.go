package surveys

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/input"
	"societop/ui/pane/kit"
)

// Off returns why a key does nothing at present, or "".
func (s *surveys) Off(b key.Binding) string {
	k := &s.keys
	switch nobody := len(s.v.Profiles) == 0; {
	case kit.Is(b, k.own, k.next, k.previous) && nobody && s.note != "":
		return s.note
	case kit.Is(b, k.own):
		return ""
	case kit.Is(b, k.next, k.previous) && !s.own:
		return "all agents are shown; " + k.own.Help().Key + " shows one of them"
	case kit.Is(b, k.next, k.previous):
		return ""
	case s.note != "":
		return s.note
	}
	return s.answersOff(b)
}

// answersOff returns why a key does nothing while there are answers.
func (s *surveys) answersOff(b key.Binding) string {
	k := &s.keys
	switch {
	case kit.Is(b, k.left, k.right):
		if len(s.list) < 2 {
			return "there is one survey only"
		}
		return ""
	case s.own && kit.Is(b, k.open, k.back, k.earlier, k.later, k.every, s.Search.Keys.Search):
		return "the answers of one agent are shown; " + k.own.Help().Key + " shows all agents"
	case kit.Is(b, k.earlier, k.later, k.every) && len(s.list[s.at].Rounds) < 2:
		return "this survey has one round only"
	case kit.Is(b, k.open) && s.open:
		return "one question is shown; " + k.back.Help().Key + " shows all of them"
	case kit.Is(b, k.back) && !s.open:
		return "all questions are shown"
	}
	return ""
}

// surveysKeys are the keys of the pane, besides those that move.
type surveysKeys struct {
	open, back             key.Binding
	left, right            key.Binding
	earlier, later, every  key.Binding
	own, next, previous    key.Binding
	survey, question, turn key.Binding // several of them, for the footer
	agent                  key.Binding
}

// Rebind gives the actions their keys.
func (s *surveys) Rebind(k *input.Keys) {
	s.moves = kit.NewMoves(k)
	s.Search.Rebind(k)
	s.page.Rebind(k)
	b := surveysKeys{
		open:     k.Bind("open", "⏎", "one question only", "enter"),
		back:     k.Bind("back", "Esc", "all questions", "esc"),
		left:     k.Bind("left", "h ←", "previous survey", "h", "left"),
		right:    k.Bind("right", "l →", "next survey", "l", "right"),
		earlier:  k.Bind("round-before", "z", "the round before", "z"),
		later:    k.Bind("round-after", "Z", "the round after", "Z"),
		every:    k.Bind("all-rounds", "x", "all rounds, or one", "x"),
		own:      k.Bind("one-agent", "a", "all agents ↔ one", "a"),
		next:     k.Bind("next-agent", "i", "select the next agent", "i"),
		previous: k.Bind("previous-agent", "I", "select the previous agent", "I"),
	}
	b.question, b.survey = kit.Several("question", s.moves.Down, s.moves.Up), kit.Several("survey", b.left, b.right)
	b.turn, b.agent = kit.Several("round", b.earlier, b.later), kit.Several("agent", b.next, b.previous)
	s.keys = b
}

// CapturesKey reports whether a key opens or closes a question, or searches its answers.
func (s *surveys) CapturesKey(k tea.KeyPressMsg) bool {
	switch {
	case s.Search.Typing:
		return true
	case s.note != "" || s.own:
		return false
	case key.Matches(k, s.keys.back):
		return s.open
	}
	return !s.open && key.Matches(k, s.keys.open) || s.Search.Captures(k)
}

// Update handles keys.
func (s *surveys) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	switch {
	case !ok && !s.Search.Typing:
		return nil
	case s.Search.Typing || s.note == "" && !s.own && s.Search.Captures(k):
		s.searchKey(msg)
	case key.Matches(k, s.keys.own):
		s.own = !s.own
		s.close()
	case s.own && key.Matches(k, s.keys.next):
		s.nextAgent(+1)
	case s.own && key.Matches(k, s.keys.previous):
		s.nextAgent(-1)
	case s.note == "":
		s.answersKey(k)
	}
	s.refresh()
	return nil
}

// searchKey begins, edits or ends the search, during which the question fills the pane.
func (s *surveys) searchKey(msg tea.Msg) {
	if found, _ := s.Search.Update(msg); found {
		s.page.Top = 0
	}
	s.open = s.open || s.Search.Typing
}

// close shows all questions again.
func (s *surveys) close() {
	s.open = false
	s.Search.Reset()
}

// answersKey selects surveys, rounds and questions.
func (s *surveys) answersKey(k tea.KeyPressMsg) {
	switch {
	case key.Matches(k, s.keys.left):
		s.turnSurvey(-1)
	case key.Matches(k, s.keys.right):
		s.turnSurvey(+1)
	case s.own:
		s.page.Update(k)
	case key.Matches(k, s.keys.earlier):
		s.turnRound(-1)
	case key.Matches(k, s.keys.later):
		s.turnRound(+1)
	case key.Matches(k, s.keys.every):
		s.every = !s.every
	case s.open && key.Matches(k, s.keys.back):
		s.close()
	case s.open:
		s.page.Update(k)
	case key.Matches(k, s.keys.open):
		s.open, s.page.Top = true, 0
	default:
		if to, ok := s.moves.Move(k, s.item, len(s.items)-1, s.listRows()); ok {
			s.question = s.items[to].key
		}
	}
}

// turnSurvey shows the next survey, or the previous one, with its newest round or all rounds.
func (s *surveys) turnSurvey(by int) {
	to := max(min(s.at+by, len(s.list)-1), 0)
	if to != s.at {
		s.survey, s.round = s.list[to].ID, model.Latest
		s.close()
	}
}

// nextAgent selects the next agent, or the previous one.
func (s *surveys) nextAgent(by int) {
	all := s.v.Profiles
	i := slices.IndexFunc(all, func(p model.Profile) bool { return p.ID == s.v.Agent })
	if i += by; i >= 0 && i < len(all) {
		s.v.Agent, s.v.Chosen = all[i].ID, true
		s.page.Top = 0
	}
}

// ShortHelp returns the keys for the footer.
func (s *surveys) ShortHelp() []key.Binding {
	k := &s.keys
	switch {
	case s.own:
		return []key.Binding{k.agent, kit.Named(k.own, "all agents"), k.survey}
	case s.open:
		return []key.Binding{kit.Named(s.Search.Keys.Search, "search"), k.turn, kit.Named(k.every, "all rounds")}
	}
	return []key.Binding{kit.Named(k.open, "one question"), k.question, kit.Named(k.own, "one agent"), k.survey, k.turn, kit.Named(k.every, "all rounds")}
}

// FullHelp returns the keys of the pane, those that move first.
func (s *surveys) FullHelp() [][]key.Binding {
	k := &s.keys
	return [][]key.Binding{
		s.moves.All(),
		{k.open, k.back, s.Search.Keys.Search, k.left, k.right, k.earlier, k.later, k.every, k.own, k.next, k.previous},
	}
}
