package load

import (
	"context"
	"errors"

	"societop/model"
	modelhealth "societop/model/health"
	"societop/ui/pane"
)

// maxDeeds is how many messages show who acted when: the newest.
const maxDeeds = 50_000

// readActivity reads who acted in which step. Of a run of AgentSociety 1 that is who thought, said or
// answered something.
func readActivity(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	rd := src.RunData(k)
	a, err := model.Activity{}, model.ErrNotOffered
	if r, ok := rd.(model.ActivityReader); ok {
		a, err = r.Activity(ctx)
	}
	if bulk, ok := rd.(model.AllAgentsReader); ok && errors.Is(err, model.ErrNotOffered) {
		a, err = activityByTalk(ctx, rd, bulk)
	}
	return func(v *pane.View) { v.Activity = a }, err
}

// activityByTalk derives who acted from what was said.
func activityByTalk(ctx context.Context, rd model.RunData, bulk model.AllAgentsReader) (model.Activity, error) {
	moments, err := rd.Timeline(ctx)
	switch {
	case err != nil:
		return model.Activity{}, err
	case len(moments) == 0:
		return model.Activity{}, model.ErrNotOffered
	}
	said, err := bulk.TalkUntil(ctx, model.Latest, maxDeeds)
	if err != nil {
		return model.Activity{}, err
	}
	profiles, err := rd.Profiles(ctx)
	if err != nil && !missing(err) {
		return model.Activity{}, err
	}
	steps, err := rd.Steps(ctx)
	if err != nil && !missing(err) {
		return model.Activity{}, err
	}
	return model.ActivityByTalk(moments, profiles, said, steps, len(said) >= maxDeeds), nil
}

// readHealth reads how well a run works. Of a run of AgentSociety 1 that is how long its steps took and
// the errors in its log.
func readHealth(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	rd := src.RunData(k)
	h, err := model.Health{}, model.ErrNotOffered
	if r, ok := rd.(model.HealthReader); ok {
		h, err = r.Health(ctx)
	}
	if errors.Is(err, model.ErrNotOffered) {
		h, err = healthByLog(ctx, rd)
	}
	return func(v *pane.View) { v.Health = h }, err
}

// healthByLog derives the health of a run from its steps and its log, of which it may have one only.
func healthByLog(ctx context.Context, rd model.RunData) (model.Health, error) {
	steps, noSteps := rd.Steps(ctx)
	if noSteps != nil && !missing(noSteps) {
		return model.Health{}, noSteps
	}
	log, err := rd.Log(ctx, logBudget)
	if err != nil && (noSteps != nil || !missing(err)) {
		return model.Health{}, err
	}
	h := modelhealth.OfRun(steps, log)
	if h.From.Empty() {
		return h, model.ErrNotOffered
	}
	return h, nil
}

// missing reports whether a source has no data of a kind, which is no reason not to show others.
func missing(err error) bool {
	return errors.Is(err, model.ErrNotOffered) || errors.Is(err, model.ErrNoData)
}
