package run

import (
	"context"

	"societop/model"
)

// Data is what a run directory has of its run.
type Data struct {
	pool  *Pool
	dir   string
	facts func() Facts
}

var (
	_ model.RunData         = (*Data)(nil)
	_ model.AllAgentsReader = (*Data)(nil)
	_ model.Surveyor        = (*Data)(nil)
	_ model.DatasetReader   = (*Data)(nil)
	_ model.ActivityReader  = (*Data)(nil)
	_ model.HealthReader    = (*Data)(nil)
	_ model.LogsReader      = (*Data)(nil)
	_ model.NotesReader     = (*agent)(nil)
)

// Open is the data of a run directory, in a pool of its own. It reads nothing. facts is asked at
// each reading, from any goroutine.
func Open(dir string, facts func() Facts) *Data { return NewPool().Open(dir, facts) }

// Timeline is the start of each whole step.
func (d *Data) Timeline(context.Context) ([]model.SimTime, error) { return nil, model.ErrNotOffered }

// Steps is when each step was done, by the run's trace.
func (d *Data) Steps(context.Context) ([]model.StepTime, error) { return nil, model.ErrNotOffered }

// Profiles is all agents, by ascending id.
func (d *Data) Profiles(context.Context) ([]model.Profile, error) { return nil, model.ErrNotOffered }

// Frame is the rows of all agents' snapshots of one step.
func (d *Data) Frame(context.Context, model.SimTime) (model.Frame, error) {
	return model.Frame{}, model.ErrNotOffered
}

// Prompt is what all agents are told of the world.
func (d *Data) Prompt(context.Context, model.SimTime) (model.Prompt, error) {
	return model.Prompt{}, model.ErrNotOffered
}

// Agent is one agent's own data. It reads nothing.
func (d *Data) Agent(id int64) model.Agent { return &agent{d, id} }

// Metrics is the numbers of the environment, and the mean and spread of those of the agents.
func (d *Data) Metrics(context.Context) ([]model.Metric, error) { return nil, model.ErrNotOffered }

// Log is the end of one of the run's logs.
func (d *Data) Log(context.Context, model.LogBudget) (model.Log, error) {
	return model.Log{}, model.ErrNotOffered
}

// TalkUntil is what all agents said up to a moment.
func (d *Data) TalkUntil(context.Context, model.SimTime, int) ([]model.Message, error) {
	return nil, model.ErrNotOffered
}

// AnswersUntil is what all agents answered up to a moment.
func (d *Data) AnswersUntil(context.Context, model.SimTime, int) ([]model.Answer, error) {
	return nil, model.ErrNotOffered
}

// Surveys is the questionnaires that were asked.
func (d *Data) Surveys(context.Context) ([]model.Survey, error) { return nil, model.ErrNotOffered }

// Datasets is the run's catalog.
func (d *Data) Datasets(context.Context) ([]model.Dataset, error) { return nil, model.ErrNotOffered }

// Rows reads rows of a dataset.
func (d *Data) Rows(context.Context, string, model.RowQuery) (model.Rows, error) {
	return model.Rows{}, model.ErrNotOffered
}

// Activity is who acted in which step.
func (d *Data) Activity(context.Context) (model.Activity, error) {
	return model.Activity{}, model.ErrNotOffered
}

// Health is how well the run works.
func (d *Data) Health(context.Context) (model.Health, error) {
	return model.Health{}, model.ErrNotOffered
}

// Logs lists the run's logs.
func (d *Data) Logs(context.Context) ([]model.LogFile, error) { return nil, model.ErrNotOffered }

// agent is one agent's own data.
type agent struct {
	data *Data
	id   int64
}

// History is the agent's rows at each step.
func (a *agent) History(context.Context) ([]model.AgentStatus, error) {
	return nil, model.ErrNotOffered
}

// Talk is what the agent said.
func (a *agent) Talk(context.Context) ([]model.Message, error) { return nil, model.ErrNotOffered }

// Answers is what the agent answered to questionnaires.
func (a *agent) Answers(context.Context) ([]model.Answer, error) { return nil, model.ErrNotOffered }

// Notes is the files in the agent's workspace.
func (a *agent) Notes(context.Context) ([]model.Note, error) { return nil, model.ErrNotOffered }
