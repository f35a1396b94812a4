package cli

import (
	"time"

	"societop/model"
)

// absence follows whether anything new can come from a source.
type absence struct {
	since time.Time // when it went away; zero while it is there
	why   string
	told  bool // an event has said so
}

// lostAfter is how long a source is away until that is an event.
const lostAfter = time.Minute

// see records how a reading ended, and says if the source is back.
func (w *watcher) see(err error) {
	why := ""
	if live := w.feed.lab.Liveness(); err != nil {
		why = model.Reason(err).String()
	} else if !live.Live() {
		why = live.Why.String()
	}
	a := &w.away
	switch {
	case why == "":
		if a.told {
			w.printSource("source-back", a.since, "it is there again")
		}
		*a = absence{}
	case a.since.IsZero():
		*a = absence{since: w.env.Now(), why: why}
	default:
		a.why = why
	}
	w.tellAbsence()
}

// tellAbsence says once that a source has been away for long enough.
func (w *watcher) tellAbsence() {
	if a := &w.away; !a.since.IsZero() && !a.told && w.env.Now().Sub(a.since) >= lostAfter {
		a.told = true
		w.printSource("source-lost", a.since, a.why)
	}
}

// untilLost is how long it takes until the source's absence becomes an event; ok is false where
// it does not.
func (w *watcher) untilLost() (d time.Duration, ok bool) {
	a := &w.away
	return lostAfter - w.env.Now().Sub(a.since), !a.since.IsZero() && !a.told
}
