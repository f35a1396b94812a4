package remote

import (
	"context"
	"io"
	"sync"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/control"
	"societop/storage/remote/link"
	"societop/storage/remote/ration"
)

// Client is an endpoint: AgentSociety's web API, or what serves the same routes. Its methods
// may be called from any goroutine.
type Client struct {
	*control.Desk

	link *link.Link
	work *work
	now  func() time.Time // by which things are due

	mu         sync.Mutex
	mirror     mirror
	plans      plans
	past       past
	list       listing
	unreadable error // what the server said of one experiment, the last time
	ration     ration.Ration
	calls      calls
	asked      time.Time     // when a request other than a list ended last
	changed    chan struct{} // closed, and made again, when anything above has moved
}

// calls is when Changes was called.
type calls struct {
	last time.Time
	tick time.Duration // between the last two
}

var (
	_ model.Source   = (*Client)(nil)
	_ model.Finder   = (*Client)(nil)
	_ model.Surveyor = (*Client)(nil)
	_ model.Prober   = (*Client)(nil)
	_ model.Lively   = (*Client)(nil)
	_ model.Listener = (*Client)(nil)

	_ model.Controller = (*Client)(nil)
)

// Open names an endpoint. It asks it nothing, so that it may come up later. It fails with
// ErrUsage where the address is no endpoint's, or the proxy or the certificates that access
// names are of no use.
func Open(address string, access model.Access) (*Client, error) {
	to, err := link.Open(address, access)
	if err != nil {
		return nil, err
	}
	return Over(to, access.Now), nil
}

// Over is Open of the server that a link leads to. now is the clock; nil is time.Now.
func Over(to *link.Link, now func() time.Time) *Client {
	c := &Client{
		link: to, work: newWork(), now: now,
		mirror: newMirror(), plans: newPlans(), past: past{runs: map[model.Key]*history{}}, changed: make(chan struct{}),
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.ration = ration.New(c.now())
	c.Desk = newDesk(c)
	return c
}

// Info returns the address of the endpoint, and a warning where a token would travel unencrypted.
func (c *Client) Info() model.Info {
	return model.Info{Kind: "endpoint", Address: text.Clean(c.link.Address()), Warning: text.Clean(c.link.Warning()), Guarded: c.link.Guarded()}
}

// Close ends what is under way and frees the connections.
func (c *Client) Close() error {
	c.work.close()
	c.link.Close()
	return nil
}

// Liveness returns that of what the server serves, by its last answer. It sends nothing.
func (c *Client) Liveness(context.Context) (model.Liveness, error) { return c.link.Liveness(), nil }

// Silent reports whether the server owes an answer, and nothing was heard of it for too long. It sends nothing.
func (c *Client) Silent(interval time.Duration) bool {
	silent, _ := c.link.Silent(interval)
	return silent
}

// fetch sends a request and takes note of what it took.
func (c *Client) fetch(ctx context.Context, r link.Request, read func(io.Reader) error) error {
	cost, err := c.link.Get(ctx, r, read)
	if cost != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asked = c.now()
		c.ration.Refill(c.asked)
		c.ration.Spend(cost.Whole)
	}
	return err
}
