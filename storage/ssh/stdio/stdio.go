// Package stdio serves a source on a pipe: the other end of [societop/storage/ssh].
package stdio

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"societop/model"
	"societop/storage/peer/wire"
	"societop/storage/ssh/pipe"
)

// Options is how a source is served.
type Options struct {
	Release string // of this program, for people
	// Open opens the source at a path, or the default one where the path is empty.
	Open func(ctx context.Context, path string) (model.Source, error)
	// Handler answers requests for a source.
	Handler func(model.Source) http.Handler
}

// The time limits.
const (
	helloTime = 30 * time.Second // for the other end to say what it wants
	leaveTime = time.Second      // for requests under way at the end
)

// Serve reads from in which source the other end wants, and serves it until in ends or ctx is done. To
// out it writes nothing but answers. It fails where there is no source to serve.
func Serve(ctx context.Context, in io.Reader, out io.Writer, o Options) error {
	buffered := bufio.NewReader(in)
	request, err := asked(ctx, buffered)
	if err != nil {
		return err
	}
	reply := pipe.Reply{Version: pipe.Version, Release: o.Release}
	if request.Version != pipe.Version {
		return errors.Join(pipe.Answer(out, reply), model.Usagef("the other societop speaks version %d of the protocol, and this one version %d: install the same on both machines", request.Version, pipe.Version))
	}
	src, err := o.Open(ctx, request.Path)
	if err != nil {
		reply.Failure = wire.NewError(err, request.Path)
		return errors.Join(pipe.Answer(out, reply), err)
	}
	if err := pipe.Answer(out, reply); err != nil {
		return errors.Join(err, src.Close())
	}
	serve(ctx, &conn{Reader: buffered, Writer: out, closed: make(chan struct{})}, o.Handler(src))
	return src.Close()
}

// asked reads the request of the other end.
func asked(ctx context.Context, r *bufio.Reader) (pipe.Request, error) {
	ctx, done := context.WithTimeoutCause(ctx, helloTime, model.Usagef("nothing asks for a source on standard input"))
	defer done()
	var request pipe.Request
	read := make(chan error, 1)
	go func() {
		var err error
		request, err = pipe.ReadRequest(r)
		read <- err
	}()
	select {
	case err := <-read:
		return request, err
	case <-ctx.Done():
		return pipe.Request{}, context.Cause(ctx)
	}
}

// serve answers requests on a connection until it ends or ctx is done.
func serve(ctx context.Context, c *conn, h http.Handler) {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	var working sync.WaitGroup
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			working.Add(1)
			defer working.Done()
			h.ServeHTTP(w, r)
		}),
		Protocols: new(http.Protocols), ErrorLog: log.New(io.Discard, "", 0), MaxHeaderBytes: 1 << 16,
		BaseContext: func(net.Listener) context.Context { return life },
	}
	server.Protocols.SetUnencryptedHTTP2(true)
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	_ = server.Serve(&once{conn: c}) // it ends with its only connection
	_ = server.Close()
	end()
	idle := make(chan struct{})
	go func() { working.Wait(); close(idle) }()
	select {
	case <-idle:
	case <-time.After(leaveTime):
	}
}

// once is a listener with one connection. It ends when that does.
type once struct {
	conn *conn
	gave sync.Once
}

// Accept returns the connection, and later waits for its end.
func (l *once) Accept() (c net.Conn, err error) {
	l.gave.Do(func() { c = l.conn })
	if c == nil {
		<-l.conn.closed
		err = net.ErrClosed
	}
	return c, err
}

// Close does nothing.
func (*once) Close() error { return nil }

// Addr is that of a pipe.
func (*once) Addr() net.Addr { return pipe.Addr{} }

// conn is a connection made of what is read and what is written.
type conn struct {
	pipe.Base
	io.Reader
	io.Writer
	closing sync.Once
	closed  chan struct{}
}

// Close ends the connection. A Read that is under way goes on until there is something to read.
func (c *conn) Close() error {
	c.closing.Do(func() { close(c.closed) })
	return nil
}
