package remote

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/storagetest"
)

// TestAnExperimentOfNoTenant: AgentSociety lists what is of no tenant, but its route of metrics
// knows only its own tenant's experiments. That is no proof that the experiment is gone.
func TestAnExperimentOfNoTenant(t *testing.T) {
	w := watch10(t, model.Access{})
	w.good(0)
	e := w.all[6]
	w.server.SetRunData(e.Key, storagetest.RunData{})
	w.server.Fail("GET /api/experiments/{exp_id}/metrics", 404, `{"detail":"Experiment not found"}`, nil)
	_, err := w.c.RunData(e.Key).Metrics(context.Background())
	if errors.Is(err, model.ErrNoExperiment) || !errors.Is(err, model.ErrNoData) || !strings.Contains(err.Error(), `of tenant ""`) {
		t.Errorf("%v", err)
	}
	if _, err := w.c.RunData(e.Key).Timeline(context.Background()); err != nil {
		t.Errorf("%v", err)
	}
	w.server.Delete(e.Key)
	if _, err := w.c.RunData(e.Key).Metrics(context.Background()); !errors.Is(err, model.ErrNoExperiment) {
		t.Errorf("deleted: %v", err)
	}
}

// TestARunThatBeganAgainIsNotTheFormer: who asks once it is known that a run has begun again does
// not get the answer to a request of before, though that is still under way.
func TestARunThatBeganAgainIsNotTheFormer(t *testing.T) {
	w := watch10(t, model.Access{})
	w.put(1, func(e *model.Experiment) { e.Status, e.Now = model.Running, model.SimTime{Day: 1, T: 301} })
	frames := func(at ...model.SimTime) storagetest.RunData {
		var s storagetest.RunData
		for _, t := range at {
			s.Frames = append(s.Frames, model.Frame{At: t, Agents: []model.AgentStatus{{ID: 1, At: t}}})
		}
		return s
	}
	w.server.SetRunData(w.all[1].Key, frames(model.SimTime{T: 301}, model.SimTime{Day: 1, T: 301}))
	w.good(0)
	const route = "GET /api/experiments/{exp_id}/timeline"
	release := w.server.Hold(route)
	former := make(chan error, 1)
	go func() {
		_, err := w.c.RunData(w.all[1].Key).Timeline(context.Background())
		former <- err
	}()
	for w.server.UnderWay(route) == 0 {
		runtime.Gosched()
	}
	w.put(1, func(e *model.Experiment) { e.Now, e.InputTokens = model.SimTime{T: 301}, 1 })
	w.server.SetRunData(w.all[1].Key, frames(model.SimTime{T: 301}))
	if _, err := w.c.Experiment(context.Background(), w.all[1].Key); err != nil {
		t.Fatal(err)
	}
	again := make(chan error, 1)
	go func() {
		_, err := w.c.RunData(w.all[1].Key).Timeline(context.Background())
		again <- err
	}()
	for w.server.UnderWay(route) < 2 {
		runtime.Gosched()
	}
	release()
	if err := errors.Join(<-former, <-again); err != nil {
		t.Error(err)
	}
}

// TestBeganAgain: the states between which another run lies, and those between which none does.
func TestBeganAgain(t *testing.T) {
	at := func(status model.Status, day int, tokens int64) model.Summary {
		return model.Summary{Status: status, Now: model.SimTime{Day: day}, InputTokens: tokens}
	}
	for _, tc := range []struct {
		before, after model.Summary
		want          bool
	}{
		{at(model.Finished, 3, 90), at(model.NotStarted, 0, 0), true},
		{at(model.Finished, 3, 90), at(model.NotStarted, 3, 90), true},
		{at(model.NotStarted, 0, 0), at(model.Running, 0, 1), false},
		{at(model.Failed, 3, 90), at(model.Running, 0, 5), true},
		{at(model.Stopped, 3, 90), at(model.Running, 3, 95), false}, // a process that was still alive
		{at(model.Running, 3, 90), at(model.Running, 2, 95), true},
		{at(model.Running, 2, 90), at(model.Running, 3, 95), false},
		{at(model.Running, 3, 90), at(model.Stopped, 3, 90), false},
	} {
		if got := tc.after.BeganAgain(&tc.before); got != tc.want {
			t.Errorf("%+v after %+v: %v", tc.after, tc.before, got)
		}
	}
}
