package serve

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/rundir"
	"societop/storage/rundir/rundirtest"
	"societop/storage/storagetest"
)

// TestRunsOfAgentSociety2ByTheRoutesOfVersion1: as far as these go, with AgentSociety's numbers.
func TestRunsOfAgentSociety2ByTheRoutesOfVersion1(t *testing.T) {
	src := rundir.New(rundirtest.Unpack(t, "2.9.2-completed", "2.9.2-killed"), rundir.Options{Now: func() time.Time { return time.Now().Add(24 * time.Hour) }})
	defer src.Close()
	s := httptest.NewServer(New(src, Options{}))
	defer s.Close()
	get := func(path string, status int, into any) {
		t.Helper()
		r, err := s.Client().Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		if r.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, status)
			return
		}
		if into == nil {
			return
		}
		if err := json.NewDecoder(r.Body).Decode(&struct{ Data any }{into}); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	var mirror storagetest.Mirror
	mirror.Read(t, src, model.Budget{})
	var all []struct {
		ID, Name string
		Status   int
	}
	get("/api/experiments", 200, &all)
	statuses := map[string]int{}
	id := ""
	for _, e := range all {
		if statuses[e.Name] = e.Status; e.Name == "2.9.2-completed" {
			id = e.ID
		}
	}
	if statuses["2.9.2-completed"] != 2 || statuses["2.9.2-killed"] != 4 || len(statuses) != 2 {
		t.Fatalf("%v", statuses)
	}
	one := "/api/experiments/" + id
	var timeline []struct {
		Day int
		T   float64
	}
	get(one+"/timeline", 200, &timeline)
	var frame, history []struct {
		ID      int
		Lng     *float64
		Created *string `json:"created_at"`
		Status  map[string]map[string]any
	}
	get(one+"/agents/-/status", 200, &frame)
	get(one+"/agents/2/status", 200, &history)
	if len(timeline) == 0 || len(history) != len(timeline) || len(frame) == 0 || frame[0].Lng == nil || frame[0].Created != nil || frame[0].Status["economy"]["currency"] == nil {
		t.Errorf("%d moments, %d statuses of an agent, %+v", len(timeline), len(history), frame)
	}
	var profiles, talk, answers []map[string]any
	get(one+"/agents/-/profile", 200, &profiles)
	get(one+"/agents/2/dialog", 200, &talk)
	get(one+"/agents/2/survey", 200, &answers)
	var asked []map[string]any
	get(one+"/agents/-1/dialog", 200, &asked)
	if len(profiles) != len(frame) || len(talk) == 0 || len(answers) == 0 || len(asked) == 0 || asked[0]["speaker"] != "user" {
		t.Errorf("%d profiles, %d messages, %d answers, asked %v", len(profiles), len(talk), len(answers), asked)
	}
	var metrics map[string][]any
	get(one+"/metrics", 200, &metrics)
	if len(metrics["economy.bank_interest_rate"]) != len(timeline) {
		t.Errorf("%d points", len(metrics["economy.bank_interest_rate"]))
	}
	var prompt map[string]any
	if get(one+"/prompt?day=0&t=28800", 200, &prompt); prompt != nil {
		t.Errorf("a prompt: %v", prompt)
	}
	r, err := s.Client().Get(s.URL + "/api/run-experiments/" + id + "/log")
	if err != nil {
		t.Fatal(err)
	}
	var log string
	if err := errors.Join(json.NewDecoder(r.Body).Decode(&log), r.Body.Close()); err != nil || !strings.Contains(log, "Experiment completed successfully") {
		t.Errorf("a log of %d bytes, %v", len(log), err)
	}
}

// TestTokensThatAreNotCounted: the routes of version 1 have numbers that are none below 0 for them.
func TestTokensThatAreNotCounted(t *testing.T) {
	src, all := lab(3)
	for i := range all {
		all[i].InputTokens, all[i].OutputTokens = 7, -1
		all[i].Dir = &model.RunDir{Uncounted: i == 1}
	}
	all[2].OutputTokens = 5
	src.Put(all...)
	h := New(src, Options{})
	for i, want := range []string{`"input_tokens":7,"output_tokens":0,`, `"input_tokens":0,"output_tokens":0,`, `"input_tokens":7,"output_tokens":5,`} {
		if got := ask(h, "GET", "/api/experiments/"+all[i].ID.String()).Body.String(); !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
		if got := ask(h, "GET", "/api/experiments").Body.String(); !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}
