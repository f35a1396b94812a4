package remote

import (
	"context"
	"time"

	"societop/model"
)

// patience is how long a caller waits for news of a listing that is under way, before it is
// told that there will be more.
const patience = time.Second

// Changes reads what has changed since a cursor. It first asks the server for what is due
// (see the package's documentation), which may be nothing. While a list is being read, its
// experiments are handed out as they come in. It fails with the errors of every reading:
// ErrUnreachable, ErrServer, ErrNotEndpoint, ErrAnswer, ErrUnauthorized and ErrForbidden.
func (c *Client) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	if err := ctx.Err(); err != nil {
		return model.Changes{}, c.link.Explain(err)
	}
	ctx, stop := c.link.Listen(ctx, b.Interval)
	defer stop()
	if err := c.greet(ctx, b); err != nil {
		return model.Changes{}, c.link.Explain(err)
	}
	if err := c.refresh(ctx, b); err != nil {
		return model.Changes{}, c.link.Explain(err)
	}
	ch, err := c.await(ctx, since, b)
	if silent, _ := c.link.Silent(b.Interval); silent && err == nil {
		err = c.link.Await(ctx, b.Interval)
	}
	return ch, c.link.Explain(err)
}

// refresh begins a list where one is due; else it reads the experiments that are.
func (c *Client) refresh(ctx context.Context, b model.Budget) error {
	c.mu.Lock()
	now := c.now()
	c.calls.tick = min(max(now.Sub(c.calls.last), 0), freshest)
	c.calls.last = now
	c.ration.Kept = b.Interval > 0 && !b.Record
	var due []model.Key
	err := c.work.life.Err()
	if err == nil && !c.link.Paused() && !c.list.underway { // the server builds a list before it answers anything else
		all := c.due(now, b)
		if c.list.wanted(now, b) || c.list.cheaper(now, b, len(all), c.mirror.Count()) {
			err = c.begin(now, b.Errors)
		} else {
			due = c.addProbe(all, now, b)
		}
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	return c.poll(ctx, due, b)
}

// await hands out what there is after a cursor, or waits for it while a list is under way.
func (c *Client) await(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for {
		ch, moved, err := c.answer(since, b)
		if err != nil {
			if err = c.pollInstead(ctx, err, b); err != nil {
				return model.Changes{}, err
			}
			continue
		}
		if moved == nil {
			return ch, nil
		}
		select {
		case <-moved:
		case <-enough.C:
			return ch, nil
		case <-ctx.Done():
			return model.Changes{}, context.Cause(ctx)
		}
	}
}

// answer is a page of what is known by now. Where it is empty and a list is under way, moved
// tells when it is worth asking again. It fails with what the last list failed with, unless
// that was dealt with.
func (c *Client) answer(since model.Cursor, b model.Budget) (ch model.Changes, moved <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := &c.list
	if !l.underway && l.err != nil && !l.bypassed {
		l.untold = false
		return ch, nil, l.err
	}
	at := c.mirror.Place(since)
	ch = c.mirror.Page(&at, b)
	coming := l.underway || (l.level < levelOf(b) && !l.bypassed)
	if len(ch.Put)+len(ch.Gone) == 0 && coming {
		moved = c.changed
	}
	ch.More, ch.Next = ch.More || coming, c.mirror.Cursor(at)
	if l.level == unlisted {
		ch.Total = -1
	}
	ch.Clock, ch.Liveness = c.link.Clock(), c.link.Liveness()
	ch.Trouble = c.trouble()
	return ch, moved, nil
}

// trouble is what could not be read though the rest could.
func (c *Client) trouble() error {
	if c.list.bypassed {
		return c.link.ExplainAs("list", c.list.err)
	}
	return c.unreadable
}

// moves wakes up who waits for news.
func (c *Client) moves() {
	close(c.changed)
	c.changed = make(chan struct{})
}
