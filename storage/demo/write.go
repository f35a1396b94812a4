package demo

import (
	"context"
	"errors"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
)

const (
	// stride is the shortest time between two batches of a demo that is watched.
	stride = 200 * time.Millisecond
	// portion is how many agent statuses a batch has, or those of a step if that is more.
	portion = 10_000
)

// Write writes the lab file at o.Path as it is at o.Start; with o.Whole, also what all agents
// did before. It reports its progress, in experiments and steps, to adv, which may be nil. It
// fails with model.ErrRecorder while another process records into the lab, and with model.ErrNotDemo
// where the lab holds what no demo wrote. With o.Rundir it writes a run directory instead, and fails
// with ErrUsage where there is something.
func Write(ctx context.Context, o model.DemoOptions, adv model.ProgressFunc) error {
	if adv == nil {
		adv = func(int64, int64) {}
	}
	if o.Rundir {
		return writeRundir(ctx, o, adv)
	}
	return claimed(o.Path, "the demo is being written", func(store *bolt.Store) error {
		l := newLab(o)
		total := int64(len(l.runs) + l.rows)
		if o.Whole {
			total += l.behind()
		}
		if err := l.begin(ctx, store, func(done int64) { adv(done, total) }); err != nil || !o.Whole {
			return err
		}
		for more := true; more; {
			var err error
			if more, err = l.write(ctx, store, portion); err != nil {
				return err
			}
			adv(total-l.behind(), total)
		}
		return nil
	})
}

// Live writes the lab file at o.Path as it is at o.Start, and then what happens until now()
// and, in portions, what happened before, until ctx is done. Then it returns nil. It calls
// ready when the lab is live. It fails as Write does; a lab that is locked is written later.
func Live(ctx context.Context, o model.DemoOptions, now func() time.Time, ready func()) error {
	if o.Rundir {
		return liveRundir(ctx, o, now, ready)
	}
	return claimed(o.Path, "", func(store *bolt.Store) error {
		ready()
		l := newLab(o)
		err := l.begin(ctx, store, func(int64) {})
		wait := time.Duration(0)
		for err == nil && model.Sleep(ctx, max(wait, stride)) == nil {
			begun := now()
			var more bool
			l.live(begun)
			more, err = l.write(ctx, store, portion)
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

// Why a demo's lab that nobody has claimed has nothing newer: also a copy of one whose demo goes on.
// Either marks the lab as a demo's own; older versions wrote the second.
const (
	noDemo = "no demo at work"
	ended  = "the demo has ended"
)

// own fails with ErrNotDemo where the lab holds what no demo wrote.
func own(b *bolt.Batch) error {
	if was, experiments := b.Origin(); experiments > 0 && was.Why.Raw() != noDemo && was.Why.Raw() != ended {
		return model.ErrNotDemo
	}
	return nil
}

// claimed runs fn as the recorder of a lab, which is live meanwhile, or else why it is not.
func claimed(path, why string, fn func(*bolt.Store) error) error {
	store := bolt.Open(path, bolt.Options{Write: true})
	claim, err := store.Claim("demo", claim.State{Liveness: model.Liveness{Why: text.Clean(why)}})
	if err != nil {
		return err
	}
	return errors.Join(fn(store), claim.Release(), store.Close())
}

// begin writes the lab as it is at its start, in several batches if it is large. done is
// called with the number of experiments written.
func (l *lab) begin(ctx context.Context, store *bolt.Store, done func(int64)) error {
	if _, err := l.write(ctx, store, 0); err != nil {
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

// page is a run that differs from the file, and its next steps, if any.
type page struct {
	*run
	chapter *chapter
}

// pages returns what to write in one batch, with at most so many agent statuses, or one step.
// Runs that go on come first.
func (l *lab) pages(statuses int) (all []page) {
	for _, over := range []bool{false, true} {
		for _, r := range l.runs {
			if !r.born || r.over() != over {
				continue
			}
			p := page{run: r}
			if r.behind() > 0 && statuses > 0 {
				n := max(statuses/r.people.population(), 1)
				p.chapter = r.chapter(int64(n))
				statuses -= len(p.chapter.frames) * r.people.population()
			}
			if r.dirty || p.chapter != nil {
				all = append(all, p)
			}
		}
	}
	return all
}

// write writes, in one batch, the experiments that differ from the file, and data of runs with
// at most so many agent statuses. It reports whether there is more.
func (l *lab) write(ctx context.Context, store *bolt.Store, statuses int) (more bool, err error) {
	pages := l.pages(statuses)
	if len(pages)+len(l.gone) == 0 {
		return false, nil
	}
	err = store.Update(ctx, func(b *bolt.Batch) error {
		if err := own(b); err != nil {
			return err
		}
		b.SetAsOf(model.Liveness{AsOf: l.now, Why: text.Clean(noDemo)})
		err := b.PutSurveys(l.surveys)
		for _, k := range l.gone {
			err = errors.Join(err, remove(b, k))
		}
		for _, p := range pages {
			err = errors.Join(err, p.put(b))
		}
		return err
	})
	if err != nil {
		return false, err
	}
	for _, p := range pages {
		if p.dirty, p.timed = false, p.done; p.chapter != nil {
			p.sent = p.chapter.to
		}
	}
	l.gone, l.surveys = nil, nil
	return l.behind() > 0, nil
}

// put writes the run, when its steps were done, and its next steps. The first replace what an earlier
// demo has written.
func (p page) put(b *bolt.Batch) error {
	timed := p.timed
	if p.people != nil && p.sent < 0 {
		timed = 0
		if err := remove(b, p.e.Key); err != nil {
			return err
		}
	}
	if _, err := b.Put(p.e); err != nil {
		return err
	}
	if timed < 0 {
		if err := b.Restart(p.e.Key); err != nil {
			return err
		}
	}
	if err := b.PutSteps(p.e.Key, p.steps(max(timed, 0))); err != nil || p.chapter == nil {
		return err
	}
	return p.chapter.put(b)
}

// remove deletes an experiment, if there is one.
func remove(b *bolt.Batch, k model.Key) error {
	if err := b.Delete(k); !errors.Is(err, model.ErrNoExperiment) {
		return err
	}
	return nil
}
