package exporter

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/kept"
)

// reading reads one experiment of a source, piece by piece. Each of its methods gives out all there is
// of one kind; what the source lacks is a sentence in the report.
type reading struct {
	model.Experiment
	src    model.Source
	run    model.RunData
	local  bool
	report *model.ExportReport
	more   int  // sentences beyond maxSentences
	whole  bool // the copy lacks nothing that the source has, if that is what the source never had
	*progress

	moments []model.SimTime
	agents  []int64 // whose talk and answers are asked for one by one; none of a source that has all at once
}

func newReading(src model.Source, report *model.ExportReport, p *progress) *reading {
	if p.advance == nil {
		p.advance = func(int64, int64) {}
	}
	return &reading{src: src, local: src.Info().Local, report: report, progress: p}
}

// take begins with an experiment.
func (r *reading) take(e model.Experiment) {
	r.Experiment, r.run = e, r.src.RunData(e.Key)
	r.moments, r.agents = nil, nil
	r.report.Experiments++
}

// maxSentences bounds the report of what was left out.
const maxSentences = 20

// leaveOut adds a sentence to the report.
func (r *reading) leaveOut(what, why string) {
	if len(r.report.LeftOut) == maxSentences {
		r.more++
		return
	}
	r.report.LeftOut = append(r.report.LeftOut, text.Clean(fmt.Sprintf("%s of experiment %s: %s", what, r.ID, why)))
}

// close completes the report on the file at a path.
func (r *reading) close(path string) {
	if r.more > 0 {
		r.report.LeftOut = append(r.report.LeftOut, text.Clean(fmt.Sprintf("and %d more", r.more)))
	}
	if info, err := os.Stat(path); err == nil {
		r.report.Bytes = info.Size()
	}
}

// lacks takes note of what could not be read, and returns the errors for which all fails.
func (r *reading) lacks(what string, err error) error {
	switch {
	case errors.Is(err, model.ErrNotRecorded) && r.whole:
	case errors.Is(err, model.ErrNotRecorded):
		r.leaveOut(what, "the lab file has none")
	case model.Lacking(err) || errors.Is(err, model.ErrAnswer):
		r.leaveOut(what, model.Reason(err).String())
	default:
		return err
	}
	return nil
}

// rested runs one request. An endpoint rests after it for as long as it took, so that it is busy with
// an export for half of the time at most.
func (r *reading) rested(ctx context.Context, request func() error) error {
	begin := time.Now()
	if err := request(); err != nil {
		return err
	}
	if r.local {
		return ctx.Err()
	}
	return model.Sleep(ctx, time.Since(begin))
}

// begin reads the profiles and the timeline: what tells how much there is. No profiles are nil where
// the source lacks them.
func (r *reading) begin(ctx context.Context) (all []model.Profile, err error) {
	err = r.rested(ctx, func() (err error) {
		if all, err = r.run.Profiles(ctx); all == nil && err == nil {
			all = []model.Profile{}
		}
		return r.lacks("profiles", err)
	})
	if err == nil {
		err = r.rested(ctx, func() (err error) {
			r.moments, err = r.run.Timeline(ctx)
			return r.lacks("statuses of agents", err)
		})
	}
	n := len(r.moments)
	prompts, words := n, n/bulk
	if _, ok := r.run.(allPrompts); ok {
		prompts = n / bulk
	}
	if r.Dir != nil {
		prompts = 0
	}
	if _, ok := r.run.(model.AllAgentsReader); !ok && err == nil {
		err = r.findAgents(ctx, all)
		words = len(r.agents)
	}
	r.report.Agents += len(all)
	r.plan(n + prompts + 2*words)
	return all, err
}

// findAgents lists the agents: those with a profile, and those of the newest frame.
func (r *reading) findAgents(ctx context.Context, all []model.Profile) error {
	known := make(map[int64]bool, len(all)+1)
	if r.Dir != nil {
		known[model.Everyone] = true
	}
	for _, a := range all {
		known[a.ID] = true
	}
	if n := len(r.moments); n > 0 {
		f, err := r.run.Frame(ctx, r.moments[n-1])
		if err = r.lacks("the newest frame", err); err != nil {
			return err
		}
		for _, a := range f.Agents {
			known[a.ID] = true
		}
	}
	r.agents = slices.Sorted(maps.Keys(known))
	return nil
}

// frames gives out what all agents do at each moment.
func (r *reading) frames(ctx context.Context, fn func(model.Frame) error) error {
	r.stage(len(r.moments))
	for _, at := range r.moments {
		err := r.rested(ctx, func() error {
			f, err := r.run.Frame(ctx, at)
			if err != nil {
				return r.lacks(fmt.Sprintf("the frame of %v", at), err)
			}
			r.report.Frames++
			return fn(f)
		})
		if err != nil {
			return err
		}
		r.step(1)
	}
	return nil
}

// allPrompts is a RunData that has all prompts at once. Lab files have.
type allPrompts interface {
	Prompts(ctx context.Context) ([]model.Prompt, error)
}

// prompts gives out what all agents were told at each moment, which AgentSociety 2 does not do.
func (r *reading) prompts(ctx context.Context, fn func(model.Prompt) error) error {
	if r.Dir != nil {
		return nil
	}
	if of, ok := r.run.(allPrompts); ok {
		r.stage(len(r.moments) / bulk)
		all, err := of.Prompts(ctx)
		if err = r.lacks("prompts", err); err != nil {
			return err
		}
		for _, p := range all {
			if err := fn(p); err != nil {
				return err
			}
		}
		return nil
	}
	r.stage(len(r.moments))
	for _, at := range r.moments {
		err := r.rested(ctx, func() error {
			p, err := r.run.Prompt(ctx, at)
			if err != nil || p.Created.IsZero() {
				return r.lacks(fmt.Sprintf("the prompt of %v", at), err)
			}
			return fn(p)
		})
		if err != nil {
			return err
		}
		r.step(1)
	}
	return nil
}

// messages gives out talk and thoughts: all of an agent and a moment in their order.
func (r *reading) messages(ctx context.Context, fn func([]model.Message) error) error {
	counted := func(all []model.Message) error {
		r.report.Messages += len(all)
		return fn(all)
	}
	if of, ok := r.run.(model.AllAgentsReader); ok {
		r.stage(len(r.moments) / bulk)
		err := paged(ctx, of.TalkUntil, func(m *model.Message) model.SimTime { return m.At }, counted)
		return r.lacks("talk", err)
	}
	return eachAgent(ctx, r, "talk", model.Agent.Talk, counted)
}

// answers gives out answers to surveys, as messages does.
func (r *reading) answers(ctx context.Context, fn func([]model.Answer) error) error {
	counted := func(all []model.Answer) error {
		r.report.Answers += len(all)
		return fn(all)
	}
	if of, ok := r.run.(model.AllAgentsReader); ok {
		r.stage(len(r.moments) / bulk)
		err := paged(ctx, of.AnswersUntil, func(a *model.Answer) model.SimTime { return a.At }, counted)
		return r.lacks("answers", err)
	}
	return eachAgent(ctx, r, "answers", model.Agent.Answers, counted)
}

// eachAgent reads something of one agent after the other. An agent that the source does not know has
// none of it.
func eachAgent[T any](ctx context.Context, r *reading, what string, read func(model.Agent, context.Context) ([]T, error), fn func([]T) error) error {
	r.stage(len(r.agents))
	for _, id := range r.agents {
		err := r.rested(ctx, func() error {
			all, err := read(r.run.Agent(id), ctx)
			if err != nil && !errors.Is(err, model.ErrNoExperiment) {
				return r.lacks(fmt.Sprintf("%s of agent %d", what, id), err)
			}
			return fn(all)
		})
		if err != nil {
			return err
		}
		r.step(1)
	}
	return nil
}

// pageRows is how many rows of all agents are read at once.
const pageRows = 1 << 14

// page is some rows of all agents: those after a moment and up to another.
type page struct {
	after, until model.SimTime
	limit        int
}

// paged gives out the rows of all agents page by page, by ascending moments. Sources give out the
// newest rows up to a moment, so the pages are found from the last to the first; those before the
// first are read again.
func paged[T any](ctx context.Context, read func(context.Context, model.SimTime, int) ([]T, error), at func(*T) model.SimTime, fn func([]T) error) error {
	var later []page
	until, limit := model.Latest, pageRows
	for {
		all, err := read(ctx, until, limit)
		if err != nil {
			return err
		}
		if len(all) < limit {
			if err := fn(all); err != nil {
				return err
			}
			break
		}
		first, last := at(&all[0]), at(&all[len(all)-1])
		if first.Compare(last) == 0 {
			limit *= 4
			continue
		}
		later = append(later, page{first, last, limit})
		until, limit = first, pageRows
	}
	for _, p := range slices.Backward(later) {
		all, err := read(ctx, p.until, p.limit)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(row T) bool { return at(&row).Compare(p.after) <= 0 })
		if err := fn(all); err != nil {
			return err
		}
	}
	return nil
}

// originals is what a source keeps of AgentSociety's files.
type originals struct {
	artifacts []byte // nil: none
	rows      []kept.MetricRow
	offset    string // after times
}

// kept reads that; nothing where the source keeps none.
func (r *reading) kept(ctx context.Context) (o originals, err error) {
	of, ok := r.run.(kept.Keeper)
	if !ok {
		o.artifacts, err = r.posted(ctx)
		return o, err
	}
	all, err := of.Checkpoints(ctx)
	if err != nil {
		return o, r.lacks("artifacts.json", err)
	}
	o.offset = all[kept.Offset]
	if value, has := all[kept.Artifacts]; has {
		o.artifacts, err = kept.ParseArtifacts(value)
	}
	if err == nil {
		o.rows, err = kept.ParseMetrics(all[kept.Metrics])
	}
	return o, err
}

// poster is a RunData that gives out artifacts.json in answer to a POST.
type poster interface {
	Artifacts(ctx context.Context) ([]byte, error)
}

// posted reads artifacts.json from an endpoint, if it was opened for that; nil for none.
func (r *reading) posted(ctx context.Context) (content []byte, err error) {
	of, ok := r.run.(poster)
	if !ok {
		return nil, nil
	}
	err = r.rested(ctx, func() (err error) {
		content, err = of.Artifacts(ctx)
		switch {
		case errors.Is(err, model.ErrNoWrite):
			r.leaveOut("artifacts.json", "an endpoint gives it out only in answer to a POST, which is not sent without --write")
			return nil
		case errors.Is(err, model.ErrForbidden):
			r.leaveOut("artifacts.json", "the server forbids it")
			return nil
		case errors.Is(err, model.ErrNoData):
			r.leaveOut("artifacts.json", "the server fails on it (500): its file may be missing")
			return nil
		}
		return r.lacks("artifacts.json", err)
	})
	if err == nil && len(content) > kept.MaxArtifacts {
		r.leaveOut("artifacts.json", fmt.Sprintf("it has more than %d MiB", kept.MaxArtifacts>>20))
		content = nil
	}
	return content, err
}

// metrics reads the measured series. None are nil where the source lacks them.
func (r *reading) metrics(ctx context.Context) (all []model.Metric, err error) {
	err = r.rested(ctx, func() (err error) {
		if all, err = r.run.Metrics(ctx); all == nil && err == nil {
			all = []model.Metric{}
		}
		return r.lacks("metrics", err)
	})
	return all, err
}
