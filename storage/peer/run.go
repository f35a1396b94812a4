package peer

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"societop/model"
	"societop/storage/peer/wire"
	"societop/storage/remote/link"
)

// runData is the run of one experiment.
type runData struct {
	c   *Client
	key model.Key
}

// bulkData is that of a source that gives out the data of all agents at once.
type bulkData struct{ runData }

var (
	_ model.RunData         = runData{}
	_ model.AllAgentsReader = bulkData{}
	_ model.Agent           = agent{}
)

// RunData returns the data of one experiment. It reads nothing.
func (c *Client) RunData(k model.Key) model.RunData {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.single[k.Source] {
		return runData{c, k}
	}
	return bulkData{runData{c, k}}
}

// ask is a request for something of the run.
func (r runData) ask(what string, more url.Values) link.Request {
	q := ofKey(r.key)
	for name, values := range more {
		q[name] = values
	}
	return r.c.link.Ask(wire.Routes+"experiments/"+r.key.ID.String()+"/"+what, q)
}

// Timeline is the moments that have frames.
func (r runData) Timeline(ctx context.Context) ([]model.SimTime, error) {
	return about(ctx, r, r.ask("timeline", nil), wire.Moment.Model)
}

// Steps is when each step was done.
func (r runData) Steps(ctx context.Context) ([]model.StepTime, error) {
	return about(ctx, r, r.ask("steps", nil), wire.Step.Model)
}

// Profiles is all agents.
func (r runData) Profiles(ctx context.Context) ([]model.Profile, error) {
	return about(ctx, r, r.ask("profiles", nil), wire.Profile.Model)
}

// at is the query that names a moment.
func at(m model.SimTime) url.Values {
	if m == model.Latest {
		return url.Values{}
	}
	return url.Values{"day": {strconv.Itoa(m.Day)}, "t": {strconv.FormatFloat(m.T, 'g', -1, 64)}}
}

// Frame is what all agents do at one moment.
func (r runData) Frame(ctx context.Context, m model.SimTime) (model.Frame, error) {
	var got wire.Data[wire.Frame]
	if err := r.unlessSame(r.c.ask)(ctx, r.ask("frame", at(m)), &got); err != nil {
		return model.Frame{}, err
	}
	return got.Data.Model(), nil
}

// Prompt is what all agents are told of the world at a moment.
func (r runData) Prompt(ctx context.Context, m model.SimTime) (model.Prompt, error) {
	var got wire.Data[wire.Prompt]
	if err := r.c.ask(ctx, r.ask("prompt", at(m)), &got); err != nil {
		return model.Prompt{}, err
	}
	return got.Data.Model(), nil
}

// Prompts is all prompts, one after the other where the source does not give them out at once.
func (r runData) Prompts(ctx context.Context) ([]model.Prompt, error) {
	all, err := about(ctx, r, r.ask("prompts", nil), wire.Prompt.Model)
	if !errors.Is(err, model.ErrNotOffered) {
		return all, err
	}
	moments, err := r.Timeline(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range moments {
		p, err := r.Prompt(ctx, m)
		if err != nil {
			return nil, err
		}
		if !p.Created.IsZero() {
			all = append(all, p)
		}
	}
	return all, nil
}

// Metrics is the measured series.
func (r runData) Metrics(ctx context.Context) ([]model.Metric, error) {
	return about(ctx, r, r.ask("metrics", nil), wire.Metric.Model)
}

// Log is the end of the run's log.
func (r runData) Log(ctx context.Context, b model.LogBudget) (model.Log, error) {
	q := url.Values{}
	for name, n := range map[string]int{"lines": b.Lines, "bytes": b.Bytes} {
		if n > 0 {
			q.Set(name, strconv.Itoa(n))
		}
	}
	if !b.File.Empty() {
		q.Set("file", b.File.Raw())
	}
	var got wire.Data[wire.Log]
	if err := r.unlessSame(r.c.ask)(ctx, r.ask("log", q), &got); err != nil {
		return model.Log{}, err
	}
	if string(got.Data.File) != b.File.Raw() {
		return model.Log{}, r.c.older() // it knows of only one
	}
	return got.Data.Model(), nil
}

// Checkpoints is what the source keeps of AgentSociety's files; nothing where it keeps nothing of the kind.
func (r runData) Checkpoints(ctx context.Context) (map[string]string, error) {
	var got wire.Data[map[string]wire.Raw]
	err := r.c.ask(ctx, r.ask("kept", nil), &got)
	if errors.Is(err, model.ErrNotOffered) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(got.Data))
	for name, value := range got.Data {
		all[name] = string(value)
	}
	return all, nil
}

// until is the query of the data of all agents.
func until(m model.SimTime, limit int) url.Values {
	q := at(m)
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	return q
}

// TalkUntil is the talk of all agents up to a moment.
func (r bulkData) TalkUntil(ctx context.Context, m model.SimTime, limit int) ([]model.Message, error) {
	return about(ctx, r.runData, r.ask("talk", until(m, limit)), wire.Message.Model)
}

// AnswersUntil is the answers of all agents up to a moment.
func (r bulkData) AnswersUntil(ctx context.Context, m model.SimTime, limit int) ([]model.Answer, error) {
	return about(ctx, r.runData, r.ask("answers", until(m, limit)), wire.Answer.Model)
}

// Agent returns one agent's own data.
func (r runData) Agent(id int64) model.Agent { return agent{r, id} }

// agent is one agent of a run.
type agent struct {
	runData
	id int64
}

// of is a request for something of the agent.
func (a agent) of(what string) link.Request {
	return a.ask(what, url.Values{"agent": {strconv.FormatInt(a.id, 10)}})
}

// History is the agent's status at each step.
func (a agent) History(ctx context.Context) ([]model.AgentStatus, error) {
	return about(ctx, a.runData, a.of("history"), wire.Status.Model)
}

// Talk is what the agent has thought, said and heard.
func (a agent) Talk(ctx context.Context) ([]model.Message, error) {
	return about(ctx, a.runData, a.of("talk"), wire.Message.Model)
}

// Answers is its answers to surveys.
func (a agent) Answers(ctx context.Context) ([]model.Answer, error) {
	return about(ctx, a.runData, a.of("answers"), wire.Answer.Model)
}
