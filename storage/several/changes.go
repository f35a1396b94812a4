package several

import (
	"cmp"
	"context"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/journal"
)

// Changes reads what has changed since a cursor, of whichever sources answer soon (see the package's
// documentation). It fails only when ctx is done: how each source is doing is in Changes.Sources,
// and what is wrong with them in Changes.Trouble, too.
func (s *Source) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	if err := ctx.Err(); err != nil {
		return model.Changes{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.table.Place(since)
	if at.Need == 0 || at.Need > s.rounds {
		s.rounds++
		at.Need = s.rounds // the round of readings that it has not had all of
	}
	s.errors = s.errors || b.Errors
	for waited := false; ; {
		ch, moved, until := s.answer(at, b)
		if moved == nil || waited {
			return ch, nil
		}
		s.mu.Unlock()
		late := time.NewTimer(until)
		select {
		case <-moved:
		case <-late.C:
		case <-enough.C:
			waited = true
		case <-ctx.Done():
		}
		late.Stop()
		s.mu.Lock()
		if ctx.Err() != nil {
			return model.Changes{}, context.Cause(ctx)
		}
	}
}

// answer asks the parts that are due, and returns a page of what is known by now. Where that is empty
// and parts are worth waiting for, moved tells when to look again, and until when at the latest. It
// needs the lock.
func (s *Source) answer(at journal.Place, b model.Budget) (ch model.Changes, moved <-chan struct{}, until time.Duration) {
	until, coming := patience, false
	for _, p := range s.parts {
		s.kick(p, at.Need, b)
		if left, wait := p.awaited(b); wait {
			coming, until = true, min(until, left)
		}
	}
	ch = s.table.Page(&at, b)
	if ch.More = ch.More || coming; !ch.More {
		at.Need = 0
	}
	ch.Next, ch.Total = s.table.Cursor(at), 0
	s.describe(&ch)
	if coming && len(ch.Put)+len(ch.Gone) == 0 {
		return ch, s.moved, until
	}
	return ch, nil, 0
}

// awaited reports whether a part is worth waiting for, and for how long.
func (p *part) awaited(b model.Budget) (left time.Duration, wait bool) {
	left = patience - time.Since(latest(p.begun, p.moved))
	switch {
	case !p.busy:
		return 0, false
	case b.Interval == 0: // the caller may not come again
		return patience, true
	}
	return left, !p.late && left > 0
}

// describe fills in how the parts are doing.
func (s *Source) describe(ch *model.Changes) {
	var troubles []error
	for _, p := range s.parts {
		state := p.state()
		ch.Sources = append(ch.Sources, p.withInner(state)...)
		if err := cmp.Or(state.Failure, state.Trouble); err != nil {
			troubles = append(troubles, err)
		}
		switch {
		case ch.Total < 0:
		case p.loaded:
			ch.Total += p.count
		case p.total >= 0:
			ch.Total += p.total
		default:
			ch.Total = -1
		}
	}
	ch.Trouble, ch.Liveness = joinErrors(troubles), livenessOf(ch.Sources, s.parts[0].Now())
}

// settled is how long a source may be away before its runs are not judged by the clock any more.
const settled = time.Minute

// livenessOf is that of all sources as one, which is live while one of them is. Else it is that of the
// one from which something came last. now is this machine's time.
func livenessOf(all []model.SourceState, now time.Time) (whole model.Liveness) {
	for i := range all {
		l := livenessOfOne(&all[i], now)
		if l.Live() {
			return l
		}
		if i == 0 {
			whole.Why = l.Why
		} else if whole.Why != l.Why {
			whole.Why = text.Clean("no source is live")
		}
		whole.AsOf = latest(whole.AsOf, l.AsOf)
	}
	return whole
}

// livenessOfOne is that of one of the sources: of one that does not answer any more, as of its last
// answer.
func livenessOfOne(state *model.SourceState, now time.Time) model.Liveness {
	if state.Failure != nil && state.Liveness.Live() && now.Sub(state.Answered) >= settled {
		return model.Liveness{AsOf: state.Answered.Add(state.Skew), Why: model.Reason(state.Failure)}
	}
	return state.Liveness
}

// troubles are the errors of several sources as one: it is all of them, in one line.
type troubles struct{ all []error }

// Error is one after the other.
func (t *troubles) Error() string {
	var said []string
	for _, err := range t.all {
		said = append(said, err.Error())
	}
	return strings.Join(said, "; ")
}

// Unwrap is all of them.
func (t *troubles) Unwrap() []error { return t.all }

// joinErrors makes one error of several, without those that are nil.
func joinErrors(errs []error) error {
	var all []error
	for _, err := range errs {
		if err != nil {
			all = append(all, err)
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return &troubles{all}
}
