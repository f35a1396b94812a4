package alert

import (
	"context"
	"fmt"
	"sync"
	"time"

	"societop/model"
)

// What waits to be told at most, and for how long. What is more, or older, is given up.
const (
	maxWaiting = 50_000
	maxAge     = 24 * time.Hour
	// maxStarts is how often a command is started for an event when it is the watcher's own end that
	// comes before that of the command.
	maxStarts = 5
)

// Desk takes alerts and tells them through its channels, each at its own pace.
type Desk struct {
	state *State
	now   func() time.Time
	tell  func(string)
	lines []*queue
	wait  sync.WaitGroup
	stop  context.CancelFunc
}

// queue is the alerts that wait for a channel.
type queue struct {
	Channel
	mu      sync.Mutex
	waiting []Alert
	more    chan struct{}
	said    string // what was last said of its trouble
}

// Open returns a desk that goes on with what its state says is not told yet. It tells until it is
// closed. tell takes sentences, also at the same time.
func Open(state *State, channels []Channel, now func() time.Time, tell func(string)) *Desk {
	ctx, stop := context.WithCancel(context.Background())
	d := &Desk{state: state, now: now, tell: tell, stop: stop}
	for _, c := range channels {
		q := &queue{Channel: c, more: make(chan struct{}, c.AtOnce())}
		d.lines = append(d.lines, q)
		for _, a := range state.waiting(c.Name()) {
			d.put(q, a)
		}
		for range c.AtOnce() {
			d.wait.Go(func() { d.serve(ctx, q) })
		}
	}
	return d
}

// Names are the names of the channels.
func (d *Desk) Names() (names []string) {
	for _, q := range d.lines {
		names = append(names, q.Name())
	}
	return names
}

// Put lets each channel tell an alert. The state has to know it already.
func (d *Desk) Put(a Alert) {
	for _, q := range d.lines {
		d.put(q, a)
	}
}

func (d *Desk) put(q *queue, a Alert) {
	if a.Starts >= maxStarts {
		d.tell(fmt.Sprintf("%s was told %d times, each time cut short; it is given up", a.about(), a.Starts))
		d.state.told(q.Name(), a.ID)
		return
	}
	q.mu.Lock()
	var dropped []Alert
	if n := len(q.waiting) - maxWaiting + 1; n > 0 {
		dropped, q.waiting = q.waiting[:n], q.waiting[n:]
	}
	q.waiting = append(q.waiting, a)
	q.mu.Unlock()
	for i := range dropped {
		d.giveUp(q, &dropped[i], fmt.Sprintf("more than %d events wait for %s; the oldest are given up", maxWaiting, q.Name()))
	}
	q.wake()
}

func (q *queue) wake() {
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// next waits for the next alert. ok is false at the end of ctx.
func (q *queue) next(ctx context.Context) (a Alert, ok bool) {
	for ctx.Err() == nil {
		q.mu.Lock()
		if len(q.waiting) > 0 {
			a, q.waiting = q.waiting[0], q.waiting[1:]
			q.mu.Unlock()
			q.wake() // others may be idle
			return a, true
		}
		q.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-q.more:
		}
	}
	return a, false
}

// serve tells one alert after the other until ctx is done.
func (d *Desk) serve(ctx context.Context, q *queue) {
	for {
		a, ok := q.next(ctx)
		if !ok || !d.try(ctx, q, &a) {
			return
		}
	}
}

// try tells an alert, however long it takes. It returns false if ctx ended before that.
func (d *Desk) try(ctx context.Context, q *queue, a *Alert) bool {
	for failures := 1; ; failures++ {
		if d.now().Sub(a.At) > maxAge {
			d.giveUp(q, a, "events that "+q.Name()+" could not tell for a day are given up")
			return true
		}
		again, err := q.Send(ctx, a, func() { d.state.started(q.Name(), a.ID) })
		switch {
		case err == nil:
			d.say(q, "")
		case !again:
			d.say(q, err.Error())
		case ctx.Err() != nil:
			return false
		default:
			d.say(q, err.Error()+"; retrying")
			if model.Sleep(ctx, model.Backoff(err, failures, time.Second, time.Minute)) != nil {
				return false
			}
			continue
		}
		d.state.told(q.Name(), a.ID)
		return true
	}
}

// giveUp notes that nobody will tell an alert.
func (d *Desk) giveUp(q *queue, a *Alert, why string) {
	d.say(q, why)
	d.state.told(q.Name(), a.ID)
}

// say says what is wrong with a channel, once for as long as it stays the same.
func (d *Desk) say(q *queue, why string) {
	q.mu.Lock()
	before := q.said
	q.said = why
	q.mu.Unlock()
	if why != "" && why != before {
		d.tell(line(why))
	}
}

// Close stops telling. What is not told yet is in the state.
func (d *Desk) Close() {
	d.stop()
	d.wait.Wait()
}
