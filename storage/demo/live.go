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

// Write writes the lab file at o.Path as it is at o.Start; with o.Whole, what all agents did
// before it, too. The advance, which may be nil, counts experiments and steps. It fails with
// model.ErrRecorder when another process records into the lab, and otherwise as writing one
// does.
func Write(ctx context.Context, o model.DemoOptions, adv model.Advance) error {
	return claimed(o.Path, "the demo is being written", func(store *bolt.Store) error {
		s := New(o)
		if !o.Whole {
			return s.begin(ctx, store, adv)
		}
		if adv == nil {
			adv = func(int64, int64) {}
		}
		listed := int64(len(s.runs) + s.history.rows)
		total := listed + s.forgotten()
		if err := s.begin(ctx, store, func(done, _ int64) { adv(done, total) }); err != nil {
			return err
		}
		return s.Recall(ctx, store, func(done, _ int64) { adv(listed+done, total) })
	})
}

// Live writes the lab file at o.Path as it is at o.Start, and goes on writing what happens
// by the wall time that now tells, and bit by bit what happened before, until ctx is done.
// Then it returns nil. ready is told when the lab is live. It fails like Write; a lab that is
// locked is written later.
func Live(ctx context.Context, o model.DemoOptions, now func() time.Time, ready func()) error {
	return claimed(o.Path, "", func(store *bolt.Store) error {
		ready()
		s := New(o)
		err := s.Begin(ctx, store)
		wait := time.Duration(0)
		for err == nil && sleep(ctx, wait) {
			begun := now()
			var more bool
			more, err = s.portion(ctx, store, begun)
			if errors.Is(err, model.ErrLocked) {
				err, more = nil, true
			}
			// Who reads the lab gets as much time as who writes it.
			if wait = now().Sub(begun); !more {
				wait = max(wait, s.Next().Sub(now()))
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		return err
	})
}

// portion writes what has happened up to a wall time, or as much of it as a batch takes, and
// a part of the past. more tells whether either is not at its end.
func (s *Society) portion(ctx context.Context, store *bolt.Store, to time.Time) (more bool, err error) {
	more = s.live(to, portion)
	if err = s.write(ctx, store); err == nil {
		err = s.recall(ctx, store)
	}
	return more || len(s.untold) > 0, err
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

// claimed runs fn as the recorder of a lab, which meanwhile is live, or else why it is not.
func claimed(path, why string, fn func(*bolt.Store) error) error {
	store := bolt.Open(path, bolt.Options{Write: true})
	claim, err := store.Claim(claimant, bolt.ClaimState{Liveness: model.Liveness{Why: model.Clean(why)}})
	if err != nil {
		return err
	}
	return errors.Join(fn(store), claim.Release(), store.Close())
}

// Begin writes the lab as it is now, at its start, in several batches where it is large.
// Its caller should have claimed the lab.
func (s *Society) Begin(ctx context.Context, store *bolt.Store) error {
	return s.begin(ctx, store, nil)
}

func (s *Society) begin(ctx context.Context, store *bolt.Store, adv model.Advance) error {
	s.renew(ctx, store)
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

// renew finds what an earlier demo took further, to clear the lab of it: the steps that it
// made and this one has not would stay.
func (s *Society) renew(ctx context.Context, store *bolt.Store) {
	for _, r := range s.runs {
		if r.people == nil {
			continue
		}
		// What can't be read fails again, and is reported, when it is written.
		if e, err := store.Experiment(ctx, r.e.Key); err == nil && !e.Updated.Equal(r.e.Updated) {
			s.gone = append(s.gone, r)
		}
	}
}

// Advance lets time pass until a wall time, and writes what has happened, in batches of a
// bounded size. When that fails, the next Advance goes on. Its caller should have claimed
// the lab.
func (s *Society) Advance(ctx context.Context, store *bolt.Store, to time.Time) error {
	for more := true; more; {
		more = s.live(to, portion)
		if err := s.write(ctx, store); err != nil {
			return err
		}
	}
	return nil
}

// write writes all changes that the lab does not have yet, in one batch.
func (s *Society) write(ctx context.Context, store *bolt.Store) error {
	var pages []page
	for _, r := range s.runs {
		p := page{run: r}
		if len(r.waiting) > 0 {
			p.chapter = r.chapter()
		}
		if r.changed {
			pages = append(pages, p)
		}
	}
	if len(pages)+len(s.gone) == 0 {
		s.backlog = 0
		return nil
	}
	err := store.Update(ctx, func(b *bolt.Batch) error { return s.fill(b, pages) })
	if err != nil {
		return err
	}
	for i := range pages {
		pages[i].saved()
	}
	s.gone, s.surveys, s.backlog = nil, nil, 0
	return nil
}

// fill puts changes into a batch.
func (s *Society) fill(b *bolt.Batch, pages []page) error {
	b.SetAsOf(model.Liveness{AsOf: s.now, Why: model.Clean("the demo has ended")})
	for _, r := range s.gone {
		if err := remove(b, r.e.Key); err != nil {
			return err
		}
	}
	for i := range pages {
		if err := pages[i].put(b); err != nil {
			return err
		}
	}
	return b.PutSurveys(s.surveys)
}

// remove deletes an experiment. A lab that somebody else has cleared is no reason to end.
func remove(b *bolt.Batch, k model.Key) error {
	if err := b.Delete(k); !errors.Is(err, model.ErrNoExperiment) {
		return err
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
