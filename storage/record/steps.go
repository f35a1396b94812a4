package record

import (
	"context"
	"errors"
	"slices"
	"time"

	"societop/model"
	"societop/storage/bolt"
)

// When each step of a run was done is known from its frames. Where they are not recorded, or come
// late, it is known from the list as well: each time a run is seen to move, the list says when it
// did. What it did before is read once from the source, as far as that knows.

// gapAfter is how long a run may go unseen before the steps that it made meanwhile are read from the source.
const gapAfter = 2 * time.Minute

// move is a step that a run was seen to make.
type move struct {
	key  model.Key
	step model.StepTime
	gap  bool // others came before it, unseen
}

// moveOf is the step that a state of an experiment tells of; old is the state before, where that is
// known. A run that does not go on says when it ended, not when it made its last step.
func moveOf(old, s *model.Summary, known bool) (m move, ok bool) {
	at := s.Clock()
	if !at.Valid() || s.Updated.IsZero() {
		return m, false
	}
	m = move{key: s.Key, step: model.StepTime{At: at, Wall: s.Updated}}
	if !known || s.BeganAgain(old) {
		return m, s.Status == model.Running
	}
	if s.Now == old.Now {
		return m, false
	}
	m.gap = s.Updated.Sub(old.Updated) > gapAfter && (s.Plan == nil || s.Plan.Done(s.Now.Seconds())-s.Plan.Done(max(old.Now.Seconds(), 0)) > 1)
	return m, s.Status == model.Running || old.Status == model.Running
}

// moves is the steps that some states tell of.
func (r *recorder) moves(whole []model.Experiment, steps []model.Summary) (all []move) {
	add := func(s *model.Summary) {
		old, known := r.known[s.Key]
		if m, ok := moveOf(&old, s, known); ok {
			all = append(all, m)
		}
	}
	for i := range whole {
		add(&whole[i].Summary)
	}
	for i := range steps {
		add(&steps[i])
	}
	return all
}

// putMoves writes the steps that runs were seen to make. After a gap, what the source knows of the steps is read
// again.
func putMoves(b *bolt.Batch, all []move) error {
	for _, m := range all {
		if err := b.PutSteps(m.key, []model.StepTime{m.step}); err != nil {
			return err
		}
		if m.gap {
			if err := b.PutCheckpoint(m.key, names[stepTimes], ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// missed takes note of the runs whose steps are to be read again.
func (r *recorder) missed(all []move) {
	for _, m := range all {
		if t := r.runs.tracks[m.key]; t != nil && m.gap {
			t.parts[stepTimes].done = ""
		}
	}
}

// readSteps reads when the source says that steps were done. Where it can't say now, it is asked again
// later.
func (d *reading) readSteps(ctx context.Context) (done bool, err error) {
	all, err := d.from.Steps(ctx)
	if ofOnePart(err) || d.ofHistory(err) {
		d.t.parts[stepTimes].next = d.options.Now().Add(retryEvery)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	all = slices.DeleteFunc(all, func(s model.StepTime) bool { return !s.At.Valid() || s.Wall.IsZero() })
	again, err := d.isAnother(ctx, all)
	if err != nil {
		return false, err
	}
	if again {
		if err := d.startOver(ctx); err != nil {
			return false, err
		}
	}
	return true, d.update(ctx, func(b *bolt.Batch) error { return b.PutSteps(d.t.key, all) })
}

// ofHistory reports whether an error may be about the history of a run only: it is the largest of
// all answers, and what stands between may fail on it. That the source is away, the next tick tells.
func (d *reading) ofHistory(err error) bool {
	return errors.Is(err, model.ErrNotEndpoint) || errors.Is(err, model.ErrServer) && !d.options.Once ||
		errors.Is(err, model.ErrUnreachable) && !d.options.Once
}

// apart is how far two times of one step are from each other in runs that are not the same. The list
// tells of a step before its agents are written.
const apart = time.Minute

// isAnother reports whether the source has another run than the lab, where that has nothing of it
// but steps: there is no origin then by which to tell.
func (d *reading) isAnother(ctx context.Context, all []model.StepTime) (bool, error) {
	if d.t.parts[origin].done != "" {
		return false, nil
	}
	if _, err := d.here().Timeline(ctx); !errors.Is(err, model.ErrNotRecorded) {
		if model.Lacking(err) {
			err = nil
		}
		return false, err
	}
	had, err := d.here().Steps(ctx)
	if err != nil {
		if model.Lacking(err) {
			err = nil
		}
		return false, err
	}
	before := make(map[model.SimTime]time.Time, len(had))
	for _, s := range had {
		before[s.At] = s.Wall
	}
	for _, s := range all {
		if wall, both := before[s.At]; both {
			return s.Wall.Sub(wall) > apart, nil
		}
	}
	return false, nil
}
