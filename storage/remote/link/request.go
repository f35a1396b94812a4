package link

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"societop/model"
)

// Request is one GET.
type Request struct {
	Path     string // below the address of the server
	Query    url.Values
	Head     time.Duration // until the head of the answer is there
	Most     int64         // bytes of its body
	Patience time.Duration // before the server counts as silent, where more than usual
}

// Ask returns a request under the usual limits.
func (l *Link) Ask(path string, query url.Values) Request {
	return Request{Path: path, Query: query, Head: l.Limits.Head, Most: l.Limits.Body}
}

// Cost is what a request cost a server, as far as that can be seen from here.
type Cost struct {
	Head, Whole time.Duration
	bytes       int64
}

// fastest is how many bytes a second a server has to send at least to be busy with that only: on
// a slow link it waits.
const fastest = 25 << 20

// Busy returns how long the server was busy.
func (c *Cost) Busy() time.Duration {
	sending := time.Duration(float64(c.bytes) / fastest * float64(time.Second))
	return c.Head + min(c.Whole-c.Head, sending)
}

// busy is a server that sent Retry-After.
type busy struct {
	until time.Time
	fault *Fault
}

// Get sends a request and hands the body of a good answer to read. Any error is a *Fault, the end
// of ctx, or a *model.Error of the transport that [Over] was given. Before the end of a Retry-After nothing is sent, and the cost is nil.
func (l *Link) Get(ctx context.Context, r Request, read func(io.Reader) error) (*Cost, error) {
	if err := l.send.gate.pass(ctx); err != nil {
		return nil, err
	}
	if f := l.resting(); f != nil {
		return nil, f
	}
	cost, begun, owed := new(Cost), l.Watch(), l.ear.ask(r.Patience)
	err := l.get(ctx, r, cost, owed, read)
	l.ear.done(owed, err)
	cost.Whole = l.Watch().Sub(begun)
	var f *Fault
	if errors.As(err, &f) && f.Retry > 0 {
		l.mu.Lock()
		l.busy = busy{l.now().Add(f.Retry), f}
		l.mu.Unlock()
	}
	return cost, err
}

// resting is the fault of a server that sent Retry-After, and for how much longer.
func (l *Link) resting() *Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := l.busy.until.Sub(l.now())
	if left <= 0 {
		return nil
	}
	f := *l.busy.fault
	f.Retry = left
	return &f
}

// get is Get without regard to what the server asked for before.
func (l *Link) get(ctx context.Context, r Request, cost *Cost, owed *question, read func(io.Reader) error) error {
	begun := l.Watch()
	watched, dog := watch(ctx, r.Head)
	defer dog.end()
	u := l.base.JoinPath(r.Path)
	u.RawQuery = r.Query.Encode()
	q, err := http.NewRequestWithContext(watched, http.MethodGet, u.String(), nil)
	if err != nil {
		return &Fault{Kind: model.ErrUsage, Detail: "the address can't be asked"}
	}
	q.Header.Set("Accept", "application/json")
	q.Header.Set("User-Agent", "societop")
	q.Header.Set("Accept-Encoding", "gzip")
	l.login.sign(q)
	answer, err := l.http.Do(q)
	if err != nil {
		return lost(ctx, watched, l.byProxy(err), errors.Is(context.Cause(watched), errNoHead))
	}
	defer answer.Body.Close()
	l.ear.hear(owed)
	cost.Head = l.Watch().Sub(begun)
	l.observe(answer)
	from := newBody(watched, answer.Body, dog, &l.Limits, r.Most)
	from.heard = func() { l.ear.hear(owed) }
	defer func() { cost.bytes = from.n }()
	plain := unpacked(answer, from, r.Most)
	message := func() []byte {
		b, _ := io.ReadAll(io.LimitReader(plain, l.Limits.Message)) // what came of it
		return b
	}
	if f := faultOf(answer, message, l.now()); f != nil {
		return l.blamed(f, answer)
	}
	if err := read(plain); err != nil {
		return lost(ctx, watched, err, true)
	}
	return nil
}

// lost is the error of a request that failed on the way: the caller's end, what the watchdog
// found, or what the network says. met reports whether there was a connection.
func lost(ctx, watched context.Context, err error, met bool) error {
	var f *Fault
	var known *model.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &f):
		return err
	case errors.As(err, &known): // the transport of Over knows better
		return known
	}
	if cause := context.Cause(watched); cause != nil {
		err = cause
	}
	return broken(err, met)
}

// observe learns the server's clock from an answer, and whether what it serves is live.
func (l *Link) observe(answer *http.Response) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock.observe(answer.Header.Get("Date"), l.now())
	l.last.societop = answer.Header.Get("Server") == model.ServerName
	if answer.StatusCode == http.StatusOK && l.last.liveness.UnmarshalText([]byte(answer.Header.Get(model.AsOfHeader))) != nil {
		l.last.liveness = model.Liveness{} // another's header
	}
}
