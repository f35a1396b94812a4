package remote

import (
	"context"
	"errors"
	"io"
	"time"

	"societop/model"
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
	level    level     // of the newest that came in whole
	asked    level     // of the newest that was begun: once asked for, errors are kept
	due      time.Time // when the next one is
	ended    time.Time
	took     time.Duration
	failures int   // in a row
	err      error // of the last one
	bypassed bool  // it failed, and the known experiments are read one by one instead
}

// How often a list is read: after one that took t, listRest or listShare × t later, whichever
// is longer. So lists take less than a twelfth of the time.
const (
	listRest    = 10 * time.Second
	listShare   = 12
	listRestMax = time.Minute // after failures, where listShare × t is not longer
)

// wanted tells whether a list should be read now. After a failure without any list, whoever
// calls decides when to try again.
func (l *listing) wanted(now time.Time, b model.Budget) bool {
	switch {
	case l.underway:
		return false
	case l.level == unlisted, !now.Before(l.due):
		return true
	case l.level < levelOf(b):
		return l.err == nil
	}
	return b.Fresh && now.Sub(l.ended) >= l.took
}

// kept is an experiment with what is kept of it: its error only if that was ever asked for.
func (l *listing) kept(s model.Summary) model.Summary {
	if l.asked != detailed {
		s.Error = model.Lines{}
	}
	return s
}

// begin reads a list in the background, for all callers.
func (c *Client) begin(now time.Time, withErrors bool) {
	l := &c.list
	l.underway = true
	l.asked = max(l.asked, levelOf(model.Budget{Errors: withErrors}))
	c.mirror.listing++
	c.plans.turn()
	begun := c.watch()
	c.running.Go(func() {
		r := request{path: "api/experiments", head: c.limits.listHead, most: c.limits.list}
		_, err := safely(func() (any, error) {
			return nil, c.fetch(c.life, r, func(body io.Reader) error { return c.takeList(body, now) })
		})
		c.mu.Lock()
		defer c.mu.Unlock()
		took := c.watch().Sub(begun)
		l.end(now.Add(took), took, err)
		if err == nil {
			c.mirror.sweep(now)
			c.odd = nil
		}
		c.moves()
	})
}

// end takes note of how a listing ended.
func (l *listing) end(now time.Time, took time.Duration, err error) {
	l.underway, l.ended, l.took, l.err, l.bypassed = false, now, took, err, false
	rest := listRest
	switch {
	case err == nil:
		l.failures, l.level = 0, l.asked
	case !partly(err):
		rest, took = 0, 0 // whoever calls decides when to try again
	default:
		l.failures++
		rest = min(rest<<min(l.failures, 10), listRestMax)
	}
	l.due = now.Add(max(rest, listShare*took))
}

// partly tells whether a list failed in a way that may leave other requests in order.
func partly(err error) bool {
	var f *fault
	if !errors.As(err, &f) || f.retry > 0 {
		return false
	}
	return f.met || errors.Is(err, model.ErrAnswer) || errors.Is(err, model.ErrServer)
}

// detour deals with a list that failed: where experiments are known and can be read one by
// one, that is done instead. Else it fails as the list did, or as the detour does.
func (c *Client) detour(ctx context.Context, err error) error {
	c.mu.Lock()
	if c.list.level == unlisted || !partly(err) {
		c.mu.Unlock()
		return err
	}
	c.list.bypassed = true
	due := c.due(c.now(), false)
	c.mu.Unlock()
	if err := c.poll(ctx, due); err != nil {
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
	s := newScanner(body, c.limits.value)
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
			if rows++; rows > c.limits.rows {
				s.fail("it has more than %d experiments", c.limits.rows)
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
	e.Plan = c.plan(s, r)
	e.Error = model.CleanLines(s.text(r.error))
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.mirror.entries[e.Key]; old == nil || old.gone || !old.asked.After(begun) {
		c.mirror.put(c.list.kept(e), begun, c.list.asked == detailed)
	}
	c.mirror.entries[e.Key].listing = c.mirror.listing
}

// plan is the plan of an experiment's config: the one that is known of it, or what the
// plan's reader makes of it.
func (c *Client) plan(s *scanner, r *row) *model.Plan {
	raw := s.of(r.config)
	if len(raw) == 0 {
		return nil
	}
	c.mu.Lock()
	hash := c.plans.hash(raw)
	plan, known := c.plans.get(hash)
	c.mu.Unlock()
	if !known {
		plan = model.ReadPlan(s.passing(r.config)) // a plan holds numbers alone
		c.mu.Lock()
		c.plans.now[hash] = plan
		c.mu.Unlock()
	}
	return plan
}
