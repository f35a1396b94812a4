package serve

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// limits bound what clients may cost, whatever they do.
type limits struct {
	// Of the handler.
	requests int           // under way at one time, lists aside
	lists    int           // under way at one time
	patience time.Duration // that a request waits for its turn
	uri      int           // bytes of a path with its query
	// What is written must be taken within stall, and all of an answer within grace and a
	// second more for each minRate bytes.
	stall, grace time.Duration
	minRate      int64         // bytes a second
	body         time.Duration // that a request is given for a body, which nobody reads

	// Of the server.
	connections int
	head        time.Duration // until the head of a request is there
	header      int           // bytes of it
	idle        time.Duration // between two requests
	leave       time.Duration // that requests under way are given at the end, and half of it again to notice
}

// usual are the limits in use. An idle connection is kept for as long as AgentSociety keeps
// it.
var usual = limits{
	requests: 32, lists: 2, patience: 10 * time.Second, uri: 2 << 10,
	stall: 20 * time.Second, grace: 30 * time.Second, minRate: 4 << 10, body: time.Second,
	connections: 256, head: 10 * time.Second, header: 32 << 10, idle: 5 * time.Second, leave: time.Second,
}

// errBusy is returned where requests had to wait for too long.
var errBusy = errors.New("too many requests at one time")

// gate lets in so many at one time.
type gate chan struct{}

// enter waits for a place; it reports whether there was one in time.
func (g gate) enter(ctx context.Context, patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case g <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func (g gate) leave() { <-g }

// drain waits until all have left, and lets nobody in any more.
func (g gate) drain(ctx context.Context) {
	for range cap(g) {
		select {
		case g <- struct{}{}:
		case <-ctx.Done():
			return
		}
	}
}

// sender writes one answer to a client that must take it in time.
type sender struct {
	w     http.ResponseWriter
	l     *limits
	begun time.Time
	n     int64 // bytes so far
	head  bool  // of the answer is written
	gzip  bool  // the client asks for it
	lost  bool  // the client did not take it
}

func newSender(w http.ResponseWriter, l *limits) *sender {
	return &sender{w: w, l: l}
}

// part is how much is written under one deadline.
const part = 64 << 10

// Write writes on, part by part.
func (s *sender) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		var one int
		s.extend(min(len(p), part))
		one, err = s.w.Write(p[:min(len(p), part)])
		n, p = n+one, p[one:]
	}
	s.lost = s.lost || err != nil
	return n, err
}

// extend sets the time by which some more bytes must be taken.
func (s *sender) extend(bytes int) {
	s.n += int64(bytes)
	all := s.begun.Add(s.l.grace + time.Duration(s.n/s.l.minRate)*time.Second)
	if soon := time.Now().Add(s.l.stall); soon.Before(all) {
		all = soon
	}
	s.deadline(all)
}

// bodiless gives up a connection on which a request brings a body, unless that comes at once.
func (s *sender) bodiless() {
	s.w.Header().Set("Connection", "close")
	_ = http.NewResponseController(s.w).SetReadDeadline(time.Now().Add(s.l.body)) // see deadline
}

// cut ends the connection, so that nobody takes the answer for a whole one.
func (s *sender) cut() { s.deadline(time.Unix(1, 0)) }

// deadline bounds all writing from now on. Where the connection knows none, as in tests,
// there is nothing that could hang.
func (s *sender) deadline(at time.Time) { _ = http.NewResponseController(s.w).SetWriteDeadline(at) }

// send writes an answer, and returns it as it became.
func (s *sender) send(a answer) answer {
	s.head, s.begun = true, time.Now()
	s.extend(0)
	err := s.write(a)
	if err != nil {
		s.cut()
		if a.status = 0; !s.lost {
			a.why = err
		}
	}
	return a
}
