package record

import (
	"context"
	"slices"
	"time"

	"societop/model"
	"societop/storage/bolt"
)

// schedule is the runs whose data is recorded, and whose turn it is.
type schedule struct {
	tracks map[model.Key]*track
	order  []*track
	framed bool // a frame was read last, not what grows
}

// follow takes note of a state of an experiment, which has begun.
func (q *schedule) follow(s *model.Summary, now time.Time) *track {
	t := q.tracks[s.Key]
	if t == nil {
		t = newTrack(s.Key)
		q.tracks[s.Key] = t
		q.order = append(q.order, t)
	}
	t.follow(s, now)
	return t
}

// dropGone forgets the order of runs that are not recorded any more.
func (q *schedule) dropGone() {
	q.order = slices.DeleteFunc(q.order, func(t *track) bool { return q.tracks[t.key] != t })
}

// next is what is to be read next, of all runs in turn: what is small and was never read to its
// end; then, by turns, frames and what has grown. It is nil when nothing is left.
func (q *schedule) next(now time.Time) (*track, part) {
	grown := []part{profiles, talk, metrics, logs, reports, notes}
	if t, p := q.turn([]part{origin, profiles}, true, now); t != nil {
		return t, p
	}
	for _, some := range [][]part{grown, {stepTimes}} {
		if t, p := q.turn(some, true, now); t != nil {
			return t, p
		}
	}
	order := [][]part{{frames, tables}, grown}
	if q.framed = !q.framed; !q.framed {
		slices.Reverse(order)
	}
	for _, some := range order {
		if t, p := q.turn(some, false, now); t != nil {
			return t, p
		}
	}
	return nil, 0
}

// turn is the run whose turn it is among those that want one of some parts; unread: one that was
// never read to its end.
func (q *schedule) turn(some []part, unread bool, now time.Time) (*track, part) {
	for i, t := range q.order {
		for _, p := range some {
			if t.wants(p, now) && (!unread || p == origin || t.parts[p].done == "") {
				q.order = append(slices.Delete(q.order, i, i+1), t)
				return t, p
			}
		}
	}
	return nil, 0
}

// readRuns reads parts of runs until a time; with Once, until nothing is left.
func (r *recorder) readRuns(ctx context.Context, until time.Time) error {
	if err := r.readSurveys(ctx); err != nil {
		return err
	}
	for !r.outage.lasts() {
		t, p, err := r.next(ctx)
		if err != nil || t == nil {
			r.tell.Progress(r.progress)
			return err
		}
		begun, written := r.options.Now(), r.lab.writing
		if err := r.reading(t).read(ctx, p); err != nil {
			if !r.transient(err) || r.options.Once {
				return err
			}
			t.parts[p].fail(r.options.Now())
			r.failed(err)
			return nil
		}
		t.parts[p].failures = 0
		if err := model.Sleep(ctx, r.options.Now().Sub(begun)-2*(r.lab.writing-written)); err != nil {
			return err
		}
		if !r.options.Once && r.options.Now().After(until) {
			return nil
		}
	}
	return nil
}

// next loads the marks of all runs, counts those that are not complete, and finds what is to be
// read next.
func (r *recorder) next(ctx context.Context) (*track, part, error) {
	r.runs.dropGone()
	r.progress.Unread = 0
	for _, t := range r.runs.order {
		if err := r.load(ctx, t); err != nil {
			return nil, 0, err
		}
		if !t.complete() {
			r.progress.Unread++
		}
	}
	t, p := r.runs.next(r.options.Now())
	return t, p, nil
}

// load reads the marks of a run.
func (r *recorder) load(ctx context.Context, t *track) error {
	if t.loaded {
		return nil
	}
	marks, err := r.lab.store.Checkpoints(ctx, t.key)
	if err != nil {
		return err
	}
	for p, name := range names {
		t.parts[p].done = marks[name]
		t.doubt = t.doubt || marks[name] != t.run.state && part(p) != origin && part(p) != stepTimes
	}
	t.talk.resume = marks[bolt.CheckpointTalkAt]
	t.loaded = true
	return nil
}

// surveysEvery is how often the questionnaires are read.
const surveysEvery = 5 * time.Minute

// readSurveys reads the questionnaires of a source that knows them.
func (r *recorder) readSurveys(ctx context.Context) error {
	from, knows := r.src.(model.Surveyor)
	now := r.options.Now()
	if !knows || !r.options.Agents || r.outage.lasts() || now.Before(r.surveys) {
		return nil
	}
	r.surveys = now.Add(surveysEvery)
	all, err := from.Surveys(ctx)
	if model.Lacking(err) || (r.transient(err) && !r.options.Once) {
		return nil // the next tick tells of a source that is away
	}
	if err != nil || len(all) == 0 {
		return err
	}
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutSurveys(all) })
}
