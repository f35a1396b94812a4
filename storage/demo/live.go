package demo

import (
	"context"
	"errors"
	"time"

	"societop/model"
	"societop/storage/bolt"
)

// claimant is how a demo is called where it keeps others from writing the lab.
const claimant = "demo"

// stride is the shortest time between two batches of a lab that lives: so many steps may
// end at once.
const stride = 200 * time.Millisecond

// Write writes the lab file at o.Path as it is at o.Start. The advance, which may be nil,
// counts experiments. It fails with model.ErrRecorder when another process records into
// the lab, and otherwise as writing one does.
func Write(ctx context.Context, o model.DemoOptions, adv model.Advance) error {
	return claimed(o.Path, func(store *bolt.Store) error {
		return New(o).begin(ctx, store, adv)
	})
}

// Live writes the lab file at o.Path as it is at o.Start, and goes on writing what happens
// by the wall time that now tells, until ctx is done. Then it returns nil. It fails like
// Write; a lab that is locked is written later.
func Live(ctx context.Context, o model.DemoOptions, now func() time.Time) error {
	return claimed(o.Path, func(store *bolt.Store) error {
		s := New(o)
		err := s.Begin(ctx, store)
		for err == nil {
			if !sleep(ctx, s.Next().Sub(now())) {
				return nil
			}
			if err = s.Advance(ctx, store, now()); errors.Is(err, model.ErrLocked) {
				err = nil
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		return err
	})
}

// sleep waits for d, but for one stride at least. It is false when ctx is done.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(max(d, stride))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// claimed runs fn as the recorder of a lab.
func claimed(path string, fn func(*bolt.Store) error) error {
	store := bolt.Open(path, bolt.Options{Write: true})
	release, err := store.Claim(claimant)
	if err != nil {
		return err
	}
	return errors.Join(fn(store), release(), store.Close())
}

// Begin writes the lab as it is now, at its start, in several batches where it is large.
// Its caller should have claimed the lab.
func (s *Society) Begin(ctx context.Context, store *bolt.Store) error {
	return s.begin(ctx, store, nil)
}

func (s *Society) begin(ctx context.Context, store *bolt.Store, adv model.Advance) error {
	if err := s.write(ctx, store); err != nil {
		return err
	}
	done := int64(len(s.runs))
	total := done + int64(s.history.rows)
	for i := range s.history.blocks() {
		rows := int64(0)
		err := store.Update(ctx, func(b *bolt.Batch) error {
			rows = 0
			return s.history.block(i, func(e *model.Experiment) error {
				rows++
				_, err := b.Put(*e)
				return err
			})
		})
		if err != nil {
			return err
		}
		if done += rows; adv != nil {
			adv(done, total)
		}
	}
	return nil
}

// Advance lets time pass until a wall time, and writes what has happened, in one batch.
// When that fails, the next Advance writes it. Its caller should have claimed the lab.
func (s *Society) Advance(ctx context.Context, store *bolt.Store, to time.Time) error {
	s.advance(to)
	return s.write(ctx, store)
}

// write writes all changes that the lab does not have yet, in one batch.
func (s *Society) write(ctx context.Context, store *bolt.Store) error {
	var changed []*run
	for _, r := range s.runs {
		if r.changed {
			changed = append(changed, r)
		}
	}
	if len(changed)+len(s.gone) == 0 {
		return nil
	}
	err := store.Update(ctx, func(b *bolt.Batch) error { return s.fill(b, changed) })
	if err != nil {
		return err
	}
	for _, r := range changed {
		r.changed, r.whole, r.written = false, false, true
	}
	s.gone = nil
	return nil
}

// fill puts changes into a batch.
func (s *Society) fill(b *bolt.Batch, changed []*run) error {
	for _, r := range s.gone {
		// A lab that somebody else has cleared is no reason to end.
		if err := b.Delete(r.e.Key); err != nil && !errors.Is(err, model.ErrNoExperiment) {
			return err
		}
	}
	for _, r := range changed {
		if err := r.put(b); err != nil {
			return err
		}
	}
	return nil
}

// put writes one run: only its summary where that is all that differs.
func (r *run) put(b *bolt.Batch) error {
	if !r.whole {
		err := b.PutSummary(r.e.Summary)
		if !errors.Is(err, model.ErrNoExperiment) {
			return err
		}
	}
	_, err := b.Put(r.e)
	return err
}
