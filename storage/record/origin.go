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
func (d *reading) readOrigin(ctx context.Context) error {
	if d.t.dir {
		return d.noteDir(ctx)
	}
	at, created, err := d.recorded(ctx)
	if err != nil {
		return err
	}
	if created.IsZero() {
		return d.noteOrigin(ctx)
	}
	now, err := firstCreated(ctx, d.from, at)
	if err != nil {
		return err
	}
	d.t.doubt = false
	if now.IsZero() || now.Equal(created) {
		if d.t.parts[origin].done == "" {
			return d.putOrigin(ctx, at, created)
		}
		return nil // of no such moment nothing is known
	}
	if err := d.startOver(ctx); err != nil {
		return err
	}
	return errRestarted
}

// noteDir marks that the run of a directory is read. Its id is its path, and its summary tells a run
// that begins again.
func (d *reading) noteDir(ctx context.Context) error {
	d.t.doubt = false
	if d.t.parts[origin].done != "" {
		return nil
	}
	d.t.parts[origin].done = "directory"
	return d.update(ctx, func(b *bolt.Batch) error {
		return b.PutCheckpoint(d.t.key, bolt.CheckpointOrigin, d.t.parts[origin].done)
	})
}

// recorded is the first moment of the run in the lab, and when it was created; zero where
// nothing is known of it.
func (d *reading) recorded(ctx context.Context) (at model.SimTime, created time.Time, err error) {
	var micro int64
	if n, _ := fmt.Sscanf(d.t.parts[origin].done, "%d %g %d", &at.Day, &at.T, &micro); n == 3 {
		return at, time.UnixMicro(micro).UTC(), nil
	}
	here := d.here()
	all, err := here.Timeline(ctx)
	if model.Lacking(err) || (err == nil && len(all) == 0) {
		return at, created, nil
	}
	if err != nil {
		return at, created, err
	}
	created, err = firstCreated(ctx, here, all[0])
	return all[0], created, err
}

// noteOrigin marks the first moment that the source has.
func (d *reading) noteOrigin(ctx context.Context) error {
	all, err := d.from.Timeline(ctx)
	if err != nil && !model.Lacking(err) {
		return err
	}
	d.t.doubt = false
	if len(all) == 0 {
		return nil
	}
	created, err := firstCreated(ctx, d.from, all[0])
	if err != nil || created.IsZero() {
		return err
	}
	return d.putOrigin(ctx, all[0], created)
}

func (d *reading) putOrigin(ctx context.Context, at model.SimTime, created time.Time) error {
	d.t.parts[origin].done = fmt.Sprintf("%d %g %d", at.Day, at.T, created.UnixMicro())
	return d.update(ctx, func(b *bolt.Batch) error {
		return b.PutCheckpoint(d.t.key, bolt.CheckpointOrigin, d.t.parts[origin].done)
	})
}

// firstCreated is when a moment of a run was written: its prompt, which is one small row, or where
// there is none, its first agent. It is zero where the source has no such moment.
func firstCreated(ctx context.Context, from model.RunData, at model.SimTime) (time.Time, error) {
	prompt, err := from.Prompt(ctx, at)
	if err != nil && !model.Lacking(err) && !ofOnePart(err) {
		return time.Time{}, err
	}
	if !prompt.Created.IsZero() {
		return prompt.Created.Truncate(time.Microsecond), nil
	}
	f, err := from.Frame(ctx, at)
	if err != nil && !model.Lacking(err) && !ofOnePart(err) {
		return time.Time{}, err
	}
	for _, a := range f.Agents {
		if !a.Created.IsZero() {
			return a.Created.Truncate(time.Microsecond), nil
		}
	}
	return time.Time{}, nil
}

// startOver takes what the lab has of a run away, because the source has another one.
func (d *reading) startOver(ctx context.Context) error {
	if err := d.update(ctx, func(b *bolt.Batch) error { return b.Restart(d.t.key) }); err != nil {
		return err
	}
	d.restarted(d.t.key)
	return nil
}

// restarted says that a run has begun again, and reads it from its start.
func (r *recorder) restarted(k model.Key) {
	r.tell.Say(text.Clean(named(r.known[k])+" has begun again; what was recorded of the run before is gone"), false)
	if t := r.runs.tracks[k]; t != nil {
		r.progress.Pending -= int64(len(t.frames.missing))
		r.progress.Agents -= int64(len(t.talk.agents))
		t.restart()
	}
}
