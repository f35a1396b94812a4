package remote

import (
	"context"
	"errors"
	"io"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/remote/link"
	"societop/storage/remote/ration"
)

// level is what a list that was read whole had in it.
type level int8

const (
	unlisted level = iota // none was
	listed                // experiments without errors
	detailed              // with errors
)

func levelOf(b model.Budget) level {
	if b.Errors {
		return detailed
	}
	return listed
}

// listing is the state of reading the list of all experiments, which is what costs a server
// most.
type listing struct {
	underway bool
	level    level // of the newest that came in whole
	asked    level // of the newest that was begun: once asked for, errors are kept
	ended    time.Time
	took     time.Duration
	busy     time.Duration // of that, what it kept the server busy
	head     time.Duration // of the last that came in whole: until it began to come
	empty    bool          // there was nothing in it
	failures int           // in a row
	err      error         // of the last one
	untold   bool          // nobody was told of it yet
	bypassed bool          // it failed, and the known experiments are read one by one instead
}

// How often a list is read: after one that kept the server busy for t, listRest or listShare × t
// later, whichever is longer, so that lists take a fiftieth of its time at most; and not before
// ration.LinkShare times as long as it took on the way, for others use the link, too. A
// recorder, which nobody runs eight of, may take more.
const (
	listRest    = 10 * time.Second
	listShare   = 50
	listRestMax = time.Minute // after failures, where the above is not longer
)

// rest is the time from the last list to the next. After a failure without any answer, whoever
// calls decides when to try again.
func (l *listing) rest(b model.Budget) time.Duration {
	share := l.share(b)
	switch {
	case l.err == nil && l.empty:
		return max(link.Beat, share)
	case l.err == nil:
		return max(listRest, share)
	case !partly(l.err):
		return 0
	}
	return max(min(listRest<<min(l.failures, 10), listRestMax), share)
}

// share is the rest that a list is due for what it took.
func (l *listing) share(b model.Budget) time.Duration {
	if b.Record {
		return ration.LinkShare * l.took
	}
	return max(listShare*l.busy, ration.LinkShare*l.took)
}

// wanted reports whether a list should be read now.
func (l *listing) wanted(now time.Time, b model.Budget) bool {
	switch {
	case l.underway, l.untold:
		return false
	case l.level == unlisted, now.Sub(l.ended) >= l.rest(b), now.Before(l.ended):
		return true
	case l.level < levelOf(b):
		return l.err == nil
	}
	return b.Fresh && now.Sub(l.ended) >= l.took
}

// cheaper reports whether a list is less work for the server than reading so many of its
// experiments one by one.
func (l *listing) cheaper(now time.Time, b model.Budget, due, all int) bool {
	return !l.underway && l.err == nil && due > 1 && all <= 2*due && now.Sub(l.ended) >= l.share(b)
}

// greet asks a server of which nothing was ever heard, or nothing for too long, for something
// small, an experiment that nobody has, before it is asked for a list: how long that takes nobody
// can know, and so not whether the server is there. Who reads once has the time to wait.
func (c *Client) greet(ctx context.Context, b model.Budget) error {
	silent, awaited := c.link.Silent(b.Interval)
	c.mu.Lock()
	known := !c.link.Clock().IsZero() || c.list.level > unlisted
	c.mu.Unlock()
	if !silent && (known || b.Interval <= 0) {
		return nil
	}
	if silent && awaited {
		return c.link.Await(ctx, b.Interval)
	}
	_, err := c.find(ctx, nobody, nil)
	if ctx.Err() != nil || errors.Is(err, model.ErrUnreachable) {
		return err
	}
	return nil // whatever it is, the list will say it better
}

// kept is an experiment with what is kept of it: its error only if that was ever asked for.
func (l *listing) kept(s model.Summary) model.Summary {
	if l.asked != detailed {
		s.Error = text.Lines{}
	}
	return s
}

// begin reads a list in the background, for all callers. It fails once the Client is closed.
func (c *Client) begin(now time.Time, withErrors bool) error {
	if err := c.work.enter(); err != nil {
		return err
	}
	l := &c.list
	l.underway = true
	l.asked = max(l.asked, levelOf(model.Budget{Errors: withErrors}))
	c.mirror.listing++
	c.mirror.listed = 0
	c.plans.advance()
	limits := &c.link.Limits
	r := link.Request{Path: "api/experiments", Head: limits.ListHead, Most: limits.List, Patience: limits.ListHead}
	if l.level > unlisted { // it is known by now how long the server makes a list
		r.Patience = 2*l.head + time.Second
		r.Head = min(max(2*r.Patience, limits.Head), r.Head)
	}
	go func() {
		defer c.work.running.Done()
		cost, err := safely(func() (*link.Cost, error) {
			return c.link.Get(c.work.life, r, func(body io.Reader) error { return c.takeList(body, now) })
		})
		if cost == nil {
			cost = new(link.Cost)
		}
		c.listed(now, cost, err)
	}()
	return nil
}

// listed takes note of the end of a list that was begun at a time.
func (c *Client) listed(begun time.Time, cost *link.Cost, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := &c.list
	var f *link.Fault
	mute := errors.As(err, &f) && c.link.Mute()
	if mute {
		f.Met = false // it says nothing of lists: there is a new one once the server is heard
	}
	l.end(begun.Add(cost.Whole), cost, err, mute)
	c.ration.Listed(l.busy, max(l.share(model.Budget{}), listRest))
	if err == nil {
		l.head, l.empty = cost.Head, c.mirror.listed == 0
		c.mirror.sweep(begun)
		c.unreadable = nil
	}
	c.moves()
}

// end takes note of how a listing ended; mute is that of a server that says nothing at all, which
// every call is told of.
func (l *listing) end(now time.Time, took *link.Cost, err error, mute bool) {
	l.underway, l.ended, l.took, l.busy, l.err, l.bypassed = false, now, took.Whole, took.Busy(), err, false
	l.untold = err != nil && !mute
	switch {
	case err == nil:
		l.failures, l.level = 0, l.asked
	case partly(err):
		l.failures++
	}
}

// partly reports whether a list failed in a way that may leave other requests in order.
func partly(err error) bool {
	var f *link.Fault
	if !errors.As(err, &f) || f.Retry > 0 {
		return false
	}
	return f.Met || errors.Is(err, model.ErrAnswer) || errors.Is(err, model.ErrServer)
}

// pollInstead deals with a list that failed: where experiments are known and can be read one by
// one, that is done instead. Else it fails as the list did, or as reading them does.
func (c *Client) pollInstead(ctx context.Context, err error, b model.Budget) error {
	c.mu.Lock()
	if c.list.level == unlisted || !partly(err) {
		c.mu.Unlock()
		return err
	}
	c.list.bypassed = true
	now := c.now()
	due := c.addProbe(c.due(now, model.Budget{Watched: b.Watched, Record: b.Record}), now, b)
	c.mu.Unlock()
	if err := c.poll(ctx, due, b); err != nil {
		c.mu.Lock()
		c.list.bypassed = false
		c.mu.Unlock()
		return err
	}
	return nil
}

// newsEvery is how often callers are told of what a list that is under way has brought.
const newsEvery = 50 * time.Millisecond

// takeList reads a list into the mirror, one experiment after the other.
func (c *Client) takeList(body io.Reader, begun time.Time) error {
	s := newScanner(body, c.link.Limits.Value)
	var told time.Time
	rows, found := 0, false
	s.object(func(name string) {
		if name != "data" {
			s.skip()
			return
		}
		found = true
		s.list(func() {
			r := s.row()
			if rows++; rows > c.link.Limits.Rows {
				s.fail("it has more than %d experiments", c.link.Limits.Rows)
			}
			if s.err != nil {
				return
			}
			c.takeRow(s, &r, begun)
			if time.Since(told) > newsEvery {
				told = time.Now()
				c.tell()
			}
		})
	})
	if !found {
		s.fail("there is no list of experiments in it")
	}
	s.end()
	return s.err
}

// tell wakes up who waits for news.
func (c *Client) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moves()
}

// takeRow puts an experiment of a list into the mirror. The plan of a config that is known is
// known, too; the config itself is dropped.
func (c *Client) takeRow(s *scanner, r *row, begun time.Time) {
	e := r.Summary
	e.Plan, e.Models = c.plan(s, r)
	e.Error = text.CleanLines(s.text(r.error))
	c.mu.Lock()
	defer c.mu.Unlock()
	stated := c.settle(&e, r.created, r.updated)
	entry := c.mirror.Get(e.Key)
	if entry == nil || !entry.asked.After(begun) {
		entry = c.mirror.put(c.list.kept(e), begun)
		entry.stated = stated
	}
	entry.listing = c.mirror.listing
	c.mirror.listed++
}

// plan returns the plan and the models of an experiment's config: those that are known of it, or
// what the plan's reader makes of it.
func (c *Client) plan(s *scanner, r *row) (*plan.Plan, *plan.Models) {
	raw := s.of(r.config)
	if len(raw) == 0 {
		return nil, nil
	}
	c.mu.Lock()
	hash := c.plans.hash(raw)
	p, known := c.plans.get(hash)
	c.mu.Unlock()
	if !known {
		p.work, p.models = plan.Read(s.passing(r.config)) // which keeps no part of the text
		c.mu.Lock()
		c.plans.now[hash] = p
		c.mu.Unlock()
	}
	return p.work, p.models
}
