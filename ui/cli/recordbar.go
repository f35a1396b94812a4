package cli

import (
	"fmt"
	"math"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/human"
)

// recordBar shows the progress of a recording: on one line of a terminal, else a line an event.
type recordBar struct {
	env    *Env
	screen bool
	shown  time.Time // of the last drawing
	drawn  bool
}

// say prints an event.
func (b *recordBar) say(s text.Text, _ bool) {
	b.clear()
	at := b.env.Now().In(b.env.Zone).Format("15:04:05")
	_, _ = fmt.Fprintf(b.env.Err, "%s  %s\n", at, s)
}

// draw shows how far it is.
func (b *recordBar) draw(p model.RecordProgress) {
	now := b.env.Now()
	if !b.screen || (b.drawn && now.Sub(b.shown) < barEvery) {
		return
	}
	b.drawn, b.shown = true, now
	_, _ = fmt.Fprintf(b.env.Err, "\r\x1b[K%s", b.line(p))
}

// line is the progress in a line.
func (b *recordBar) line(p model.RecordProgress) string {
	line := fmt.Sprintf("%s experiments, %s changes", human.Count(int(p.Experiments)), human.Steps(p.Changed))
	if p.Frames+p.Pending > 0 {
		line += fmt.Sprintf(", %s of %s frames", human.Steps(p.Frames), human.Steps(p.Frames+p.Pending))
	}
	if p.Agents > 0 {
		line += fmt.Sprintf(", %s agents to read", human.Steps(p.Agents))
	}
	if p.Unread > 0 {
		line += fmt.Sprintf(", %s runs not whole yet", human.Steps(p.Unread))
	}
	line += ", " + human.Bytes(p.Bytes)
	if !math.IsNaN(p.BytesPerDay) {
		line += ", " + human.Bytes(int64(min(p.BytesPerDay, math.MaxInt64/2))) + " a day"
	}
	return line
}

// clear removes the line.
func (b *recordBar) clear() {
	if b.drawn {
		b.drawn = false
		_, _ = fmt.Fprint(b.env.Err, "\r\x1b[K")
	}
}
