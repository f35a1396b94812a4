package remotetest

import (
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// Server is an AgentSociety in memory: it answers the reading routes of the web API with
// what a test puts into it, in the shapes and with the errors of release 1.5. It is package
// serve over a source in memory, with what only the real server has around it. It is made by
// New.
//
// Routes are named as the API names them, "GET /api/experiments/{exp_id}/timeline"; wherever
// a method takes a route, a single request ("GET /api/experiments/…?day=1&t=301", as it is
// sent) does as well.
type Server struct {
	src   *storagetest.Memory
	inner *serve.Handler

	mu     sync.Mutex
	token  string
	clock  func() time.Time
	older  bool
	strict bool
	knobs  knobs

	controls controls
}

// New makes a server without experiments.
func New() *Server {
	src := storagetest.NewMemory()
	return &Server{src: src, inner: serve.New(src, serve.Options{}), clock: time.Now, knobs: newKnobs()}
}

// Put adds experiments, or replaces those of the same keys.
func (s *Server) Put(all ...model.Experiment) { s.src.Put(all...) }

// Delete takes experiments away, with all their data.
func (s *Server) Delete(keys ...model.Key) { s.src.Delete(keys...) }

// SetRunData sets all data of an experiment but its row. An experiment for which it was
// never called has no tables: asking for its data is a 500.
func (s *Server) SetRunData(k model.Key, data storagetest.RunData) { s.src.SetRunData(k, data) }

// SetSurveys sets the questionnaires.
func (s *Server) SetSurveys(all ...model.Survey) { s.src.SetSurveys(all...) }

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
	s.older = true
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
	body, _ := io.ReadAll(r.Body) // also so that the connection can be kept
	s.mu.Lock()
	names := []string{r.Method + " " + r.URL.RequestURI()}
	if way := s.route(r); way != "" && way != names[0] {
		names = append(names, way)
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
	a := s.answer(r, body, disturb.fail)
	s.mu.Lock()
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

// The routes that only the real server has: of every release, and up to 1.4.
const (
	secrets = "GET /api/llm-configs"
	mlflow  = "GET /api/mlflow/url"
)

// processRoute tells of the process of a run.
const processRoute = "GET /api/run-experiments/{exp_id}/status"

// since15 is what the paths of routes end in that came with release 1.5.
var since15 = []string{"}/metrics", "run-experiments/{exp_id}/log", "run-experiments/{exp_id}/status"}

// has reports whether the release has a route. None has those of societop.
func (s *Server) has(route string) bool {
	if strings.HasPrefix(route, "GET /api/societop") {
		return false
	}
	young := slices.ContainsFunc(since15, func(end string) bool { return strings.HasSuffix(route, end) })
	if s.older {
		return !young
	}
	return route != mlflow
}

// route names the route of a request; it is empty where there is none.
func (s *Server) route(r *http.Request) string {
	way := s.inner.Route(r)
	if changes, _, _ := controlRoute(r); changes != "" {
		return changes
	}
	if name := r.Method + " " + r.URL.Path; name == secrets || name == mlflow {
		way = name
	}
	if !s.has(way) {
		return ""
	}
	return way
}

// answer is the whole answer to a request; it is built before any of it is sent.
func (s *Server) answer(r *http.Request, body []byte, fail *recorded) recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	way := s.route(r)
	switch {
	case fail != nil:
		a := *fail
		a.header = a.header.Clone()
		return a
	case !isAPI(r.URL.Path):
		return page()
	case s.token != "" && way != "GET /api/openapi.json" && r.Header.Get("Authorization") != "Bearer "+s.token:
		return refusal(http.StatusUnauthorized, "Unauthorized")
	case way == secrets: // no client may ever ask for it: it holds keys in clear; Count tells
		return jsonAnswer(http.StatusOK, `{"data":[{"name":"model","config":{"api_key":"sk-never-fetch-this"}}]}`)
	case way == mlflow:
		return jsonAnswer(http.StatusOK, `{"data":"http://localhost:5000"}`)
	case way == "GET /api/openapi.json":
		return s.openapi()
	case s.strict && s.spoilt(way, r):
		return crash()
	case s.older && r.Method != http.MethodGet:
		return refusal(http.StatusMethodNotAllowed, "Method Not Allowed")
	case way == "" && s.inner.Route(r) != "":
		return refusal(http.StatusNotFound, "Not Found")
	}
	return s.inside(way, r, body)
}

// inside is the answer to a request that is allowed.
func (s *Server) inside(way string, r *http.Request, body []byte) recorded {
	if changes, exp, agent := controlRoute(r); changes != "" {
		return s.control(changes, exp, agent, body)
	}
	if way == processRoute {
		id, _ := uuid.Parse(strings.Split(r.URL.Path, "/")[3])
		if process, ok := s.controls.processes[id]; ok {
			return jsonAnswer(http.StatusOK, `{"data":`+strconv.Quote(process)+`}`)
		}
		if s.controls.processes != nil { // it was not started from the web page
			return crash()
		}
	}
	return captured(func(w http.ResponseWriter) { s.inner.ServeHTTP(w, r) })
}

// spoilt reports whether there is a row in an answer on which the real server would fail.
func (s *Server) spoilt(way string, r *http.Request) bool {
	bad := func(e model.Experiment) bool {
		return !e.Status.Known() || math.IsNaN(e.Now.T) || math.IsInf(e.Now.T, 0)
	}
	for _, e := range s.src.Experiments() {
		asked := way == "GET /api/experiments" || (way == "GET /api/experiments/{exp_id}" && strings.HasSuffix(r.URL.Path, e.ID.String()))
		if asked && bad(e) {
			return true
		}
	}
	return false
}

// openapi is the description of the API.
func (s *Server) openapi() recorded {
	paths := slices.DeleteFunc(append(s.inner.Paths(), secrets[len("GET "):], mlflow[len("GET "):]), func(path string) bool {
		return !s.has("GET " + path)
	})
	all := make([]string, len(paths))
	for i, path := range paths {
		all[i] = strconv.Quote(path) + `: {"get": {}}`
	}
	const head = `{"openapi": "3.1.0", "info": {"title": "AgentSociety WebUI API", "version": "0.1.0"}, "paths": {`
	return jsonAnswer(http.StatusOK, head+strings.Join(all, ", ")+`}}`)
}

func page() recorded {
	a := jsonAnswer(http.StatusOK, "<!doctype html><html><body>AgentSociety</body></html>\n")
	a.header.Set("Content-Type", "text/html; charset=utf-8")
	return a
}

func refusal(status int, why string) recorded {
	return jsonAnswer(status, `{"detail":`+strconv.Quote(why)+`}`)
}

// crash is what any failure inside of the server looks like.
func crash() recorded {
	a := jsonAnswer(http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError))
	a.header.Set("Content-Type", "text/plain; charset=utf-8")
	return a
}

// rowOf is an experiment as the API shows it.
func rowOf(e model.Experiment) string {
	src := storagetest.NewMemory()
	src.Put(e)
	w := httptest.NewRecorder()
	serve.New(src, serve.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/experiments/"+e.ID.String(), nil))
	return strings.TrimSuffix(strings.TrimPrefix(w.Body.String(), `{"data":`), "}")
}

// captured is what a handler answers, with its length, from the server that AgentSociety
// runs on.
func captured(answer func(http.ResponseWriter)) recorded {
	w := httptest.NewRecorder()
	w.Header().Set("Server", "uvicorn")
	answer(w)
	h := w.Header()
	h.Set("Content-Length", strconv.Itoa(w.Body.Len()))
	return recorded{w.Code, h, w.Body.Bytes()}
}
