package cli

import (
	"bufio"
	"context"
	"path/filepath"
	"time"

	"societop/model"
	"societop/ui/event"
)

// watcher turns the changes of a source into lines and alerts.
type watcher struct {
	env     *Env
	out     *bufio.Writer
	json    bool
	query   model.Query
	filter  string
	events  eventSet
	tenants []string

	feed    *feed
	engine  *event.Engine
	trouble string // what was last told of it
	witness witness
	sources map[model.SourceName]*sourceWitness // of several
	past    pastReader
	alerts  alerts
	failed  error // of writing
}

// begin prepares the watcher to read a source, whose events are known by a name. resumed reports
// whether it goes on where a former one stopped.
func (w *watcher) begin(src model.Source, name string) (resumed bool, err error) {
	w.feed = w.env.feed(src, w.json || w.alerts.wanted() || w.query.NeedsErrors())
	w.engine = event.NewEngine(name, w.feed.lab, w.query, func() *model.Lab { return newLab(w.env) })
	w.witness.env, w.past, w.sources = w.env, newPastReader(src), map[model.SourceName]*sourceWitness{}
	memory, err := w.alerts.open(w.env, name, w)
	if w.alerts.book != nil && err == nil {
		w.engine.Remember(memory, w.feed.now())
	}
	return memory != nil, err
}

// sourceName is a name of a source that is the same in every process on this machine.
func sourceName(src model.Source) string {
	info := src.Info()
	if path, err := filepath.Abs(info.Address.Raw()); info.Local && err == nil {
		return path
	}
	return info.Address.Raw()
}

// read reads all pages that there are and prints what has changed.
func (w *watcher) read(ctx context.Context) error {
	w.begun()
	trouble, err := w.feed.pages(ctx, w.page)
	if err != nil {
		w.feed.lab.Lost(w.feed.now())
		return err
	}
	w.ended(ctx, trouble)
	return nil
}

// begun prepares for the pages of a reading.
func (w *watcher) begun() {
	w.engine.Begin(w.feed.now())
	w.past.collect(w.feed.lab, w.feed.now())
}

// page prints what has changed by a page.
func (w *watcher) page(c model.Changes) {
	w.take(w.engine.Apply(c, w.feed.now()))
	w.flush()
}

// ended prints what follows from all pages; trouble is what could not be read.
func (w *watcher) ended(ctx context.Context, trouble error) {
	w.alerts.seen = w.env.Now()
	if states := w.feed.lab.Sources().States(); states != nil {
		w.tellSources(states)
	} else {
		w.tellTrouble(trouble)
		w.witness.see(w.feed.lab.Liveness())
	}
	w.past.prune(w.feed.lab)
	w.take(w.engine.Loaded(trouble == nil, w.feed.now()))
	w.take(w.engine.Listen(w.feed.now(), func(k model.Key) bool { return w.past.ask(ctx, w.feed.lab, k, w.feed.now()) }))
	w.past.next(ctx, w.feed.lab, w.feed.now())
}

// tellTrouble says what could not be read, once for as long as it lasts.
func (w *watcher) tellTrouble(err error) {
	text := model.Explain(err).String()
	if text != "" && text != w.trouble {
		w.env.tell(text)
	}
	w.trouble = text
}

// why is why nothing new can come from the source after a reading; empty if it can.
func (w *watcher) why(err error) string {
	if err != nil {
		return model.Reason(err).String()
	}
	return w.feed.lab.Liveness().Why.String()
}

// take prints events, where they are asked for, and prepares their alerts.
func (w *watcher) take(all []event.Event) {
	at := w.env.Now()
	for i := range all {
		e := &all[i]
		if !w.events.has(e.Name) {
			continue
		}
		if err := w.print(e, at); err != nil {
			w.failed = err
		}
		if !e.OfSource() && e.Name != event.Gone {
			w.past.want(e.Run.Key)
		}
	}
}

// settle hands on what was printed, writes down what was told of the source, and only then lets
// the channels tell it.
func (w *watcher) settle() {
	w.flush()
	w.alerts.settle(w.engine, w.events.has(event.Changed), w.env.Now())
}

// flush hands all lines to their reader.
func (w *watcher) flush() {
	if err := w.out.Flush(); err != nil {
		w.failed = err
	}
}

// rest waits, and meanwhile reports a source that has been away for long enough. It fails when ctx
// is done.
func (w *watcher) rest(ctx context.Context, d time.Duration) error {
	if lost, ok := w.engine.UntilLost(w.env.Now()); ok && lost < d {
		_ = model.Sleep(ctx, lost)
		w.take(w.engine.Wake(w.env.Now()))
		w.settle()
		d -= max(lost, 0)
	}
	_ = model.Sleep(ctx, d)
	return context.Cause(ctx)
}
