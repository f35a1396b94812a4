package ui

import (
	"math"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/pane"
)

// clock is the simulated clock that all panes share: a place in the timeline of the shown
// experiment. While it plays, the goal runs ahead as the wall time tells it to, while it is
// live, as the run goes on; and the place follows to the newest moment of which all is read
// that the pane wants. Where reading is slow, moments are skipped, and what the panes show is
// of the moment that the bar tells.
type clock struct {
	moments []model.SimTime // ascending; read only
	at      int             // the moment that is shown
	goal    int             // where at would be if nothing had to be read
	live    bool            // at follows the newest moment
	playing bool
	speed   int       // the index in speeds
	counted time.Time // up to where wall time was turned into steps
	plays   int       // ticks that were planned: their numbers
}

// speeds are how many steps are played in a second.
var speeds = [...]float64{0.5, 1, 2, 5, 10, 20, 50}

const (
	// usualSpeed is the speed at the start.
	usualSpeed = 3
	// longTick is the time between two ticks from which on the clock was held up, by a
	// suspension or a debugger: it goes on from where it was.
	longTick = 3 * time.Second
)

// reset begins another timeline, live and at the same speed.
func (c *clock) reset() { *c = clock{live: true, speed: c.speed, plays: c.plays} }

// now is the moment that is shown; not Valid while there is none.
func (c *clock) now() model.SimTime { return c.moment(c.at) }

// moment is the i-th moment; not Valid where there is none.
func (c *clock) moment(i int) model.SimTime {
	if i < 0 || i >= len(c.moments) {
		return model.Latest
	}
	return c.moments[i]
}

// last is the index of the newest moment.
func (c *clock) last() int { return len(c.moments) - 1 }

// take goes over to a newer timeline. The moment that is shown stays, or the one before it.
func (c *clock) take(moments []model.SimTime) {
	at, goal := c.now(), c.moment(c.goal)
	c.moments = moments
	c.at, c.goal = c.until(at), max(c.until(goal), 0)
	if c.live {
		c.goal = max(c.last(), 0)
	}
	if c.at < 0 {
		c.at = c.goal
	}
}

// until is the index of the newest moment that is not after another.
func (c *clock) until(t model.SimTime) int {
	i, found := slices.BinarySearchFunc(c.moments, t, model.SimTime.Compare)
	if found {
		return i
	}
	return i - 1
}

// moveTo shows a moment, the nearest there is. Whoever is at the newest follows it.
func (c *clock) moveTo(i int) {
	i = max(min(i, c.last()), 0)
	c.at, c.goal = i, i
	c.live = i >= c.last()
	c.playing = c.playing && !c.live
}

// moveDay shows the newest moment that is so many days on, or back.
func (c *clock) moveDay(by int) {
	t := c.now()
	t.Day += by
	to := c.until(t)
	if by > 0 && to <= c.at {
		to = c.at + 1
	}
	c.moveTo(to)
}

// play begins to play, from the start where it is at the end.
func (c *clock) play(now time.Time) {
	if c.at >= c.last() {
		c.moveTo(0)
	}
	c.playing, c.live, c.counted = c.last() > 0, c.last() <= 0, now
}

// interval is the time from one step to the next.
func (c *clock) interval() time.Duration {
	return time.Duration(float64(time.Second) / speeds[c.speed])
}

// run moves the goal on as far as the time has gone.
func (c *clock) run(now time.Time) {
	passed := now.Sub(c.counted)
	if passed < 0 || passed > longTick+c.interval() {
		passed, c.counted = c.interval(), now.Add(-c.interval())
	}
	steps := passed / c.interval()
	c.counted = c.counted.Add(steps * c.interval())
	c.goal = min(c.goal+int(steps), c.last())
}

// follow moves the place towards the goal: to the newest moment that is ready. The end is
// reached in any case.
func (c *clock) follow(ready func(model.SimTime) bool) {
	if !c.playing && !c.live {
		return
	}
	for i := c.goal; i > c.at; i-- {
		if ready(c.moments[i]) {
			c.at = i
		}
	}
	if c.at >= c.last() {
		c.moveTo(c.last())
	}
}

// knowsTime tells whether the pane on the screen shows a moment of the simulated clock.
func (a *App) knowsTime() bool { return timed(a.detail.pane()) }

func timed(p pane.Pane) bool {
	_, ok := p.(pane.Timed)
	return ok
}

// showMoment writes into the view what is shown of the simulated clock.
func (d *detail) showMoment() {
	r := d.readings[model.NeedFrame]
	waits := slices.Contains(d.pane().Needs(), model.NeedFrame) && (r == nil || r.failures == 0)
	d.clock.follow(func(at model.SimTime) bool { return !waits || d.frames.has(at) })
	v := &d.view
	v.At, v.Live = d.clock.now(), d.clock.live
	if frame, ok := d.frames.known[v.At]; ok {
		v.Frame = frame
	}
	switch {
	case v.Chosen:
	case len(v.Profiles) > 0:
		v.Agent, v.Chosen = v.Profiles[0].ID, true
	case len(v.Frame.Agents) > 0:
		v.Agent, v.Chosen = v.Frame.Agents[0].ID, true
	}
}

// paneKey hands a key to the pane. Another agent may be selected by that, and other things be
// wanted.
func (a *App) paneKey(msg tea.Msg) tea.Cmd {
	p := a.detail.pane()
	cmd := p.Update(msg)
	chooser, ok := p.(pane.Chooser)
	if !ok {
		return cmd
	}
	if id, ok := chooser.Agent(); ok {
		a.detail.view.Agent, a.detail.view.Chosen = id, true
	}
	a.refreshPane()
	return tea.Batch(cmd, a.readNeeds())
}

// stepTime goes some moments on, or back.
func (a *App) stepTime(by int) func() tea.Cmd {
	return func() tea.Cmd {
		a.detail.clock.moveTo(a.detail.clock.at + by)
		return a.timeMoved()
	}
}

// timeMoved shows another moment, and reads what is not known of it.
func (a *App) timeMoved() tea.Cmd {
	a.touch()
	a.refreshPane()
	return a.readNeeds()
}

// stepDay goes a day on, or back.
func (a *App) stepDay(by int) func() tea.Cmd {
	return func() tea.Cmd {
		a.detail.clock.moveDay(by)
		return a.timeMoved()
	}
}

// goLive follows the newest moment.
func (a *App) goLive() tea.Cmd {
	a.detail.clock.moveTo(a.detail.clock.last())
	return a.timeMoved()
}

// togglePlay plays, or stops.
func (a *App) togglePlay() tea.Cmd {
	c := &a.detail.clock
	if c.playing {
		c.playing = false
		c.moveTo(c.at)
		return a.timeMoved()
	}
	c.play(a.options.Now())
	if !c.playing {
		return nil
	}
	return tea.Batch(a.timeMoved(), a.nextPlay())
}

// changeSpeed plays faster, or slower.
func (a *App) changeSpeed(by int) func() tea.Cmd {
	return func() tea.Cmd {
		c := &a.detail.clock
		c.speed = max(min(c.speed+by, len(speeds)-1), 0)
		if !c.playing {
			a.notice = "plays " + speedText(c.speed)
			return nil
		}
		c.counted = a.options.Now()
		return a.nextPlay()
	}
}

// onPlay goes on playing, as long as the pane can be seen.
func (a *App) onPlay(msg playMsg) tea.Cmd {
	c := &a.detail.clock
	if msg.n != c.plays || !c.playing {
		return nil
	}
	if !a.knowsTime() || !a.detailVisible() {
		c.playing = false
		c.moveTo(c.at)
		return nil
	}
	c.run(a.options.Now())
	before := c.at
	a.refreshPane()
	if c.at != before {
		a.touch()
	}
	cmd := a.readNeeds()
	if !c.playing {
		a.touch()
		return cmd
	}
	return tea.Batch(cmd, a.nextPlay())
}

// speedText is a speed for people.
func speedText(speed int) string {
	return human.Number(speeds[speed]) + " steps a second"
}

// timeWords is the words beside the timeline: the moment, the step, and what the clock does.
func (a *App) timeWords() (moment, step, state string) {
	c := &a.detail.clock
	n := len(c.moments)
	if n == 0 {
		return model.Unknown, "", ""
	}
	count := human.Count(n)
	step = cell.Right(human.Count(c.at+1), len(count)) + "/" + count
	moment = cell.Fit(c.now().Short(), max(cell.Width(c.moment(n-1).Short()), cell.Width(c.now().Short())))
	t, running := a.theme, a.detail.view.Experiment.Status == model.Running
	switch {
	case c.playing:
		state = t.Now + " " + human.Number(speeds[c.speed]) + "/s"
	case c.live && running && !a.lab.Liveness().Live():
		state = "newest"
	case c.live && running:
		state = t.Glyph(model.Running) + " live"
	case c.live:
		state = "the end"
	default:
		state = "past"
	}
	return moment, step, cell.Fit(state, stateWidth)
}

// stateWidth holds what the clock does: nothing on the bar moves when that changes.
const stateWidth = 7

// timeGap is the cells on each side of the timeline's bar.
const timeGap = 2

// timeBar is where the bar of a timeline of w cells is: its first cell, and how many it has. It
// has none where there is no room, or no moment.
func (a *App) timeBar(w int) (from, room int) {
	const least = 4
	moment, step, state := a.timeWords()
	from = cell.Width(moment) + timeGap
	room = w - from - 2*timeGap - cell.Width(step) - cell.Width(state)
	if step == "" || room < least {
		return from, 0
	}
	return from, room
}

// drawTime is the timeline of a pane, in one line: the moment, how far along it is, the step.
func (a *App) drawTime(w int) string {
	t, c := a.theme, &a.detail.clock
	moment, step, state := a.timeWords()
	style := t.Faint
	if c.playing || (!c.live && a.detail.view.Experiment.Status == model.Running) {
		style = t.Warning
	}
	left := t.Strong.Render(moment)
	right := t.Faint.Render(step) + cell.Space(timeGap) + style.Render(state)
	_, room := a.timeBar(w)
	switch {
	case step == "":
		return cell.Fit(left, w)
	case room == 0:
		return cell.Fit(left+cell.Space(timeGap)+right, w)
	}
	ratio := 1.0
	if n := c.last(); n > 0 {
		ratio = float64(c.at) / float64(n)
	}
	bar := chart.Bar(math.Min(ratio, 1), room, chart.BarStyle{Done: t.BarPast, Rest: t.BarRest, ASCII: t.ASCII})
	return cell.Fit(left+cell.Space(timeGap)+bar+cell.Space(timeGap)+right, w)
}
