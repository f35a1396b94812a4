package remote

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"societop/model"
)

// request is one GET.
type request struct {
	path  string // below the address of the endpoint
	query url.Values
	head  time.Duration // until the head of the answer is there
	most  int64         // bytes of its body

	patience time.Duration // before the server counts as silent, where more than usual
	list     *cost         // of a list: what it took, which is rationed by itself
}

// cost is what a request took a server, as far as that can be seen from here.
type cost struct {
	head, whole time.Duration
	bytes       int64
}

// fastest is how many bytes a second a server has to send at least to be busy with that alone: on
// a slow link it waits.
const fastest = 25 << 20

// busy is how long the server was busy.
func (s *cost) busy() time.Duration {
	sending := time.Duration(float64(s.bytes) / fastest * float64(time.Second))
	return s.head + min(s.whole-s.head, sending)
}

// ask is a request under the usual limits.
func (c *Client) ask(path string, query url.Values) request {
	return request{path: path, query: query, head: c.limits.head, most: c.limits.body}
}

// busy is a server that asked to be left alone.
type busy struct {
	until time.Time
	fault *fault
}

// fetch sends a request and hands the body of a good answer to read. Whatever goes wrong is
// a *fault, but for the end of ctx. While the server asks to be left alone, nothing is sent.
func (c *Client) fetch(ctx context.Context, r request, read func(io.Reader) error) error {
	if f := c.resting(); f != nil {
		return f
	}
	begun, owed := c.watch(), c.ear.ask(r.patience)
	err := c.send(ctx, r, owed, read)
	c.ear.done(owed)
	c.spend(r, c.watch().Sub(begun))
	var f *fault
	if errors.As(err, &f) && f.retry > 0 {
		c.mu.Lock()
		c.busy = busy{c.now().Add(f.retry), f}
		c.mu.Unlock()
	}
	return err
}

// resting is the fault of a server that asked to be left alone, and for how much longer.
func (c *Client) resting() *fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.busy.until.Sub(c.now())
	if left <= 0 {
		return nil
	}
	f := *c.busy.fault
	f.retry = left
	return &f
}

// spend takes note of what a request took.
func (c *Client) spend(r request, took time.Duration) {
	if r.list != nil {
		r.list.whole = took
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = c.now()
	c.ration.refill(c.asked)
	c.ration.spend(took)
}

// send is fetch without regard to what the server asked for before.
func (c *Client) send(ctx context.Context, r request, owed *question, read func(io.Reader) error) error {
	begun := c.watch()
	watched, dog := watch(ctx, r.head)
	defer dog.end()
	u := c.base.JoinPath(r.path)
	u.RawQuery = r.query.Encode()
	q, err := http.NewRequestWithContext(watched, http.MethodGet, u.String(), nil)
	if err != nil {
		return &fault{kind: model.ErrUsage, detail: "the address can't be asked"}
	}
	q.Header.Set("Accept", "application/json")
	q.Header.Set("User-Agent", "societop")
	q.Header.Set("Accept-Encoding", "gzip")
	c.login.sign(q)
	answer, err := c.http.Do(q)
	if err != nil {
		return lost(ctx, watched, c.byProxy(err), errors.Is(context.Cause(watched), errNoHead))
	}
	defer answer.Body.Close()
	c.ear.hear(owed)
	if r.list != nil {
		r.list.head = c.watch().Sub(begun)
	}
	c.observe(answer)
	from := newBody(watched, answer.Body, dog, &c.limits, r.most)
	from.heard = func() { c.ear.hear(owed) }
	if r.list != nil {
		defer func() { r.list.bytes = from.n }()
	}
	plain := unpacked(answer, from, r.most)
	message := func() []byte {
		b, _ := io.ReadAll(io.LimitReader(plain, c.limits.message)) // what came of it
		return b
	}
	if f := faultOf(answer, message, c.now()); f != nil {
		return c.blamed(f, answer)
	}
	if err := read(plain); err != nil {
		return lost(ctx, watched, err, true)
	}
	return nil
}

// lost is the error of a request that failed on the way: the caller's end, what the watchdog
// found, or what the network says. met tells whether there was a connection.
func lost(ctx, watched context.Context, err error, met bool) error {
	var f *fault
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &f):
		return err
	}
	if cause := context.Cause(watched); cause != nil {
		err = cause
	}
	return broken(err, met)
}

// observe learns the server's clock from an answer, and whether what it serves is live.
func (c *Client) observe(answer *http.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock.observe(answer.Header.Get("Date"), c.now())
	if answer.StatusCode == http.StatusOK && c.liveness.UnmarshalText([]byte(answer.Header.Get(model.AsOfHeader))) != nil {
		c.liveness = model.Liveness{} // another's header
	}
}
