package cli

import (
	"fmt"
	"math"

	"societop/model"
	"societop/model/text"
	"societop/ui/human"
)

// recordBar shows the progress of a recording: on one line of a terminal, else a line an event.
type recordBar struct{ *bar }

// say prints an event.
func (b recordBar) say(text text.Text, _ bool) {
	b.clear()
	at := b.env.Now().In(b.env.Zone).Format("15:04:05")
	_, _ = fmt.Fprintf(b.env.Err, "%s  %s\n", at, text)
}

// draw shows how far it is.
func (b recordBar) draw(p model.RecordProgress) { b.write(func() string { return recordLine(p) }) }

// recordLine describes the progress of a recording.
func recordLine(p model.RecordProgress) string {
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
