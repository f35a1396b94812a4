package ssh

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"societop/model"
	"societop/storage/ssh/pipe"
)

// Transport sends HTTP requests to the societop on another machine, all of them through one ssh. Its
// methods may be called from any goroutine. Any error of it is, or wraps, a [model.Error] or the end of a
// context.
type Transport struct {
	address Address
	program string   // on this machine
	command []string // on the other machine
	environ []string
	times   times

	mu     sync.Mutex
	newest *attempt // nil before the first request
	closed bool
}

var _ http.RoundTripper = (*Transport)(nil)

// attempt is one connection, or the attempt to make one.
type attempt struct {
	ready   chan struct{} // closed when what follows is set
	process *process
	conn    *http.ClientConn
	err     error // why there is no connection
	failed  time.Time
}

// The time limits of a connection.
const (
	helloTime = 25 * time.Second // to connect, log in and start societop there
	// restTime is how long a failure answers for other requests.
	restTime = time.Second
)

// times are the limits of a connection that is up.
type times struct {
	ping   time.Duration // of silence, after which a ping is sent
	silent time.Duration // of silence, after which it is given up
}

// usual are the times in use: an outage is to be known within two intervals and 5 s.
var usual = times{ping: 2 * time.Second, silent: 4750 * time.Millisecond}

// maxNoise is the most bytes that are printed before the answer of societop.
const maxNoise = 64 << 10

// errNoise is hello's.
var errNoise = pipe.ErrNoise

// New makes a transport to an address. It starts nothing. The command is the one of access, or
// "societop stdio".
func New(address Address, access model.Access) *Transport {
	t := &Transport{address: address, program: "ssh", command: []string{"societop", "stdio"}, environ: access.Environ, times: usual}
	if access.RemoteCommand != "" {
		t.command = []string{access.RemoteCommand}
	}
	if t.environ == nil {
		t.environ = os.Environ()
	}
	return t
}

// Address returns what the transport leads to.
func (t *Transport) Address() Address { return t.address }

// RoundTrip sends a request. It starts ssh unless it runs.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	l, err := t.connect(r.Context())
	if err != nil {
		return nil, err
	}
	answer, err := l.conn.RoundTrip(r)
	if err != nil {
		return nil, t.failure(r.Context(), l, err)
	}
	answer.Body = &body{answer.Body, func(err error) error { return t.failure(r.Context(), l, err) }}
	return answer, nil
}

// failure is the error of a request: the end of its context, or what became of the connection.
func (t *Transport) failure(ctx context.Context, l *attempt, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if l.conn.Err() == nil && !l.process.closing() { // only this request failed: what came of its answer is cut
		return io.ErrUnexpectedEOF
	}
	return t.explain(l.process, err)
}

// body is the body of an answer, whose errors say what became of the connection.
type body struct {
	io.ReadCloser
	explain func(error) error
}

// Read reads of the body.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.explain(err)
	}
	return n, err
}

// connect returns a connection that is up.
func (t *Transport) connect(ctx context.Context) (*attempt, error) {
	l, err := t.current()
	if err != nil {
		return nil, err
	}
	select {
	case <-l.ready:
		return l, l.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// current returns the connection, or makes another where it is down and it is time.
func (t *Transport) current() (*attempt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, net.ErrClosed
	}
	if t.newest == nil || t.newest.down() {
		t.newest = &attempt{ready: make(chan struct{})}
		go t.dial(t.newest)
	}
	return t.newest, nil
}

// down reports whether another connection has to be made.
func (l *attempt) down() bool {
	select {
	case <-l.ready:
	default:
		return false // it is being made
	}
	if l.err != nil {
		return time.Since(l.failed) >= restTime
	}
	return l.conn.Err() != nil || l.process.over()
}

// dial makes a connection.
func (t *Transport) dial(l *attempt) {
	defer close(l.ready)
	p, err := start(t.program, t.address.arguments(t.command), t.environ)
	if err == nil {
		t.mu.Lock()
		l.process = p
		if t.closed {
			p.end(net.ErrClosed)
		}
		t.mu.Unlock()
		l.conn, err = t.greet(p)
	}
	switch {
	case err == nil:
		go p.listen(t.times.silent)
		return
	case p != nil:
		p.end(err)
	}
	l.err, l.failed = t.explain(p, err), time.Now()
}

// greet asks for the source, and makes an HTTP connection where there is one.
func (t *Transport) greet(p *process) (*http.ClientConn, error) {
	slow := time.AfterFunc(helloTime, func() { p.end(errSlow) })
	defer slow.Stop()
	asked := pipe.Ask(p, pipe.Request{Version: pipe.Version, Path: t.address.Path})
	in := bufio.NewReaderSize(p, 4<<10)
	reply, err := pipe.ReadReply(in, maxNoise) // what has ended before it was asked may have said why
	if err = cmp.Or(err, asked); err != nil {
		return nil, err
	}
	if err := t.refusal(reply); err != nil {
		return nil, err
	}
	over := &http.Transport{ // which needs no limit for a ping: it may be late on a slow link, and listen counts bytes
		Protocols: new(http.Protocols), DisableCompression: true, MaxResponseHeaderBytes: 1 << 16,
		HTTP2:       &http.HTTP2Config{SendPingTimeout: t.times.ping, PingTimeout: time.Hour},
		DialContext: func(context.Context, string, string) (net.Conn, error) { return &buffered{p, in}, nil },
	}
	over.Protocols.SetUnencryptedHTTP2(true)
	return over.NewClientConn(context.Background(), "http", "societop:80")
}

// refusal is the error of a reply that nothing follows.
func (t *Transport) refusal(reply pipe.Reply) error {
	e := &model.Error{Op: "read", Address: t.address.String(), Err: model.ErrNoPeer}
	switch {
	case reply.Version < pipe.Version:
		e.Detail, e.Remedy = "it speaks an older protocol: "+clip(reply.Release), t.filled("update societop on HOST")
	case reply.Version > pipe.Version:
		e.Detail, e.Remedy = "it speaks a newer protocol: "+clip(reply.Release), "update societop on this machine"
	case reply.Failure != nil && reply.Failure.Code != "":
		return reply.Failure.Model(e.Address)
	case reply.Failure != nil:
		e.Detail, e.Remedy = clip(reply.Failure.Detail), "give the path of a file there, as in "+t.filled("ssh://HOST/path/lab.db")
	default:
		return nil
	}
	return e
}

// buffered is a connection of which something was read already.
type buffered struct {
	*process
	in *bufio.Reader
}

// Read reads what was read already, and then of the connection.
func (b *buffered) Read(p []byte) (int, error) { return b.in.Read(p) }

// listen ends a process that is silent. It counts ticks instead of time, since a program that
// was stopped has heard nothing meanwhile.
func (p *process) listen(most time.Duration) {
	const ticks = 10
	tick := time.NewTicker(most / ticks)
	defer tick.Stop()
	for last, silent := int64(0), 0; silent < ticks; silent++ {
		if now := p.heard.Load(); now != last {
			last, silent = now, 0
		}
		select {
		case <-p.closed:
			return
		case <-tick.C:
		}
	}
	p.end(errSilent)
}

// closing reports whether the process is being ended from here.
func (p *process) closing() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// over reports whether the process has ended, or does so soon.
func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
	}
	if !p.closing() {
		return false
	}
	select {
	case <-p.ended:
		return true
	case <-time.After(politeTime + termTime + time.Second):
		return false
	}
}

// Close ends ssh and waits for that, for two seconds at most. What is under way fails.
func (t *Transport) Close() error {
	t.mu.Lock()
	t.closed = true
	var p *process
	if t.newest != nil {
		p = t.newest.process
	}
	t.mu.Unlock()
	if p != nil {
		p.end(net.ErrClosed)
		p.over()
	}
	return nil
}
