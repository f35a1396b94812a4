package remote

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/link"
	"societop/storage/remote/ration"
)

const (
	// A RUNNING experiment is read again within a quarter of the length of its steps, at every
	// call where steps are shorter than that; one that is looked at within freshest in any case.
	stepShare = 4
	freshest  = 30 * time.Second
	// The longer it has not moved, the more rarely it is read: after an eighth of that time.
	silenceShare = 8
	// othersRest is how often an experiment that does not run is read while lists fail.
	othersRest = time.Minute
	// pollTime is how long one call reads experiments one by one; the others have their turn at
	// the next, those first that were read least recently.
	pollTime = time.Second
	// A recorder asks for one experiment at a time, for a part of the time between two calls.
	recordShare = 3
)

// due is the experiments that should be read one by one now, the most urgent first: what the
// caller looks at, then what runs, then, in the place of a list that failed, all that are known.
// What would be due before the next call is due.
func (c *Client) due(now time.Time, b model.Budget) []*entry {
	server := cmp.Or(c.link.Clock(), now)
	ahead := now.Add(c.calls.tick)
	looked := make(map[*entry]bool, len(b.Watched))
	var watched, others []*entry
	for _, k := range b.Watched {
		e := c.mirror.running[k]
		if e == nil || looked[e] {
			continue
		}
		looked[e] = true
		if b.Fresh || ahead.Sub(e.asked) > e.rest(server, true) {
			watched = append(watched, e)
		}
	}
	from := maps.Values(c.mirror.running)
	if c.list.bypassed {
		from = c.mirror.All()
	}
	for e := range from {
		if !looked[e] && (b.Fresh || ahead.Sub(e.asked) > c.list.restOf(e, server, b)) {
			others = append(others, e)
		}
	}
	if len(watched) > 1 && watched[0].Key == b.Watched[0] { // what is selected comes first
		slices.SortFunc(watched[1:], byPriority)
	} else {
		slices.SortFunc(watched, byPriority)
	}
	slices.SortFunc(others, byPriority)
	return append(watched, others...)
}

// byPriority orders experiments that are to be read: what runs first, then what was read least
// recently.
func byPriority(a, b *entry) int {
	return cmp.Or(a.priority()-b.priority(), a.asked.Compare(b.asked), a.Compare(b.Key))
}

// priority is 0 for what runs, and 1 for what does not.
func (e *entry) priority() int {
	if e.Status == model.Running {
		return 0
	}
	return 1
}

// rest is how long an experiment need not be read again, by the server's clock; fresh is of what
// is looked at.
func (e *entry) rest(server time.Time, fresh bool) time.Duration {
	if e.Status != model.Running {
		return othersRest
	}
	rest := max(min(e.step/stepShare, freshest), server.Sub(e.Updated)/silenceShare)
	if fresh {
		rest = min(rest, freshest)
	}
	return rest
}

// restOf is the rest of what nobody looks at. In the place of a list that failed it is not longer
// than that of what does not run.
func (l *listing) restOf(e *entry, server time.Time, b model.Budget) time.Duration {
	rest := e.rest(server, b.Record)
	if l.bypassed {
		return min(rest, othersRest)
	}
	return rest
}

// fair is as many of what is due as the server may be asked for now. Of what nobody looks at
// that is less, so that something is left for who looks elsewhere. Something is asked at every
// call, for else nobody would know whether the server still answers.
func (c *Client) fair(due []*entry, now time.Time, b model.Budget) []*entry {
	if b.Record {
		return due
	}
	c.ration.Refill(now)
	n := c.ration.Left()
	if len(b.Watched) > 0 && !c.list.bypassed {
		looked := 0
		for looked < len(due) && slices.Contains(b.Watched, due[looked].Key) {
			looked++
		}
		n = min(n, looked+max(n-ration.Burst/2, 0))
	}
	if c.quiet(now) {
		n = max(n, 1)
	}
	return due[:min(n, len(due))]
}

// quiet reports whether the server was not asked anything for a link.Beat.
func (c *Client) quiet(now time.Time) bool {
	passed := now.Sub(c.asked)
	return passed >= link.Beat || passed < 0
}

// addProbe returns the keys of what is to be read now, out of what is due, or of what is read for a sign
// of life.
func (c *Client) addProbe(due []*entry, now time.Time, b model.Budget) []model.Key {
	due = c.fair(due, now, b)
	keys := make([]model.Key, 0, len(due)+1)
	sound := false
	for _, e := range due {
		keys, sound = append(keys, e.Key), sound || !e.unreadable
	}
	if (len(due) == 0 && c.quiet(now)) || (len(due) > 0 && c.list.bypassed && !sound) {
		if e := c.mirror.probe(b.Watched); e != nil && (len(due) == 0 || !e.unreadable) {
			keys = append(keys, e.Key)
		}
	}
	return keys
}

// poll reads experiments one by one, a few at once. What the server says of only one, that
// it is gone or can't be read, does not fail it, unless that is all that it has to say while
// its list fails, too. What it says of everything does.
func (c *Client) poll(ctx context.Context, due []model.Key, b model.Budget) error {
	if len(due) == 0 {
		return nil
	}
	var mu sync.Mutex
	var unreadable error
	read := false
	begun, most := time.Now(), pollTime
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(link.AtOnce)
	if b.Record {
		group.SetLimit(1)
		most = min(c.calls.tick/recordShare, most)
	}
	for i, k := range due {
		if ctx.Err() != nil || (i > 0 && time.Since(begun) > most) {
			break
		}
		group.Go(func() error {
			_, err := c.Experiment(ctx, k)
			if err != nil && !ofOne(err) {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil || errors.Is(err, model.ErrNoExperiment) {
				read = true
			} else {
				unreadable = err
				c.postpone(k)
			}
			return nil
		})
	}
	err := group.Wait()
	if bypassed := c.polled(unreadable); err == nil && bypassed && !read {
		err = unreadable
	}
	return err
}

// polled takes note of what could not be read one by one, and reports whether that was done in the
// place of a list.
func (c *Client) polled(unreadable error) (bypassed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if unreadable != nil || !c.mirror.anyUnreadable() {
		c.unreadable = unreadable
	}
	return c.list.bypassed
}

// postpone takes note that an experiment can't be read now: others have their turn first.
func (c *Client) postpone(k model.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.mirror.Get(k); e != nil {
		e.asked, e.unreadable = c.now(), true
	}
}

// ofOne reports whether an error is about one experiment, not about the server.
func ofOne(err error) bool {
	switch {
	case model.RetryAfter(err) > 0:
		return false
	case errors.Is(err, model.ErrNoExperiment), errors.Is(err, model.ErrAnswer), errors.Is(err, model.ErrNoData):
		return true
	}
	return false
}

// Experiment reads one experiment whole. It fails with ErrNoExperiment, with ErrNoData where
// the server can't read this one, and with the errors of every reading.
func (c *Client) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	return experimentBy(ctx, c, k, c.find)
}

// finding reads an experiment of an id.
type finding = func(ctx context.Context, id uuid.UUID, query url.Values) (model.Experiment, error)

// experimentBy is Experiment by a way to read one.
func experimentBy(ctx context.Context, c *Client, k model.Key, find finding) (model.Experiment, error) {
	e, err := find(ctx, k.ID, nil)
	if err == nil && e.Tenant != k.Tenant { // AgentSociety shows one tenant; societop serves all of a lab
		e, err = find(ctx, k.ID, url.Values{"tenant_id": {k.Tenant.Raw()}})
	}
	if err == nil && e.Tenant != k.Tenant {
		err = &link.Fault{Kind: model.ErrNoExperiment, Detail: k.ID.String()}
	}
	if errors.Is(err, model.ErrNoExperiment) {
		c.forget(k)
	}
	if err != nil {
		return model.Experiment{}, c.link.Explain(err)
	}
	return e, nil
}

// Find reads the experiment of an id, whatever its tenant. It fails as Experiment does.
func (c *Client) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	return c.find(ctx, id, nil)
}

// find reads one experiment, once for all who ask for it at the same time.
func (c *Client) find(ctx context.Context, id uuid.UUID, query url.Values) (model.Experiment, error) {
	return share(ctx, c, experimentPath(id)+"?"+query.Encode(), func(ctx context.Context) (model.Experiment, error) {
		return findNow(ctx, c, id, query)
	})
}

// experimentPath is the path of the route of an experiment.
func experimentPath(id uuid.UUID) string { return "api/experiments/" + id.String() }

// findNow is find by a request of its own.
func findNow(ctx context.Context, c *Client, id uuid.UUID, query url.Values) (e model.Experiment, err error) {
	asked := c.now()
	err = c.fetch(ctx, c.link.Ask(experimentPath(id), query), func(body io.Reader) error {
		e, err = c.takeExperiment(body, asked)
		return err
	})
	if err == nil && e.ID != id {
		err = &link.Fault{Kind: model.ErrAnswer, Detail: "it is about another experiment"}
	}
	return e, singly(err)
}

// singly makes of a fault with one experiment what it means. A server that sends
// Retry-After says nothing of an experiment.
func singly(err error) error {
	var f *link.Fault
	if !errors.As(err, &f) || f.Retry > 0 {
		return err
	}
	switch {
	case f.Status == 404 && !f.UnknownRoute():
		f.Kind = model.ErrNoExperiment
	case f.Status == 500:
		f.Kind = model.ErrNoData
	}
	return f
}

// takeExperiment reads the answer with one experiment, and lets the mirror know, if that
// knows the experiment.
func (c *Client) takeExperiment(body io.Reader, asked time.Time) (e model.Experiment, err error) {
	s := newScanner(body, c.link.Limits.Value)
	found := false
	var stated time.Time
	s.object(func(name string) {
		if name != "data" || s.peek() != '{' {
			s.skip()
			return
		}
		found = true
		r := s.row()
		if s.err != nil {
			return
		}
		e.Summary = r.Summary
		stated = c.settled(&e.Summary, &r)
		e.Config, e.Error = text.CleanLines(s.text(r.config)), text.CleanLines(s.text(r.error))
		e.Plan, e.Models = c.plan(s, &r)
	})
	if !found {
		s.fail("there is no experiment in it")
	}
	s.end()
	if s.err == nil {
		c.learn(e.Summary, stated, asked)
	}
	return e, s.err
}

// learn tells the mirror of an experiment that it knows, unless it knows it newer.
func (c *Client) learn(s model.Summary, stated, asked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.mirror.Recall(s.Key); e != nil && !e.asked.After(asked) {
		c.mirror.put(c.list.kept(s), asked).stated = stated
	}
}

// settled is settle for who has not the lock.
func (c *Client) settled(s *model.Summary, r *row) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.settle(s, r.created, r.updated)
}

// forget tells the mirror that an experiment is gone.
func (c *Client) forget(k model.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mirror.remove(k)
}
