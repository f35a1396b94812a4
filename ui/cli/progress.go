package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"societop/model"
)

// bar draws how far long work is on one line of a terminal.
type bar struct {
	w     io.Writer
	label string
	now   func() time.Time
	shown time.Time // of the last drawing
	drawn bool
}

// How often the bar is drawn at most, and how many cells it has.
const (
	barEvery = 100 * time.Millisecond
	barCells = 30
)

// advance returns a function that draws the progress of long work, and one to call at its end.
// Neither does anything unless messages go to a terminal.
func (e *Env) advance(label string) (adv model.ProgressFunc, end func()) {
	if !e.screen(e.Err) {
		return func(int64, int64) {}, func() {}
	}
	b := &bar{w: e.Err, label: label, now: e.Now}
	return b.draw, b.clear
}

// draw shows done of total. The work continues if the bar can't be written.
func (b *bar) draw(done, total int64) {
	now := b.now()
	if b.drawn && now.Sub(b.shown) < barEvery {
		return
	}
	b.drawn, b.shown = true, now
	if total <= 0 {
		_, _ = fmt.Fprintf(b.w, "\r%s %d", b.label, done)
		return
	}
	ratio := min(max(float64(done)/float64(total), 0), 1)
	full := int(ratio * barCells)
	_, _ = fmt.Fprintf(b.w, "\r%s [%-*s] %3d%%", b.label, barCells, strings.Repeat("#", full), int(ratio*100))
}

// clear removes the bar.
func (b *bar) clear() {
	if b.drawn {
		_, _ = fmt.Fprint(b.w, "\r\x1b[K")
	}
}
