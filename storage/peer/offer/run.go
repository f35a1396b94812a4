package offer

import (
	"context"
	"net/url"
	"strconv"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/kept"
	"societop/storage/peer/wire"
)

// run is something of one experiment.
func (o *Offer) run(ctx context.Context, id, what string, q url.Values) (any, error) {
	read := whats[what]
	if read == nil {
		return nil, errNoRoute
	}
	k, tenant, err := ofKey(id, q)
	if err == nil && !tenant {
		var e model.Experiment
		e, err = o.find(ctx, k, false)
		k = e.Key
	}
	if err != nil {
		return nil, err
	}
	return read(ctx, o.src.RunData(k), q)
}

// prompter is a run that gives out all of its prompts at once.
type prompter interface {
	Prompts(ctx context.Context) ([]model.Prompt, error)
}

// whats is what of an experiment can be read.
var whats = map[string]request{
	"timeline": listOf(model.RunData.Timeline, wire.NewMoment),
	"steps":    listOf(model.RunData.Steps, wire.NewStep),
	"profiles": listOf(model.RunData.Profiles, wire.NewProfile),
	"frame":    frame,
	"prompt":   prompt,
	"prompts":  listOf(prompter.Prompts, wire.NewPrompt),
	"metrics":  listOf(model.RunData.Metrics, wire.NewMetric),
	"log":      log,
	"talk":     talk,
	"answers":  answers,
	"history": func(ctx context.Context, r model.RunData, q url.Values) (any, error) {
		id, _, err := agent(q)
		if err != nil {
			return nil, err
		}
		all, err := r.Agent(id).History(ctx)
		return list(all, err, wire.NewStatus)
	},
	"kept":     keeps,
	"datasets": listOf(model.DatasetReader.Datasets, wire.NewDataset),
	"rows":     rows,
	"activity": oneOf(model.ActivityReader.Activity, wire.NewActivity),
	"health":   oneOf(model.HealthReader.Health, wire.NewHealth),
	"logs":     listOf(model.LogsReader.Logs, wire.NewLogFile),
	"surveys":  listOf(model.Surveyor.Surveys, wire.NewSurvey),
	"notes":    notes,
}

// agent is the agent of a request; ok is false where it is about all.
func agent(q url.Values) (id int64, ok bool, err error) {
	if !q.Has("agent") {
		return 0, false, nil
	}
	if id, err = strconv.ParseInt(q.Get("agent"), 10, 64); err != nil {
		return 0, false, model.Usagef("agent is the number of an agent")
	}
	return id, true, nil
}

// moment is the moment of a request; Latest where it has none.
func moment(q url.Values) (model.SimTime, error) {
	if !q.Has("day") {
		return model.Latest, nil
	}
	day, err := strconv.ParseInt(q.Get("day"), 10, 64)
	if err != nil {
		return model.SimTime{}, model.Usagef("day is a number")
	}
	t, err := strconv.ParseFloat(q.Get("t"), 64)
	if err != nil {
		return model.SimTime{}, model.Usagef("t is a number")
	}
	return model.SimTime{Day: model.Int(day), T: t}, nil
}

// number is a number of a request; 0 where it has none.
func number(q url.Values, name string) (int, error) {
	if !q.Has(name) {
		return 0, nil
	}
	n, err := strconv.Atoi(q.Get(name))
	if err != nil || n < 0 {
		return 0, model.Usagef("%s is a number", name)
	}
	return n, nil
}

func frame(ctx context.Context, r model.RunData, q url.Values) (any, error) {
	at, err := moment(q)
	if err != nil {
		return nil, err
	}
	f, err := r.Frame(ctx, at)
	return wire.Data[wire.Frame]{Data: wire.NewFrame(f)}, err
}

func prompt(ctx context.Context, r model.RunData, q url.Values) (any, error) {
	at, err := moment(q)
	if err != nil {
		return nil, err
	}
	p, err := r.Prompt(ctx, at)
	return wire.Data[wire.Prompt]{Data: wire.NewPrompt(p)}, err
}

// The end of a log that is sent at most.
const (
	maxLogLines = 1_000_000
	maxLogBytes = 64 << 20
)

func log(ctx context.Context, r model.RunData, q url.Values) (any, error) {
	lines, err := number(q, "lines")
	if err != nil {
		return nil, err
	}
	bytes, err := number(q, "bytes")
	if err != nil {
		return nil, err
	}
	file := q.Get("file")
	l, err := r.Log(ctx, model.LogBudget{Lines: bounded(lines, maxLogLines), Bytes: bounded(bytes, maxLogBytes), File: text.Clean(file)})
	got := wire.NewLog(l)
	got.File = wire.Raw(file)
	return wire.Data[wire.Log]{Data: got}, err
}

// bounded is a number of at most so much; 0 is no bound.
func bounded(n, most int) int {
	if n == 0 || n > most {
		return most
	}
	return n
}

// reach is how far the talk or the answers of all agents go.
func reach(q url.Values) (until model.SimTime, limit int, err error) {
	if until, err = moment(q); err == nil {
		limit, err = number(q, "limit")
	}
	return until, bounded(limit, wire.MaxList), err
}

// said answers with what one agent, or all of them, said or answered.
func said[T, W any](ctx context.Context, r model.RunData, q url.Values, row func(T) W,
	ofOne func(model.Agent, context.Context) ([]T, error), ofAll func(model.AllAgentsReader, context.Context, model.SimTime, int) ([]T, error),
) (any, error) {
	id, one, err := agent(q)
	if err != nil {
		return nil, err
	}
	if one {
		all, err := ofOne(r.Agent(id), ctx)
		return list(all, err, row)
	}
	until, limit, err := reach(q)
	if err != nil {
		return nil, err
	}
	bulk, ok := r.(model.AllAgentsReader)
	if !ok {
		return nil, model.ErrNotOffered
	}
	all, err := ofAll(bulk, ctx, until, limit)
	return list(all, err, row)
}

func talk(ctx context.Context, r model.RunData, q url.Values) (any, error) {
	return said(ctx, r, q, wire.NewMessage, model.Agent.Talk, model.AllAgentsReader.TalkUntil)
}

func answers(ctx context.Context, r model.RunData, q url.Values) (any, error) {
	return said(ctx, r, q, wire.NewAnswer, model.Agent.Answers, model.AllAgentsReader.AnswersUntil)
}

// keeps is what a lab keeps of AgentSociety's files.
func keeps(ctx context.Context, r model.RunData, _ url.Values) (any, error) {
	of, ok := r.(kept.Keeper)
	if !ok {
		return nil, model.ErrNotOffered
	}
	all, err := of.Checkpoints(ctx)
	out := map[string]wire.Raw{}
	for _, name := range kept.Names {
		if value, has := all[name]; has {
			out[name] = wire.Raw(value)
		}
	}
	return wire.Data[map[string]wire.Raw]{Data: out}, err
}
