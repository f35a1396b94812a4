// Package alarm calls the user of the monitor when a run comes to need attention, or the source is
// lost.
package alarm

import (
	"fmt"
	"slices"
	"time"

	"societop/model"
	"societop/ui/alert"
	"societop/ui/event"
	"societop/ui/human"
	"societop/ui/load"
)

// Alarm says what needs attention since it was asked last.
type Alarm struct {
	Bell    bool
	Desktop string // the protocol of notifications; empty for none
	Tmux    bool   // it stands between
	Watched bool   // the terminal has the focus, as far as it tells

	needing int                       // how many runs were known to need attention; −1: nobody has looked yet
	was     bool                      // the source was there once since it was said to be lost
	were    map[model.SourceName]bool // the same of several
}

// New returns an alarm that has said nothing.
func New(bell bool, desktop string, tmux bool) Alarm {
	return Alarm{Bell: bell, Desktop: desktop, Tmux: tmux, needing: -1, were: map[model.SourceName]bool{}}
}

// Wanted reports whether the alarm does more than to say something in the monitor.
func (a *Alarm) Wanted() bool { return a.Bell || a.Desktop != "" }

// maxNamed is how many runs are named at once.
const maxNamed = 5

// Changed returns a line for each of some experiments of another status than before that needs
// attention. now is the source's time.
func (a *Alarm) Changed(lab *model.Lab, keys []model.Key, now time.Time) (said []string) {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, model.Key.Compare)
	more := 0
	for _, k := range slices.Compact(keys) {
		one, ok := lab.Get(k)
		need := lab.Estimate(k, now).Attention
		switch {
		case !ok || need.Need == model.NoNeed:
			continue
		case len(said) == maxNamed:
			more++
			continue
		}
		line := one.Name.String() + " " + human.Attention(need)
		if last := event.LastLine(&one); last != "" {
			line += ": " + last
		}
		said = append(said, line)
	}
	if more > 0 {
		said = append(said, human.CountOf(more, "more run")+" changed and need attention")
	}
	if n := lab.Needs().Count(); len(said) > 0 && a.needing >= 0 {
		a.needing = max(a.needing, n) // they are said
	}
	return said
}

// Minute returns what has come to need attention as time has passed: runs, and the source.
func (a *Alarm) Minute(f *load.Feed) (said []string) {
	state, lab := f.State(), f.Lab()
	if !state.Loaded {
		return nil
	}
	n := lab.Needs().Count()
	if more := n - a.needing; more > 0 && a.needing >= 0 {
		said = append(said, fmt.Sprintf("%s need attention, %d more than before", human.CountOf(n, "run"), more))
	}
	a.needing = n
	if several := lab.Sources().States(); several != nil {
		return append(said, a.lostOf(lab, several, f.Now())...)
	}
	since, now := state.StaleFrom, f.Now()
	switch live := lab.Liveness(); {
	case state.Failure != nil || state.Slow:
	case !live.Live():
		since, now = live.AsOf, f.SourceTime()
	default:
		a.was = true
		return said
	}
	if a.was && now.Sub(since) >= event.LostAfter {
		a.was = false
		said = append(said, f.Source.Info().Address.String()+" is lost")
	}
	return said
}

// lostOf returns which of several sources have been lost since it was asked last.
func (a *Alarm) lostOf(lab *model.Lab, states []model.SourceState, now time.Time) (said []string) {
	for i := range states {
		one := &states[i]
		away := one.Failure != nil || one.Slow || !one.Liveness.Live()
		since := one.Answered
		if of := one.Liveness.AsOf; !of.IsZero() {
			since = of.Add(-one.Skew)
		}
		switch {
		case !away:
			a.were[one.Name] = true
		case a.were[one.Name] && now.Sub(since) >= event.LostAfter:
			delete(a.were, one.Name)
			said = append(said, lab.Sources().Short(one.Name)+" is lost")
		}
	}
	return said
}

// Call is what makes the terminal call its user, who is not looking, for what is said; empty if it
// is not to.
func (a *Alarm) Call(said string) (sequence string) {
	if a.Watched {
		return ""
	}
	if a.Bell {
		sequence = "\a"
	}
	if a.Desktop != "" {
		sequence += alert.Notification(a.Desktop, "societop", said, a.Tmux)
	}
	return sequence
}
