package remote

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"societop/model"
)

const (
	// A RUNNING experiment is read again within a quarter of the length of its steps, at every
	// call where steps are shorter than that, and within freshest in any case.
	stepShare = 4
	freshest  = 30 * time.Second
	// othersRest is how often an experiment that does not run is read while lists fail.
	othersRest = time.Minute
	// pollTime is how long one call reads experiments one by one; the others have their turn at
	// the next, those first that were read least recently.
	pollTime = time.Second
)

// due is the experiments that should be read one by one now: what runs before what does not,
// least recently read first. In the place of a list that failed these are all that are known.
// What would be due before the next call is due.
func (c *Client) due(now time.Time, fresh bool) []model.Key {
	all := c.candidates()
	var due []model.Key
	sound := false
	for _, e := range all {
		if fresh || now.Add(c.tick).Sub(e.asked) > e.rest(now) {
			due, sound = append(due, e.summary.Key), sound || !e.odd
		}
	}
	if c.list.bypassed && !sound {
		return c.witnessed(due, all)
	}
	return due
}

// candidates is the experiments that may be read one by one, in the order of their turns.
func (c *Client) candidates() []*entry {
	from := c.mirror.running
	if c.list.bypassed {
		from = c.mirror.entries
	}
	all := make([]*entry, 0, len(from))
	for _, e := range from {
		if !e.gone {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b *entry) int {
		return cmp.Or(a.turn()-b.turn(), a.asked.Compare(b.asked), a.summary.Compare(b.summary.Key))
	})
	return all
}

// witnessed adds to what is due in the place of a list one experiment that could be read the
// last time, if there is one: what can't be read tells nothing of the server. Where nothing
// is due that is done only if nothing was read since the list failed.
func (c *Client) witnessed(due []model.Key, all []*entry) []model.Key {
	var witness *entry
	for _, e := range all {
		if len(due) == 0 && e.asked.After(c.list.ended) {
			return nil
		}
		if witness == nil || (witness.odd && !e.odd) || (witness.odd == e.odd && e.asked.Before(witness.asked)) {
			witness = e
		}
	}
	if witness == nil || (witness.odd && len(due) > 0) {
		return due
	}
	return append(due, witness.summary.Key)
}

// turn is 0 for what runs, and 1 for what does not.
func (e *entry) turn() int {
	if e.summary.Status == model.Running {
		return 0
	}
	return 1
}

// rest is how long an experiment need not be read again.
func (e *entry) rest(now time.Time) time.Duration {
	if e.summary.Status != model.Running {
		return othersRest
	}
	step := e.pace.Estimate(&e.summary, now).StepLength
	if done := e.summary.Progress().Step; step == 0 && done > 0 { // of a run that has begun again far too long, but bounded
		step = e.summary.Updated.Sub(e.summary.Created) / time.Duration(done)
	}
	return min(max(step, 0)/stepShare, freshest)
}

// poll reads experiments one by one, a few at once. What the server says of one alone, that
// it is gone or can't be read, does not fail it, unless that is all that it has to say while
// its list fails, too. What it says of everything does.
func (c *Client) poll(ctx context.Context, due []model.Key) error {
	if len(due) == 0 {
		return nil
	}
	var mu sync.Mutex
	var odd error
	read := false
	begun := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, k := range due {
		if ctx.Err() != nil || time.Since(begun) > pollTime {
			break
		}
		group.Go(func() error {
			_, err := c.Experiment(ctx, k)
			if err != nil && !alone(err) {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil || errors.Is(err, model.ErrNoExperiment) {
				read = true
			} else {
				odd = err
				c.postpone(k)
			}
			return nil
		})
	}
	err := group.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.odd = odd
	if err == nil && !read && c.list.bypassed {
		err = odd
	}
	return err
}

// postpone takes note that an experiment can't be read now: others have their turn first.
func (c *Client) postpone(k model.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.mirror.entries[k]; e != nil {
		e.asked, e.odd = c.now(), true
	}
}

// alone tells whether an error is about one experiment, not about the server.
func alone(err error) bool {
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
	e, err := c.Find(ctx, k.ID)
	if err == nil && e.Tenant != k.Tenant { // AgentSociety shows one tenant; societop serves all of a lab
		e, err = c.find(ctx, k.ID, url.Values{"tenant_id": {k.Tenant.Raw()}})
	}
	if err == nil && e.Tenant != k.Tenant {
		err = &fault{kind: model.ErrNoExperiment, detail: k.ID.String()}
	}
	if errors.Is(err, model.ErrNoExperiment) {
		c.forget(k)
	}
	if err != nil {
		return model.Experiment{}, c.explain(err)
	}
	return e, nil
}

// Find reads the experiment of an id, whatever its tenant. It fails as Experiment does.
func (c *Client) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	return c.find(ctx, id, nil)
}

// find reads one experiment, once for all who ask for it at the same time.
func (c *Client) find(ctx context.Context, id uuid.UUID, query url.Values) (model.Experiment, error) {
	path := "api/experiments/" + id.String()
	return share(ctx, c, path+"?"+query.Encode(), func(ctx context.Context) (e model.Experiment, err error) {
		asked := c.now()
		err = c.fetch(ctx, c.ask(path, query), func(body io.Reader) error {
			e, err = c.takeExperiment(body, asked)
			return err
		})
		if err == nil && e.ID != id {
			err = &fault{kind: model.ErrAnswer, detail: "it is about another experiment"}
		}
		return e, singly(err)
	})
}

// singly makes of a fault with one experiment what it means. A server that asks to be left
// alone says nothing of an experiment.
func singly(err error) error {
	var f *fault
	if !errors.As(err, &f) || f.retry > 0 {
		return err
	}
	switch {
	case f.status == 404 && !f.unknownRoute():
		f.kind = model.ErrNoExperiment
	case f.status == 500:
		f.kind = model.ErrNoData
	}
	return f
}

// takeExperiment reads the answer with one experiment, and lets the mirror know, if that
// knows the experiment.
func (c *Client) takeExperiment(body io.Reader, asked time.Time) (e model.Experiment, err error) {
	s := newScanner(body, c.limits.value)
	found := false
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
		e.Config, e.Error = model.CleanLines(s.text(r.config)), model.CleanLines(s.text(r.error))
		e.Plan = c.plan(s, &r)
	})
	if !found {
		s.fail("there is no experiment in it")
	}
	s.end()
	if s.err == nil {
		c.learn(e.Summary, asked)
	}
	return e, s.err
}

// learn tells the mirror of an experiment that it knows, unless it knows it newer.
func (c *Client) learn(s model.Summary, asked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.mirror.entries[s.Key]
	if e == nil || e.asked.After(asked) {
		return
	}
	c.mirror.put(c.list.kept(s), asked, c.list.asked == detailed)
}

// forget tells the mirror that an experiment is gone.
func (c *Client) forget(k model.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.mirror.entries[k]; e != nil && !e.gone {
		c.mirror.remove(e)
	}
}
