package ui

import (
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/theme"
)

// onSize lays the screen out anew. Of a screen that has become wider, Bubble Tea forgets what it
// drew beyond its old edge, and may draw a row shifted that has a wide character there: once the
// size has come to rest, all is drawn again.
func (a *App) onSize(msg tea.WindowSizeMsg) tea.Cmd {
	wider := a.width > 0 && msg.Width > a.width
	a.width, a.height = msg.Width, msg.Height
	if !wider {
		return a.relayout()
	}
	a.widened++
	return tea.Batch(a.relayout(), a.redraw())
}

// onRedraw draws all again, unless the size has changed meanwhile.
func (a *App) onRedraw(msg redrawMsg) tea.Cmd {
	if msg.n != a.widened {
		return nil
	}
	return tea.ClearScreen
}

// relayout follows a change of the size or of what is open.
func (a *App) relayout() tea.Cmd {
	a.arrange()
	return a.follow()
}

// arrange gives every part of the screen its place and its size.
func (a *App) arrange() {
	a.layout = layOut(a.width, a.height, a.shape())
	a.list.resize(a.layout.list.h - 3)
	for _, p := range a.detail.panes {
		p.Resize(a.paneSize(p))
	}
	a.measureOverlay()
	a.touch()
}

// onBackground chooses dark or light, once the terminal has answered.
func (a *App) onBackground(msg tea.BackgroundColorMsg) tea.Cmd {
	if a.options.Theme != theme.Auto {
		return nil
	}
	if msg.IsDark() {
		a.theme.Set(theme.Dark)
	} else {
		a.theme.Set(theme.Light)
	}
	a.refreshPane()
	a.touch()
	return nil
}

// onProfile takes the colours that the terminal can show.
func (a *App) onProfile(msg tea.ColorProfileMsg) tea.Cmd {
	a.theme.SetProfile(msg.Profile)
	a.refreshPane()
	a.touch()
	return nil
}

// onResume comes after a suspension: time has passed.
func (a *App) onResume() tea.Cmd {
	a.setNow()
	a.touch()
	return nil
}

// onTick reads, unless a read is under way.
func (a *App) onTick(msg tickMsg) tea.Cmd {
	if msg.gen != a.gen || a.reading {
		return nil
	}
	return a.beginRead()
}

// beginRead reads now.
func (a *App) beginRead() tea.Cmd {
	a.reading = true
	return a.read()
}

// restart raises the generation and reads: whatever was under way does not count any more.
func (a *App) restart() tea.Cmd {
	a.gen++
	a.cancel()
	a.slow = false
	return a.beginRead()
}

// onChanges takes over what the source answered, and decides when to read again.
func (a *App) onChanges(msg changesMsg) tea.Cmd {
	if msg.gen != a.gen {
		return nil
	}
	a.reading = false
	if msg.err != nil {
		return a.onFailure(msg.err)
	}
	a.answered = a.options.Now()
	a.recover()
	a.catchUp()
	c := msg.changes
	a.cursor = c.Next
	a.setSkew(c.Clock)
	a.setTrouble(c)
	a.noteLiveness(c.Liveness)
	a.apply(c)
	cmd := a.readNeeds()
	if c.More {
		a.reading = true
		return tea.Batch(cmd, a.read())
	}
	if !a.loaded {
		a.loaded = true
		a.touch()
	}
	return tea.Batch(cmd, a.schedule(a.interval))
}

// maxDrift is how far the source's clock may be from what is held of it: it comes in whole
// seconds, late by the time on the way, and what is drawn must not tremble with that.
const maxDrift = time.Second

// setSkew follows the source's clock.
func (a *App) setSkew(clock time.Time) {
	if clock.IsZero() {
		return
	}
	if skew := clock.Sub(a.options.Now()); (skew - a.skew).Abs() > maxDrift {
		a.skew = skew
		a.setNow()
		a.touch()
	}
}

// setTrouble says when a source can't be read in part, and when it can again, which only the
// end of a reading proves.
func (a *App) setTrouble(c model.Changes) {
	before, now := model.Explain(a.trouble), model.Explain(c.Trouble)
	if before == now || (c.Trouble == nil && c.More) {
		return
	}
	a.trouble = c.Trouble
	if c.Trouble != nil {
		a.say(now, true)
	} else {
		a.say(text.Clean("All of the source can be read again."), false)
	}
	a.touch()
}

// apply brings the lab, the list and the detail up to date.
func (a *App) apply(c model.Changes) {
	before := a.lab.Revision()
	a.noteChanges(c.Put, c.Gone)
	a.lab.Apply(c, a.options.Now().Add(a.skew))
	if a.total != c.Total && !a.loaded {
		a.touch()
	}
	a.total = c.Total
	if a.wroteMore(c) {
		a.detail.outdate()
	}
	if a.lab.Revision() == before {
		return
	}
	a.setNow()
	a.list.place()
	a.touch()
	a.fitList()
	a.refreshDetail()
	if !a.detail.focus && !a.moving {
		a.showSelected()
	}
}

// wroteMore tells whether a lab file lists the shown experiment again, which means that
// something was written into it. A run that is under way is read again in any case.
func (a *App) wroteMore(c model.Changes) bool {
	d := &a.detail
	if !d.shown || !a.options.Source.Info().Local || d.view.Experiment.Status == model.Running {
		return false
	}
	return slices.ContainsFunc(c.Put, func(s model.Summary) bool { return s.Key == d.key })
}

// schedule plans the next read, unless the user reads by hand.
func (a *App) schedule(after time.Duration) tea.Cmd {
	if a.paused || a.interval <= 0 {
		return nil
	}
	return a.tickAfter(after)
}

// noteLiveness says when new data can't arrive any more, and when it can again.
func (a *App) noteLiveness(l model.Liveness) {
	before := a.liveness
	a.liveness = l
	if !a.loaded || before.Live() && l.Live() || before.Why == l.Why {
		return
	}
	if l.Live() {
		a.say(text.Clean("The source is live again."), false)
		return
	}
	a.say(text.Clean("The source is not live: "+a.asOf(l)+"."), true)
}

// onSlow says that a source does not answer, while its answer is still waited for.
func (a *App) onSlow(msg slowMsg) tea.Cmd {
	if msg.gen != a.gen || a.failure != nil {
		return msg.answer
	}
	a.slow, a.staleFrom = true, a.answered
	a.say(text.Clean("The source takes long to answer."), true)
	a.silent()
	return msg.answer
}

// silent takes note of a source that does not answer. What is known of its runs is as of when it
// did last; so that they don't flicker, they are judged by the clock for another minute.
func (a *App) silent() {
	if a.options.Now().Sub(a.staleFrom) >= time.Minute {
		why := model.Reason(a.failure)
		if a.failure == nil {
			why = text.Clean(takesLong)
		}
		a.lab.SetLiveness(model.Liveness{AsOf: a.staleFrom.Add(a.skew), Why: why}, a.now)
	}
	a.refreshDetail()
	a.touch()
}

// onFailure keeps what there is, says so, and plans a retry.
func (a *App) onFailure(err error) tea.Cmd {
	if a.failures == 0 {
		a.staleFrom = a.answered
	}
	a.slow = false
	a.failures++
	a.failure = err
	if !a.waiting() {
		a.say(model.Explain(err), true)
	}
	longest := maxRetry
	if a.options.Source.Info().Local {
		longest = maxLocalRetry
	}
	wait := model.Backoff(err, a.failures, a.interval, longest)
	a.retryAt = a.options.Now().Add(wait)
	a.silent()
	cmds := []tea.Cmd{a.schedule(wait)}
	if !a.counting && !a.waiting() {
		a.counting = true
		cmds = append(cmds, nextSecond())
	}
	return tea.Batch(cmds...)
}

// waiting tells whether the source is a lab file that nobody has written yet, and never was.
func (a *App) waiting() bool {
	return !a.loaded && errors.Is(a.failure, model.ErrNoLab)
}

// recover ends a failure.
func (a *App) recover() {
	if a.failures == 0 && !a.slow {
		return
	}
	if !a.waiting() {
		a.say(text.Clean("The source answers again."), false)
	}
	a.failures, a.failure, a.slow = 0, nil, false
	a.detail.retry()
	a.touch()
}

// onSecond counts down to the retry while the source is away.
func (a *App) onSecond(secondMsg) tea.Cmd {
	if a.failure == nil {
		a.counting = false
		return nil
	}
	a.touch()
	return nextSecond()
}

// onMinute draws ages anew, and what a filter says of them.
func (a *App) onMinute(minuteMsg) tea.Cmd {
	a.setNow()
	a.touch()
	a.refreshDetail()
	if a.failure != nil || a.slow {
		a.silent()
	}
	cmds := []tea.Cmd{a.nextMinute()}
	if a.list.selection.Query().Timed() {
		cmds = append(cmds, a.reselect(a.list.selection.Query(), a.list.selection.Sort()))
	}
	return tea.Batch(cmds...)
}

// setNow takes the source's wall time for what is drawn. While nothing is read by itself, that
// is when something was read last: nobody knows what has become of it since.
func (a *App) setNow() {
	now := a.options.Now()
	if a.still() && !a.answered.IsZero() {
		now = a.answered
	}
	a.now = now.Add(a.skew)
}

// catchUp brings what is drawn to the present where the clock stood still.
func (a *App) catchUp() {
	if behind := a.options.Now().Add(a.skew).Sub(a.now); !a.still() && behind <= time.Minute {
		return
	}
	a.setNow()
	a.touch()
	a.refreshDetail()
}

// still reports whether the source is read only when the user asks.
func (a *App) still() bool { return a.paused || a.interval <= 0 }

// refreshNow reads at once, the detail too.
func (a *App) refreshNow() tea.Cmd {
	a.fresh = true
	a.detail.outdate()
	return tea.Batch(a.restart(), a.readNeeds())
}

// togglePause stops the ticks, or reads and goes on.
func (a *App) togglePause() tea.Cmd {
	a.paused = !a.paused
	if a.paused {
		a.gen++
		a.reading = false
		return nil
	}
	return a.restart()
}

// intervals are the steps of + and -.
var intervals = []time.Duration{time.Second / 2, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute}

// changeInterval goes one step of the interval up or down.
func (a *App) changeInterval(by int) tea.Cmd {
	at := 0
	for at < len(intervals)-1 && intervals[at] < a.interval {
		at++
	}
	if by < 0 || a.interval >= intervals[at] {
		at += by
	}
	a.interval = intervals[max(min(at, len(intervals)-1), 0)]
	a.notice = "refreshed every " + a.interval.String()
	return a.restart()
}
