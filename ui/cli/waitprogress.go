package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// waitProgress shows how far a run is that is waited for: on one line of a terminal, else in a line
// for each percent, but at most one a minute.
type waitProgress struct {
	*bar
	one   *subject
	ahead time.Duration // how far the source's clock is ahead
	drawn string        // what is on the line
	told  time.Time     // when a line was last printed
	done  string        // the percentage in it
}

// tellEvery is how often a line is printed at most where there is no terminal.
const tellEvery = time.Minute

// newWaitProgress prepares to show how far an experiment is, with what its history says. It also
// returns an environment whose messages do not collide with that.
func newWaitProgress(ctx context.Context, e *Env, one *subject) (*Env, *waitProgress) {
	now := e.Now()
	one.view(ctx)
	p := &waitProgress{bar: e.bar(""), one: one, ahead: one.all.now.Sub(now)}
	around := *e
	around.Err = &aroundBar{e.Err, p}
	return &around, p
}

// aroundBar writes messages where a bar may be drawn.
type aroundBar struct {
	io.Writer
	p *waitProgress
}

// Write removes the bar before a message.
func (w *aroundBar) Write(b []byte) (int, error) {
	w.p.clear()
	return w.Writer.Write(b)
}

// clear removes the line. Without progress there is none.
func (p *waitProgress) clear() {
	if p != nil {
		p.bar.clear()
		p.drawn = ""
	}
}

// show shows a state of the run. A line that would be the same is not drawn again. Without progress it
// shows nothing.
func (p *waitProgress) show(s model.Summary, l model.Liveness) {
	if p == nil {
		return
	}
	lab, now := p.one.all.lab, p.env.Now().Add(p.ahead)
	lab.Apply(model.Changes{Put: []model.Summary{s}, Liveness: l}, now)
	v := reading{lab: lab, now: now}.view(s)
	if p.off {
		p.tell(v, now)
		return
	}
	if line := p.line(v, now.In(p.env.Zone)); line != p.drawn {
		p.write(func() string { return line })
		p.drawn = line
	}
}

// line is what a terminal shows, as wide as that.
func (p *waitProgress) line(v view, now time.Time) string {
	const mostName = 24
	at, _ := human.End(v.estimate, now, now)
	const leastBar, frame = 4, len("[] 100% ")
	room := columnsOf(p.env, p.env.Err) - 1
	parts := []string{cell.Cut(v.Name.String(), mostName), "", sentence(v, at)}
	if v.progress.Known {
		cells := min(room-cell.Width(parts[0])-cell.Width(parts[2])-frame-1, barCells)
		if parts[1] = barOf(v.progress.Ratio, cells); cells < leastBar {
			parts[1] = v.percent()
			parts[0] = cell.Cut(parts[0], max(room-cell.Width(parts[1])-cell.Width(parts[2])-2, 0))
		}
	}
	return cell.Cut(strings.TrimLeft(strings.Join(parts, " "), " "), room)
}

// tell prints a line where the percentage has changed.
func (p *waitProgress) tell(v view, now time.Time) {
	done := v.Status.String() + v.percent()
	if done == p.done || !p.told.IsZero() && now.Sub(p.told) < tellEvery {
		return
	}
	p.done, p.told = done, now
	at, _ := human.End(v.estimate, now.In(p.env.Zone), time.Time{})
	p.env.tell(v.percent() + " " + sentence(v, at))
}

// sentence says at which step a run is, and when it ends.
func sentence(v view, at string) string {
	var parts []string
	if v.Status != model.Running {
		parts = append(parts, v.Status.String())
	}
	if v.progress.Step >= 0 && v.progress.Steps >= 0 {
		parts = append(parts, fmt.Sprintf("step %s of %s", human.Steps(v.progress.Step), human.Steps(v.progress.Steps)))
	}
	switch e := v.estimate; {
	case !e.AsOf.IsZero():
		parts = append(parts, "not live")
	case human.Silence(e) != "":
		parts = append(parts, human.Silence(e))
	case e.Known:
		parts = append(parts, "in "+v.etaRange())
	}
	if at != "" {
		parts = append(parts, "about "+at)
	}
	return strings.Join(parts, ", ")
}
