package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/peer/wire"
	"societop/storage/remote/link"
)

// Client is a source of another societop. Its methods may be called from any goroutine.
type Client struct {
	link *link.Link
	life context.Context
	end  context.CancelFunc

	mu     sync.Mutex
	hello  *wire.Hello // what the server said; nil: nobody has asked since it was another one
	shared wire.Shared
	single map[model.SourceName]bool // sources that don't give out the data of all agents at once
	rows   keptRows

	answers keptAnswers
}

var (
	_ model.Source      = (*Client)(nil)
	_ model.Finder      = (*Client)(nil)
	_ model.BatchReader = (*Client)(nil)
	_ model.Surveyor    = (*Client)(nil)
	_ model.Prober      = (*Client)(nil)
	_ model.Lively      = (*Client)(nil)
	_ model.Listener    = (*Client)(nil)
)

// Over returns a client of the server that a link leads to. It sends nothing.
func Over(l *link.Link) *Client {
	c := &Client{link: l, single: map[model.SourceName]bool{}}
	c.life, c.end = context.WithCancel(context.Background())
	return c
}

// Info returns the address of the server, and a warning where a token would travel unencrypted, or that of
// the source that is served.
func (c *Client) Info() model.Info {
	info := model.Info{Kind: "endpoint", Address: text.Clean(c.link.Address()), Guarded: c.link.Guarded(), Warning: text.Clean(c.link.Warning())}
	if h := c.greeted(); h != nil && info.Warning.Empty() {
		info.Warning = text.Clean(string(h.Warning))
	}
	return info
}

// Close ends what is under way and frees the connections.
func (c *Client) Close() error {
	c.end()
	c.link.Close()
	return nil
}

// Silent reports whether the server owes an answer, and nothing was heard of it for too long. It sends
// nothing.
func (c *Client) Silent(interval time.Duration) bool {
	silent, _ := c.link.Silent(interval)
	return silent
}

// Liveness returns that of what the server serves, by its last answer. It sends nothing.
func (c *Client) Liveness(context.Context) (model.Liveness, error) { return c.link.Liveness(), nil }

// get asks for something below the protocol's path, and decodes the answer.
func (c *Client) get(ctx context.Context, path string, q url.Values, into any) error {
	return c.ask(ctx, c.link.Ask(wire.Routes+path, q), into)
}

// maxLong is the most bytes of an answer of rows without a bound.
const maxLong = 2 << 30

// ask sends a request, and decodes the answer.
func (c *Client) ask(ctx context.Context, r link.Request, into any) error {
	return c.explain(c.send(ctx, r, into))
}

// askNewer is ask for what former versions don't have. Of them, it fails with ErrNotOffered.
func (c *Client) askNewer(ctx context.Context, r link.Request, into any) error {
	err := c.send(ctx, r, into)
	var f *link.Fault
	if errors.As(err, &f) && f.UnknownRoute() {
		return c.older()
	}
	return c.explain(err)
}

// older is the error of what the server does not have because it is an older version.
func (c *Client) older() error {
	return &model.Error{Op: "read", Address: c.link.Address(), Err: model.ErrNotOffered, Detail: "the societop there is older than this one"}
}

// send sends a request, and decodes the answer. Its errors are those of the link.
func (c *Client) send(ctx context.Context, r link.Request, into any) error {
	life, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(c.life, stop)()
	_, err := c.link.Get(life, r, func(body io.Reader) error { return decode(body, into) })
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // such as that nothing was heard of the server
	}
	return err
}

// explain makes the error for callers.
func (c *Client) explain(err error) error {
	var f *link.Fault
	if !errors.As(err, &f) || f.Own == nil {
		return c.link.Explain(err)
	}
	var e wire.Error
	if bad := json.Unmarshal(f.Own, &e); bad != nil {
		return c.link.Explain(err)
	}
	for _, said := range []*string{&e.Op, &e.Address, &e.Detail} {
		*said = c.link.Unsaid(*said)
	}
	return e.Model(c.link.Address())
}

// greeted is what the server said it is; nil where it was not asked.
func (c *Client) greeted() *wire.Hello {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hello
}

// Greet asks the server what it is, unless it has said so. It fails with ErrNotEndpoint where it does not
// speak the protocol, and with ErrVersion where it speaks another version of it.
func (c *Client) Greet(ctx context.Context) error {
	if c.greeted() != nil {
		return nil
	}
	var h wire.Hello
	if err := c.ask(ctx, c.link.Ask(wire.Greeting, nil), &h); err != nil {
		return err
	}
	if !slices.Contains(h.Versions, wire.Version) {
		return c.link.Explain(&link.Fault{Kind: model.ErrVersion, Detail: fmt.Sprintf("%s; the protocol here has version %d", h.Societop, wire.Version)})
	}
	c.mu.Lock()
	c.hello = &h
	c.mu.Unlock()
	return nil
}

// Forget makes the next call of Changes ask the server what it is.
func (c *Client) Forget() {
	c.mu.Lock()
	c.hello = nil
	c.mu.Unlock()
}

// Changes reads what has changed since a cursor. It fails with the errors of the source that is served,
// and with those of an endpoint.
func (c *Client) Changes(ctx context.Context, since model.Cursor, b model.Budget) (ch model.Changes, err error) {
	ctx, stop := c.link.Listen(ctx, b.Interval)
	defer stop()
	if err := c.Greet(ctx); err != nil {
		return ch, err
	}
	var p wire.Page
	asked := time.Now()
	if err := c.get(ctx, "changes", c.query(since, b), &p); err != nil {
		if errors.Is(err, model.ErrNotEndpoint) {
			c.Forget()
		}
		return ch, err
	}
	took := time.Since(asked)
	if b.Rows > 0 && len(p.Put) > b.Rows {
		return ch, c.wrong(errors.New("it has more rows than were asked for"))
	}
	c.mu.Lock()
	ch, err = p.Model(&c.shared, c.link.Address())
	c.learn(&p.Tables)
	c.rows.see(&ch)
	c.mu.Unlock()
	if err != nil {
		return model.Changes{}, c.wrong(err)
	}
	c.adjust(&ch, p.Now.Time, took)
	return ch, nil
}

// wrong is the error of an answer that can't be used.
func (c *Client) wrong(err error) error {
	return c.link.Explain(&link.Fault{Kind: model.ErrAnswer, Detail: err.Error()})
}

// learn takes note of what the sources of an answer can do.
func (c *Client) learn(t *wire.Tables) {
	for _, s := range t.Sources {
		name := model.NewSourceName(string(s.Name))
		if s.Bulk {
			delete(c.single, name)
		} else if len(c.single) < maxSources {
			c.single[name] = true
		}
	}
}

// maxSources is how many sources of a server are remembered.
const maxSources = 1 << 12

// near is how far apart clocks are that count as one.
const near = 500 * time.Millisecond

// adjust turns the times of changes by the server's clock into those of this machine. The clock of a
// server that is as near as can be seen is this machine's.
func (c *Client) adjust(ch *model.Changes, server time.Time, took time.Duration) {
	if server.IsZero() {
		return
	}
	now := c.link.Now()
	ahead := server.Add(took / 2).Sub(now)
	if ahead.Abs() <= near+took/2 {
		return
	}
	if ch.Clock.IsZero() {
		ch.Clock = now.Add(ahead)
	}
	for i := range ch.Sources {
		s := &ch.Sources[i]
		s.Skew += ahead
		for _, t := range []*time.Time{&s.Answered, &s.RetryAt} {
			if !t.IsZero() {
				*t = t.Add(-ahead)
			}
		}
	}
}

// query is that of a request for changes.
func (c *Client) query(since model.Cursor, b model.Budget) url.Values {
	q := url.Values{}
	if since != (model.Cursor{}) {
		q.Set("since", since.Token())
	}
	number := func(name string, n int64) {
		if n > 0 {
			q.Set(name, strconv.FormatInt(n, 10))
		}
	}
	number("rows", int64(b.Rows))
	number("micros", b.Time.Microseconds())
	if b.Time > 0 && b.Time < time.Microsecond {
		q.Set("micros", "1")
	}
	for name, set := range map[string]bool{"errors": b.Errors, "fresh": b.Fresh} {
		if set {
			q.Set(name, "1")
		}
	}
	if h := c.greeted(); h != nil && h.Spare {
		number("interval", b.Interval.Milliseconds())
		if b.Record {
			q.Set("record", "1")
		}
		for _, k := range b.Watched[:min(len(b.Watched), maxWatched)] {
			q.Add("key", keyText(k))
		}
	}
	return q
}

// maxWatched is how many of the experiments that are looked at a request names.
const maxWatched = 30

// keyText is a key in a query.
func keyText(k model.Key) string {
	return strings.Join([]string{k.ID.String(), k.Tenant.Raw(), k.Source.Raw()}, "\x00")
}

// ofKey is the query that names an experiment.
func ofKey(k model.Key) url.Values {
	q := url.Values{"tenant_id": {k.Tenant.Raw()}}
	if !k.Source.Empty() {
		q.Set("source", k.Source.Raw())
	}
	return q
}

// Experiment reads one experiment whole.
func (c *Client) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	q := ofKey(k)
	q.Set("id", k.ID.String())
	e, err := c.one(ctx, q)
	if err == nil && e.Key != k {
		return model.Experiment{}, c.wrong(errors.New("it is about another experiment"))
	}
	return e, err
}

// Find reads the experiment of an id, whatever its tenant.
func (c *Client) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	e, err := c.one(ctx, url.Values{"id": {id.String()}})
	if err == nil && e.ID != id {
		return model.Experiment{}, c.wrong(errors.New("it is about another experiment"))
	}
	return e, err
}

// one reads one experiment.
func (c *Client) one(ctx context.Context, q url.Values) (out model.Experiment, err error) {
	var e wire.Experiment
	if err := c.get(ctx, "experiment", q, &e); err != nil {
		return out, err
	}
	return c.whole(&e)
}

// whole decodes an experiment.
func (c *Client) whole(e *wire.Experiment) (model.Experiment, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.learn(&e.Tables)
	out, err := e.Model(&c.shared)
	if err != nil {
		return model.Experiment{}, c.wrong(err)
	}
	return out, nil
}

// atOnce is how many experiments are asked for at one time.
const atOnce = 25

// Experiments reads several experiments whole.
func (c *Client) Experiments(ctx context.Context, keys []model.Key) (all []model.Experiment, err error) {
	for some := range slices.Chunk(keys, atOnce) {
		q := url.Values{}
		for _, k := range some {
			q.Add("key", keyText(k))
		}
		var got wire.Data[wire.List[*wire.Experiment]]
		if err := c.get(ctx, "experiments", q, &got); err != nil {
			return nil, err
		}
		for _, e := range got.Data {
			if e == nil {
				continue
			}
			one, err := c.whole(e)
			if err != nil {
				return nil, err
			}
			if slices.Contains(some, one.Key) {
				all = append(all, one)
			}
		}
	}
	return all, nil
}

// Surveys is the questionnaires of the source.
func (c *Client) Surveys(ctx context.Context) ([]model.Survey, error) {
	return rows(ctx, c, c.link.Ask(wire.Routes+"surveys", nil), wire.Survey.Model)
}

// Probe asks the server what it is.
func (c *Client) Probe(ctx context.Context) (r model.EndpointReport, err error) {
	c.Forget()
	asked := time.Now()
	if err := c.Greet(ctx); err != nil {
		return r, err
	}
	h := c.greeted()
	r = model.EndpointReport{
		Title: text.Clean("societop " + h.Societop + ", which serves a " + string(h.Kind)), Took: time.Since(asked),
		Insecure: c.link.Exposed(), Skew: c.link.Skew(), Liveness: c.link.Liveness(),
	}
	_, err = c.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1})
	r.Liveness = c.link.Liveness()
	return r, err
}
