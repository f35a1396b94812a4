package remotetest

import (
	"cmp"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/storage/storagetest"
)

// Server is an AgentSociety in memory: it answers the reading routes of the web API with
// what a test puts into it, in the shapes and with the errors of release 1.5. It is made by
// New.
//
// Routes are named as the API names them, "GET /api/experiments/{exp_id}/timeline"; wherever
// a method takes a route, a single request ("GET /api/experiments/…?day=1&t=301", as it is
// sent) does as well.
type Server struct {
	mu          sync.Mutex
	experiments map[model.Key]model.Experiment
	societies   map[model.Key]storagetest.Society
	surveys     []model.Survey
	token       string
	clock       func() time.Time
	routes      []route
	strict      bool
	knobs       knobs
}

// New makes a server without experiments.
func New() *Server {
	return &Server{
		experiments: make(map[model.Key]model.Experiment),
		societies:   make(map[model.Key]storagetest.Society),
		clock:       time.Now,
		routes:      served(false),
		knobs:       newKnobs(),
	}
}

// Put adds experiments, or replaces those of the same keys.
func (s *Server) Put(all ...model.Experiment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range all {
		s.experiments[e.Key] = e
	}
}

// Delete takes experiments away, with all their data.
func (s *Server) Delete(keys ...model.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		delete(s.experiments, k)
		delete(s.societies, k)
	}
}

// SetSociety sets all data of an experiment beside its row. An experiment for which it was
// never called has no tables: asking for its data is a 500.
func (s *Server) SetSociety(k model.Key, data storagetest.Society) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.societies[k] = data
}

// SetSurveys sets the questionnaires.
func (s *Server) SetSurveys(all ...model.Survey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.surveys = slices.Clone(all)
}

// Token makes the server want a bearer token; an empty one makes it open again.
func (s *Server) Token(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// Clock sets the clock that the date header tells.
func (s *Server) Clock(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = now
}

// Older makes it a server of release 1.3, without metrics, log and the state of a process.
func (s *Server) Older() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.routes = served(true)
}

// Strict makes it fail as the real one does where a row holds a status that it does not know
// or a number that JSON has not: with 500 for the row and for the list that the row is in.
// Without it the server sends such rows.
func (s *Server) Strict() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strict = true
}

// Start serves it on loopback until the test ends, and returns the URL. For a server that
// is killed and comes back use Listen.
func (s *Server) Start(t testing.TB) (url string) {
	t.Helper()
	return Listen(t, s).URL
}

// ServeHTTP answers as AgentSociety does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // so that the connection can be kept
	s.mu.Lock()
	way, q := s.find(r)
	names := []string{r.Method + " " + r.URL.RequestURI()}
	if way != nil && way.pattern != names[0] {
		names = append(names, way.pattern)
	}
	disturb := s.knobs.arrive(names, r.Header)
	s.mu.Unlock()
	defer s.leave(names)

	if !disturb.wait(r.Context()) {
		return // the client has gone
	}
	if disturb.drop && drop(w) {
		return
	}
	s.mu.Lock()
	a := s.answer(way, q, disturb.fail)
	date := s.clock().UTC().Format(http.TimeFormat)
	s.mu.Unlock()
	h := w.Header()
	maps.Copy(h, a.header)
	if h.Get("Date") == "" {
		h.Set("Date", date)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

func (s *Server) leave(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs.leave(names)
}

// answer is the whole answer to a request; it is built before any of it is sent.
func (s *Server) answer(way *route, q *request, fail *recorded) recorded {
	switch {
	case fail != nil:
		a := *fail
		a.header = a.header.Clone()
		return a
	case !isAPI(q.r.URL.Path):
		return page()
	case s.token != "" && q.r.URL.Path != "/api/openapi.json" && q.r.Header.Get("Authorization") != "Bearer "+s.token:
		return detail(http.StatusUnauthorized, "Unauthorized")
	case way != nil:
		return way.serve(s, q)
	case q.r.Method == http.MethodGet, q.r.Method == http.MethodHead:
		return detail(http.StatusNotFound, "Not Found")
	}
	return detail(http.StatusMethodNotAllowed, "Method Not Allowed")
}

func page() recorded {
	a := jsonAnswer(http.StatusOK, "<!doctype html><html><body>AgentSociety</body></html>\n")
	a.header.Set("Content-Type", "text/html; charset=utf-8")
	return a
}

func detail(status int, why any) recorded {
	return jsonAnswer(status, compact(dict{{"detail", why}}))
}

func data(v any) recorded {
	return jsonAnswer(http.StatusOK, compact(dict{{"data", v}}))
}

// crash is what any failure inside of the server looks like.
func crash() recorded {
	a := jsonAnswer(http.StatusInternalServerError, "Internal Server Error")
	a.header.Set("Content-Type", "text/plain; charset=utf-8")
	return a
}

// sorted is the experiments as the server lists them.
func (s *Server) sorted() []model.Experiment {
	return slices.SortedFunc(maps.Values(s.experiments), func(a, b model.Experiment) int {
		return cmp.Or(b.Created.Compare(a.Created), a.Compare(b.Key))
	})
}

// find is the route of a request, nil where there is none, with what its path says.
func (s *Server) find(r *http.Request) (*route, *request) {
	q := &request{r: r}
	got := strings.Split(r.Method+" "+r.URL.Path, "/")
	for i := range s.routes {
		way := &s.routes[i]
		if args, ok := way.match(got); ok {
			q.args = args
			return way, q
		}
	}
	return nil, q
}
