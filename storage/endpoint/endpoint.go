package endpoint

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/peer"
	"societop/storage/remote"
	"societop/storage/remote/link"
)

// Endpoint is a server. Its methods may be called from any goroutine.
type Endpoint struct {
	link *link.Link
	peer *peer.Client
	web  *remote.Client

	asking chan struct{} // is held by who asks the server what it is

	mu      sync.Mutex
	known   bool  // own was asked, and nothing speaks against it
	own     bool  // it is a societop of our protocol
	product bool  // what its answers said of that
	other   error // why a societop is read by AgentSociety's routes; nil where it is none
}

var (
	_ model.Source      = (*Endpoint)(nil)
	_ model.Finder      = (*Endpoint)(nil)
	_ model.BatchReader = (*Endpoint)(nil)
	_ model.Surveyor    = (*Endpoint)(nil)
	_ model.Prober      = (*Endpoint)(nil)
	_ model.Lively      = (*Endpoint)(nil)
	_ model.Listener    = (*Endpoint)(nil)
	_ model.Controller  = (*Endpoint)(nil)
)

// Open names an endpoint. It asks it nothing, so that it may come up later. It fails with ErrUsage where
// the address is no endpoint's, or what access has for it is of no use.
func Open(address string, access model.Access) (*Endpoint, error) {
	l, err := link.Open(address, access)
	if err != nil {
		return nil, err
	}
	return &Endpoint{link: l, peer: peer.Over(l), web: remote.Over(l, access.Now), asking: make(chan struct{}, 1)}, nil
}

// Info returns the address of the endpoint, and what its user should know of it.
func (e *Endpoint) Info() model.Info {
	e.mu.Lock()
	own, other := e.own, e.other
	e.mu.Unlock()
	if own {
		return e.peer.Info()
	}
	info := e.web.Info()
	if other != nil && info.Warning.Empty() {
		info.Warning = text.Clean(other.Error())
	}
	return info
}

// Close ends what is under way and frees the connections.
func (e *Endpoint) Close() error { return errors.Join(e.peer.Close(), e.web.Close()) }

// source is one of the two clients.
type source interface {
	model.Source
	model.Finder
	model.Surveyor
}

// client returns the client for what the server is, and asks it where that is not known. It fails where
// the server does not answer, and refuses who asks.
func (e *Endpoint) client(ctx context.Context) (source, error) {
	if client, known := e.chosen(); known {
		return client, nil
	}
	select {
	case e.asking <- struct{}{}:
	case <-ctx.Done():
		return nil, e.link.Explain(context.Cause(ctx))
	}
	defer func() { <-e.asking }()
	if client, known := e.chosen(); known {
		return client, nil
	}
	err := e.peer.Greet(ctx)
	switch {
	case err == nil:
		e.choose(true, nil)
	case errors.Is(err, model.ErrVersion):
		e.choose(false, err)
	case errors.Is(err, model.ErrNotEndpoint), errors.Is(err, model.ErrAnswer), errors.Is(err, model.ErrServer) && model.RetryAfter(err) == 0:
		e.choose(false, nil)
	default:
		return nil, err
	}
	client, _ := e.chosen()
	return client, nil
}

// chosen returns the client for what the server was found to be; known is false where it has to be asked
// (again).
func (e *Endpoint) chosen() (client source, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known && e.link.Societop() != e.product {
		e.forget()
	}
	if e.own {
		return e.peer, e.known
	}
	return e.web, e.known
}

// choose takes note of what the server is.
func (e *Endpoint) choose(own bool, other error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.known, e.own, e.other, e.product = true, own, other, e.link.Societop()
}

// forget makes the next call ask the server what it is. It needs the lock.
func (e *Endpoint) forget() {
	e.known = false
	e.peer.Forget()
}

// judge takes note of an error of the client: a server that was away may come back as another one, and
// one that answers what it should not is another one.
func (e *Endpoint) judge(err error) {
	for _, kind := range []error{model.ErrUnreachable, model.ErrNotEndpoint, model.ErrAnswer} {
		if errors.Is(err, kind) {
			e.mu.Lock()
			e.forget()
			e.mu.Unlock()
			return
		}
	}
}

// ask calls fn with the client for what the server is.
func ask[T any](ctx context.Context, e *Endpoint, fn func(source) (T, error)) (T, error) {
	client, err := e.client(ctx)
	if err != nil {
		var none T
		return none, err
	}
	v, err := fn(client)
	e.judge(err)
	return v, e.named(ctx, err)
}

// Changes reads what has changed since a cursor. A cursor of a server that was of the other kind is one of
// another source: everything is listed again.
func (e *Endpoint) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	listened, stop := e.link.Listen(ctx, b.Interval)
	client, err := e.client(listened)
	stop()
	if err != nil {
		return model.Changes{}, err
	}
	ch, err := client.Changes(ctx, since, b)
	e.judge(err)
	return ch, e.named(ctx, err)
}

// Experiment reads one experiment whole.
func (e *Endpoint) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	return ask(ctx, e, func(s source) (model.Experiment, error) { return s.Experiment(ctx, k) })
}

// Find reads the experiment of an id, whatever its tenant.
func (e *Endpoint) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	return ask(ctx, e, func(s source) (model.Experiment, error) { return s.Find(ctx, id) })
}

// Experiments reads several experiments whole, which takes less time than one by one only of a societop.
func (e *Endpoint) Experiments(ctx context.Context, keys []model.Key) ([]model.Experiment, error) {
	return ask(ctx, e, func(s source) ([]model.Experiment, error) { return model.ReadExperiments(ctx, s, keys) })
}

// Surveys is the questionnaires of the server.
func (e *Endpoint) Surveys(ctx context.Context) ([]model.Survey, error) {
	return ask(ctx, e, func(s source) ([]model.Survey, error) { return s.Surveys(ctx) })
}

// RunData is what the server has of one experiment, by the client that read last. It reads nothing.
func (e *Endpoint) RunData(k model.Key) model.RunData {
	client, _ := e.chosen()
	return client.RunData(k)
}

// Liveness returns that of what the server serves, by its last answer. It sends nothing.
func (e *Endpoint) Liveness(context.Context) (model.Liveness, error) { return e.link.Liveness(), nil }

// Silent reports whether the server owes an answer, and nothing was heard of it for too long. It sends
// nothing.
func (e *Endpoint) Silent(interval time.Duration) bool { return e.web.Silent(interval) }

// Probe asks the server for the description of its API, which societop has, too.
func (e *Endpoint) Probe(ctx context.Context) (model.EndpointReport, error) {
	report, err := e.web.Probe(ctx)
	e.judge(err)
	return report, e.named(ctx, err)
}

// Forbids returns why the server does not do a control; a societop does none, also one that a proxy hides.
func (e *Endpoint) Forbids(c model.Control) error {
	why := e.web.Forbids(c)
	if client, _ := e.chosen(); why == nil && client == source(e.peer) {
		why = &model.Error{Op: c.String(), Address: e.link.Address(), Err: model.ErrNotOffered, Detail: "societop serve is read-only"}
	}
	return why
}

// Carry carries out an order on one experiment.
func (e *Endpoint) Carry(ctx context.Context, k model.Key, o model.Order, adv model.ProgressFunc) model.ControlResult {
	if _, err := e.client(ctx); err != nil {
		return model.NewResult(k, o.Control, "", err)
	}
	if why := e.Forbids(o.Control); why != nil {
		return model.NewResult(k, o.Control, "", why)
	}
	return e.web.Carry(ctx, k, o, adv)
}
