package player

import (
	"math"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/chart"
	"societop/ui/human"
	"societop/ui/theme"
)

// Bar is the timeline under a pane, in one line: the moment, how far along it is, the step and
// what the clock does.
type Bar struct {
	Clock   *Clock
	Theme   *theme.Theme
	Running bool // the run may still get new moments
	Live    bool // the source knows of them at once
}

const (
	// stateWidth holds what the clock does: nothing on the bar moves when that changes.
	stateWidth = 7
	// gap is the cells on each side of the bar.
	gap = 2
	// leastRoom is the least width of the bar.
	leastRoom = 4
)

// words returns the words on both sides of the bar: the moment, the step, and what the clock does.
func (b Bar) words() (moment, step, state string) {
	c, t := b.Clock, b.Theme
	n := len(c.moments)
	if n == 0 {
		return model.Unknown, "", ""
	}
	count := human.Count(n)
	step = cell.Right(human.Count(c.at+1), len(count)) + "/" + count
	moment = c.Calendar.Short(c.Now())
	moment = cell.Fit(moment, max(cell.Width(c.Calendar.Short(c.Newest())), cell.Width(moment)))
	switch {
	case c.playing:
		state = t.Now + " " + human.Number(speeds[c.speed]) + "/s"
	case c.live && b.Running && !b.Live:
		state = "newest"
	case c.live && b.Running:
		state = t.Glyph(model.Running) + " live"
	case c.live:
		state = "the end"
	default:
		state = "past"
	}
	return moment, step, cell.Fit(state, stateWidth)
}

// Bounds returns the first cell of the bar in a timeline of w cells, and how many cells it has: none
// where there is no room, or no moment.
func (b Bar) Bounds(w int) (from, room int) {
	moment, step, state := b.words()
	from = cell.Width(moment) + gap
	room = w - from - 2*gap - cell.Width(step) - cell.Width(state)
	if step == "" || room < leastRoom {
		return from, 0
	}
	return from, room
}

// Draw returns the timeline in w cells.
func (b Bar) Draw(w int) string {
	t, c := b.Theme, b.Clock
	moment, step, state := b.words()
	style := t.Faint
	if c.playing || (!c.live && b.Running) {
		style = t.Warning
	}
	left := t.Strong.Render(moment)
	right := t.Faint.Render(step) + cell.Space(gap) + style.Render(state)
	_, room := b.Bounds(w)
	switch {
	case step == "":
		return cell.Fit(left, w)
	case room == 0:
		return cell.Fit(left+cell.Space(gap)+right, w)
	}
	ratio := 1.0
	if n := c.last(); n > 0 {
		ratio = float64(c.at) / float64(n)
	}
	bar := chart.Bar(math.Min(ratio, 1), room, chart.BarStyle{Done: t.BarPast, Rest: t.BarRest, ASCII: t.ASCII})
	return cell.Fit(left+cell.Space(gap)+bar+cell.Space(gap)+right, w)
}

// Click goes to the moment at the x-th of w cells. It reports whether there is one.
func (b Bar) Click(x, w int) bool {
	from, room := b.Bounds(w)
	last := b.Clock.last()
	if x -= from; x < 0 || x >= room || last < 1 {
		return false
	}
	b.Clock.moveTo((2*x*last + room - 1) / (2 * max(room-1, 1)))
	return true
}
