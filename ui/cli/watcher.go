package cli

import (
	"bufio"
	"context"
	"slices"
	"time"

	"societop/model"
)

// watcher turns the changes of a source into lines.
type watcher struct {
	env  *Env
	out  *bufio.Writer
	json bool
	scope

	feed    *feed
	moods   map[model.Key]mood
	loaded  bool   // what there is at the start has been read
	trouble string // what was last told of it
	away    absence
	witness witness
	past    pastReader
	failed  error // of writing
}

// scope is what a watcher reports.
type scope struct {
	query   model.Query
	events  eventSet
	fitting *model.Selection // what the filter lets through; nil without a filter
	fitted  time.Time        // when it was made
}

// mood is how a running experiment is judged by its silence.
type mood int8

const (
	steady mood = iota
	quiet
	stalled
)

// begin prepares the watcher to read a source.
func (w *watcher) begin(src model.Source) {
	w.feed = w.env.feed(src, w.json || w.query.NeedsErrors())
	w.moods = map[model.Key]mood{}
	w.witness.env, w.past = w.env, newPastReader(src)
	w.refit()
}

// refit reevaluates which experiments match the filter.
func (w *watcher) refit() {
	if w.query.Empty() {
		return
	}
	if w.fitting != nil {
		w.fitting.Close()
	}
	w.fitted = w.feed.now()
	w.fitting = w.feed.lab.Select(w.query, model.Sort{Key: model.ByID}, w.fitted)
	for !w.fitting.Work(pageRows) {
	}
}

// fits reports whether an experiment matches the filter.
func (w *watcher) fits(k model.Key) bool {
	if w.fitting == nil {
		return true
	}
	_, ok := w.fitting.Rank(k)
	return ok
}

// fittedLast reports the same for an experiment that has left the lab.
func (w *watcher) fittedLast(s model.Summary) bool {
	if w.query.Empty() {
		return true
	}
	only := newLab(w.env)
	only.Apply(model.Changes{Put: []model.Summary{s}, Liveness: w.feed.lab.Liveness()}, w.feed.now())
	sel := only.Select(w.query, model.Sort{}, w.feed.now())
	sel.Work(1)
	return sel.Len() > 0
}

// read reads all pages that there are and prints what has changed.
func (w *watcher) read(ctx context.Context) error {
	if w.query.Timed() && w.feed.now().Sub(w.fitted) >= time.Minute {
		w.refit()
	}
	w.past.collect(w.feed.lab, w.feed.now())
	trouble, err := w.feed.pages(ctx, w.apply)
	if err != nil {
		w.feed.lab.Lost(w.feed.now())
		return err
	}
	w.tellTrouble(trouble)
	w.witness.see(w.feed.lab.Liveness())
	if w.feed.lab.Settled(w.feed.now()) {
		w.listen(ctx)
	}
	w.past.next(ctx, w.feed.lab, w.feed.now())
	w.loaded = true
	return nil
}

// tellTrouble says what could not be read, once for as long as it lasts.
func (w *watcher) tellTrouble(err error) {
	text := model.Explain(err).String()
	if text != "" && text != w.trouble {
		w.env.tell(text)
	}
	w.trouble = text
}

// last is how an experiment was before a page of changes.
type last struct {
	model.Summary
	fits bool
}

// apply adds a page of changes to the lab and prints them.
func (w *watcher) apply(c model.Changes) {
	before := w.before(c.Put)
	applied := w.feed.lab.Apply(c, w.feed.now())
	for i := range c.Put {
		w.follow(c.Put[i].Key)
	}
	for _, s := range applied.Gone {
		delete(w.moods, s.Key)
		w.past.forget(s.Key)
	}
	if !w.loaded {
		return
	}
	for i := range c.Put {
		k := c.Put[i].Key
		if _, known := before[k]; !known && w.fits(k) {
			w.print(event{name: "new", to: c.Put[i].Status.String()}, k)
			before[k] = last{c.Put[i], true}
		}
	}
	for _, k := range applied.Keys {
		if was, known := before[k]; known && (was.fits || w.fits(k)) {
			w.print(w.changed(k, &was.Summary), k)
			delete(before, k) // a page may have it twice
		}
	}
	for _, s := range applied.Gone {
		if w.fittedLast(s) {
			w.printView(event{name: "gone", from: s.Status.String()}, w.reading().view(s))
		}
	}
	w.flush()
}

// before is how the experiments of a page were that are known already.
func (w *watcher) before(put []model.Summary) map[model.Key]last {
	if !w.loaded {
		return nil
	}
	known := make(map[model.Key]last, len(put))
	for i := range put {
		k := put[i].Key
		if s, ok := w.feed.lab.Get(k); ok {
			known[k] = last{s, w.fits(k)}
		}
	}
	return known
}

// follow listens to an experiment for as long as it runs.
func (w *watcher) follow(k model.Key) {
	s, _ := w.feed.lab.Get(k)
	if s.Status != model.Running {
		delete(w.moods, k)
		w.past.forget(k)
	} else if _, followed := w.moods[k]; !followed {
		w.moods[k] = steady
	}
}

// mood judges an experiment now. Only the time when the source was live counts as its silence.
func (w *watcher) mood(k model.Key) mood {
	switch e := w.feed.lab.Estimate(k, w.feed.now()); {
	case e.Stalled:
		return stalled
	case e.Quiet:
		return quiet
	}
	return steady
}

// moodNames are the names of moods, which are those of events.
var moodNames = [...]string{"running", "quiet", "stalled"}

// changed says what is new of an experiment that was like before.
func (w *watcher) changed(k model.Key, before *model.Summary) event {
	s, _ := w.feed.lab.Get(k)
	e := difference(before, &s)
	now, old := w.mood(k), w.moods[k]
	if now < old {
		w.moods[k] = now
	}
	if e.field != "status" && now == steady && old != steady {
		return event{name: "recovered", from: moodNames[old], to: moodNames[now]}
	}
	return e
}

// listen prints which running experiments have turned quiet or stalled. It judges none before it
// knows how long such a step has taken that run before, as far as the source can tell.
func (w *watcher) listen(ctx context.Context) {
	var turned []model.Key
	before := map[model.Key]mood{}
	for k, was := range w.moods {
		if now := w.mood(k); now > was && !w.past.ask(ctx, w.feed.lab, k, w.feed.now()) {
			w.moods[k], before[k] = now, was
			turned = append(turned, k)
		}
	}
	if !w.loaded || len(turned) == 0 {
		return
	}
	if w.query.Timed() { // the filter may ask for just that
		w.refit()
	}
	slices.SortFunc(turned, model.Key.Compare)
	for _, k := range turned {
		if name := moodNames[w.moods[k]]; w.fits(k) {
			w.print(event{name: name, from: moodNames[before[k]], to: name}, k)
		}
	}
	w.flush()
}
