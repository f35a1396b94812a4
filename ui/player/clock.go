// Package player is the simulated clock that all panes share: which moment of a run is shown, how
// it moves while it plays or is live, and the timeline under a pane.
package player

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/human"
)

// Clock is a place in the timeline of the shown experiment. While it plays, the goal runs ahead as
// the wall time passes; while it is live, as the run goes on. The place follows to the newest
// moment of which everything is read that the pane wants. Where reading is slow, moments are
// skipped, and what the panes show is of the moment on the timeline.
type Clock struct {
	Calendar model.Calendar // in which moments are written

	moments []model.SimTime // ascending; read only
	at      int             // the moment that is shown
	goal    int             // where at would be if nothing had to be read
	live    bool            // at follows the newest moment
	playing bool
	speed   int            // the index in speeds
	counted time.Time      // up to where wall time was turned into steps
	ticks   int            // that were planned: their numbers
	wanted  *model.SimTime // to go to as soon as there is a timeline
}

// TickMsg is the time for the next step of a clock that plays.
type TickMsg struct{ number int }

// speeds are how many steps are played in a second.
var speeds = [...]float64{0.5, 1, 2, 5, 10, 20, 50}

const (
	// usualSpeed is the speed at the start.
	usualSpeed = 3
	// longTick is the time between two ticks after which the clock was held up, by a suspension or
	// a debugger: it resumes where it stopped.
	longTick = 3 * time.Second
)

// New returns a live clock without a timeline.
func New() Clock { return Clock{live: true, speed: usualSpeed} }

// Reset begins another timeline, live and at the same speed.
func (c *Clock) Reset() { *c = Clock{live: true, speed: c.speed, ticks: c.ticks} }

// Now returns the moment that is shown; not Valid while there is none.
func (c *Clock) Now() model.SimTime { return c.moment(c.at) }

// Goal returns the moment that would be shown if nothing had to be read.
func (c *Clock) Goal() model.SimTime { return c.moment(c.goal) }

// Newest returns the last moment of the timeline.
func (c *Clock) Newest() model.SimTime { return c.moment(c.last()) }

// At returns the index of the moment that is shown.
func (c *Clock) At() int { return c.at }

// Len returns the number of moments.
func (c *Clock) Len() int { return len(c.moments) }

// Live reports whether the clock follows the newest moment.
func (c *Clock) Live() bool { return c.live }

// Playing reports whether the clock plays.
func (c *Clock) Playing() bool { return c.playing }

// moment returns the i-th moment; not Valid where there is none.
func (c *Clock) moment(i int) model.SimTime {
	if i < 0 || i >= len(c.moments) {
		return model.Latest
	}
	return c.moments[i]
}

// last returns the index of the newest moment.
func (c *Clock) last() int { return len(c.moments) - 1 }

// SetTimeline replaces the timeline. The moment that is shown stays, or the one before it.
func (c *Clock) SetTimeline(moments []model.SimTime) {
	at, goal := c.Now(), c.Goal()
	c.moments = moments
	c.at, c.goal = c.until(at), max(c.until(goal), 0)
	if c.live {
		c.goal = max(c.last(), 0)
	}
	if c.at < 0 {
		c.at = c.goal
	}
	c.goToWanted()
}

// Want goes to a moment, or the one before it, now or as soon as there is a timeline.
func (c *Clock) Want(t model.SimTime) {
	c.wanted = &t
	c.goToWanted()
}

// goToWanted goes to the moment that is wanted.
func (c *Clock) goToWanted() {
	if c.wanted != nil && len(c.moments) > 0 {
		c.playing = false
		c.moveTo(c.until(*c.wanted))
		c.wanted = nil
	}
}

// until returns the index of the newest moment that is not after t.
func (c *Clock) until(t model.SimTime) int {
	i, found := slices.BinarySearchFunc(c.moments, t, model.SimTime.Compare)
	if found {
		return i
	}
	return i - 1
}

// moveTo shows a moment, the nearest there is. The newest one is followed.
func (c *Clock) moveTo(i int) {
	i = max(min(i, c.last()), 0)
	c.at, c.goal = i, i
	c.live = i >= c.last()
	c.playing = c.playing && !c.live
}

// Step shows the moment that is n steps later.
func (c *Clock) Step(n int) { c.moveTo(c.at + n) }

// StepDay shows the newest moment that is n days later.
func (c *Clock) StepDay(n int) {
	t := c.Now()
	t.Day += n
	to := c.until(t)
	if n > 0 && to <= c.at {
		to = c.at + 1
	}
	c.moveTo(to)
}

// GoLive follows the newest moment.
func (c *Clock) GoLive() { c.moveTo(c.last()) }

// Stop stops playing.
func (c *Clock) Stop() {
	c.playing = false
	c.moveTo(c.at)
}

// Play begins to play, from the first moment when the last one is shown. It reports whether there
// is anything to play.
func (c *Clock) Play(now time.Time) bool {
	if c.at >= c.last() {
		c.moveTo(0)
	}
	c.playing, c.live, c.counted = c.last() > 0, c.last() <= 0, now
	return c.playing
}

// SpeedUp plays n speeds faster; what is playing counts its steps from now on.
func (c *Clock) SpeedUp(n int, now time.Time) {
	c.speed = max(min(c.speed+n, len(speeds)-1), 0)
	if c.playing {
		c.counted = now
	}
}

// Speed returns how many steps are played in a second, in words.
func (c *Clock) Speed() string { return human.Number(speeds[c.speed]) + " steps a second" }

// interval returns the time from one step to the next.
func (c *Clock) interval() time.Duration {
	return time.Duration(float64(time.Second) / speeds[c.speed])
}

// NextTick waits for the next step. A tick that was planned before does not count any more.
func (c *Clock) NextTick(now time.Time) tea.Cmd {
	c.ticks++
	n := c.ticks
	return tea.Tick(c.counted.Add(c.interval()).Sub(now), func(time.Time) tea.Msg { return TickMsg{n} })
}

// Due reports whether a tick is the one that the clock waits for.
func (c *Clock) Due(tick TickMsg) bool { return tick.number == c.ticks && c.playing }

// Run moves the goal by the time that has passed.
func (c *Clock) Run(now time.Time) {
	passed := now.Sub(c.counted)
	if passed < 0 || passed > longTick+c.interval() {
		passed, c.counted = c.interval(), now.Add(-c.interval())
	}
	steps := passed / c.interval()
	c.counted = c.counted.Add(steps * c.interval())
	c.goal = min(c.goal+int(steps), c.last())
}

// Follow moves the place towards the goal: to the newest moment that is ready. It stops at the
// end.
func (c *Clock) Follow(ready func(model.SimTime) bool) {
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

// Ahead returns the moments that are played within the next second, at most so many, without the newest.
func (c *Clock) Ahead(most int) []model.SimTime {
	from := c.goal + 1
	to := min(from+min(int(speeds[c.speed])+1, most), c.last())
	if !c.playing || to <= from {
		return nil
	}
	return c.moments[from:to]
}

// JumpTo goes to a moment as it was typed. The error is ErrUsage when the text is not a moment, and
// names the nearest moment when there is none like it.
func (c *Clock) JumpTo(text string) error {
	m, err := c.Calendar.Parse(text)
	if err != nil {
		return err
	}
	i, ok := m.In(c.moments, c.Now())
	switch {
	case !ok && m.Step > 0:
		return noMoment("the last step is " + human.Count(len(c.moments)))
	case !ok && i > 0:
		return noMoment("the last step is of " + c.Calendar.Short(c.moment(len(c.moments)-1)))
	case !ok:
		return noMoment("the first step is of " + c.Calendar.Short(c.moment(0)))
	}
	c.playing = false
	c.moveTo(i)
	return nil
}

// noMoment is why a moment is not in the timeline.
type noMoment string

// Error returns the reason.
func (e noMoment) Error() string { return string(e) }
