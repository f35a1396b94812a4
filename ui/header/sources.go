package header

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// titleCells are the most cells of the names of several sources in the title of the window.
const titleCells = 60

// Title returns what is read, for the title of the window.
func (s *Status) Title() string {
	if s.states = s.Lab.Sources().States(); s.states == nil {
		return s.Info.Address.String()
	}
	return s.title(titleCells)
}

// title returns what is read: the address, or of several sources their names; or, in fewer than n cells,
// the end of the address, or how many sources there are.
func (s *Status) title(n int) string {
	if s.states == nil {
		return cell.Tail(s.Info.Address.String(), n)
	}
	var names []string
	for i := range s.states {
		names = append(names, s.Lab.Sources().Short(s.states[i].Name))
	}
	if joined := strings.Join(names, ", "); cell.Width(joined) <= n {
		return joined
	}
	return cell.Cut(s.count(), n)
}

// count returns how many sources there are.
func (s *Status) count() string { return human.CountOf(len(s.states), "source") }

// needed returns the cells of the title that come before the words of the counts.
func (s *Status) needed() int {
	if s.states != nil {
		return cell.Width(s.count())
	}
	return min(cell.Width(s.Info.Address.String()), wholeAddress)
}

// away reports whether a source can't be read, or takes too long.
func away(one *model.SourceState) bool { return one.Failure != nil || one.Slow }

// health returns the state of several sources in as many cells, if there is a way to say it in them; alarm
// reports that something is wrong with one of them.
func (s *Status) health(w int) (text string, alarm bool) {
	mode := s.mode()
	if !s.Loaded {
		return mode, false
	}
	live, gone, old, troubled, reading := 0, []int{}, []int{}, []int{}, []int{}
	for i := range s.states {
		switch one := &s.states[i]; {
		case away(one):
			gone = append(gone, i)
		case !one.Liveness.Live():
			old = append(old, i)
		case one.Trouble != nil:
			live++
			troubled = append(troubled, i)
		case !one.Loaded:
			reading = append(reading, i)
		default:
			live++
		}
	}
	if live == len(s.states) && len(troubled) == 0 {
		return mode, false
	}
	return fitting(w, s.ways(live, gone, old, troubled, reading)), len(gone)+len(troubled) > 0
}

// ways returns the ways to say how several sources are, the longest first: what is wrong with the first
// that is away, or how many are.
func (s *Status) ways(live int, gone, old, troubled, reading []int) []string {
	var most, mid, least string
	dot := Dot(s.Theme)
	name := func(i int) string { return s.Lab.Sources().Short(s.states[i].Name) }
	switch {
	case len(gone) == 1:
		one := &s.states[gone[0]]
		mid = name(gone[0]) + " " + s.since(one)
		most = mid + dot + s.reason(one) + s.retry(one)
		least = fmt.Sprintf("1 of %d away", len(s.states))
	case len(gone) > 1:
		least = fmt.Sprintf("%d of %d away", len(gone), len(s.states))
		var names []string
		for _, i := range gone {
			names = append(names, name(i))
		}
		most, mid = least+": "+strings.Join(names, ", "), least
	case len(troubled) > 0:
		one := &s.states[troubled[0]]
		most, mid = name(troubled[0])+dot+s.troubleName(one.Trouble), name(troubled[0])+" can't be read whole"
		least = fmt.Sprintf("%d of %d in trouble", len(troubled), len(s.states))
	case len(old) == 1:
		most = name(old[0]) + " " + s.asOf(s.states[old[0]].Liveness)
		mid, least = name(old[0])+" not live", "1 not live"
	case len(old) > 1:
		most = fmt.Sprintf("%d not live", len(old))
		mid, least = most, most
	case len(reading) > 0:
		most = "reading " + name(reading[0])
		mid, least = most, "reading"
	}
	if live == 0 {
		return []string{most, mid, least}
	}
	some := fmt.Sprintf("%s %d of %d live", s.Theme.Glyph(model.Running), live, len(s.states))
	if mode := s.halted(); mode != "" {
		some = mode + dot + some
	}
	return []string{some + dot + most, some + dot + mid, most, mid, least}
}

// fitting returns the first of some texts that has room, else the last.
func fitting(w int, ways []string) string {
	for _, way := range ways {
		if cell.Width(way) <= w {
			return way
		}
	}
	return ways[len(ways)-1]
}

// since returns how old the data of a source is that is away.
func (s *Status) since(one *model.SourceState) string {
	if one.Answered.IsZero() {
		return "NO DATA"
	}
	return "STALE " + s.age(one.Answered)
}

// reason returns why a source is away.
func (s *Status) reason(one *model.SourceState) string {
	if one.Failure == nil {
		return model.SlowAnswer
	}
	return model.Reason(one.Failure).String()
}

// retry returns when a source that is away is read again, as a part of a sentence.
func (s *Status) retry(one *model.SourceState) string {
	switch {
	case one.Failure == nil:
		return ""
	case s.Still:
		return Dot(s.Theme) + "r tries again"
	case !s.Counts(one, s.Wall):
		return ""
	case !one.RetryAt.After(s.Wall):
		return Dot(s.Theme) + "trying again"
	}
	return Dot(s.Theme) + "retry in " + countdown(one.RetryAt.Sub(s.Wall))
}

// Sources returns a line for each of several sources with its state and since when, and more lines for
// what is wrong with it, in w cells; nil if there is only one source.
func (s *Status) Sources(w int) (lines []string) {
	t := s.Theme
	states, room := s.Lab.Sources().States(), 0
	for i := range states {
		room = max(room, min(cell.Width(s.Lab.Sources().Short(states[i].Name)), w/3))
	}
	for i := range states {
		one := &states[i]
		state, style, sign := s.mood(one)
		short := s.Lab.Sources().Short(one.Name)
		line := " " + style.Render(sign) + " " + t.Strong.Render(cell.Fit(cell.Middle(short, room), room)) + "  " + style.Render(state)
		lines = append(lines, s.addressed(cell.Cut(line, w), short, one, w)...)
		for _, err := range []error{one.Failure, one.Trouble} {
			if err == nil {
				continue
			}
			for _, part := range cell.Wrap(model.Explain(err).String(), w-4) {
				lines = append(lines, "   "+t.Faint.Render(part))
			}
		}
	}
	return lines
}

// leastAddress is the cells of an address that are worth to stand after the state of a source.
const leastAddress = 24

// addressed returns a line about a source with its address, unless that is its short name: after the line, or
// below it where there is little room.
func (s *Status) addressed(line, short string, one *model.SourceState, w int) []string {
	address := one.Info.Address.String()
	if address == "" {
		address = one.Name.String()
	}
	room := w - cell.Width(line) - 2
	switch {
	case address == short:
		return []string{line}
	case room >= min(cell.Width(address), leastAddress):
		return []string{line + "  " + s.Theme.Faint.Render(cell.Middle(address, room))}
	}
	return []string{line, "   " + s.Theme.Faint.Render(cell.Middle(address, w-4))}
}

// mood returns the state of one of several sources in words, with its style and its sign.
func (s *Status) mood(one *model.SourceState) (state string, style lipgloss.Style, sign string) {
	t := s.Theme
	switch {
	case away(one):
		since := one.Answered
		if since.IsZero() {
			since = s.Away[one.Name]
		}
		state = s.since(one) + ", since " + s.moment(since)
		return state + Dot(t) + s.reason(one) + s.retry(one), t.Warning, t.Attention
	case one.Trouble != nil:
		return "live, but not all of it can be read", t.Warning, t.Attention
	case !one.Liveness.Live():
		return s.asOf(one.Liveness), t.Text, t.Glyph(model.NotStarted)
	case !one.Loaded:
		return "reading", t.Text, t.Glyph(model.NotStarted)
	}
	return "live", t.Text, t.Glyph(model.Running)
}
