package cli

import (
	"fmt"
	"strings"
	"time"

	"societop/ui/human"
)

// bar shows the progress of long work on one line of a terminal.
type bar struct {
	env   *Env
	label string
	off   bool      // messages do not go to a terminal
	shown time.Time // when it was last drawn; zero while it is not on the screen
}

// How often the bar is drawn at most, and how many cells it has.
const (
	barEvery = 100 * time.Millisecond
	barCells = 30
)

// bar returns a bar that is not drawn yet. It draws nothing unless messages go to a terminal.
func (e *Env) bar(label string) *bar { return &bar{env: e, label: label, off: !e.screen(e.Err)} }

// draw shows done of total. The work continues if the bar can't be written.
func (b *bar) draw(done, total int64) {
	b.write(func() string {
		if total <= 0 { // unknown
			return fmt.Sprintf("%s %d", b.label, done)
		}
		return b.label + " " + barText(float64(done)/float64(total))
	})
}

// barText is a ratio as a bar with its percentage.
func barText(ratio float64) string {
	return barOf(ratio, barCells)
}

// barOf is barText with a bar of so many cells.
func barOf(ratio float64, cells int) string {
	ratio, cells = min(max(ratio, 0), 1), max(cells, 0)
	return fmt.Sprintf("[%-*s] %4s", cells, strings.Repeat("#", int(ratio*float64(cells))), human.Percent(ratio))
}

// write replaces the line, unless it was drawn a moment ago.
func (b *bar) write(line func() string) {
	now := b.env.Now()
	if b.off || (!b.shown.IsZero() && now.Sub(b.shown) < barEvery) {
		return
	}
	b.shown = now
	_, _ = fmt.Fprintf(b.env.Err, "\r%s\x1b[K", line())
}

// clear removes the bar.
func (b *bar) clear() {
	if !b.shown.IsZero() {
		b.shown = time.Time{}
		_, _ = fmt.Fprint(b.env.Err, "\r\x1b[K")
	}
}
