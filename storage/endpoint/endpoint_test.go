package endpoint

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// switched is a server that can be replaced, and takes note of what it is asked.
type switched struct {
	mu    sync.Mutex
	h     http.Handler
	asked []string
}

func (s *switched) set(h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.h, s.asked = h, nil
}

func (s *switched) paths() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *switched) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	h := s.h
	s.asked = append(s.asked, r.URL.Path)
	s.mu.Unlock()
	h.ServeHTTP(w, r)
}

// web is AgentSociety's server, as far as a served source is like it: it has no routes of our own, and
// answers what it does not know with its web page.
func web(src model.Source) http.Handler {
	h := serve.New(src, serve.Options{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "uvicorn")
		if strings.HasPrefix(r.URL.Path, "/api/societop") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("<!doctype html>"))
			return
		}
		h.ServeHTTP(w, r)
	})
}

// open is an endpoint of a server, with a clock by which a list is due at every call.
func open(t *testing.T, h http.Handler) *Endpoint {
	t.Helper()
	return openAt(t, h, "")
}

// openAt is open at a path of the server.
func openAt(t *testing.T, h http.Handler, path string) *Endpoint {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	var hours atomic.Int64
	e, err := Open(s.URL+path, model.Access{Now: func() time.Time { return time.Now().Add(time.Duration(hours.Add(1)) * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func TestAnEndpointOfASocietopPasses(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		m := storagetest.NewMemory()
		s := httptest.NewServer(serve.New(m, serve.Options{}))
		t.Cleanup(s.Close)
		return storagetest.Lab{
			Open: func(t *testing.T) model.Source {
				t.Helper()
				e, err := Open(s.URL, model.Access{})
				if err != nil {
					t.Fatal(err)
				}
				return e
			},
			Write: func(_ *testing.T, put []model.Experiment, gone []model.Key) {
				m.Put(put...)
				m.Delete(gone...)
			},
			Fill: func(_ *testing.T, e model.Experiment, s storagetest.RunData) { m.SetRunData(e.Key, s) },
		}
	})
}

// TestTheServerIsAskedOnceWhatItIs, and is read by the routes that it has.
func TestTheServerIsAskedOnceWhatItIs(t *testing.T) {
	m, all := storagetest.NewMemory(), storagetest.Experiments(3)
	m.Put(all...)
	h := serve.New(m, serve.Options{})
	for name, tc := range map[string]struct {
		h    http.Handler
		want string
	}{
		"a societop":   {h, "/api/societop/v1/changes"},
		"AgentSociety": {web(m), "/api/experiments"},
		"a societop of before": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/societop" {
				r.URL.Path = "/api/nothing"
			}
			h.ServeHTTP(w, r)
		}), "/api/experiments"},
	} {
		s := &switched{h: tc.h}
		e := open(t, s)
		var mirror storagetest.Mirror
		for range 3 {
			mirror.Read(t, e, model.Budget{})
			if _, err := e.Experiment(t.Context(), all[1].Key); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		paths := s.paths()
		greetings := slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p != "/api/societop" })
		if len(greetings) != 1 || paths[0] != "/api/societop" || !slices.Contains(paths, tc.want) || len(mirror.Known) != 3 {
			t.Errorf("%s: it is asked %q", name, paths)
		}
	}
}

// TestAServerThatIsReplaced by one of the other kind is read as what it is, from the start.
func TestAServerThatIsReplaced(t *testing.T) {
	before, after := storagetest.NewMemory(), storagetest.NewMemory()
	all := storagetest.Experiments(5)
	before.Put(all[:3]...)
	after.Put(all[2:]...)
	own, other := serve.New(after, serve.Options{}), web(before)
	s := &switched{}
	e := open(t, s)
	var mirror storagetest.Mirror
	for i := range 4 {
		h, want := http.Handler(own), "/api/societop/v1/changes"
		if i%2 == 0 {
			h, want = other, "/api/experiments"
		}
		s.set(h)
		for range 2 { // the first answer after it may be an error
			ch, err := e.Changes(t.Context(), mirror.Cursor, model.Budget{})
			if err == nil {
				mirror.Apply(ch)
			}
		}
		mirror.Read(t, e, model.Budget{})
		if len(mirror.Known) != 3 || mirror.Known[all[2].Key].ID != all[2].ID || !slices.Contains(s.paths(), want) {
			t.Errorf("%d: %d experiments; it is asked %q", i, len(mirror.Known), s.paths())
		}
		_, bulk := e.RunData(all[2].Key).(model.AllAgentsReader)
		if own := i%2 == 1; bulk && !own {
			t.Errorf("%d: all agents at once: %v", i, bulk)
		}
	}
}

// TestAnotherVersionOfTheProtocol is said, and AgentSociety's routes are read.
func TestAnotherVersionOfTheProtocol(t *testing.T) {
	m := storagetest.NewMemory()
	m.Put(storagetest.Experiments(3)...)
	h := serve.New(m, serve.Options{})
	e := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/societop") {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"societop":"9.0.0\u001b[2J","versions":[2,3],"new":{}}`))
			return
		}
		h.ServeHTTP(w, r)
	}))
	var mirror storagetest.Mirror
	mirror.Read(t, e, model.Budget{})
	warning := e.Info().Warning.String()
	if len(mirror.Known) != 3 || !strings.Contains(warning, "9.0.0") || !strings.Contains(warning, "another version") || strings.Contains(warning, "\x1b") {
		t.Errorf("%d experiments, %q", len(mirror.Known), warning)
	}
}

// TestWhatTheServerRefusesToEverybody fails as it is, and is asked again.
func TestWhatTheServerRefusesToEverybody(t *testing.T) {
	m := storagetest.NewMemory()
	s := &switched{h: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })}
	e := open(t, s)
	for range 2 {
		if _, err := e.Changes(t.Context(), model.Cursor{}, model.Budget{}); !errors.Is(err, model.ErrUnauthorized) {
			t.Errorf("%v", err)
		}
	}
	s.set(serve.New(m, serve.Options{}))
	if _, err := e.Changes(t.Context(), model.Cursor{}, model.Budget{}); err != nil {
		t.Error(err)
	}
}

// TestAServerThatSaysNothing is known within two intervals and 5 s also when nobody knows what it is.
func TestAServerThatSaysNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for some seconds")
	}
	end := make(chan struct{})
	e := open(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-end }))
	defer close(end)
	const interval = 100 * time.Millisecond
	begun := time.Now()
	_, err := e.Changes(context.Background(), model.Cursor{}, model.Budget{Interval: interval})
	if took := time.Since(begun); !errors.Is(err, model.ErrUnreachable) || took > 5*time.Second+2*interval {
		t.Errorf("%v after %v", err, took)
	}
}

// TestNothingIsOrderedOfASocietop.
func TestNothingIsOrderedOfASocietop(t *testing.T) {
	m, all := storagetest.NewMemory(), storagetest.Experiments(3)
	m.Put(all...)
	s := httptest.NewServer(serve.New(m, serve.Options{}))
	defer s.Close()
	for _, write := range []bool{false, true} {
		e, err := Open(s.URL, model.Access{Write: write})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		got := e.Carry(t.Context(), all[2].Key, model.Order{Control: model.ControlDelete}, nil)
		if got.Outcome != model.OutcomeRefused || !errors.Is(got.Err, model.ErrNotOffered) || !errors.Is(e.Forbids(model.ControlStop), model.ErrNotOffered) {
			t.Errorf("%v: %+v, %v", write, got, e.Forbids(model.ControlStop))
		}
	}
}
