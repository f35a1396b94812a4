package storagetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"societop/model"
)

// SameSource fails t unless two sources hold the same experiments with the same configs,
// errors and runs: every field that AgentSociety's API carries. What want does not have,
// got need not have either, whatever they say of it.
func SameSource(t *testing.T, got, want model.Source) {
	t.Helper()
	var a, b Mirror
	a.Read(t, got, model.Budget{Errors: true})
	b.Read(t, want, model.Budget{Errors: true})
	if len(a.Known) != len(b.Known) {
		t.Errorf("%d experiments, want %d", len(a.Known), len(b.Known))
	}
	for k, s := range b.Known {
		SameSummary(t, a.Known[k], s)
		sameWhole(t, got, want, k)
		SameRunData(t, got.RunData(k), want.RunData(k))
		if t.Failed() {
			t.Fatalf("experiment %v of tenant %q differs", k.ID, k.Tenant)
		}
	}
}

// sameWhole holds one experiment's config and error against another's.
func sameWhole(t *testing.T, got, want model.Source, k model.Key) {
	t.Helper()
	e, err := got.Experiment(context.Background(), k)
	if err != nil {
		t.Error(err)
		return
	}
	w := must[model.Experiment](t)(want.Experiment(context.Background(), k))
	SameSummary(t, e.Summary, w.Summary)
	if e.Config != w.Config {
		t.Errorf("a config of %d bytes, want %d", len(e.Config.Raw()), len(w.Config.Raw()))
	}
}

// SameRunData fails t unless two runs hold the same.
func SameRunData(t *testing.T, got, want model.RunData) {
	t.Helper()
	ctx := context.Background()
	timeline := had(t, "timeline", want.Timeline)
	same(t, "timeline", had(t, "timeline", got.Timeline), timeline, func(a, b model.SimTime) bool { return a == b })
	for _, at := range append(timeline, model.Latest, model.SimTime{Day: 7, T: 0.5}) {
		w, err := want.Frame(ctx, at)
		if model.Lacking(err) {
			break
		}
		g, gotErr := got.Frame(ctx, at)
		if err = errors.Join(err, gotErr); err != nil {
			t.Error(err)
		}
		same(t, fmt.Sprint("frame at ", at), g.Agents, w.Agents, sameStatus)
		samePromptAt(t, got, want, at)
	}
	profiles := had(t, "profiles", want.Profiles)
	same(t, "profiles", had(t, "profiles", got.Profiles), profiles, sameProfile)
	for _, p := range profiles {
		sameAgent(t, got.Agent(p.ID), want.Agent(p.ID), p.ID)
	}
	if of, ok := want.(model.DatasetReader); ok {
		if _, err := of.Datasets(ctx); err == nil {
			SameRunDir(t, got, want)
		}
	}
	same(t, "metrics", had(t, "metrics", got.Metrics), had(t, "metrics", want.Metrics), sameMetric)
	a, gotErr := got.Log(ctx, model.LogBudget{})
	b, err := want.Log(ctx, model.LogBudget{})
	if !model.Lacking(err) && (gotErr != nil || a.Lines.Raw() != b.Lines.Raw()) {
		t.Errorf("a log of %d bytes (%v), want %d", len(a.Lines.Raw()), gotErr, len(b.Lines.Raw()))
	}
}

// sameAgent holds one agent's own data against another's.
func sameAgent(t *testing.T, got, want model.Agent, id int64) {
	t.Helper()
	same(t, fmt.Sprintf("history of agent %d", id), had(t, "history", got.History), had(t, "history", want.History), sameStatus)
	same(t, fmt.Sprintf("talk of agent %d", id), had(t, "talk", got.Talk), had(t, "talk", want.Talk), sameMessage)
	same(t, fmt.Sprintf("answers of agent %d", id), had(t, "answers", got.Answers), had(t, "answers", want.Answers), sameAnswer)
}

// samePromptAt holds the prompts of a moment against each other.
func samePromptAt(t *testing.T, got, want model.RunData, at model.SimTime) {
	t.Helper()
	a, gotErr := got.Prompt(context.Background(), at)
	b, err := want.Prompt(context.Background(), at)
	if !model.Lacking(err) && (gotErr != nil || !samePrompt(a, b)) {
		t.Errorf("the prompt at %v is %.100q (%v), want %.100q", at, a.Text, gotErr, b.Text)
	}
}

// had is the answer of a reading, empty where the source does not have it.
func had[T any](t *testing.T, what string, read func(context.Context) ([]T, error)) []T {
	t.Helper()
	all, err := read(context.Background())
	if err != nil && !model.Lacking(err) {
		t.Errorf("%s: %v", what, err)
	}
	return all
}
