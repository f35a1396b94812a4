package load

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
)

// pageRows and pageTime bound one read: the list of a large lab can be used while the rest
// streams in. firstRows bounds the very first, which is to be on the screen at once.
const (
	firstRows = 1_000
	pageRows  = 20_000
	pageTime  = 20 * time.Millisecond
	// readTime is how long a read may take before it counts as failed.
	readTime = 30 * time.Second
	// slowTime is how much longer than the interval a read may take before what is on the screen
	// counts as stale.
	slowTime = 5 * time.Second
)

// Msg is a message of a feed, for its Update.
type Msg interface{ ofFeed() }

// tickMsg is the time for the next read; it counts only in its generation.
type tickMsg struct{ gen int }

// changesMsg is the answer to a read.
type changesMsg struct {
	gen     int
	changes model.Changes
	err     error
	said    []text.Text // by who was told of it
}

// slowMsg says that a read takes too long; answer waits for it.
type slowMsg struct {
	gen    int
	answer tea.Cmd
}

// secondMsg says that a second is over, while the source is away and the header counts down.
type secondMsg struct{}

// MinuteMsg says that a minute of wall time is over, so that ages have changed.
type MinuteMsg struct{}

func (tickMsg) ofFeed()    {}
func (changesMsg) ofFeed() {}
func (slowMsg) ofFeed()    {}
func (secondMsg) ofFeed()  {}
func (MinuteMsg) ofFeed()  {}

// Read asks the source for what has changed. Watched is the experiments that are looked at.
func (f *Feed) Read(watched []model.Key) tea.Cmd {
	f.reading = true
	src, since, gen, heard := f.Source, f.cursor, f.gen, f.Heard
	budget := model.Budget{Rows: pageRows, Time: pageTime, Errors: f.Errors, Fresh: f.fresh, Interval: f.Interval, Watched: watched}
	if f.lab.Len() == 0 {
		budget.Rows = firstRows
	}
	f.fresh = false
	ctx, cancel := context.WithTimeout(f.ctx, readTime)
	f.cancel = cancel
	read := func() tea.Msg {
		defer cancel()
		c, err := src.Changes(ctx, since, budget)
		msg := changesMsg{gen: gen, changes: c, err: err}
		if heard != nil {
			msg.said = heard(c, err)
		}
		return msg
	}
	if !f.loaded { // nothing can be stale yet, and a first list takes its time
		return read
	}
	slow := f.Interval + slowTime
	return func() tea.Msg { return announced(gen, slow, read) }
}

// announced returns the answer of a read, or, where that takes longer than wait, a slowMsg. Then
// the answer is still to be waited for.
func announced(gen int, wait time.Duration, read tea.Cmd) tea.Msg {
	var msg tea.Msg
	done := make(chan error, 1)
	go func() { done <- model.Guard(func() error { msg = read(); return nil }) }()
	answer := func(err error) tea.Msg {
		if err != nil {
			panic(err) // where it is caught
		}
		return msg
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case err := <-done:
		return answer(err)
	case <-timer.C:
		return slowMsg{gen, func() tea.Msg { return answer(<-done) }}
	}
}

// schedule plans the next read, unless the user reads by hand.
func (f *Feed) schedule(after time.Duration) tea.Cmd {
	if f.still() {
		return nil
	}
	gen := f.gen
	return tea.Tick(after, func(time.Time) tea.Msg { return tickMsg{gen} })
}

// nextSecond waits a second.
func nextSecond() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return secondMsg{} })
}

// NextMinute waits for the next full minute.
func (f *Feed) NextMinute() tea.Cmd {
	now := f.Now()
	return tea.Tick(now.Truncate(time.Minute).Add(time.Minute).Sub(now), func(time.Time) tea.Msg { return MinuteMsg{} })
}
