package remotetest

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// knobs is how a Server is disturbed and watched, by the names of requests and routes. Its
// Server's lock guards it.
type knobs struct {
	counts, now, most map[string]int
	headers           map[string]http.Header
	fails             map[string]*recorded
	delays            map[string]time.Duration
	gates             map[string]chan struct{}
	drops             map[string]int
}

func newKnobs() knobs {
	return knobs{
		counts: make(map[string]int), now: make(map[string]int), most: make(map[string]int),
		headers: make(map[string]http.Header), fails: make(map[string]*recorded),
		delays: make(map[string]time.Duration), gates: make(map[string]chan struct{}), drops: make(map[string]int),
	}
}

// disturbance is what happens to one request before it is answered.
type disturbance struct {
	delay time.Duration
	gate  chan struct{}
	drop  bool
	fail  *recorded
}

// arrive counts a request and tells what happens to it; what is said of only this request
// comes before what is said of its route.
func (k *knobs) arrive(names []string, h http.Header) (d disturbance) {
	for _, n := range names {
		k.counts[n]++
		k.now[n]++
		k.most[n] = max(k.most[n], k.now[n])
		k.headers[n] = h.Clone()
		d.delay = max(d.delay, k.delays[n])
		if d.gate == nil {
			d.gate = k.gates[n]
		}
		if d.fail == nil {
			d.fail = k.fails[n]
		}
		if k.drops[n] > 0 {
			k.drops[n]--
			d.drop = true
		}
	}
	return d
}

func (k *knobs) leave(names []string) {
	for _, n := range names {
		k.now[n]--
	}
}

// wait holds a request back; it reports whether its client is still there.
func (d *disturbance) wait(ctx context.Context) bool {
	if d.delay > 0 {
		timer := time.NewTimer(d.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	if d.gate != nil {
		select {
		case <-d.gate:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// drop resets the connection of a request, where that is possible.
func drop(w http.ResponseWriter) bool {
	c, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		reset(c)
	}
	return err == nil
}

// Count is how many requests of a route have come.
func (s *Server) Count(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.knobs.counts[route]
}

// Requests is how many requests have come, by what was asked: "GET /api/experiments".
func (s *Server) Requests() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]int)
	for name, n := range s.knobs.counts {
		if !strings.Contains(name, "{") { // which names a route
			all[name] = n
		}
	}
	return all
}

// MostAtOnce is how many requests of a route were under way at the same time, at most.
func (s *Server) MostAtOnce(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.knobs.most[route]
}

// UnderWay is how many requests of a route are under way now.
func (s *Server) UnderWay(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.knobs.now[route]
}

// Header is the header of the last request of a route; nil where there was none.
func (s *Server) Header(route string) http.Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.knobs.headers[route].Clone()
}

// Fail answers a route with a status and a body until Heal. The body is taken for JSON
// unless the header, which may be nil, says otherwise.
func (s *Server) Fail(route string, status int, body string, header http.Header) {
	a := jsonAnswer(status, body)
	for k, v := range header {
		a.header[http.CanonicalHeaderKey(k)] = v
	}
	a.header.Set("Content-Length", strconv.Itoa(len(body)))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs.fails[route] = &a
}

// FailList answers the list with the 500 that one bad row of it makes, until Heal; single
// experiments can still be read.
func (s *Server) FailList() {
	a := crash()
	s.Fail("GET /api/experiments", a.status, string(a.body), a.header)
}

// Delay lets each request of a route wait before it is answered; 0 ends that.
func (s *Server) Delay(route string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs.delays[route] = d
}

// Hold lets each request of a route wait until release is called.
func (s *Server) Hold(route string) (release func()) {
	gate := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs.gates[route] = gate
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.knobs.gates[route] == gate {
			delete(s.knobs.gates, route)
			close(gate)
		}
	}
}

// Drop resets the connections of the next n requests of a route instead of answering.
func (s *Server) Drop(route string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs.drops[route] = n
}

// Heal ends what Fail, FailList, Delay and Drop began for a route.
func (s *Server) Heal(route string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.knobs.fails, route)
	delete(s.knobs.delays, route)
	delete(s.knobs.drops, route)
}
