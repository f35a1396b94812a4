package seen

import (
	"cmp"
	"slices"
	"time"

	"societop/model"
)

const (
	// late is how late a list may tell what has happened.
	late = 10 * time.Minute
	// most is how many experiments are noted of each kind.
	most = 10_000
	// often is the time between two notes.
	often = 5 * time.Minute
)

// Tracker follows what changes in a source while its user looks. Its methods but those of its file are
// for one goroutine.
type Tracker struct {
	file    *file // nil: nothing is kept
	last    Notes // of the last look
	recent  map[model.Key]mark
	begun   bool
	met     map[model.SourceName]bool // of several: the list has been compared with the notes
	written time.Time                 // when the notes were handed out last
}

// mark is what is known of an experiment: how it ended and when, or that it began and when.
type mark struct {
	status model.Status // Running for all that has not ended
	at     int64        // in microseconds, as sources keep times
}

// markOf returns what is known of an experiment.
func markOf(s *model.Summary) mark {
	if s.Status.Ended() {
		return mark{s.Status, s.Updated.UnixMicro()}
	}
	return mark{model.Running, s.Created.UnixMicro()}
}

// New returns a tracker that keeps nothing, for a user who looked last at a time; the zero time: never.
func New(looked time.Time) *Tracker {
	return &Tracker{last: Notes{Looked: looked, Since: looked}, recent: map[model.Key]mark{}, met: map[model.SourceName]bool{}}
}

// Marked is up to when trouble was marked as seen; the zero time if nobody ever looked.
func (t *Tracker) Marked() time.Time { return t.last.Marked }

// Follow takes the experiments of a lab that have changed. When the list is loaded for the first time, or
// later that of one of several sources, it returns what has changed since the last look.
func (t *Tracker) Follow(lab *model.Lab, changed []model.Key, loaded bool, now time.Time) (news News, first bool) {
	if t.begun = t.begun || loaded; t.begun {
		if of := t.meet(lab); of != nil {
			return t.begin(lab, of, now), true
		}
	}
	for _, k := range changed {
		if s, ok := lab.Get(k); ok {
			t.recent[k] = markOf(&s)
		}
	}
	return News{}, false
}

// meet returns which sources are loaded and were not before, by their names; nil: none are.
func (t *Tracker) meet(lab *model.Lab) (of map[model.SourceName]bool) {
	sources := lab.Sources()
	names := []model.SourceName{{}}
	if states := sources.States(); states != nil {
		names = nil
		for i := range states {
			names = append(names, states[i].Name)
		}
	}
	for _, name := range names {
		if sources.Loaded(name) && !t.met[name] {
			if of == nil {
				of = map[model.SourceName]bool{}
			}
			of[name], t.met[name] = true, true
		}
	}
	return of
}

// begin compares some sources of a lab with the notes of the last look.
func (t *Tracker) begin(lab *model.Lab, of map[model.SourceName]bool, now time.Time) News {
	news := News{Since: t.last.Looked}
	known, unseen := t.last.marks(), t.last.unseen()
	for s := range lab.All {
		state := lab.Sources().State(s.Source)
		if !of[state.Name] {
			continue
		}
		since, looked := t.last.since(state.Name)
		m := markOf(s)
		if m.at > recentFrom(lab, s.Source, now) {
			t.recent[s.Key] = m
		}
		switch {
		case !looked:
		case m.at > since.Add(state.Skew).UnixMicro() && known[s.Key] != m:
			news.add(s)
		case unseen[s.Key]:
			news.keep(s.Key)
		}
	}
	return news
}

// Due reports whether it is time to write the notes.
func (t *Tracker) Due(now time.Time) bool {
	return t.file != nil && t.begun && now.Sub(t.written).Abs() >= often
}

// Write returns a function that writes the notes of a look that ends now, for another goroutine, or nil
// if there is nothing to write. The unseen experiments are those that have changed and were not looked
// at yet. now is the source's wall time, or, of a source that is not live, up to when it knows what
// happened.
func (t *Tracker) Write(lab *model.Lab, unseen []model.Key, now time.Time) func() {
	if t.file == nil || !t.begun {
		return nil
	}
	t.written = now
	if of := lab.Liveness().AsOf; !of.IsZero() && of.Before(now) {
		now = of
	}
	t.prune(lab, now)
	n := Notes{Looked: now, Marked: lab.Needs().Seen(), Since: now.Add(-late), AsOf: t.absent(lab)}
	for k, m := range t.recent {
		n.Recent = append(n.Recent, entryOf(k, m))
	}
	slices.SortFunc(n.Recent, func(a, b Entry) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(a.ID, b.ID)) })
	if len(n.Recent) > most {
		n.Since = time.UnixMicro(n.Recent[most].At).UTC()
		n.Recent = n.Recent[:most]
	}
	for _, k := range unseen[:min(len(unseen), most)] {
		n.Unseen = append(n.Unseen, entryOf(k, mark{}))
	}
	return func() { t.file.write(n) }
}

// absent returns up to when something is known of those of several sources that are away.
func (t *Tracker) absent(lab *model.Lab) map[string]time.Time {
	of := map[string]time.Time{}
	for _, s := range lab.Sources().States() {
		switch name := s.Name.Raw(); {
		case !t.met[s.Name]:
			if at, looked := t.last.since(s.Name); looked {
				of[name] = at.Add(late)
			} else {
				of[name] = time.Time{}
			}
		case !s.Liveness.AsOf.IsZero():
			of[name] = s.Liveness.AsOf.Add(-s.Skew)
		case s.Failure != nil:
			of[name] = s.Answered
		}
	}
	return of
}

// recentFrom is since when what happens in a source is recent, by its clock, in microseconds: up to now, or
// to when a source that is not live knows what happened.
func recentFrom(lab *model.Lab, source model.SourceName, now time.Time) int64 {
	at := lab.Sources().Now(source, now)
	if of := lab.Sources().Liveness(source).AsOf; !of.IsZero() && of.Before(at) {
		at = of
	}
	return at.Add(-late).UnixMicro()
}

// prune forgets what is not recent any more.
func (t *Tracker) prune(lab *model.Lab, now time.Time) {
	for k, m := range t.recent {
		if m.at <= recentFrom(lab, k.Source, now) {
			delete(t.recent, k)
		}
	}
}

// Trouble returns why the notes can't be kept, once.
func (t *Tracker) Trouble() error {
	if t.file == nil {
		return nil
	}
	return t.file.trouble()
}
