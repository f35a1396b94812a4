package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
)

// A run that begins again has the id and created_at of the one before, and the same moments. Its
// rows are others: by when the first of them was created it is told from another run, also
// where the recorder was away and the new run has passed the old one's time.

// errRestarted ends the reading of a part of a run that turns out to be another one.
var errRestarted = errors.New("the run has begun again")

// readOrigin makes sure that the run in the lab is the one that the source has, and takes its
// data away where it is not.
func (r *recorder) readOrigin(ctx context.Context, t *track, s model.RunData) error {
	at, created, err := r.recorded(ctx, t)
	if err != nil {
		return err
	}
	if created.IsZero() {
		return r.noteOrigin(ctx, t, s)
	}
	now, err := firstCreated(ctx, s, at)
	if err != nil {
		return err
	}
	t.doubt = false
	if now.IsZero() || now.Equal(created) {
		if t.marks[origin] == "" {
			return r.putOrigin(ctx, t, at, created)
		}
		return nil // of no such moment nothing is known
	}
	if err := r.begunAgain(ctx, t); err != nil {
		return err
	}
	return errRestarted
}

// recorded is the first moment of the run in the lab, and when it was created; zero where
// nothing is known of it.
func (r *recorder) recorded(ctx context.Context, t *track) (at model.SimTime, created time.Time, err error) {
	var micro int64
	if n, _ := fmt.Sscanf(t.marks[origin], "%d %g %d", &at.Day, &at.T, &micro); n == 3 {
		return at, time.UnixMicro(micro).UTC(), nil
	}
	here := r.store.RunData(t.key)
	all, err := here.Timeline(ctx)
	if lacking(err) || (err == nil && len(all) == 0) {
		return at, created, nil
	}
	if err != nil {
		return at, created, err
	}
	created, err = firstCreated(ctx, here, all[0])
	return all[0], created, err
}

// noteOrigin marks the first moment that the source has.
func (r *recorder) noteOrigin(ctx context.Context, t *track, s model.RunData) error {
	all, err := s.Timeline(ctx)
	if err != nil && !lacking(err) {
		return err
	}
	t.doubt = false
	if len(all) == 0 {
		return nil
	}
	created, err := firstCreated(ctx, s, all[0])
	if err != nil || created.IsZero() {
		return err
	}
	return r.putOrigin(ctx, t, all[0], created)
}

func (r *recorder) putOrigin(ctx context.Context, t *track, at model.SimTime, created time.Time) error {
	t.marks[origin] = fmt.Sprintf("%d %g %d", at.Day, at.T, created.UnixMicro())
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutMark(t.key, bolt.MarkOrigin, t.marks[origin]) })
}

// firstCreated is when a moment of a run was written: its prompt, which is one small row, or where
// there is none, its first agent. It is zero where the source has no such moment.
func firstCreated(ctx context.Context, s model.RunData, at model.SimTime) (time.Time, error) {
	prompt, err := s.Prompt(ctx, at)
	if err != nil && !lacking(err) && !alone(err) {
		return time.Time{}, err
	}
	if !prompt.Created.IsZero() {
		return prompt.Created.Truncate(time.Microsecond), nil
	}
	f, err := s.Frame(ctx, at)
	if err != nil && !lacking(err) && !alone(err) {
		return time.Time{}, err
	}
	for _, a := range f.Agents {
		if !a.Created.IsZero() {
			return a.Created.Truncate(time.Microsecond), nil
		}
	}
	return time.Time{}, nil
}

// begunAgain takes what the lab has of a run away, because the source has another one.
func (r *recorder) begunAgain(ctx context.Context, t *track) error {
	if err := r.update(ctx, func(b *bolt.Batch) error { return b.Restart(t.key) }); err != nil {
		return err
	}
	r.restarted(t.key)
	return nil
}

// restarted says that a run has begun again, and reads it from its start.
func (r *recorder) restarted(k model.Key) {
	r.tell.Say(text.Clean(named(r.known[k])+" has begun again; what was recorded of the run before is gone"), false)
	if t := r.tracks[k]; t != nil {
		r.progress.Pending -= int64(len(t.missing))
		r.progress.Agents -= int64(len(t.agents))
		t.restart()
	}
}
