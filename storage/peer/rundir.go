package peer

import (
	"context"
	"errors"

	"societop/model"
	"societop/storage/peer/wire"
)

var (
	_ model.DatasetReader  = runData{}
	_ model.ActivityReader = runData{}
	_ model.HealthReader   = runData{}
	_ model.LogsReader     = runData{}
	_ model.Surveyor       = runData{}
	_ model.NotesReader    = agent{}
)

// Datasets is the run's catalog.
func (r runData) Datasets(ctx context.Context) ([]model.Dataset, error) {
	return newer(ctx, r, r.ask("datasets", nil), wire.Dataset.Model)
}

// Activity is who acted in which step.
func (r runData) Activity(ctx context.Context) (model.Activity, error) {
	var got wire.Data[wire.Activity]
	if err := r.unlessSame(r.c.askNewer)(ctx, r.ask("activity", nil), &got); err != nil {
		return model.Activity{}, err
	}
	a, err := got.Data.Model()
	if err != nil {
		return model.Activity{}, r.c.wrong(err)
	}
	return a, nil
}

// Health is how well the run works.
func (r runData) Health(ctx context.Context) (model.Health, error) {
	var got wire.Data[wire.Health]
	if err := r.unlessSame(r.c.askNewer)(ctx, r.ask("health", nil), &got); err != nil {
		return model.Health{}, err
	}
	return got.Data.Model(), nil
}

// Logs lists the run's logs.
func (r runData) Logs(ctx context.Context) ([]model.LogFile, error) {
	return newer(ctx, r, r.ask("logs", nil), wire.LogFile.Model)
}

// Surveys is the questionnaires of the run, or those of the source where the run has none of its own.
func (r runData) Surveys(ctx context.Context) ([]model.Survey, error) {
	all, err := newer(ctx, r, r.ask("surveys", nil), wire.Survey.Model)
	if errors.Is(err, model.ErrNotOffered) {
		return r.c.Surveys(ctx)
	}
	return all, err
}

// Notes is the files that the agent keeps.
func (a agent) Notes(ctx context.Context) ([]model.Note, error) {
	return newer(ctx, a.runData, a.of("notes"), wire.Note.Model)
}
