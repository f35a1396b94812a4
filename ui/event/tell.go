package event

import (
	"maps"
	"slices"
	"time"

	"societop/model"
)

// telling reports whether what is new is told, and not only taken note of.
func (g *Engine) telling() bool { return g.loaded || g.resumed }

// add identifies an event and adds it to others, unless it is of what is long past.
func (g *Engine) add(all []Event, e Event) []Event {
	if !g.loaded && !g.after.IsZero() {
		moment := e.Run.Updated
		if e.Name == New {
			moment = e.Run.Created
		}
		if e.Name == Gone || moment.Before(g.after) {
			return all
		}
	}
	e.Source = e.Run.Source
	e.identify(g.named(e.Source), time.Time{})
	return append(all, e)
}

// named is the name of a source by which its events are known in every process.
func (g *Engine) named(name model.SourceName) string {
	switch {
	case name.Empty():
		return g.source
	case g.lab.Sources().States() == nil: // within the lab that is read
		return g.source + "/" + name.Raw()
	}
	return name.Raw()
}

// added are the events of the experiments of a page that were not known, and of those that were
// only remembered.
func (g *Engine) added(put []model.Summary, before map[model.Key]last, late map[model.SourceName]bool, now time.Time) (all []Event) {
	seen := map[model.Key]bool{} // a page may have one twice
	for i := range put {
		k := put[i].Key
		was, known := before[k]
		if seen[k] || known && !was.remembered {
			continue
		}
		seen[k] = true
		s, _ := g.lab.Get(k)
		switch {
		case known && (was.fits || g.fits(k)):
			if e := g.changed(&s, &was.Summary, now); e.Field != "" || e.Name != Changed {
				all = g.add(all, e)
			}
		case !known && !late[k.Source] && g.fits(k):
			all = g.add(all, Event{Name: New, To: s.Status.String(), Run: s})
		}
	}
	return all
}

// differences are the events of experiments that a page has changed.
func (g *Engine) differences(keys []model.Key, before map[model.Key]last, now time.Time) (all []Event) {
	told := map[model.Key]bool{} // a page may have one twice
	for _, k := range keys {
		if was, known := before[k]; known && !was.remembered && !told[k] && (was.fits || g.fits(k)) {
			told[k] = true
			s, _ := g.lab.Get(k)
			e := g.changed(&s, &was.Summary, now)
			if e.Name == Changed && e.Field == "" && s.Dir != nil {
				continue // only how it is known to be alive
			}
			all = g.add(all, e)
		}
	}
	return all
}

// follow listens to an experiment for as long as it runs.
func (g *Engine) follow(k model.Key) {
	s, _ := g.lab.Get(k)
	if s.Status != model.Running {
		delete(g.moods, k)
	} else if _, followed := g.moods[k]; !followed {
		g.moods[k] = Steady
	}
}

// mood judges an experiment. Only the time when the source was live counts as its silence.
func (g *Engine) mood(k model.Key, now time.Time) Mood {
	switch e := g.lab.Estimate(k, now); {
	case e.Stalled:
		return IsStalled
	case e.Quiet:
		return IsQuiet
	}
	return Steady
}

// changed says what is new of an experiment that was like before.
func (g *Engine) changed(s, before *model.Summary, now time.Time) Event {
	e := difference(before, s)
	// Of one that was not silent nothing better can be told, and an estimate takes its time.
	if old := g.moods[s.Key]; old != Steady && e.Field != "" {
		mood := g.mood(s.Key, now)
		if mood < old {
			g.moods[s.Key] = mood
			g.note(s.Key, true)
		}
		if mood == Steady && e.Field != "status" {
			e = Event{Name: Recovered, From: old.name(), To: mood.name()}
		}
	}
	e.Run = *s
	return e
}

// Listen returns which running experiments have turned quiet or stalled. wait reports whether it is
// too early to judge one. now is the source's time.
func (g *Engine) Listen(now time.Time, wait func(model.Key) bool) (all []Event) {
	var turned []model.Key
	before := map[model.Key]Mood{}
	sources := g.lab.Sources()
	for k, was := range g.moods {
		if s, _ := g.lab.Get(k); sources.Now(k.Source, now).Sub(s.Updated) <= model.SilenceFloor { // saves most estimates
			continue
		}
		if !sources.Settled(k.Source, now) {
			continue
		}
		mood := g.mood(k, now)
		if mood <= was || wait(k) {
			continue
		}
		g.moods[k] = mood
		if g.note(k, true); !g.longPast(k, mood) {
			turned = append(turned, k)
			before[k] = was
		}
	}
	if len(turned) > 0 && g.query.Timed() { // the filter may ask for just that
		g.refit(now)
	}
	slices.SortFunc(turned, model.Key.Compare)
	for _, k := range turned {
		if s, ok := g.lab.Get(k); ok && g.fits(k) {
			name := g.moods[k].name()
			e := Event{Name: name, From: before[k].name(), To: name, Run: s, Source: k.Source}
			e.identify(g.named(k.Source), time.Time{})
			all = append(all, e)
		}
	}
	return all
}

// longPast reports whether an experiment was silent for so long before anybody watched.
func (g *Engine) longPast(k model.Key, mood Mood) bool {
	limit := g.begun
	if g.resumed {
		limit = g.after
	}
	return !limit.IsZero() && g.mood(k, limit) >= mood
}

// Loaded is to be called when all that there is has been read. complete says that nothing was left
// out: what is remembered and was not there is gone then. Of several sources, that is known of each
// when its own list has been read. now is the source's time.
func (g *Engine) Loaded(complete bool, now time.Time) (all []Event) {
	states := g.lab.Sources().States()
	if states == nil {
		all = g.compare(complete && !g.loaded, func(model.SourceName) bool { return true })
	}
	for i := range states {
		one := &states[i]
		if g.read[one.Name] || !g.lab.Sources().Loaded(one.Name) {
			continue
		}
		g.read[one.Name] = true
		of := func(name model.SourceName) bool { return g.lab.Sources().State(name).Name == one.Name }
		all = append(all, g.compare(one.Trouble == nil, of)...)
	}
	if !g.loaded && g.query.Timed() {
		g.refit(now)
	}
	g.loaded = true
	return all
}

// compare returns what is gone of what is remembered of some sources, if their lists are complete.
func (g *Engine) compare(complete bool, of func(model.SourceName) bool) (all []Event) {
	if !complete {
		return nil
	}
	for k, r := range g.past {
		if !of(k.Source) {
			continue
		}
		s := r.summary(nil)
		if g.noteGone(k); r.Fits {
			all = g.add(all, Event{Name: Gone, From: s.Status.String(), Run: s})
		}
		delete(g.past, k)
	}
	slices.SortFunc(all, func(a, b Event) int { return a.Run.Key.Compare(b.Run.Key) })
	return all
}

// Start takes over whether a source is live at the start. That it is not is no event, unless it
// was when it was read last.
func (g *Engine) Start(name model.SourceName, why string, at time.Time) []Event {
	if why != "" && !g.resumed {
		g.away[name.Raw()] = Absence{Since: at, Why: why, Told: true}
		return nil
	}
	return g.See(name, why, at)
}

// See takes over why a source is away now, or that it is there, if why is empty. The name is that of one
// of several. at is the time of this machine.
func (g *Engine) See(name model.SourceName, why string, at time.Time) (all []Event) {
	a, away := g.away[name.Raw()]
	switch {
	case why == "":
		if a.Told {
			all = append(all, g.ofSource(name, SourceBack, "it is there again"))
		}
		delete(g.away, name.Raw())
		return all
	case !away:
		a = Absence{Since: at}
	}
	a.Why = why
	g.away[name.Raw()] = a
	return g.Wake(at)
}

// Wake returns the events that sources have been away for long enough, each once.
func (g *Engine) Wake(at time.Time) (all []Event) {
	for _, raw := range slices.Sorted(maps.Keys(g.away)) {
		if a := g.away[raw]; !a.Told && at.Sub(a.Since) >= LostAfter {
			a.Told = true
			g.away[raw] = a
			all = append(all, g.ofSource(model.NewSourceName(raw), SourceLost, a.Why))
		}
	}
	return all
}

// UntilLost is how long it takes until the absence of a source becomes an event; ok is false where none
// does.
func (g *Engine) UntilLost(at time.Time) (d time.Duration, ok bool) {
	for _, a := range g.away {
		if left := LostAfter - at.Sub(a.Since); !a.Told && (!ok || left < d) {
			d, ok = left, true
		}
	}
	return d, ok
}

// ofSource is an event of a source.
func (g *Engine) ofSource(source model.SourceName, name, why string) Event {
	e := Event{Name: name, Why: why, Source: source}
	e.identify(g.named(source), g.away[source.Raw()].Since)
	return e
}

// note notes that an experiment has to be remembered; more says that it has not only moved on.
func (g *Engine) note(k model.Key, more bool) {
	if g.notes.keep {
		g.notes.runs[k] = g.notes.runs[k] || more
	}
}

// noteAll notes the experiments of a page that were like before.
func (g *Engine) noteAll(put []model.Summary, before map[model.Key]last) {
	if !g.notes.keep {
		return
	}
	for i := range put {
		s := &put[i]
		was, known := before[s.Key]
		g.note(s.Key, !known || was.Status != s.Status || was.Name != s.Name || was.fits != g.fits(s.Key))
	}
}

// noteGone notes that an experiment is gone.
func (g *Engine) noteGone(k model.Key) {
	if g.notes.keep {
		delete(g.notes.runs, k)
		g.notes.gone = append(g.notes.gone, k)
	}
}
