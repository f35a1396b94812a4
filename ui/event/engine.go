package event

import (
	"maps"
	"time"

	"societop/model"
)

// LostAfter is how long a source is away until that is an event.
const LostAfter = time.Minute

// MaxGap is how far back an engine tells what happened while there was none.
const MaxGap = 24 * time.Hour

// Engine turns what a source answers into events. It is for one goroutine, as its lab is.
type Engine struct {
	source string // whose events these are
	lab    *model.Lab
	newLab func() *model.Lab
	query  model.Query

	fitting *model.Selection // what the filter lets through; nil without a filter
	fitted  time.Time        // when it was made
	moods   map[model.Key]Mood
	past    map[model.Key]Run // what is remembered of experiments that the source has not named yet
	resumed bool
	after   time.Time // what happened before it is not told; zero without a gap
	begun   time.Time // when the source was read first, by its clock
	loaded  bool      // what there is at the start has been read
	away    Absences
	read    map[model.SourceName]bool // what is remembered of these was compared with what they have
	notes   notes
}

// notes are what is to be remembered and is not yet.
type notes struct {
	keep bool
	runs map[model.Key]bool // true: more of it is different than how far it is
	gone []model.Key
}

// NewEngine returns an engine for the experiments of a lab that pass a filter. source tells the source's
// events from those of others; newLab makes an empty lab like it.
func NewEngine(source string, lab *model.Lab, query model.Query, newLab func() *model.Lab) *Engine {
	return &Engine{source: source, lab: lab, newLab: newLab, query: query, moods: map[model.Key]Mood{}, away: Absences{}, read: map[model.SourceName]bool{}}
}

// Remember makes the engine note what it needs to go on later (see Notes). Unless m is nil, it goes
// on from there. now is the source's time. It is to be called before all else.
func (g *Engine) Remember(m *Memory, now time.Time) {
	g.notes = notes{keep: true, runs: map[model.Key]bool{}}
	if m == nil {
		return
	}
	g.resumed, g.past = true, m.Runs
	maps.Copy(g.away, m.Away)
	if now.Sub(m.Seen) > MaxGap {
		g.after = now.Add(-MaxGap)
	}
}

// Notes hands out what has to be remembered since the last call: experiments as they are now, and
// those that are gone. Of experiments that have only moved on, it does so if moves is set.
func (g *Engine) Notes(moves bool) (runs []Run, gone []model.Key) {
	for k, more := range g.notes.runs {
		if s, ok := g.lab.Get(k); ok && (more || moves) {
			runs = append(runs, runOf(&s, g.fits(k), g.moods[k]))
		}
	}
	gone = g.notes.gone
	clear(g.notes.runs)
	g.notes.gone = nil
	return runs, gone
}

// All is what Notes would hand out if nothing had been remembered before.
func (g *Engine) All() (runs []Run) {
	all := g.lab.Select(model.Query{}, model.Sort{Key: model.ByID}, g.begun)
	defer all.Close()
	for !all.Work(1 << 16) {
	}
	for i := range all.Len() {
		s := all.At(i)
		runs = append(runs, runOf(&s, g.fits(s.Key), g.moods[s.Key]))
	}
	for _, r := range g.past {
		runs = append(runs, r)
	}
	return runs
}

// Away is the absence of the source, or of those of several that are away.
func (g *Engine) Away() Absences { return maps.Clone(g.away) }

// Begin is to be called before each reading of the source. now is the source's time.
func (g *Engine) Begin(now time.Time) {
	if g.fitting == nil || g.query.Timed() && now.Sub(g.fitted) >= time.Minute {
		g.refit(now)
	}
}

// refit reevaluates which experiments match the filter.
func (g *Engine) refit(now time.Time) {
	if g.query.Empty() {
		return
	}
	if g.fitting != nil {
		g.fitting.Close()
	}
	g.fitted = now
	g.fitting = g.lab.Select(g.query, model.Sort{Key: model.ByID}, now)
	for !g.fitting.Work(1 << 14) {
	}
}

// fits reports whether an experiment matches the filter.
func (g *Engine) fits(k model.Key) bool {
	if g.fitting == nil {
		return true
	}
	_, ok := g.fitting.Rank(k)
	return ok
}

// fittedLast reports the same for an experiment that has left the lab.
func (g *Engine) fittedLast(s *model.Summary, now time.Time) bool {
	if g.query.Empty() {
		return true
	}
	only := g.newLab()
	only.Apply(model.Changes{Put: []model.Summary{*s}, Liveness: g.lab.Liveness(), Sources: g.lab.Sources().States()}, now)
	sel := only.Select(g.query, model.Sort{}, now)
	sel.Work(1)
	return sel.Len() > 0
}

// last is how an experiment was before a page of changes.
type last struct {
	model.Summary
	fits, remembered bool
}

// Apply adds a page of changes to the lab and returns what happened. now is the source's time.
func (g *Engine) Apply(c model.Changes, now time.Time) (all []Event) {
	if g.begun.IsZero() {
		g.begun = now
	}
	before, late := g.before(c.Put), g.late(c.Put)
	applied := g.lab.Apply(c, now)
	for i := range c.Put {
		g.follow(c.Put[i].Key)
	}
	if g.telling() {
		all = append(g.added(c.Put, before, late, now), g.differences(applied.Keys, before, now)...)
	}
	g.noteAll(c.Put, before)
	for i := range applied.Gone {
		s := &applied.Gone[i]
		delete(g.moods, s.Key)
		if g.noteGone(s.Key); g.loaded && g.fittedLast(s, now) {
			all = g.add(all, Event{Name: Gone, From: s.Status.String(), Run: *s})
		}
	}
	return all
}

// late returns which sources of a page are read for the first time, unlike the others: what they have
// is not new.
func (g *Engine) late(put []model.Summary) map[model.SourceName]bool {
	late := map[model.SourceName]bool{}
	for i := range put {
		name := put[i].Source
		if _, known := late[name]; !known {
			late[name] = !g.resumed && !g.lab.Sources().Loaded(name)
		}
	}
	return late
}

// before is how the experiments of a page were that are known already.
func (g *Engine) before(put []model.Summary) map[model.Key]last {
	known := map[model.Key]last{}
	for i := range put {
		k := put[i].Key
		if r, ok := g.past[k]; ok {
			known[k] = last{r.summary(&put[i]), r.Fits, true}
			if put[i].Status == model.Running {
				g.moods[k] = r.Mood
			}
			delete(g.past, k)
		} else if s, ok := g.lab.Get(k); ok && g.telling() {
			known[k] = last{s, g.fits(k), false}
		}
	}
	return known
}
