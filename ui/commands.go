package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
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
	// settleTime is how long selection and pane rest before the detail is read, and a size
	// before all is drawn again.
	settleTime = 150 * time.Millisecond
	// workRows is how many experiments a filter looks at before keys have their turn: a fraction
	// of the time that it takes to draw the screen.
	workRows = 1_000
	// The first retry after a failure comes after the interval, a further one after twice
	// as long, up to maxRetry; a file on this machine costs little to look at.
	maxRetry      = 60 * time.Second
	maxLocalRetry = 5 * time.Second
)

// read asks the source for what has changed. cancel ends it before its time.
func (a *App) read() tea.Cmd {
	src, since, gen := a.options.Source, a.cursor, a.gen
	budget := model.Budget{Rows: pageRows, Time: pageTime, Errors: a.withErrors, Fresh: a.fresh, Interval: a.interval, Watched: a.watched()}
	if a.lab.Len() == 0 {
		budget.Rows = firstRows
	}
	a.fresh = false
	ctx, cancel := context.WithTimeout(a.ctx, readTime)
	a.cancel = cancel
	read := func() tea.Msg {
		defer cancel()
		c, err := src.Changes(ctx, since, budget)
		return changesMsg{gen, c, err}
	}
	if !a.loaded { // nothing can be stale yet, and a first list takes its time
		return read
	}
	slow := a.interval + slowTime
	return func() tea.Msg { return announced(gen, slow, read) }
}

// announced is what a read brings, or, where that takes longer than a while, that it does. Then
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

// watched is the selected experiment and those whose rows are on the screen.
func (a *App) watched() (keys []model.Key) {
	if a.list.has {
		keys = append(keys, a.list.selected)
	}
	if d := &a.detail; d.shown && (!a.list.has || d.key != a.list.selected) {
		keys = append(keys, d.key)
	}
	if a.layout.list.empty() {
		return keys
	}
	for _, s := range a.list.selection.Window(a.list.top, a.list.height) {
		if s.Key != a.list.selected {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// tickAfter is the next tick of the present generation.
func (a *App) tickAfter(d time.Duration) tea.Cmd {
	gen := a.gen
	return tea.Tick(d, func(time.Time) tea.Msg { return tickMsg{gen} })
}

// settle waits for the selection to rest.
func (a *App) settle() tea.Cmd {
	a.moves++
	a.moving = true
	n := a.moves
	return tea.Tick(settleTime, func(time.Time) tea.Msg { return settledMsg{n} })
}

// redraw waits for the size to rest, and for Bubble Tea to have drawn it.
func (a *App) redraw() tea.Cmd {
	n := a.widened
	return tea.Tick(settleTime, func(time.Time) tea.Msg { return redrawMsg{n} })
}

// nextMinute waits for the next full minute.
func (a *App) nextMinute() tea.Cmd {
	now := a.options.Now()
	return tea.Tick(now.Truncate(time.Minute).Add(time.Minute).Sub(now), func(time.Time) tea.Msg { return minuteMsg{} })
}

// nextSecond waits a second.
func nextSecond() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return secondMsg{} })
}

// work goes on with a selection.
func work(s *model.Selection) tea.Cmd {
	return func() tea.Msg { return workMsg{s} }
}
