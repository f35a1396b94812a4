package cli

import (
	"fmt"

	"societop/model"
	"societop/ui/human"
)

// event is one change that watch prints.
type event struct {
	name string // new, changed, gone, quiet or stalled
	what string // the same for people, in a few words
}

// eventFormat lays out a line of watch: when, which, what, then how far it is, and the name,
// which has no fixed width, at the end.
const eventFormat = "%s  %.8s  %-22s  %4s  %-9s  %-11s  %5s  %s\n"

// reading is the lab as it is now.
func (w *watcher) reading() reading { return reading{w.feed.lab, w.feed.now()} }

// print prints what has come of an experiment in the lab.
func (w *watcher) print(e event, k model.Key) {
	if s, ok := w.feed.lab.Get(k); ok {
		w.printView(e, w.reading().view(s))
	}
}

// printView prints what has come of an experiment. The buffer keeps an error of writing.
func (w *watcher) printView(e event, v view) {
	at := w.env.Now()
	if !w.json {
		_, _ = fmt.Fprintf(w.out, eventFormat, at.In(w.env.Zone).Format("15:04:05"), v.ID, e.what,
			v.percent(), v.Clock().Short(), v.eta(), human.Tokens(v.Tokens()), v.Name)
		return
	}
	if err := printObject(w.out, append(v.fields(), field{"event", e.name}, field{"at", stamp(at)})); err != nil {
		w.failed = err
	}
}

// flush hands all lines to their reader.
func (w *watcher) flush() {
	if err := w.out.Flush(); err != nil {
		w.failed = err
	}
}

// opening says what is watched.
func (w *watcher) opening() string {
	return fmt.Sprintf("watching %s: %s, %s running", w.feed.src.Info().Address,
		counted(w.feed.lab.Len(), "experiment"), human.Count(w.feed.lab.Count(model.Running)))
}

// counted is a number of things: "1 experiment", "49 experiments".
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return human.Count(n) + " " + thing
}
