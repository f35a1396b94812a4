package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// event is one change that watch prints.
type event struct {
	name     string // one of eventKinds
	field    string // what is different now, where that is not plain by the name
	from, to string // how it was and is; empty where there is no such thing
}

// text is the event for people: "finished", "running → finished", "step 120 → 240".
func (e event) text() string {
	var parts []string
	if e.field != "" && e.field != "status" {
		parts = append(parts, e.field)
	}
	if e.from != "" {
		parts = append(parts, e.from)
	}
	if e.from != "" && e.to != "" {
		parts = append(parts, "→")
	}
	return strings.Join(append(parts, e.to), " ")
}

// eventFormat lays out a line of watch: when, which, what, from what to what, then how far it
// is, and the name, which has no fixed width, at the end.
const eventFormat = "%s  %-8.8s  %-9s  %s  %4s  %-9s  %-20s  %5s  %s\n"

// eventTime is how wall times are written in lines of watch.
const eventTime = "2006-01-02 15:04:05"

// reading is the lab as it is now.
func (w *watcher) reading() reading { return reading{w.feed.lab, w.feed.now()} }

// print prints what has come of an experiment in the lab.
func (w *watcher) print(e event, k model.Key) {
	if s, ok := w.feed.lab.Get(k); ok {
		w.printView(e, w.reading().view(s))
		w.past.want(k)
	}
}

// printView prints what has come of an experiment, where that is asked for. The buffer keeps an
// error of writing.
func (w *watcher) printView(e event, v view) {
	if !w.events.has(e.name) {
		return
	}
	at := w.env.Now()
	if !w.json {
		text := cell.Fit(e.text(), max(cell.Width(e.text()), 22))
		_, _ = fmt.Fprintf(w.out, eventFormat, at.In(w.env.Zone).Format(eventTime), v.ID, e.name, text,
			v.percent(), v.Clock().Short(), v.etaRange(), human.Tokens(v.Tokens()), v.Name)
		return
	}
	if err := printObject(w.out, append(v.fields(), w.about(e, at, v.Tenant.Raw(), v.ID.String(), fmt.Sprint(v.Updated.UnixNano()))...)); err != nil {
		w.failed = err
	}
}

// about is the event itself, as JSON has it. Its id is made of the parts that tell it from all
// others, so that a repeated event has the same.
func (w *watcher) about(e event, at time.Time, parts ...string) []field {
	text := append([]string{w.feed.src.Info().Address.Raw(), e.name, e.from, e.to}, parts...)
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte("societop:event:"+strings.Join(text, "\x00")))
	return []field{
		{"event", e.name},
		{"what", known(e.field != "", e.field)},
		{"from", known(e.from != "", e.from)},
		{"to", known(e.to != "", e.to)},
		{"event_id", id.String()},
		{"at", stamp(at)},
	}
}

// printSource prints that the source went away, since when and why, or that it is back.
func (w *watcher) printSource(name string, since time.Time, why string) {
	if !w.events.has(name) {
		return
	}
	at := w.env.Now()
	if !w.json {
		_, _ = fmt.Fprintf(w.out, "%s  %s  %s: %s\n", at.In(w.env.Zone).Format(eventTime), name, w.feed.src.Info().Address, why)
	} else if err := printObject(w.out, append([]field{{"source", w.feed.src.Info().Address}, {"text", why}},
		w.about(event{name: name}, at, fmt.Sprint(since.UnixNano()))...)); err != nil {
		w.failed = err
	}
	w.flush()
}

// flush hands all lines to their reader.
func (w *watcher) flush() {
	if err := w.out.Flush(); err != nil {
		w.failed = err
	}
}

// opening says what is watched, and the zone of the times.
func (w *watcher) opening() string {
	return fmt.Sprintf("watching %s: %s, %s running; times in %s", w.feed.src.Info().Address,
		human.CountOf(w.feed.lab.Len(), "experiment"), human.Count(w.feed.lab.Count(model.Running)), w.env.Now().In(w.env.Zone).Format("MST"))
}
