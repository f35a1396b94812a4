package ui

import (
	tea "charm.land/bubbletea/v2"

	"societop/ui/input"
	"societop/ui/keymap"
)

// feedActions returns the keys that control how often the source is read.
func (s *session) feedActions(k *keymap.Map) []action {
	f := s.feed
	changeInterval := func(by int) func() tea.Cmd {
		return func() tea.Cmd {
			f.ChangeInterval(by)
			s.notice = "refreshed every " + f.Interval.String()
			return s.read()
		}
	}
	return []action{
		{k.Refresh, func() tea.Cmd {
			f.RestartFresh()
			s.detail.data.Outdate()
			return tea.Batch(s.read(), s.readNeeds())
		}},
		{k.Pause, func() tea.Cmd {
			if f.TogglePause() {
				return s.read()
			}
			return nil
		}},
		{k.Faster, changeInterval(-1)},
		{k.Slower, changeInterval(+1)},
	}
}

// timeActions returns the keys of the simulated clock.
func (s *session) timeActions(k *keymap.Map) []action {
	c := &s.detail.data.Clock
	move := func(move func()) func() tea.Cmd {
		return func() tea.Cmd {
			move()
			return s.timeMoved()
		}
	}
	speedUp := func(by int) func() tea.Cmd {
		return func() tea.Cmd {
			now := s.feed.Now()
			c.SpeedUp(by, now)
			if c.Playing() {
				return c.NextTick(now)
			}
			s.notice = "plays " + c.Speed()
			return nil
		}
	}
	return []action{
		{k.StepBack, move(func() { c.Step(-1) })},
		{k.StepOn, move(func() { c.Step(+1) })},
		{k.DayBack, move(func() { c.StepDay(-1) })},
		{k.DayOn, move(func() { c.StepDay(+1) })},
		{k.Live, move(c.GoLive)},
		{k.Play, func() tea.Cmd {
			now := s.feed.Now()
			switch {
			case c.Playing():
				c.Stop()
				return s.timeMoved()
			case !c.Play(now):
				return nil
			}
			return tea.Batch(s.timeMoved(), c.NextTick(now))
		}},
		{k.PlaySlower, speedUp(-1)},
		{k.PlayFaster, speedUp(+1)},
	}
}

// rebind gives the actions everywhere the user's keys, or the usual ones.
func (s *session) rebind(own *input.Keys, suspend bool) {
	m := keymap.New(own, keyed(s.detail.order))
	m.Stop.SetEnabled(suspend)
	s.keys = &m
	s.detail.signs = nil
	for i, p := range s.detail.panes {
		p.Rebind(own)
		sign := ""
		if b := m.Numbers[i]; len(b.Keys()) > 0 {
			sign = input.Sign(b.Keys()[0])
		}
		s.detail.signs = append(s.detail.signs, sign)
	}
}
