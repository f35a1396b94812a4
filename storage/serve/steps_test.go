package serve

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/storage/remote"
	"societop/storage/storagetest"
)

// barely is a source that knows when steps were done, and has nothing else of a run.
type barely struct {
	*storagetest.Memory
	all []model.StepTime
	err error
}

func (b *barely) RunData(model.Key) model.RunData {
	return bareRun{model.NoRunData{Err: model.ErrNotRecorded}, b}
}

type bareRun struct {
	model.NoRunData
	of *barely
}

func (r bareRun) Steps(context.Context) ([]model.StepTime, error) { return r.of.all, r.of.err }

// TestTheStepsOfARun goes over the route of its own, where a proxy lets it be known that the server is
// a societop, and where not; and as with AgentSociety where the route is missing or has nothing.
func TestTheStepsOfARun(t *testing.T) {
	wall := time.Date(2026, 11, 24, 6, 0, 0, 123456000, time.UTC)
	steps := []model.StepTime{{At: model.SimTime{T: 28801}, Wall: wall}, {At: model.SimTime{Day: 1, T: 0.5}, Wall: wall.Add(time.Minute)}}
	frames := storagetest.RunData{}
	for _, s := range steps {
		frames.Frames = append(frames.Frames, model.Frame{At: s.At, Agents: []model.AgentStatus{{ID: 1, Created: s.Wall}}})
	}
	const own = "/api/societop/v1/"
	for name, tc := range map[string]struct {
		src    func(*storagetest.Memory, model.Key) model.Source
		server string // what the header says
		lacks  string // paths that it answers 404
		want   []model.StepTime
		err    error
		asked  []string // what is asked in addition to the experiment
	}{
		"a societop": {
			src:  func(m *storagetest.Memory, _ model.Key) model.Source { return &barely{m, steps, nil} },
			want: steps, asked: []string{own + "experiments/{id}/steps"},
		},
		"a societop that knows none": {
			src: func(m *storagetest.Memory, _ model.Key) model.Source { return &barely{m, nil, model.ErrNotRecorded} },
			err: model.ErrNotRecorded, asked: []string{own + "experiments/{id}/steps"},
		},
		"a proxy before it": {
			src:  func(m *storagetest.Memory, _ model.Key) model.Source { return &barely{m, steps, nil} },
			want: steps, server: "nginx", asked: []string{"/api/experiments/{id}/agents/1/status", own + "experiments/{id}/steps"},
		},
		"a societop of before": {
			src:   func(m *storagetest.Memory, k model.Key) model.Source { m.SetRunData(k, frames); return m },
			lacks: own, want: steps, asked: []string{own + "experiments/{id}/steps", "/api/experiments/{id}/agents/1/status"},
		},
		"a source that does not offer it": {
			src: func(m *storagetest.Memory, _ model.Key) model.Source { return &barely{m, nil, model.ErrNotOffered} },
			err: model.ErrNotRecorded, asked: []string{own + "experiments/{id}/steps", "/api/experiments/{id}/agents/1/status"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, all := lab(2)
			k := all[1].Key
			h := New(tc.src(m, k), Options{})
			var mu sync.Mutex
			var asked []string
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked = append(asked, strings.Replace(r.URL.Path, k.ID.String(), "{id}", 1))
				mu.Unlock()
				if tc.server != "" {
					w.Header().Set("Server", tc.server)
				}
				if tc.lacks != "" && strings.HasPrefix(r.URL.Path, tc.lacks) {
					r.URL.Path = "/api/nothing"
				}
				h.ServeHTTP(w, r)
			}))
			defer s.Close()
			c, err := remote.Open(s.URL, model.Access{})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Experiment(t.Context(), k); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			asked = nil
			mu.Unlock()
			for range 2 { // it is read once
				got, err := c.RunData(k).Steps(t.Context())
				if !slices.Equal(got, tc.want) || !errors.Is(err, tc.err) || (err != nil) != (tc.err != nil) {
					t.Errorf("%v (%v), want %v (%v)", got, err, tc.want, tc.err)
				}
			}
			if !slices.Equal(asked, tc.asked) {
				t.Errorf("it asks %q, want %q", asked, tc.asked)
			}
		})
	}
}

// TestTheRouteOfSteps answers as it always did, for former versions, and is in no description of AgentSociety's.
func TestTheRouteOfSteps(t *testing.T) {
	m, all := lab(3)
	all[2].Status = model.NotStarted
	m.Put(all...)
	m.SetRunData(all[1].Key, storagetest.RunData{Frames: []model.Frame{
		{At: model.SimTime{T: 28801}, Agents: []model.AgentStatus{{ID: 7, Created: time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)}}},
	}})
	h := New(m, Options{})
	route := func(id string) string { return "/api/societop/v1/experiments/" + id + "/steps" }
	for _, tc := range []struct {
		target, body string
		status       int
	}{
		{route(all[1].ID.String()), `{"data":[{"day":0,"t":28801,"created_at":"2026-11-24T06:00:00Z"}]}`, 200},
		{route(all[1].ID.String()) + "?tenant_id=nobody", `{"code":"no_experiment","detail":"no such experiment"}`, 404},
		{route(all[2].ID.String()), `{"code":"not_started","detail":"the experiment has not started yet"}`, 400},
		{route("0"), "", 400},
		{strings.Replace(route(all[1].ID.String()), "v1", "v2", 1), `{"detail":"Not Found"}`, 404},
	} {
		if got := ask(h, "GET", tc.target); got.Code != tc.status || (tc.body != "" && got.Body.String() != tc.body) {
			t.Errorf("%s: %d %s", tc.target, got.Code, got.Body)
		}
	}
	if d := ask(h, "GET", "/api/openapi.json").Body.String(); strings.Contains(d, "societop") {
		t.Errorf("%s", d)
	}
}
