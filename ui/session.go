package ui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/act"
	"societop/ui/alarm"
	"societop/ui/header"
	"societop/ui/keymap"
	"societop/ui/list"
	"societop/ui/load"
	"societop/ui/notes"
	"societop/ui/pane"
	"societop/ui/player"
	"societop/ui/seen"
	"societop/ui/theme"
)

// session is the list, the experiment whose panes are shown, and the reading of both. It does not
// know the terminal, only whether list and detail are on the screen.
type session struct {
	theme     *theme.Theme
	keys      *keymap.Map
	zone      *time.Location
	feed      *load.Feed
	list      *list.List
	detail    detail
	histories *load.Histories
	says
	onScreen
	moves    int  // of the selection and of the panes, counted for settledMsg
	moving   bool // the last of them was less than settleTime ago
	revision int  // it grows when anything on the screen may have changed
	refit    bool // the list may need another width
	spending header.Spending
	tracker  *seen.Tracker
}

// says is what the user is told.
type says struct {
	messages notes.Notes
	notice   string // said in the footer until the next key
	alarm    alarm.Alarm
}

// onScreen is what there is room for.
type onScreen struct{ listed, visible bool } // the list, the detail

// status returns the state of the source.
func (s *session) status() *header.Status {
	return &header.Status{
		State: s.feed.State(), Lab: s.feed.Lab(), Theme: s.theme, Zone: s.zone,
		Info: s.feed.Source.Info(), Now: s.feed.SourceTime(), Wall: s.feed.Now(), Spending: &s.spending, ReadOnly: act.ReadOnly(s.feed.Source),
	}
}

// touch makes View draw the screen again.
func (s *session) touch() { s.revision++ }

// watched returns the experiments that are looked at, the most important first.
func (s *session) watched() []model.Key {
	keys := s.list.Watched(s.listed)
	selected, has := s.list.Selected()
	if k, shown := s.detail.data.Key(); shown && (!has || k != selected) {
		keys = slices.Insert(keys, min(len(keys), 1), k)
	}
	return keys
}

// read reads the source now.
func (s *session) read() tea.Cmd { return s.feed.Read(s.watched()) }

// onFeed updates the list and the detail with what was read.
func (s *session) onFeed(msg load.Msg) tea.Cmd {
	o := s.feed.Update(msg)
	s.tell(o)
	data := s.detail.data
	if o.Recovered {
		data.Retry()
	}
	s.list.MarkChanged(o.Changed, o.Gone, s.seen())
	cmds := []tea.Cmd{o.Cmd, s.look(o)}
	if data.WroteMore(o.Put) {
		data.Outdate()
	}
	if o.Applied {
		s.list.Judge(false)
		s.list.FindSelected()
		s.refit = true
	}
	if o.Applied || o.Refresh {
		data.Follow()
		s.detail.refresh()
	}
	if o.Applied && !s.detail.focus && !s.moving {
		s.showSelected()
	}
	_, minute := msg.(load.MinuteMsg)
	if o.Applied || minute {
		s.spending.Follow(s.feed.Lab(), s.feed.SourceTime(), minute)
	}
	cmds = append(cmds, s.raise(s.alarm.Changed(s.feed.Lab(), o.Changed, s.feed.SourceTime())))
	if o.Answered {
		s.histories.Heard()
		cmds = append(cmds, s.readNeeds(), s.readHistory())
	}
	if o.Read {
		cmds = append(cmds, s.read())
	}
	if minute {
		cmds = append(cmds, s.onMinute())
	}
	return tea.Batch(cmds...)
}

// onMinute lets the judgements, the filter and the order follow the time.
func (s *session) onMinute() tea.Cmd {
	s.list.Judge(true)
	cmds := []tea.Cmd{s.raise(s.alarm.Minute(s.feed))}
	if s.list.Query().Timed() {
		cmds = append(cmds, s.reselect(s.list.Query(), s.list.Sort()))
	}
	return tea.Batch(cmds...)
}

// raise says what needs attention, and calls the user if the alarm is to.
func (s *session) raise(said []string) tea.Cmd {
	if len(said) == 0 {
		return nil
	}
	for _, line := range said {
		s.messages.Say(s.feed.Now(), text.Clean(line), true)
	}
	s.notice = text.Clean(strings.Join(said, " · ")).String()
	s.touch()
	if call := s.alarm.Call(s.notice); call != "" {
		return tea.Raw(call)
	}
	return nil
}

// tell adds messages about what a message of the feed has changed.
func (s *session) tell(o load.Outcome) {
	for _, note := range o.Notes {
		s.messages.Say(s.feed.Now(), note.Text, note.Bad)
	}
	for _, turned := range o.Turned {
		said, bad := s.status().Turned(turned)
		s.messages.Say(s.feed.Now(), said, bad)
	}
	if o.Redraw {
		s.touch()
	}
}

// seen returns the experiment that the user is looking at.
func (s *session) seen() (k model.Key) {
	if s.visible {
		k, _ = s.detail.data.Key()
	}
	return k
}

// debounce waits until the selection and the pane have stopped changing.
func (s *session) debounce() tea.Cmd {
	s.moves++
	s.moving = true
	n := s.moves
	return tea.Tick(settleTime, func(time.Time) tea.Msg { return settledMsg{n} })
}

// onSettled shows the selected experiment. A detail that has the focus keeps its own, even if that
// was deleted.
func (s *session) onSettled(msg settledMsg) tea.Cmd {
	if msg.n != s.moves {
		return nil
	}
	s.moving = false
	s.list.MarkSeen()
	if s.detail.focus && s.detail.data.Shows() {
		return tea.Batch(s.readNeeds(), s.readHistory())
	}
	return tea.Batch(s.follow(), s.readHistory())
}

// follow shows the selected experiment in the detail, and reads what the pane needs of it.
func (s *session) follow() tea.Cmd {
	s.showSelected()
	return s.readNeeds()
}

// showSelected shows the selected experiment in the detail, if there is one and the detail is visible.
func (s *session) showSelected() {
	selected, has := s.list.Selected()
	if key, shown := s.detail.data.Key(); !s.visible || !has || shown && key == selected {
		return
	}
	summary, ok := s.feed.Lab().Get(selected)
	if !ok {
		return
	}
	s.detail.data.Show(summary)
	s.detail.refresh()
	s.touch()
}

// readNeeds reads those needs of the pane on the screen that are due. Nothing is read while the
// selection or the pane still changes.
func (s *session) readNeeds() tea.Cmd {
	if s.moving || !s.visible {
		return nil
	}
	return s.detail.data.Read(s.detail.pane().Needs())
}

// onNeed shows what was read for the pane.
func (s *session) onNeed(msg load.NeedMsg) tea.Cmd {
	if !s.detail.data.OnNeed(msg) {
		return nil
	}
	if strings.HasSuffix(s.notice, pane.Reading) { // which is why a key did nothing
		s.notice = ""
	}
	s.touch()
	s.detail.refresh()
	return tea.Batch(s.followLead(), s.readNeeds())
}

// readHistory reads one of the histories that are wanted of the runs on the screen, unless the
// selection still changes.
func (s *session) readHistory() tea.Cmd {
	if s.moving {
		return nil
	}
	return s.histories.Read(s.watched(), s.visible)
}

// onSteps draws what follows from a history. A file can be read again at once; of a server the next
// one is asked for after its next answer.
func (s *session) onSteps(msg load.StepsMsg) tea.Cmd {
	if s.histories.OnSteps(msg) {
		s.list.FindSelected()
		s.refit = true
		s.touch()
		s.detail.refresh()
	}
	if s.feed.Local(msg.Source()) {
		return s.readHistory()
	}
	return nil
}

// onWork continues the filter or the order that is being made.
func (s *session) onWork(msg list.WorkMsg) tea.Cmd {
	done, more := s.list.Work(msg)
	if !done {
		return more
	}
	s.touch()
	s.refit = true
	return s.debounce()
}

// onPlay continues playing while the pane is visible.
func (s *session) onPlay(msg player.TickMsg) tea.Cmd {
	c := &s.detail.data.Clock
	if !c.Due(msg) {
		return nil
	}
	if !keymap.Timed(s.detail.pane()) || !s.visible {
		c.Stop()
		return nil
	}
	c.Run(s.feed.Now())
	before := c.At()
	s.detail.refresh()
	if c.At() != before {
		s.touch()
	}
	cmd := s.readNeeds()
	if !c.Playing() {
		s.touch()
		return cmd
	}
	return tea.Batch(cmd, c.NextTick(s.feed.Now()))
}

// timeMoved shows another moment, and reads what is missing of it.
func (s *session) timeMoved() tea.Cmd {
	s.touch()
	s.detail.refresh()
	return s.readNeeds()
}

// reselect begins another filter or order; the list that is shown stays until it is made.
func (s *session) reselect(q model.Query, by model.Sort) tea.Cmd {
	return s.onWork(s.list.Select(q, by))
}

// paneKey passes a key to the pane. That may select another agent, and change what the pane needs.
func (s *session) paneKey(msg tea.Msg) tea.Cmd {
	p := s.detail.pane()
	cmd := p.Update(msg)
	selector, selects := p.(pane.AgentSelector)
	if _, chooses := p.(pane.Chooser); !selects && !chooses {
		return cmd
	}
	if selects {
		if id, ok := selector.Agent(); ok {
			s.detail.data.Select(id)
		}
	}
	s.detail.refresh()
	return tea.Batch(cmd, s.readNeeds())
}
