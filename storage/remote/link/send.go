package link

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"societop/model"
)

// Patience is how long a request that changes something may take to be answered. AgentSociety
// stops a run for up to 10 s, and answers nothing else meanwhile.
const Patience = 25 * time.Second

// sending is what Send needs.
type sending struct {
	http *http.Client // nil where nothing may be sent
	gate gate         // of all that is only read
}

// MayWrite reports whether Send sends anything.
func (l *Link) MayWrite() bool { return l.send.http != nil }

// Send sends a request that changes something, with a body of JSON where that is not nil, and reads
// its answer. Until that has come no Get is sent. It sends it once, on a connection of its own: a request that gets no answer on a
// connection that was kept open is one that net/http may send again. sent is false where the
// server can't have seen the request. Any error is a *Fault, or the end of ctx; it is ErrNoWrite
// where the Link was opened without Access.Write.
func (l *Link) Send(ctx context.Context, method, path string, body []byte) (sent bool, err error) {
	return l.sendFor(ctx, method, path, body, l.Limits.Message, func(answer io.Reader) error {
		_, _ = io.Copy(io.Discard, answer) // what came of it
		return nil
	})
}

// Fetch sends a POST that only reads, as Send does, and hands the body of a good answer to read. It
// needs Access.Write, too.
func (l *Link) Fetch(ctx context.Context, path string, read func(io.Reader) error) error {
	_, err := l.sendFor(ctx, http.MethodPost, path, nil, l.Limits.Body, read)
	return err
}

// sendFor is Send, and hands the body of a good answer, of at most so many bytes, to read.
func (l *Link) sendFor(ctx context.Context, method, path string, body []byte, most int64, read func(io.Reader) error) (sent bool, err error) {
	if !l.MayWrite() {
		return false, &Fault{Kind: model.ErrNoWrite}
	}
	if f := l.resting(); f != nil {
		return false, f
	}
	defer l.send.gate.hold()()
	owed := l.ear.ask(Patience)
	var met atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { met.Store(true) }})
	err = l.sendOnce(traced, method, path, body, owed, most, read)
	l.ear.done(owed, err)
	return met.Load(), err
}

// Paused reports whether Send is at work, which a Get waits for.
func (l *Link) Paused() bool { return l.send.gate.held() != nil }

// sendOnce is Send without regard to what the server asked for before.
func (l *Link) sendOnce(ctx context.Context, method, path string, body []byte, owed *question, most int64, read func(io.Reader) error) error {
	watched, dog := watch(ctx, Patience)
	defer dog.end()
	q, err := http.NewRequestWithContext(watched, method, l.base.JoinPath(path).String(), nil)
	if err != nil {
		return &Fault{Kind: model.ErrUsage, Detail: "the address can't be asked"}
	}
	q.Header.Set("Accept", "application/json")
	q.Header.Set("User-Agent", "societop")
	if body != nil { // without GetBody it can't be sent a second time
		q.Body, q.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		q.Header.Set("Content-Type", "application/json")
	}
	l.login.sign(q)
	answer, err := l.send.http.Do(q)
	if err != nil {
		return lost(ctx, watched, l.byProxy(err), errors.Is(context.Cause(watched), errNoHead))
	}
	defer answer.Body.Close()
	l.ear.hear(owed)
	l.observe(answer)
	from := newBody(watched, answer.Body, dog, &l.Limits, most)
	message := func() []byte {
		b, _ := io.ReadAll(io.LimitReader(from, l.Limits.Message)) // what came of it
		return b
	}
	if f := faultOf(answer, message, l.now()); f != nil {
		return l.blamed(f, answer)
	}
	if err := read(from); err != nil {
		return lost(ctx, watched, err, true)
	}
	return nil
}

// readOnly is a transport that sends nothing but GET. It is the only one of a Link that was opened
// without Access.Write, and of one that was, that of all that Send does not send.
type readOnly struct{ http.RoundTripper }

// RoundTrip refuses all other methods.
func (t readOnly) RoundTrip(q *http.Request) (*http.Response, error) {
	if q.Method != http.MethodGet {
		return nil, &Fault{Kind: model.ErrNoWrite, Detail: q.Method}
	}
	return t.RoundTripper.RoundTrip(q)
}

// CloseIdleConnections frees the connections of the transport.
func (t readOnly) CloseIdleConnections() {
	if inner, ok := t.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		inner.CloseIdleConnections()
	}
}

// senderOver makes the client by which Send sends out of a transport, which is from then on only
// for it.
func senderOver(t *http.Transport) *http.Client {
	t.DisableKeepAlives, t.ForceAttemptHTTP2 = true, false
	return &http.Client{Transport: t, CheckRedirect: stay}
}

// stay follows no redirect: see faultOf.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
