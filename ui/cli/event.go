package cli

import (
	"fmt"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/event"
	"societop/ui/human"
)

// eventFormat lays out a line of watch: when, which, what, from what to what, then how far it
// is, and the name, which has no fixed width, at the end.
const eventFormat = "%s  %s%-8.8s  %-9s  %s  %4s  %-9s  %-20s  %5s  %s\n"

// eventTime is how wall times are written in lines of watch.
const eventTime = "2006-01-02 15:04:05"

// print prints an event on a line, and prepares its alert. The buffer keeps an error of writing.
func (w *watcher) print(e *event.Event, at time.Time) error {
	v := reading{lab: w.feed.lab, now: w.feed.now()}.view(e.Run)
	var object []byte
	if w.json || w.alerts.wanted() {
		var err error
		if object, err = newJSONObject().encode(w.fields(e, v, at)); err != nil {
			return err
		}
		w.alerts.add(e, w.sourceOf(e), w.sentence(e, v), at, object)
	}
	switch {
	case w.json:
		_, _ = fmt.Fprintf(w.out, "%s\n", object)
	case e.OfSource():
		_, _ = fmt.Fprintf(w.out, "%s  %s  %s: %s\n", at.In(w.env.Zone).Format(eventTime), e.Name, w.shortSource(e), e.Why)
	default:
		what := cell.Fit(e.Text(), max(cell.Width(e.Text()), 22))
		_, _ = fmt.Fprintf(w.out, eventFormat, at.In(w.env.Zone).Format(eventTime), w.sourceColumn(e), v.ID, e.Name, what,
			v.percent(), v.clock(), v.etaRange(), v.counted(v.Tokens()), v.Name)
	}
	return nil
}

// address is the source's.
func (w *watcher) address() text.Text { return w.feed.src.Info().Address }

// fields are an event as JSON has it: for one of an experiment after those of list --json.
func (w *watcher) fields(e *event.Event, v view, at time.Time) []field {
	var fields []field
	if !e.OfSource() {
		fields = v.fields()
	}
	return append(fields, []field{
		{"source", w.sourceOf(e)},
		{"event", e.Name},
		{"what", known(e.Field != "", e.Field)},
		{"from", known(e.From != "", e.From)},
		{"to", known(e.To != "", e.To)},
		{"why", known(e.Why != "", e.Why)},
		{"event_id", e.ID},
		{"at", stamp(at)},
		{"text", w.sentence(e, v)},
	}...)
}

// eventVerbs say what happened to an experiment, after its name.
var eventVerbs = map[string]string{
	event.New: "was added", event.Gone: "is gone", event.Finished: "finished", event.Failed: "failed", event.Stopped: "was stopped",
	event.Lost: "is lost", event.Short: "completed fewer steps than planned",
	event.Stalled: "is stalled", event.Quiet: "is quiet", event.Recovered: "continues",
}

// sentence is an event in one clean line, for people who see nothing else of it.
func (w *watcher) sentence(e *event.Event, v view) string {
	source := w.shortSource(e)
	switch e.Name {
	case event.SourceLost:
		return text.Clean(source + " is lost: " + e.Why).String()
	case event.SourceBack:
		return text.Clean(source + " is back").String()
	}
	s := v.Name.String()
	if s == "" {
		s = v.ID.String()
	}
	if verb := eventVerbs[e.Name]; verb != "" {
		s += " " + verb
	} else {
		s += ": " + e.Text()
	}
	if v.progress.Step >= 0 && v.progress.Steps > 0 && e.Field != "step" {
		s += fmt.Sprintf(", step %d of %d", v.progress.Step, v.progress.Steps)
	}
	s += " (" + source + ")"
	if line := event.LastLine(&v.Summary); e.Name == event.Failed && line != "" {
		s += ": " + line
	}
	return text.Clean(s).String()
}

// opening says what is watched, and the zone of the times.
func (w *watcher) opening() string {
	return fmt.Sprintf("watching %s: %s, %s running; times in %s", w.address(),
		human.CountOf(w.feed.lab.Len(), "experiment"), human.Count(w.feed.lab.Count(model.Running)), w.env.Now().In(w.env.Zone).Format("MST"))
}
