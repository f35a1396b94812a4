package remotetest

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// keepAlive is how long AgentSociety keeps an idle connection, to the second.
const keepAlive = 5 * time.Second

// Endpoint is a handler on loopback that can be killed and started again at the same
// address.
type Endpoint struct {
	URL string

	handler http.Handler
	mu      sync.Mutex
	server  *http.Server
	conns   map[net.Conn]bool
	running sync.WaitGroup // handlers
}

// Listen serves a handler on loopback until the test ends.
func Listen(t testing.TB, h http.Handler) *Endpoint {
	t.Helper()
	e := &Endpoint{handler: h}
	if err := e.start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Stop)
	return e
}

// Stop ends the server as a kill does: connections are cut and new ones are refused. It
// waits for the handlers, which see their clients go.
func (e *Endpoint) Stop() {
	e.mu.Lock()
	server := e.server
	e.server = nil
	e.mu.Unlock()
	if server != nil {
		e.CloseConnections()
		_ = server.Close() // its listener may be closed already
	}
	e.running.Wait()
}

// Start starts a stopped server again, at the same address.
func (e *Endpoint) Start(t testing.TB) {
	t.Helper()
	if err := e.start(e.URL[len("http://"):]); err != nil {
		t.Fatal(err)
	}
}

// CloseConnections resets all connections, whatever they are doing. New ones are accepted.
func (e *Endpoint) CloseConnections() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for c := range e.conns {
		reset(c)
	}
}

func (e *Endpoint) start(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(e.serve), ConnState: e.track, IdleTimeout: keepAlive, ReadHeaderTimeout: time.Minute}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.URL, e.server, e.conns = "http://"+l.Addr().String(), server, make(map[net.Conn]bool)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			_ = l.Close() // nobody is served any more, and the client sees it
		}
	}()
	return nil
}

func (e *Endpoint) serve(w http.ResponseWriter, r *http.Request) {
	e.running.Add(1)
	defer e.running.Done()
	e.handler.ServeHTTP(w, r)
}

func (e *Endpoint) track(c net.Conn, s http.ConnState) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch s {
	case http.StateNew:
		e.conns[c] = true
	case http.StateClosed: // those that were taken over are cut by Stop
		delete(e.conns, c)
	default:
	}
}

// reset closes a connection so that its other end sees a reset.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
