package event

import (
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
	e.identify(g.source, time.Time{})
	return append(all, e)
}

// added are the events of the experiments of a page that were not known, and of those that were
// only remembered.
func (g *Engine) added(put []model.Summary, before map[model.Key]last, now time.Time) (all []Event) {
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
		case !known && g.fits(k):
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
			all = g.add(all, g.changed(&s, &was.Summary, now))
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
			e := Event{Name: name, From: before[k].name(), To: name, Run: s}
			e.identify(g.source, time.Time{})
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
// out: what is remembered and was not there is gone then. now is the source's time.
func (g *Engine) Loaded(complete bool, now time.Time) (all []Event) {
	if !g.loaded && complete {
		for k, r := range g.past {
			s := r.summary(nil)
			if g.noteGone(k); r.Fits {
				all = g.add(all, Event{Name: Gone, From: s.Status.String(), Run: s})
			}
		}
		g.past = nil
		slices.SortFunc(all, func(a, b Event) int { return a.Run.Key.Compare(b.Run.Key) })
	}
	if !g.loaded && g.query.Timed() {
		g.refit(now)
	}
	g.loaded = true
	return all
}

// Start takes over whether the source is live at the start. That it is not is no event, unless it
// was when it was read last.
func (g *Engine) Start(why string, at time.Time) []Event {
	if why != "" && !g.resumed {
		g.away = Absence{Since: at, Why: why, Told: true}
		return nil
	}
	return g.See(why, at)
}

// See takes over why a source is away now, or that it is there, if why is empty. at is the time of
// this machine.
func (g *Engine) See(why string, at time.Time) (all []Event) {
	a := &g.away
	switch {
	case why == "":
		if a.Told {
			all = append(all, g.ofSource(SourceBack, "it is there again"))
		}
		*a = Absence{}
	case a.Since.IsZero():
		*a = Absence{Since: at, Why: why}
	default:
		a.Why = why
	}
	return append(all, g.Wake(at)...)
}

// Wake returns the event that a source has been away for long enough, once.
func (g *Engine) Wake(at time.Time) []Event {
	a := &g.away
	if a.Since.IsZero() || a.Told || at.Sub(a.Since) < LostAfter {
		return nil
	}
	a.Told = true
	return []Event{g.ofSource(SourceLost, a.Why)}
}

// UntilLost is how long it takes until the source's absence becomes an event; ok is false where it
// does not.
func (g *Engine) UntilLost(at time.Time) (d time.Duration, ok bool) {
	return LostAfter - at.Sub(g.away.Since), !g.away.Since.IsZero() && !g.away.Told
}

// ofSource is an event of the source.
func (g *Engine) ofSource(name, why string) Event {
	e := Event{Name: name, Why: why}
	e.identify(g.source, g.away.Since)
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
