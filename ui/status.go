package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/theme"
)

// drawHeader is the line with the source, its state and the counts. Where there is little
// room, first the words of the counts go, then the address, then the counts.
func (a *App) drawHeader(w int) string {
	const name = " societop  "
	state, alarm := a.state()
	room := w - len(name) - cell.Width(state) - 3
	counts := a.counts(" ", w >= wideWidth)
	if cell.Width(counts) > room {
		counts = a.counts("", false)
	}
	if cell.Width(counts) > room {
		counts = ""
	}
	address := a.options.Source.Info().Address.String()
	if room -= cell.Width(counts) + 2; room < 6 {
		address = ""
	} else if address != "" {
		address = cell.Tail(address, room) + "  "
	}
	style, stateStyle := a.theme.Header, a.theme.Header
	if alarm {
		stateStyle = a.theme.Alarm
	}
	left := style.Bold(true).Render(name) + style.Render(address) + stateStyle.Render(cell.Cut(state, w-len(name)))
	return left + style.Render(cell.Right(counts+" ", w-cell.Width(left)))
}

// state is how the source is doing, in words; alarm tells that it is not well.
func (a *App) state() (text string, alarm bool) {
	switch {
	case a.waiting():
		return a.theme.Glyph(model.NotStarted) + " waiting for the lab file", false
	case a.failure != nil:
		return a.outage(), true
	case a.slow:
		return "STALE " + a.age(a.staleFrom) + a.dot() + takesLong, true
	case a.trouble != nil:
		return a.mode() + a.dot() + a.troubleName(), true
	}
	return a.mode(), false
}

// mode is what the monitor does while the source is well, and as of when that is which is not
// live.
func (a *App) mode() string {
	switch n := a.lab.Len(); {
	case !a.loaded && a.total > 0:
		return "reading " + human.Count(n) + " of " + human.Count(a.total)
	case !a.loaded && n > 0:
		return "reading " + human.Count(n)
	case !a.loaded:
		return "reading"
	}
	var parts []string
	if a.paused {
		parts = append(parts, "paused")
	} else if a.interval <= 0 {
		parts = append(parts, "by hand")
	}
	switch l := a.lab.Liveness(); {
	case !l.Live():
		parts = append(parts, a.asOf(l))
	case a.still():
		parts = append(parts, a.asOf(model.Liveness{AsOf: a.now}))
	default:
		parts = append(parts, a.theme.Glyph(model.Running)+" live")
	}
	return strings.Join(parts, a.dot())
}

// asOf is up to when a source that is not live knows what happened, and why not longer. A day
// that is not today is named.
func (a *App) asOf(l model.Liveness) string {
	var parts []string
	if human.Dated(l.AsOf) {
		at, now := l.AsOf.In(a.options.Zone), a.now.In(a.options.Zone)
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
	return strings.Join(parts, a.dot())
}

// takesLong is why a source is not live that does not answer, and has not failed yet.
const takesLong = "it takes long to answer"

// outage is how old the data is, why, and when the source is tried again.
func (a *App) outage() string {
	head := "STALE " + a.age(a.staleFrom)
	if !a.loaded && a.lab.Len() == 0 {
		head = "NO DATA"
	}
	retry := "r tries again"
	if !a.paused && a.interval > 0 {
		retry = "retry in " + countdown(a.retryAt.Sub(a.options.Now()))
	}
	return head + a.dot() + model.Reason(a.failure).String() + a.dot() + retry
}

// countdown is a time to wait: in seconds, unless they would be many.
func countdown(d time.Duration) string {
	if d >= 100*time.Second {
		return human.Span(d)
	}
	return fmt.Sprintf("%d s", max(int(d.Seconds()+0.5), 0))
}

// troubleName is what can't be read though the rest can: "list: 500 Internal Server Error".
func (a *App) troubleName() string {
	name := model.Reason(a.trouble).String()
	var e *model.Error
	if errors.As(a.trouble, &e) {
		name = text.Clean(e.Op).String() + ": " + name
	}
	return name
}

// counts is how many experiments there are of each status that occurs, with gap between
// glyph and number, and with the status in a word where there is room for it.
func (a *App) counts(gap string, words bool) string {
	var parts []string
	for _, s := range []model.Status{model.Running, model.NotStarted, model.Finished, model.Failed, model.Stopped, model.Status(-1)} {
		n := a.lab.Count(s)
		if n == 0 {
			continue
		}
		part := a.theme.Glyph(s) + gap + human.Count(n)
		if words {
			part += " " + theme.Word(s)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, gap+" ")
}

// drawFooter is what is typed, or what was said, or the keys.
func (a *App) drawFooter(w int) string {
	l, typed := a.typed()
	switch {
	case typed:
		line, _ := l.draw(a, w)
		return strings.Join(append([]string{line}, a.typedHelp(w)...), "\n")
	case a.notice != "":
		return cell.Fit(a.theme.Warning.Render(" "+a.notice), w)
	}
	return cell.Fit(" "+a.drawHints(a.hints(), w-2), w)
}

// hint is a key and a word for it, for the footer.
type hint struct {
	key  key.Binding
	word string
}

// hints is the keys that matter most where the focus is.
func (a *App) hints() []hint {
	k := &a.keys
	if _, typed := a.typist(); typed { // every other key is a letter
		return []hint{{k.Open, "keep"}, {k.Back, "end search"}}
	}
	if a.detail.focus {
		hints := []hint{{k.Back, "back"}}
		for _, b := range a.detail.pane().ShortHelp() {
			if a.detail.pane().Off(b) == "" {
				hints = append(hints, hint{b, b.Help().Desc})
			}
		}
		if a.noTime() == "" {
			hints = slices.Insert(hints, min(len(hints), beforePlay), hint{k.Play, a.playWord()})
			hints = append(hints, a.timeHints()...)
		}
		return append(hints, hint{k.Panes, "pane"}, hint{k.Full, "full screen"}, hint{k.Help, "help"}, hint{k.Quit, "quit"})
	}
	pause := "pause"
	if a.paused {
		pause = "go on"
	}
	all := []hint{{k.Open, "open"}, {k.Filter, "filter"}, {k.Sort, "sort"}, {k.Panes, "pane"}, {k.Pause, pause}, {k.Help, "help"}, {k.Quit, "quit"}}
	return slices.DeleteFunc(all, func(h hint) bool { return a.off(h.key) != "" })
}

// beforePlay is how many keys stand before the one that plays: back, and the most important
// ones of the pane.
const beforePlay = 4

// playWord is what the key that plays does.
func (a *App) playWord() string {
	if a.detail.clock.Playing() {
		return "stop"
	}
	return "play"
}

// timeHints is the keys of the time that matter most, beside the one that plays.
func (a *App) timeHints() []hint {
	step := a.keys.StepOn
	step.SetHelp(a.keys.StepBack.Help().Key+" "+step.Help().Key, "step")
	return []hint{{step, "step"}, {a.keys.GoTo, "go to"}, {a.keys.Live, "live"}}
}

// cursorAt is the terminal's cursor: where something is typed, else hidden.
func (a *App) cursorAt() *tea.Cursor {
	if a.layout.tooSmall || a.overlay.kind != noOverlay {
		return nil
	}
	l, ok := a.typed()
	if !ok {
		return a.cursorInPane()
	}
	_, x := l.draw(a, a.layout.footer.w)
	c := tea.NewCursor(x, a.layout.footer.y)
	c.Blink = false
	return c
}

// cursorInPane is the cursor while something is typed in the pane.
func (a *App) cursorInPane() *tea.Cursor {
	typist, ok := a.typist()
	if !ok || !a.detailVisible() {
		return nil
	}
	x, y, _ := typist.Cursor()
	r := a.layout.detail
	c := tea.NewCursor(r.x+2+x, r.y+3+y)
	if a.detail.full {
		c = tea.NewCursor(x, r.y+2+y)
	}
	c.Blink = false
	return c
}

// typist is the pane on the screen while something is typed in it.
func (a *App) typist() (p pane.CursorProvider, ok bool) {
	if p, ok = a.detail.pane().(pane.CursorProvider); ok && a.detail.focus && a.detail.shown {
		_, _, ok = p.Cursor()
		return p, ok
	}
	return nil, false
}

// clockTime is a wall time as the messages show it.
func (a *App) clockTime(t time.Time) string { return t.In(a.options.Zone).Format("15:04:05") }

// age is how long ago something was, for the header.
func (a *App) age(t time.Time) string { return human.Span(a.options.Now().Sub(t)) }
