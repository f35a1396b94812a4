package endpoint

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/storagetest"
)

// backend is AgentSociety 2's backend, as far as it was recorded (testdata/backend.json).
func backend(t *testing.T) http.Handler {
	t.Helper()
	b, err := os.ReadFile("testdata/backend.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded map[string]struct {
		Status int
		Body   json.RawMessage
	}
	if err := json.Unmarshal(b, &recorded); err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Server", "uvicorn")
		got, ok := recorded[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"detail":"Not Found"}`))
			return
		}
		w.WriteHeader(got.Status)
		_, _ = w.Write(got.Body)
	})
}

// TestTheBackendOfAgentSociety2 is named, and what to give instead; also by an address below its own.
func TestTheBackendOfAgentSociety2(t *testing.T) {
	for _, path := range []string{"", "/", "/api/v1/experiments/1/1/info", "/api/v1"} {
		s := &switched{h: backend(t)}
		e := openAt(t, s, path)
		for name, read := range map[string]func() error{
			"changes":       func() error { _, err := e.Changes(t.Context(), model.Cursor{}, model.Budget{}); return err },
			"an experiment": func() error { _, err := e.Find(t.Context(), uuid.New()); return err },
			"a probe":       func() error { _, err := e.Probe(t.Context()); return err },
		} {
			err := read()
			said := model.Explain(err).String()
			if !errors.Is(err, model.ErrBackend) || !errors.Is(err, model.ErrNotEndpoint) || !strings.Contains(said, "directory") || !strings.Contains(said, "ssh://127.0.0.1/DIRECTORY") {
				t.Errorf("%q, %s: %v", path, name, said)
			}
			for _, asked := range s.paths() {
				if strings.HasPrefix(asked, "/api/v1/replay") && path == "" {
					t.Errorf("asked for %s", asked)
				}
			}
		}
	}
}

// TestAnotherServerIsNotABackend, and is asked nothing more than before while it can be read.
func TestAnotherServerIsNotABackend(t *testing.T) {
	m := storagetest.NewMemory()
	m.Put(storagetest.Experiments(3)...)
	s := &switched{h: web(m)}
	e := open(t, s)
	if _, err := e.Changes(t.Context(), model.Cursor{}, model.Budget{}); err != nil {
		t.Fatal(err)
	}
	for _, asked := range s.paths() {
		if strings.Contains(asked, "openapi") {
			t.Errorf("asked for %s", asked)
		}
	}
	other := &switched{h: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/openapi.json" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte(`{"detail":"Not Found","info":{"title":"Pet Store"}}`))
	})}
	e = open(t, other)
	_, err := e.Changes(t.Context(), model.Cursor{}, model.Budget{})
	if !errors.Is(err, model.ErrNotEndpoint) || errors.Is(err, model.ErrBackend) {
		t.Errorf("%v", err)
	}
	other.set(web(m))
	if _, err := e.Changes(t.Context(), model.Cursor{}, model.Budget{}); err != nil {
		t.Errorf("once AgentSociety answers there: %v", err)
	}
}
