package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/follow"
	"societop/ui/header"
	"societop/ui/human"
	"societop/ui/load"
)

// onlyNeeds is the filter of what needs attention.
const onlyNeeds = "attention:yes"

// look follows what has changed since the user last looked. When the list is loaded, it says what, and
// marks it as changed.
func (s *session) look(o load.Outcome) tea.Cmd {
	now := s.feed.SourceTime()
	if err := s.tracker.Trouble(); err != nil {
		s.messages.Say(s.feed.Now(), text.Clean(err.Error()), true)
	}
	news, first := s.tracker.Follow(s.feed.Lab(), o.Changed, s.feed.State().Loaded, now)
	if first {
		s.list.MarkChanged(news.Keys, nil, model.Key{})
		if said := news.Text(now.In(s.zone)); said != "" {
			s.messages.Say(s.feed.Now(), text.Clean(said), false)
			s.notice = said + header.Dot(s.theme) + s.keys.NextChanged.Help().Key + " next"
		}
	}
	if first || s.tracker.Due(now) {
		return s.keep()
	}
	return nil
}

// keep writes down what the user has seen.
func (s *session) keep() tea.Cmd {
	write := s.tracker.Write(s.feed.Lab(), s.list.Unseen(), s.feed.SourceTime())
	if write == nil {
		return nil
	}
	return func() tea.Msg {
		write()
		return nil
	}
}

// remember writes down what the user has seen, when they leave. It does not wait for long: the file may
// be on a server that is away.
func (s *session) remember(h *follow.Hand) {
	write := s.keep()
	written := make(chan struct{})
	go func() {
		defer close(written)
		_ = h.Write() // nobody is there to hear of an error
		if write != nil {
			write()
		}
	}()
	select {
	case <-written:
	case <-time.After(time.Second):
	}
}

// onHand says why what is chosen by hand can't be kept.
func (s *session) onHand(msg handMsg) tea.Cmd {
	if msg.err != nil {
		s.warn([]string{msg.err.Error()})
		s.touch()
	}
	return nil
}

// seeAll marks all that has changed as seen, and all trouble that is over.
func (s *session) seeAll() tea.Cmd {
	s.list.SeeAll()
	lab := s.feed.Lab()
	lab.Needs().SeeAll(s.feed.SourceTime())
	s.list.FindSelected()
	s.detail.refresh()
	s.notice = "all is marked as seen"
	if n := lab.Needs().Count(); n > 0 {
		s.notice += header.Dot(s.theme) + human.Count(n) + " still in trouble"
	}
	return s.keep()
}

// nextNeed selects the next experiment that needs attention.
func (s *session) nextNeed() tea.Cmd {
	if !s.list.ChooseNeed() {
		s.notice = "the filter hides what needs attention; " + s.keys.OnlyNeeds.Help().Key + " shows it"
		return nil
	}
	if s.detail.focus { // which keeps its experiment, unless another is asked for
		s.showSelected()
	}
	return s.debounce()
}
