package link

import (
	"context"
	"errors"
	"sync"
	"time"

	"societop/model"
)

// errSilent is the fault of a server of which nothing is heard, though its connections stand.
var errSilent = &Fault{Kind: model.ErrUnreachable, Detail: "no answer in time"}

// How long nothing may be heard of a server that was asked. An outage is to be known within two
// intervals and 5 s of the last answer. A caller asks at every call, but not more often than
// every Beat; so the longest that a request comes after the last answer is one interval, and a
// Beat where that is longer.
const (
	silenceTime = 4750 * time.Millisecond
	Beat        = 1250 * time.Millisecond // the longest time between two requests
)

// patienceFor is how long a caller that reads at an interval waits for a first byte. One that
// reads once, or does not say how often, waits as long as any request may take.
func (l *Link) patienceFor(interval time.Duration) time.Duration {
	switch {
	case interval <= 0:
		return l.Limits.Head
	case interval < Beat:
		return silenceTime + interval - Beat
	}
	return silenceTime + interval
}

// ear knows when a server was heard last, and whether it owes an answer. A server that was
// stopped, or hangs, accepts connections and requests as before: that it says nothing is all
// there is to know it by.
//
// A request is not given up because of it: the server may be at work on something, such as a
// stop, that keeps it busy for 10 s, and would only be asked again. But it is said. Nor is the
// server heard because a request has run out of time.
type ear struct {
	mu    sync.Mutex
	owed  map[*question]struct{}
	since time.Time // when the oldest of those was asked, or something was heard of the server
	mute  bool      // a request ran out of time, and nothing was heard since it was asked
}

// question is a request that is under way.
type question struct {
	patience time.Duration // without a byte of it, where that is more than the caller's
	last     time.Time     // when it was asked, or something of its answer came
}

// ask takes note of a request that may take a while before it is answered.
func (e *ear) ask(patience time.Duration) *question {
	e.mu.Lock()
	defer e.mu.Unlock()
	q := &question{patience, time.Now()}
	switch {
	case e.mute:
		q.patience = 0
	case len(e.owed) == 0:
		e.since = q.last
	}
	if e.owed == nil {
		e.owed = map[*question]struct{}{}
	}
	e.owed[q] = struct{}{}
	return q
}

// hear takes note of a byte of the answer to a request: from now on it is as patient as others.
func (e *ear) hear(q *question) {
	e.mu.Lock()
	defer e.mu.Unlock()
	q.last, q.patience = time.Now(), 0
	e.since, e.mute = q.last, false
}

// done takes note of the end of a request, which says something of the server unless the request
// was given up.
func (e *ear) done(q *question, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.owed, q)
	var f *Fault
	switch given := errors.As(err, &f); {
	case err != nil && !given: // its caller has gone
	case given && f.late:
		e.mute = e.mute || !e.since.After(q.last)
	default:
		e.since, e.mute = time.Now(), false
	}
}

// left is how much longer a caller of a patience waits for a byte, if none comes; awaited reports
// whether there is one to come.
func (e *ear) left(patience time.Duration) (left time.Duration, awaited bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.owed) == 0 && !e.mute {
		return patience, false
	}
	for q := range e.owed {
		patience = max(patience, q.patience)
	}
	return patience - time.Since(e.since), len(e.owed) > 0
}

// Silent reports whether nothing was heard of the server for too long, and whether a request is
// under way, so that asking more is of no use.
func (l *Link) Silent(interval time.Duration) (silent, awaited bool) {
	left, awaited := l.ear.left(l.patienceFor(interval))
	return left <= 0, awaited
}

// Mute reports whether a request ran out of time, and nothing was heard of the server since it was
// asked.
func (l *Link) Mute() bool {
	l.ear.mu.Lock()
	defer l.ear.mu.Unlock()
	return l.ear.mute
}

// Await fails with errSilent unless something is heard soon of a server that is silent.
func (l *Link) Await(ctx context.Context, interval time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(lull):
	}
	if silent, _ := l.Silent(interval); silent {
		return errSilent
	}
	return nil
}

// lull is the least that a caller listens, for a program that was suspended has heard nothing
// meanwhile.
const lull = 100 * time.Millisecond

// Listen returns a context that ends with errSilent when nothing is heard of the server for too long.
func (l *Link) Listen(ctx context.Context, interval time.Duration) (context.Context, context.CancelFunc) {
	patience := l.patienceFor(interval)
	ctx, stop := context.WithCancelCause(ctx)
	left, awaited := l.ear.left(patience)
	least := lull
	if !awaited { // a silent server is about to be asked
		least = Beat
	}
	go func() {
		timer := time.NewTimer(max(left, least))
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			left, _ := l.ear.left(patience)
			if left <= 0 {
				stop(errSilent)
				return
			}
			timer.Reset(left)
		}
	}()
	return ctx, func() { stop(context.Canceled) }
}
