// Package header is the line at the top of the screen: the source, its state, and how its experiments are.
// The same words are used in an empty list and in messages.
package header

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

// Status describes the source.
type Status struct {
	load.State
	Lab   *model.Lab
	Theme *theme.Theme
	Zone  *time.Location
	Info  model.Info
	Now   time.Time // the source's wall time
	Wall  time.Time // this machine's

	Spending *Spending
	ReadOnly bool // it could be changed, but not without --write

	states []model.SourceState // of several sources
}

// Dot separates parts of a sentence on the screen.
func Dot(t *theme.Theme) string { return " " + t.Dot + " " }

// statuses is how many statuses are counted.
const statuses = 7

// wholeAddress is the cells of an address that go before the words of the counts.
const wholeAddress = 30

// Draw returns the line with the source, its state and the counts. If there is little room, it leaves
// out first the words of the counts, the last one first, and those of what needs attention, then what the
// running experiments cost, then the address, then the counts,
// and then how many need attention.
func (s *Status) Draw(w int) string {
	const name = " societop  "
	s.states = s.Lab.Sources().States()
	state, alarm := s.state(w - len(name) - 5 - cell.Width(s.alert("", false)+s.counts("", 0)))
	room, needed := w-len(name)-cell.Width(state)-3, s.needed()
	cost := s.Spending.Text(s.Theme)
	alert, counts := s.worded(room-2-needed, cost)
	if cell.Width(alert+counts)+2+needed > room {
		counts, alert = s.counts("", 0), s.alert("", false)
	}
	if cell.Width(alert+counts) > room {
		counts = ""
	}
	if cell.Width(alert) > room {
		alert = ""
	}
	room -= cell.Width(alert)
	if cost != "" && cell.Width(cost+counts)+5+needed <= room {
		counts = cost + "   " + counts
	}
	if mark := "read-only   "; s.ReadOnly && cell.Width(mark+counts)+2+needed <= room {
		counts = mark + counts
	}
	address := ""
	if room -= cell.Width(counts) + 2; room >= 6 && (s.states == nil || room >= needed) {
		address = s.title(room)
	}
	if address != "" {
		address += "  "
	}
	style, stateStyle := s.Theme.Header, s.Theme.Header
	if alarm {
		stateStyle = s.Theme.Alarm
	}
	left := style.Bold(true).Render(name) + style.Render(address) + stateStyle.Render(cell.Cut(state, w-len(name)))
	right := w - cell.Width(left) - cell.Width(alert)
	return left + style.Render(cell.Space(right-cell.Width(counts)-1)) + s.Theme.Alarm.Render(alert) + style.Render(cell.Right(counts+" ", min(right, cell.Width(counts)+1)))
}

// state returns the state of the source, of several in w cells if that can be; alarm reports that
// something is wrong.
func (s *Status) state(w int) (text string, alarm bool) {
	switch {
	case s.Waiting:
		return s.Theme.Glyph(model.NotStarted) + " waiting for the file", false
	case s.Failure != nil:
		return s.outage(), true
	case s.Slow:
		return "STALE " + s.age(s.StaleFrom) + Dot(s.Theme) + model.SlowAnswer, true
	case s.states != nil:
		return s.health(w)
	case s.Trouble != nil:
		return s.mode() + Dot(s.Theme) + s.troubleName(s.Trouble), true
	}
	return s.mode(), false
}

// mode returns what the monitor does while the source works, and the time of data that is not live.
func (s *Status) mode() string {
	switch n := s.Lab.Len(); {
	case !s.Loaded && s.Total > 0:
		return "reading " + human.Count(n) + " of " + human.Count(s.Total)
	case !s.Loaded && n > 0:
		return "reading " + human.Count(n)
	case !s.Loaded:
		return "reading"
	}
	var parts []string
	if halted := s.halted(); halted != "" {
		parts = append(parts, halted)
	}
	switch l := s.Lab.Liveness(); {
	case !l.Live():
		parts = append(parts, s.asOf(l))
	case s.Still:
		parts = append(parts, s.asOf(model.Liveness{AsOf: s.Now}))
	default:
		parts = append(parts, s.Theme.Glyph(model.Running)+" live")
	}
	return strings.Join(parts, Dot(s.Theme))
}

// halted returns why nothing is read by itself; "" while it is.
func (s *Status) halted() string {
	switch {
	case s.Paused:
		return "paused"
	case s.Still:
		return "by hand"
	}
	return ""
}

// asOf returns the time up to which a source that is not live has data, and the reason.
func (s *Status) asOf(l model.Liveness) string {
	var parts []string
	if human.Dated(l.AsOf) {
		parts = append(parts, "as of "+s.moment(l.AsOf))
	}
	if why := l.Why.String(); why != "" {
		parts = append(parts, why)
	}
	return strings.Join(parts, Dot(s.Theme))
}

// moment returns a wall time. The date is included unless it is today.
func (s *Status) moment(t time.Time) string {
	at, now := t.In(s.Zone), s.Now.In(s.Zone)
	switch {
	case at.Year() != now.Year():
		return at.Format("2006-01-02 15:04")
	case at.YearDay() != now.YearDay():
		return at.Format("2 Jan 15:04")
	}
	return at.Format("15:04")
}

// outage returns the age of the data, the reason, and the time until the next retry.
func (s *Status) outage() string {
	head := "STALE " + s.age(s.StaleFrom)
	if !s.Loaded && s.Lab.Len() == 0 {
		head = "NO DATA"
	}
	retry := "r tries again"
	if !s.Still {
		retry = "retry in " + countdown(s.RetryAt.Sub(s.Wall))
	}
	return head + Dot(s.Theme) + model.Reason(s.Failure).String() + Dot(s.Theme) + retry
}

// countdown returns a time to wait, in seconds if there are fewer than a hundred.
func countdown(d time.Duration) string {
	if d >= 100*time.Second {
		return human.Span(d)
	}
	return fmt.Sprintf("%d s", max(int(d.Seconds()+0.5), 0))
}

// troubleName returns what can't be read although the rest can: "list: 500 Internal Server Error".
func (s *Status) troubleName(trouble error) string {
	name := model.Reason(trouble).String()
	var e *model.Error
	if errors.As(trouble, &e) {
		name = text.Clean(e.Op).String() + ": " + name
	}
	return name
}

// counts returns the number of experiments of each status that occurs, with gap between glyph and
// number, and with the names of so many statuses, from the first.
func (s *Status) counts(gap string, words int) string {
	var parts []string
	for _, one := range []model.Status{model.Running, model.NotStarted, model.Finished, model.Failed, model.Stopped, model.Lost, model.Status(-1)} {
		n := s.Lab.Count(one)
		if n == 0 {
			continue
		}
		part := s.Theme.Glyph(one) + gap + human.Count(n)
		if len(parts) < words {
			part += " " + theme.Word(one)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, gap+" ")
}

// worded returns how many need attention, and the counts, with as many words as fit into w cells together
// with the cost, if that has room at all.
func (s *Status) worded(w int, cost string) (alert, counts string) {
	alert = s.alert(" ", false)
	if n := cell.Width(cost) + 3; cost != "" && cell.Width(alert+s.counts(" ", 0))+n <= w {
		w -= n
	}
	long := s.alert(" ", true)
	if cell.Width(long+s.counts(" ", 0)) > w {
		return alert, s.counts(" ", 0)
	}
	for words := statuses; words >= 0; words-- {
		if counts = s.counts(" ", words); cell.Width(long+counts) <= w {
			break
		}
	}
	return long, counts
}

// alert returns how many experiments need attention, as counts returns the others, with the space after it;
// "" if none does.
func (s *Status) alert(gap string, words bool) string {
	n := s.Lab.Needs().Count()
	if n == 0 {
		return ""
	}
	part := s.Theme.Attention + gap + human.Count(n)
	switch {
	case words && n == 1:
		part += " needs attention"
	case words:
		part += " need attention"
	}
	return part + " " + gap
}

// age returns how long ago t was.
func (s *Status) age(t time.Time) string { return human.Span(s.Wall.Sub(t)) }

// Turned returns the message that a source is live again, or no longer.
func (s *Status) Turned(t load.Turned) (said text.Text, bad bool) {
	name := "The source"
	if !t.Source.Empty() {
		name = s.Lab.Sources().Short(t.Source)
	}
	if t.Liveness.Live() {
		return text.Clean(name + " is live again."), false
	}
	return text.Clean(name + " is not live: " + s.asOf(t.Liveness) + "."), true
}

// Nothing returns why there are no experiments and what to do; nil if there are some.
func (s *Status) Nothing() []string {
	here := "on this server"
	switch states := s.Lab.Sources().States(); {
	case states != nil:
		here = "in these sources"
	case s.Info.Local:
		here = "in this lab"
	}
	switch {
	case s.Waiting:
		return []string{"There is no file yet.", "It is shown as soon as it exists. To create a lab file:", "", "societop import FILE… LAB", "societop demo --file LAB"}
	case s.Failure != nil && !s.Loaded:
		lines := []string{"Nothing could be read yet.", model.Reason(s.Failure).String()}
		if remedy := model.Remedy(s.Failure); !remedy.Empty() {
			lines = append(lines, remedy.String())
		}
		return append(lines, "", "! shows the messages")
	case !s.Loaded:
		return []string{"reading …"}
	case s.Lab.Len() == 0:
		return []string{"There are no experiments " + here + " yet.", "New ones appear automatically."}
	}
	return nil
}
