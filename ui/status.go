package ui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/load"
	"societop/ui/theme"
)

// status describes the source in the header, in an empty list, and in messages.
type status struct {
	load.State
	lab   *model.Lab
	theme *theme.Theme
	zone  *time.Location
	info  model.Info
	now   time.Time // the source's wall time
	wall  time.Time

	spending *spending
}

// dot separates parts of a sentence on the screen.
func dot(t *theme.Theme) string { return " " + t.Dot + " " }

// wholeAddress is the cells of an address that go before the words of the counts.
const wholeAddress = 30

// draw returns the line with the source, its state and the counts. If there is little room, it leaves
// out first what the running experiments cost, then the words of the counts, then the address, then the counts,
// and then how many need attention.
func (s *status) draw(w int) string {
	const name = " societop  "
	state, alarm := s.state()
	room := w - len(name) - cell.Width(state) - 3
	address := s.info.Address.String()
	counts, alert := s.counts(" ", w >= wideWidth), s.alert(" ", w >= wideWidth)
	if cell.Width(alert+counts)+2+min(cell.Width(address), wholeAddress) > room {
		counts = s.counts(" ", false)
	}
	if cell.Width(alert+counts)+2+min(cell.Width(address), wholeAddress) > room {
		counts, alert = s.counts("", false), s.alert("", false)
	}
	if cell.Width(alert+counts) > room {
		counts = ""
	}
	if cell.Width(alert) > room {
		alert = ""
	}
	room -= cell.Width(alert)
	if cost := s.spending.text(s.theme); cost != "" && cell.Width(cost+counts)+5+min(cell.Width(address), wholeAddress) <= room {
		counts = cost + "   " + counts
	}
	if room -= cell.Width(counts) + 2; room < 6 {
		address = ""
	} else if address != "" {
		address = cell.Tail(address, room) + "  "
	}
	style, stateStyle := s.theme.Header, s.theme.Header
	if alarm {
		stateStyle = s.theme.Alarm
	}
	left := style.Bold(true).Render(name) + style.Render(address) + stateStyle.Render(cell.Cut(state, w-len(name)))
	right := w - cell.Width(left) - cell.Width(alert)
	return left + style.Render(cell.Space(right-cell.Width(counts)-1)) + s.theme.Alarm.Render(alert) + style.Render(cell.Right(counts+" ", min(right, cell.Width(counts)+1)))
}

// state returns the state of the source; alarm reports that something is wrong.
func (s *status) state() (text string, alarm bool) {
	switch {
	case s.Waiting:
		return s.theme.Glyph(model.NotStarted) + " waiting for the lab file", false
	case s.Failure != nil:
		return s.outage(), true
	case s.Slow:
		return "STALE " + s.age(s.StaleFrom) + dot(s.theme) + load.SlowAnswer, true
	case s.Trouble != nil:
		return s.mode() + dot(s.theme) + s.troubleName(), true
	}
	return s.mode(), false
}

// mode returns what the monitor does while the source works, and the time of data that is not live.
func (s *status) mode() string {
	switch n := s.lab.Len(); {
	case !s.Loaded && s.Total > 0:
		return "reading " + human.Count(n) + " of " + human.Count(s.Total)
	case !s.Loaded && n > 0:
		return "reading " + human.Count(n)
	case !s.Loaded:
		return "reading"
	}
	var parts []string
	if s.Paused {
		parts = append(parts, "paused")
	} else if s.Still {
		parts = append(parts, "by hand")
	}
	switch l := s.lab.Liveness(); {
	case !l.Live():
		parts = append(parts, s.asOf(l))
	case s.Still:
		parts = append(parts, s.asOf(model.Liveness{AsOf: s.now}))
	default:
		parts = append(parts, s.theme.Glyph(model.Running)+" live")
	}
	return strings.Join(parts, dot(s.theme))
}

// asOf returns the time up to which a source that is not live has data, and the reason. The date is
// included unless it is today.
func (s *status) asOf(l model.Liveness) string {
	var parts []string
	if human.Dated(l.AsOf) {
		at, now := l.AsOf.In(s.zone), s.now.In(s.zone)
		form := "2 Jan 15:04"
		switch {
		case at.Year() != now.Year():
			form = "2006-01-02 15:04"
		case at.YearDay() == now.YearDay():
			form = "15:04"
		}
		parts = append(parts, "as of "+at.Format(form))
	}
	if why := l.Why.String(); why != "" {
		parts = append(parts, why)
	}
	return strings.Join(parts, dot(s.theme))
}

// outage returns the age of the data, the reason, and the time until the next retry.
func (s *status) outage() string {
	head := "STALE " + s.age(s.StaleFrom)
	if !s.Loaded && s.lab.Len() == 0 {
		head = "NO DATA"
	}
	retry := "r tries again"
	if !s.Still {
		retry = "retry in " + countdown(s.RetryAt.Sub(s.wall))
	}
	return head + dot(s.theme) + model.Reason(s.Failure).String() + dot(s.theme) + retry
}

// countdown returns a time to wait, in seconds if there are fewer than a hundred.
func countdown(d time.Duration) string {
	if d >= 100*time.Second {
		return human.Span(d)
	}
	return fmt.Sprintf("%d s", max(int(d.Seconds()+0.5), 0))
}

// troubleName returns what can't be read although the rest can: "list: 500 Internal Server Error".
func (s *status) troubleName() string {
	name := model.Reason(s.Trouble).String()
	var e *model.Error
	if errors.As(s.Trouble, &e) {
		name = text.Clean(e.Op).String() + ": " + name
	}
	return name
}

// counts returns the number of experiments of each status that occurs, with gap between glyph and
// number, and with the name of the status if words is set.
func (s *status) counts(gap string, words bool) string {
	var parts []string
	for _, one := range []model.Status{model.Running, model.NotStarted, model.Finished, model.Failed, model.Stopped, model.Status(-1)} {
		n := s.lab.Count(one)
		if n == 0 {
			continue
		}
		part := s.theme.Glyph(one) + gap + human.Count(n)
		if words {
			part += " " + theme.Word(one)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, gap+" ")
}

// alert returns how many experiments need attention, as counts returns the others, with the space after it;
// "" if none does.
func (s *status) alert(gap string, words bool) string {
	n := s.lab.Needs().Count()
	if n == 0 {
		return ""
	}
	part := s.theme.Attention + gap + human.Count(n)
	switch {
	case words && n == 1:
		part += " needs attention"
	case words:
		part += " need attention"
	}
	return part + " " + gap
}

// age returns how long ago t was.
func (s *status) age(t time.Time) string { return human.Span(s.wall.Sub(t)) }

// turned returns the message that the source is live again, or no longer.
func (s *status) turned(l model.Liveness) (said text.Text, bad bool) {
	if l.Live() {
		return text.Clean("The source is live again."), false
	}
	return text.Clean("The source is not live: " + s.asOf(l) + "."), true
}

// nothing returns why there are no experiments and what to do; nil if there are some.
func (s *status) nothing() []string {
	here := "on this server"
	if s.info.Local {
		here = "in this lab"
	}
	switch {
	case s.Waiting:
		return []string{"There is no lab file yet.", "It is shown as soon as it exists. To create one:", "", "societop import FILE… LAB", "societop demo --file LAB"}
	case s.Failure != nil && !s.Loaded:
		return []string{"Nothing could be read yet.", model.Reason(s.Failure).String(), "", "! shows the messages"}
	case !s.Loaded:
		return []string{"reading …"}
	case s.lab.Len() == 0:
		return []string{"There are no experiments " + here + " yet.", "New ones appear automatically."}
	}
	return nil
}
