package demo

import (
	"context"
	"errors"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
)

const (
	// stride is the shortest time between two batches of a demo that is watched.
	stride = 200 * time.Millisecond
	// portion is how many agent statuses a batch has, or those of a step if that is more.
	portion = 10_000
)

// Write writes the lab file at o.Path as it is at o.Start; with o.Whole, also what all agents
// did before. It reports its progress, in experiments and steps, to adv, which may be nil. It
// fails with model.ErrRecorder while another process records into the lab.
func Write(ctx context.Context, o model.DemoOptions, adv model.ProgressFunc) error {
	if adv == nil {
		adv = func(int64, int64) {}
	}
	return claimed(o.Path, "the demo is being written", func(store *bolt.Store) error {
		l := newLab(o)
		listed, past := int64(len(l.runs)+l.rows), int64(0)
		if o.Whole {
			past = l.forgotten()
		}
		if err := l.begin(ctx, store, func(done int64) { adv(done, listed+past) }); err != nil || !o.Whole {
			return err
		}
		for len(l.untold) > 0 {
			if err := l.recall(ctx, store); err != nil {
				return err
			}
			adv(listed+past-l.forgotten(), listed+past)
		}
		return nil
	})
}

// Live writes the lab file at o.Path as it is at o.Start, and then what happens until now()
// and, in portions, what happened before, until ctx is done. Then it returns nil. It calls
// ready when the lab is live. It fails as Write does; a lab that is locked is written later.
func Live(ctx context.Context, o model.DemoOptions, now func() time.Time, ready func()) error {
	return claimed(o.Path, "", func(store *bolt.Store) error {
		ready()
		l := newLab(o)
		err := l.begin(ctx, store, func(int64) {})
		wait := time.Duration(0)
		for err == nil && model.Sleep(ctx, max(wait, stride)) == nil {
			begun := now()
			var more bool
			more, err = l.portion(ctx, store, begun)
			if errors.Is(err, model.ErrLocked) {
				err, more = nil, true
			}
			// Readers of the lab get as much time as its writer.
			if wait = now().Sub(begun); !more {
				wait = max(wait, l.soonest().next().Sub(now()))
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		return err
	})
}

// claimed runs fn as the recorder of a lab, which is live meanwhile, or else why it is not.
func claimed(path, why string, fn func(*bolt.Store) error) error {
	store := bolt.Open(path, bolt.Options{Write: true})
	claim, err := store.Claim("demo", bolt.ClaimState{Liveness: model.Liveness{Why: text.Clean(why)}})
	if err != nil {
		return err
	}
	return errors.Join(fn(store), claim.Release(), store.Close())
}

// begin writes the lab as it is at its start, in several batches if it is large. done is
// called with the number of experiments written.
func (l *lab) begin(ctx context.Context, store *bolt.Store, done func(int64)) error {
	if err := l.write(ctx, store); err != nil {
		return err
	}
	n := len(l.runs)
	done(int64(n))
	for i := range l.blocks() {
		err := store.Update(ctx, func(b *bolt.Batch) error {
			return l.block(i, func(e *model.Experiment) error {
				_, err := b.Put(*e)
				return err
			})
		})
		if err != nil {
			return err
		}
		done(int64(n + min((i+1)*blockRows, l.rows)))
	}
	return nil
}

// portion writes what has happened up to a wall time, or as much of it as a batch takes, and
// a part of the past. It reports whether there is more of either.
func (l *lab) portion(ctx context.Context, store *bolt.Store, to time.Time) (more bool, err error) {
	more = l.live(to)
	if err = l.write(ctx, store); err == nil && len(l.untold) > 0 {
		err = l.recall(ctx, store)
	}
	return more || len(l.untold) > 0, err
}

// recall writes one portion of the past.
func (l *lab) recall(ctx context.Context, store *bolt.Store) error {
	r := l.untold[0]
	c := r.chapter()
	to := min(r.past, r.told+int64(max(portion/r.people.population(), 1)))
	for i := r.told; i < to; i++ {
		r.tell(c, i)
	}
	if err := store.Update(ctx, func(b *bolt.Batch) error { return r.put(b, c) }); err != nil {
		return err
	}
	r.saved(c)
	if r.told = to; to == r.past {
		l.untold = l.untold[1:]
	}
	return nil
}

// write writes, in one batch, all changes that the file does not have yet.
func (l *lab) write(ctx context.Context, store *bolt.Store) error {
	var changed []*run
	var chapters []*chapter
	for _, r := range l.runs {
		if !r.born || !r.dirty {
			continue
		}
		var c *chapter
		if r.people != nil && r.done > max(r.sent, r.past) {
			c = r.chapter()
		}
		changed, chapters = append(changed, r), append(chapters, c)
	}
	if len(changed)+len(l.gone) == 0 {
		return nil
	}
	err := store.Update(ctx, func(b *bolt.Batch) error {
		b.SetAsOf(model.Liveness{AsOf: l.now, Why: text.Clean("the demo has ended")})
		err := b.PutSurveys(l.surveys)
		for _, k := range l.gone {
			err = errors.Join(err, remove(b, k))
		}
		for i, r := range changed {
			err = errors.Join(err, r.put(b, chapters[i]))
		}
		return err
	})
	if err != nil {
		return err
	}
	for i, r := range changed {
		r.saved(chapters[i])
	}
	l.gone, l.surveys = nil, nil
	return nil
}

// put writes the run, and a chapter, if any. Its first chapter replaces what an earlier demo
// has written.
func (r *run) put(b *bolt.Batch, c *chapter) error {
	if r.people != nil && r.sent < 0 {
		if err := remove(b, r.e.Key); err != nil {
			return err
		}
	}
	if _, err := b.Put(r.e); err != nil || c == nil {
		return err
	}
	return c.put(b)
}

// saved notes that the run is in the file, with a chapter, if any.
func (r *run) saved(c *chapter) {
	if r.dirty = false; c != nil {
		r.sent = r.done
	}
}

// remove deletes an experiment, if there is one.
func remove(b *bolt.Batch, k model.Key) error {
	if err := b.Delete(k); !errors.Is(err, model.ErrNoExperiment) {
		return err
	}
	return nil
}
