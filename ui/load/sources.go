package load

import (
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// Turned is that a source is live again, or no longer.
type Turned struct {
	Source   model.SourceName // empty: the only one
	Liveness model.Liveness
}

// Local reports whether a source is a file on this machine, which is cheap to read.
func (f *Feed) Local(name model.SourceName) bool { return f.info(name).Local }

// info returns what a source is.
func (f *Feed) info(name model.SourceName) model.Info {
	if state := f.lab.Sources().State(name); !state.Name.Empty() {
		return state.Info
	}
	return f.Source.Info()
}

// hearSources says what has changed of each of several sources since they were in other states.
func (f *Feed) hearSources(before []model.SourceState) {
	sources := f.lab.Sources()
	for _, now := range sources.States() {
		was := model.SourceState{Name: now.Name}
		if i := slices.IndexFunc(before, func(s model.SourceState) bool { return s.Name == now.Name }); i >= 0 {
			was = before[i]
		}
		f.hearSource(&was, &now, sources.Short(now.Name))
		if f.sameState(&was, &now) {
			continue
		}
		f.outcome.Redraw = true
		if was.Liveness != now.Liveness {
			f.outcome.Refresh = true
		}
	}
}

// hearSource says what has changed of one source.
func (f *Feed) hearSource(was, now *model.SourceState, name string) {
	say := func(what string, bad bool) { f.say(text.Clean(name+": "+what), bad) }
	if _, known := f.away[now.Name]; now.Failure == nil && !now.Slow {
		delete(f.away, now.Name)
	} else if !known {
		f.away[now.Name] = f.Now()
	}
	switch {
	case now.Failure != nil:
		if said := model.Explain(now.Failure).String(); said != model.Explain(was.Failure).String() {
			say(said, true)
		}
	case was.Failure != nil || was.Slow && !now.Slow:
		say("it answers again", false)
		f.outcome.Recovered = true
	case now.Slow && !was.Slow:
		say("it is "+model.SlowAnswer, true)
	}
	f.hearTrouble(was, now, say)
}

// hearTrouble says what has changed of what a source has, while it answers.
func (f *Feed) hearTrouble(was, now *model.SourceState, say func(what string, bad bool)) {
	if said := model.Explain(now.Trouble).String(); said != model.Explain(was.Trouble).String() {
		if now.Trouble == nil {
			say("the whole source can be read again", false)
		} else {
			say(said, true)
		}
	}
	away := now.Failure != nil || was.Failure != nil || now.Slow || was.Slow
	if !away && was.Loaded && now.Liveness.Why != was.Liveness.Why {
		f.outcome.Turned = append(f.outcome.Turned, Turned{now.Name, now.Liveness})
	}
}

// sameState reports whether two states of a source look the same.
func (f *Feed) sameState(a, b *model.SourceState) bool {
	return a.Slow == b.Slow && a.Loaded == b.Loaded && a.Liveness == b.Liveness && (a.RetryAt.Equal(b.RetryAt) || !f.State().Counts(b, f.Now())) &&
		(a.Skew-b.Skew).Abs() <= maxDrift && model.Reason(a.Failure) == model.Reason(b.Failure) && model.Explain(a.Trouble) == model.Explain(b.Trouble)
}

// longAway is for how long the seconds until the next retry of one of several sources are counted: it may
// be away for days, and the screen is to be still.
const longAway = 10 * time.Minute

// Counts reports whether the seconds are counted until one of several sources is read again. A file on this
// machine is read again so soon that it is not worth it. now is the time of this machine.
func (s State) Counts(one *model.SourceState, now time.Time) bool {
	return one.Failure != nil && !one.Info.Local && !one.RetryAt.IsZero() && !s.Still && now.Sub(s.Away[one.Name]) < longAway
}

// absent reports whether one of several sources is away, and the seconds until it is read again are counted.
func (f *Feed) absent() bool {
	state := f.State()
	return slices.ContainsFunc(f.lab.Sources().States(), func(s model.SourceState) bool { return state.Counts(&s, f.Now()) })
}
