package link

import (
	"context"
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
// stop, that keeps it busy for 10 s, and would only be asked again. But it is said.
type ear struct {
	mu    sync.Mutex
	owed  map[*question]struct{}
	since time.Time // when the oldest of those was asked, or something was heard of it
}

// question is a request that is under way.
type question struct {
	patience time.Duration // without a byte of it, where that is more than the caller's
}

// ask takes note of a request that may take a while before it is answered.
func (e *ear) ask(patience time.Duration) *question {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.owed) == 0 {
		e.since = time.Now()
	}
	if e.owed == nil {
		e.owed = map[*question]struct{}{}
	}
	q := &question{patience}
	e.owed[q] = struct{}{}
	return q
}

// hear takes note of a byte of the answer to a request: from now on it is as patient as others.
func (e *ear) hear(q *question) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.since, q.patience = time.Now(), 0
}

// done takes note of the end of a request, which says something of the server whatever it was.
func (e *ear) done(q *question) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.owed, q)
	e.since = time.Now()
}

// left is how much longer a caller of a patience waits for a byte, if none comes.
func (e *ear) left(patience time.Duration) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.owed) == 0 {
		return patience
	}
	for q := range e.owed {
		patience = max(patience, q.patience)
	}
	return patience - time.Since(e.since)
}

// Silent reports whether nothing was heard of the server for so long that asking more is of no
// use.
func (l *Link) Silent(interval time.Duration) bool { return l.ear.left(l.patienceFor(interval)) <= 0 }

// lull is the least that a caller listens, for a program that was suspended has heard nothing
// meanwhile.
const lull = 100 * time.Millisecond

// Listen returns a context that ends with errSilent when nothing is heard of the server for too long.
func (l *Link) Listen(ctx context.Context, interval time.Duration) (context.Context, context.CancelFunc) {
	patience := l.patienceFor(interval)
	ctx, stop := context.WithCancelCause(ctx)
	go func() {
		timer := time.NewTimer(max(l.ear.left(patience), lull))
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			left := l.ear.left(patience)
			if left <= 0 {
				stop(errSilent)
				return
			}
			timer.Reset(left)
		}
	}()
	return ctx, func() { stop(context.Canceled) }
}
