package cli

import (
	"cmp"
	"context"

	"societop/model"
)

// asOf says up to when a source that is not live knows what happened, and why not longer. It is
// empty for one that is live.
func (e *Env) asOf(l model.Liveness) string {
	if l.Live() {
		return ""
	}
	text := "as of " + minute(l.AsOf, e.Zone) + l.AsOf.In(e.Zone).Format(" MST")
	if !l.Why.Empty() {
		text += ", " + l.Why.String()
	}
	return text
}

// tellLiveness says which of a lab's sources are not live; of those that can't be read that was said.
func (e *Env) tellLiveness(lab *model.Lab) {
	states := lab.Sources().States()
	if live := lab.Liveness(); states == nil && !live.Live() {
		e.tell("not live: " + e.asOf(live))
	}
	for i := range states {
		if s := &states[i]; s.Failure == nil && !s.Liveness.Live() {
			e.tell(lab.Sources().Short(s.Name) + " is not live: " + e.asOf(s.Liveness))
		}
	}
}

// witness says when a source stops being live, and when it is live again.
type witness struct {
	env  *Env
	name string // of one of several sources; else empty
	last model.Liveness
}

// see records whether the source is live.
func (w *witness) see(l model.Liveness) {
	switch {
	case l.Live() && w.last.Live(), l.Why == w.last.Why:
	case l.Live():
		w.env.tell(cmp.Or(w.name, "the source") + " is live again")
	default:
		w.env.tell(cmp.Or(w.name, "the source") + " is not live: " + w.env.asOf(l))
	}
	w.last = l
}

// look asks a source whether it is live, if it can say so. A failure shows elsewhere.
func (w *witness) look(ctx context.Context, src model.Source) {
	lively, ok := src.(model.Lively)
	if !ok {
		return
	}
	if l, err := lively.Liveness(ctx); err == nil {
		w.see(l)
	}
}
