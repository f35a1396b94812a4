package storagetest

import (
	"cmp"
	"context"
	"slices"

	"societop/model"
)

// memRun is the data of a run in memory, or one of its agents.
type memRun struct {
	m  *Memory
	k  model.Key
	id int64
}

// data is the run.
func (k memRun) data(ctx context.Context) (s RunData, err error) {
	e, err := k.m.Experiment(ctx, k.k)
	switch {
	case err != nil:
		return s, err
	case e.Status == model.NotStarted:
		return s, model.ErrNotStarted
	}
	k.m.mu.Lock()
	defer k.m.mu.Unlock()
	return k.m.runs[k.k], nil
}

// Timeline is the moments of the frames.
func (k memRun) Timeline(ctx context.Context) (all []model.SimTime, err error) {
	s, err := k.data(ctx)
	for _, f := range s.Frames {
		all = append(all, f.At)
	}
	slices.SortFunc(all, model.SimTime.Compare)
	return slices.Compact(all), err
}

// Steps is when the first status of each frame was written, and the steps that have none.
func (k memRun) Steps(ctx context.Context) (all []model.StepTime, err error) {
	s, err := k.data(ctx)
	for _, f := range s.Frames {
		if len(f.Agents) > 0 {
			all = append(all, model.StepTime{At: f.At, Wall: f.Agents[0].Created})
		}
	}
	return append(all, s.Steps...), err
}

// Profiles is all agents.
func (k memRun) Profiles(ctx context.Context) ([]model.Profile, error) {
	s, err := k.data(ctx)
	return slices.SortedFunc(slices.Values(s.Profiles), func(a, b model.Profile) int { return cmp.Compare(a.ID, b.ID) }), err
}

// Frame is one of the frames.
func (k memRun) Frame(ctx context.Context, at model.SimTime) (model.Frame, error) {
	s, err := k.data(ctx)
	if all, _ := k.Timeline(ctx); at == model.Latest && len(all) > 0 {
		at = all[len(all)-1]
	}
	for _, f := range s.Frames {
		if f.At == at {
			return model.Frame{At: at, Agents: byID(dated(f))}, err
		}
	}
	return model.Frame{}, err
}

// dated is a frame of which each agent tells the moment.
func dated(f model.Frame) model.Frame {
	f.Agents = slices.Clone(f.Agents)
	for i := range f.Agents {
		f.Agents[i].At = f.At
	}
	return f
}

// Prompt is one of the prompts.
func (k memRun) Prompt(ctx context.Context, at model.SimTime) (found model.Prompt, err error) {
	s, err := k.data(ctx)
	for _, p := range s.Prompts {
		if p.At == at || (at == model.Latest && (found.Created.IsZero() || p.At.Compare(found.At) > 0)) {
			found = p
		}
	}
	return found, err
}

// Agent is one of the agents.
func (k memRun) Agent(id int64) model.Agent { return memRun{k.m, k.k, id} }

// Metrics is all series.
func (k memRun) Metrics(ctx context.Context) ([]model.Metric, error) {
	s, err := k.data(ctx)
	var all []model.Metric
	for _, m := range s.Metrics {
		all = append(all, model.Metric{Key: m.Key, Points: slices.Clone(m.Points)})
	}
	model.SortMetrics(all)
	return all, err
}

// Log is the end of the log.
func (k memRun) Log(ctx context.Context, b model.LogBudget) (model.Log, error) {
	s, err := k.data(ctx)
	if err == nil && s.Dir != nil {
		if b.File.Empty() && len(s.Dir.Logs) > 0 {
			b.File = s.Dir.Logs[0].Name
		}
		s.Log = s.Dir.LogText[b.File.Raw()]
	}
	return model.TailLog(s.Log, b), err
}

// History is the agent in each frame.
func (k memRun) History(ctx context.Context) ([]model.AgentStatus, error) {
	s, err := k.data(ctx)
	s.Frames = slices.Clone(s.Frames)
	for i, f := range s.Frames {
		s.Frames[i] = dated(f)
	}
	return historyOf(s, k.id), err
}

// Talk is the agent's messages.
func (k memRun) Talk(ctx context.Context) ([]model.Message, error) {
	s, err := k.data(ctx)
	return talkOf(s, k.id), err
}

// Answers is the agent's answers.
func (k memRun) Answers(ctx context.Context) (all []model.Answer, err error) {
	s, err := k.data(ctx)
	for _, a := range s.Answers {
		if a.ID == k.id {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b model.Answer) int { return a.At.Compare(b.At) })
	return all, err
}
