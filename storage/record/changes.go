package record

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
)

// pageRows and pageBytes bound a batch: experiments, and bytes of their texts.
const (
	pageRows  = 500
	pageBytes = 4 << 20
)

// tick takes over what has changed since the last one.
func (r *recorder) tick(ctx context.Context) error {
	if err := r.retryDeferred(ctx); err != nil {
		return err
	}
	b := model.Budget{Rows: pageRows, Errors: true, Record: true}
	if !r.options.Once { // who reads once has the time to wait
		b.Interval = r.options.Interval
	}
	for more := true; more; {
		ch, err := r.src.Changes(ctx, r.cursor, b)
		if err != nil {
			return err
		}
		r.desk.answers()
		r.hear(ch.Liveness)
		r.complain(ch.Trouble)
		if err := r.take(ctx, ch); err != nil {
			return err
		}
		r.cursor, more = ch.Next, ch.More
	}
	if !r.listed {
		if err := r.make(ctx); err != nil { // of a source without experiments
			return err
		}
		r.listed = true
		r.signal()
		r.tell.Say(text.Clean(fmt.Sprintf("recording %d experiments of %s into %s", len(r.known), r.src.Info().Address, r.lab.path)), false)
	}
	return nil
}

// complain says once what can't be read though the rest can.
func (r *recorder) complain(trouble error) {
	text := model.Explain(trouble)
	if text.String() != r.outage.trouble && !text.Empty() {
		r.tell.Say(text, true)
	}
	r.outage.trouble, r.outage.partly = text.String(), trouble != nil && !errors.Is(trouble, model.ErrNoTenant)
}

// take writes a page of changes in one batch. A config is read only of what is new, or whose
// plan, status or error is another; a step of a run is only a summary.
func (r *recorder) take(ctx context.Context, ch model.Changes) error {
	var whole []model.Experiment
	var steps []model.Summary
	var touched []*track
	size := 0
	for _, s := range ch.Put {
		old, known := r.known[s.Key]
		switch {
		case known && old.Equal(&s):
			r.follow(s)
			touched = append(touched, r.touchedSince(s.Key)...)
			continue
		case known && stepped(old, s):
			steps = append(steps, s)
			continue
		}
		e, given, err := r.fetch(ctx, s)
		if err != nil {
			return err
		}
		if !given {
			continue
		}
		whole = append(whole, e)
		if size += len(e.Config.Raw()) + len(e.Error.Raw()); size > pageBytes {
			if err := r.write(ctx, whole, nil); err != nil {
				return err
			}
			whole, size = nil, 0
		}
	}
	for _, k := range ch.Gone {
		r.sourceGone(k)
	}
	if err := r.forget(ctx, touched); err != nil {
		return err
	}
	return r.write(ctx, whole, steps)
}

// fetch asks for an experiment with its config; given is false where it is gone meanwhile, which the
// next tick says, and where it is owed.
func (r *recorder) fetch(ctx context.Context, s model.Summary) (e model.Experiment, given bool, err error) {
	e, err = r.src.Experiment(ctx, s.Key)
	r.signal()
	switch {
	case errors.Is(err, model.ErrNoExperiment):
		return e, false, nil
	case ofOnePart(err):
		r.deferRun(s, err)
		return e, false, nil
	}
	return e, err == nil, err
}

// touchedSince is the track of a run that has ended and that a lab file lists again though its
// summary is the same: more came into the run.
func (r *recorder) touchedSince(k model.Key) []*track {
	t := r.runs.tracks[k]
	if !r.listed || t == nil || !t.run.ended || !r.src.Info().Local {
		return nil
	}
	return []*track{t}
}

// forget takes the marks from runs that have ended and of which a lab file says that more came
// into it since.
func (r *recorder) forget(ctx context.Context, touched []*track) error {
	if len(touched) == 0 {
		return nil
	}
	for _, t := range touched {
		t.loaded, t.frames.asked = false, ""
		for p := range t.parts {
			t.parts[p].refused = ""
		}
	}
	return r.update(ctx, func(b *bolt.Batch) error {
		for _, t := range touched {
			for _, name := range names {
				if err := b.PutCheckpoint(t.key, name, ""); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// deferRun takes note of an experiment that the source lists and can't give out.
func (r *recorder) deferRun(s model.Summary, err error) {
	if _, again := r.deferred.all[s.Key]; !again {
		r.tell.Say(text.Clean(fmt.Sprintf("%s can't be recorded now: %s", named(s), model.Explain(err))), true)
	}
	if len(r.deferred.all) == 0 {
		r.deferred.tried = r.options.Now()
	}
	r.deferred.all[s.Key] = s
}

// retryDeferred reads again, now and then, what could not be read when it changed.
func (r *recorder) retryDeferred(ctx context.Context) error {
	now := r.options.Now()
	if len(r.deferred.all) == 0 || now.Sub(r.deferred.tried) < growsEvery {
		return nil
	}
	r.deferred.tried = now
	return r.take(ctx, model.Changes{Put: slices.Collect(maps.Values(r.deferred.all))})
}

// sourceGone says that an experiment is gone from the source.
func (r *recorder) sourceGone(k model.Key) {
	delete(r.deferred.all, k)
	if s, known := r.known[k]; known {
		r.tell.Say(text.Clean(named(s)+" is gone from the source; what was recorded stays"), false)
	}
	r.leave(k)
}

// leave reads no more of a run.
func (r *recorder) leave(k model.Key) {
	if t := r.runs.tracks[k]; t != nil {
		r.progress.Pending -= int64(len(t.frames.missing))
		r.progress.Agents -= int64(len(t.talk.agents))
		delete(r.runs.tracks, k)
	}
}

// stepped reports whether a run differs from what the lab has only by its steps.
func stepped(old, s model.Summary) bool {
	return old.Status == s.Status && old.Plan.Equal(s.Plan) && old.Error == s.Error && old.Created.Equal(s.Created)
}

// write writes experiments and steps of runs in one batch.
func (r *recorder) write(ctx context.Context, whole []model.Experiment, steps []model.Summary) error {
	if len(whole)+len(steps) == 0 {
		return nil
	}
	again, moves := r.again(whole, slices.Clip(steps)), r.moves(whole, steps)
	err := r.update(ctx, func(b *bolt.Batch) error {
		for _, e := range whole {
			if _, err := b.Put(e); err != nil {
				return err
			}
		}
		if err := putSteps(b, steps); err != nil {
			return err
		}
		for _, k := range again {
			if err := b.Restart(k); err != nil {
				return err
			}
		}
		return putMoves(b, moves)
	})
	if err != nil {
		return err
	}
	for _, k := range again {
		r.restarted(k)
	}
	r.missed(moves)
	for _, e := range whole {
		r.wrote(e.Summary)
	}
	for _, s := range steps {
		r.wrote(s)
	}
	r.tell.Progress(r.progress)
	return nil
}

// putSteps writes steps of runs.
func putSteps(b *bolt.Batch, steps []model.Summary) error {
	for _, s := range steps {
		if err := b.PutSummary(s); err != nil {
			return err
		}
	}
	return nil
}

// wrote takes note of what the lab has by now.
func (r *recorder) wrote(s model.Summary) {
	old, known := r.known[s.Key]
	r.known[s.Key] = s
	delete(r.deferred.all, s.Key)
	r.progress.Changed++
	r.progress.Experiments = int64(len(r.known))
	if r.listed && (!known || old.Status != s.Status) {
		r.tell.Say(text.Clean(named(s)+": "+s.Status.String()), s.Status == model.Failed)
	}
	if s.Status == model.NotStarted {
		r.leave(s.Key) // until it has begun
	}
	r.follow(s)
}

// follow takes note of a state of an experiment whose data is recorded: with its agents, or when its
// steps are done while it runs. The steps of one that has ended are mostly in its frames; a lab file
// may have only those.
func (r *recorder) follow(s model.Summary) {
	running, known := s.Status == model.Running, r.runs.tracks[s.Key] != nil
	if s.Status == model.NotStarted || (!r.options.Agents && !running && !known) {
		return
	}
	t := r.runs.follow(&s, r.options.Now())
	t.once = r.options.Once
	t.bare, t.steps = !r.options.Agents, running || (r.options.Agents && r.src.Info().Local)
}

// again is the runs among some states that have begun again.
func (r *recorder) again(whole []model.Experiment, steps []model.Summary) (keys []model.Key) {
	for _, e := range whole {
		steps = append(steps, e.Summary)
	}
	for _, s := range steps {
		if old, known := r.known[s.Key]; known && s.BeganAgain(&old) {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// maxNamed is how much of a name a sentence has room for.
const maxNamed = 60

// named is an experiment as a sentence names it.
func named(s model.Summary) string {
	name := []rune(s.Name.String())
	if len(name) > maxNamed {
		name = append(name[:maxNamed], '…')
	}
	return s.ID.String()[:8] + " " + string(name)
}

// growth is how many bytes a day the file grows, at the rate since the start.
func (r *recorder) growth(size int64) float64 {
	took := r.options.Now().Sub(r.lab.started)
	if took < time.Minute {
		return math.NaN()
	}
	return float64(size-r.lab.length) / took.Hours() * 24
}
