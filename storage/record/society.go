package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
)

// societies reads parts of societies until a time; with Once, until nothing is left.
func (r *recorder) societies(ctx context.Context, until time.Time) error {
	if err := r.questionnaires(ctx); err != nil {
		return err
	}
	for r.options.Agents && r.failures == 0 {
		t, p, err := r.next(ctx)
		if err != nil || t == nil {
			r.tell.Progress(r.progress)
			return err
		}
		begun, written := r.options.Now(), r.writing
		if err := r.read(ctx, t, p); err != nil {
			if !r.away(err) || r.options.Once {
				return err
			}
			t.fail(p, r.options.Now())
			r.failed(err)
			return nil
		}
		t.faults[p] = 0
		if err := model.Sleep(ctx, r.options.Now().Sub(begun)-2*(r.writing-written)); err != nil {
			return err
		}
		if !r.options.Once && r.options.Now().After(until) {
			return nil
		}
	}
	return nil
}

// fail takes note that a part could not be read because the source is away. Where that
// happens again though the source has answered meanwhile, the others have their turn first.
func (t *track) fail(p part, now time.Time) {
	if t.faults[p]++; t.faults[p] > 1 {
		t.again[p] = now.Add(growsEvery)
	}
}

// questionnairesEvery is how often the questionnaires are read.
const questionnairesEvery = 5 * time.Minute

// questionnaires reads the questionnaires of a source that knows them.
func (r *recorder) questionnaires(ctx context.Context) error {
	from, knows := r.src.(model.Surveyor)
	now := r.options.Now()
	if !knows || !r.options.Agents || r.failures > 0 || now.Before(r.surveys) {
		return nil
	}
	r.surveys = now.Add(questionnairesEvery)
	all, err := from.Surveys(ctx)
	if lacking(err) || (r.away(err) && !r.options.Once) {
		return nil // the next tick tells of a source that is away
	}
	if err != nil || len(all) == 0 {
		return err
	}
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutSurveys(all) })
}

// next is what is to be read next, of all experiments in turn: what is small and was never read
// to its end; then, by turns, frames and what has grown. It is nil when nothing is left.
func (r *recorder) next(ctx context.Context) (*track, part, error) {
	r.order = slices.DeleteFunc(r.order, func(t *track) bool { return r.tracks[t.key] != t }) // gone
	r.progress.Unread = 0
	for _, t := range r.order {
		if err := r.load(ctx, t); err != nil {
			return nil, 0, err
		}
		if !t.complete() {
			r.progress.Unread++
		}
	}
	grown := []part{profiles, talk, metrics, logs}
	if t, p := r.turn([]part{origin, profiles}, true); t != nil {
		return t, p, nil
	}
	if t, p := r.turn(grown, true); t != nil {
		return t, p, nil
	}
	order := [][]part{{frames}, grown}
	if r.framed = !r.framed; !r.framed {
		slices.Reverse(order)
	}
	for _, some := range order {
		if t, p := r.turn(some, false); t != nil {
			return t, p, nil
		}
	}
	return nil, 0, nil
}

// turn is the experiment whose turn it is among those that want one of some parts; unread: one
// that was never read to its end.
func (r *recorder) turn(some []part, unread bool) (*track, part) {
	now := r.options.Now()
	for i, t := range r.order {
		for _, p := range some {
			if t.wants(p, now) && (!unread || p == origin || t.marks[p] == "") {
				r.order = append(slices.Delete(r.order, i, i+1), t)
				return t, p
			}
		}
	}
	return nil, 0
}

// load reads the marks of an experiment.
func (r *recorder) load(ctx context.Context, t *track) error {
	if t.loaded {
		return nil
	}
	marks, err := r.store.Marks(ctx, t.key)
	if err != nil {
		return err
	}
	for p, name := range names {
		t.marks[p] = marks[name]
		t.doubt = t.doubt || t.marks[p] != t.state && part(p) != origin
	}
	t.resume = marks[bolt.MarkTalkAt]
	t.loaded = true
	return nil
}

// read reads one piece of a part, and marks a part that was read to its end. What the source
// does not have is as good as read; what it could not give out is asked for again, later.
func (r *recorder) read(ctx context.Context, t *track, p part) error {
	state := t.state
	if p == metrics || p == logs {
		state = t.sure(r.options.Now())
	}
	done, err := r.readPart(ctx, t, p, r.src.RunData(t.key))
	if p == talk {
		state = t.sweep
	}
	now := r.options.Now()
	switch {
	case alone(err), done && t.withheld[p] != nil:
		err = cmp.Or(err, t.withheld[p])
		t.withheld[p] = nil
		return r.skip(ctx, t, p, state, err)
	case errors.Is(err, errRestarted):
		return nil // all is read from the start
	case errors.Is(err, model.ErrNoExperiment): // the next tick tells what became of it
		t.again[p] = now.Add(growsEvery)
		return nil
	case lacking(err):
		done, err = true, nil
	}
	if err != nil || !done || p == origin {
		return err
	}
	if p == frames && t.early() {
		t.late, t.asked, t.again[p] = true, "", now.Add(earlyRest)
		return nil
	}
	if p != frames {
		t.again[p] = now.Add(growsEvery)
	}
	return r.mark(ctx, t, p, state)
}

// earlyRest is how long a server is given between the row of an experiment and the rest of a
// step, such as the statuses of its agents, which it writes in this order.
const earlyRest = 10 * time.Second

// early tells whether the moment of the experiment is not in its timeline yet, and was not
// looked for a second time.
func (t *track) early() bool {
	return !t.ended && !t.late && t.newest.Compare(t.now) < 0
}

// readPart reads one piece of a part; done when that was the last.
func (r *recorder) readPart(ctx context.Context, t *track, p part, s model.RunData) (done bool, err error) {
	switch p {
	case origin:
		return true, r.readOrigin(ctx, t, s)
	case frames:
		return r.readFrame(ctx, t, s)
	case profiles:
		return true, r.readProfiles(ctx, t, s)
	case metrics:
		return true, r.readMetrics(ctx, t, s)
	case logs:
		return true, r.readLog(ctx, t, s)
	case talk:
		return r.readAgents(ctx, t, s)
	default:
		return true, nil
	}
}

// mark notes that a part was read to its end in a state of its experiment; empty is one that
// was not sure.
func (r *recorder) mark(ctx context.Context, t *track, p part, state string) error {
	if state == "" {
		state = unsure
	}
	t.marks[p] = state
	return r.update(ctx, func(b *bolt.Batch) error {
		if err := b.PutMark(t.key, names[p], state); err != nil || p != talk {
			return err
		}
		return b.PutMark(t.key, bolt.MarkTalkAt, "")
	})
}

// skip leaves a part that the source can't give out, or not all of it, for later. A log is
// missing of every run that was not started from the web page: that is no news, and final.
func (r *recorder) skip(ctx context.Context, t *track, p part, state string, err error) error {
	if p == logs && errors.Is(err, model.ErrNoData) {
		t.again[p] = r.options.Now().Add(growsEvery)
		return r.mark(ctx, t, p, state)
	}
	now := r.options.Now()
	if p == origin {
		t.doubt = false // nobody can know
		return nil
	}
	t.given[p], t.retry[p] = state, now.Add(retryEvery)
	if p == frames {
		t.asked = ""
	} else {
		t.again[p] = now.Add(growsEvery)
	}
	if !t.told {
		t.told = true
		r.tell.Say(text.Clean(fmt.Sprintf("%s: not all of it can be read: %s", named(r.known[t.key]), model.Explain(err))), true)
	}
	r.tell.Progress(r.progress)
	if p == talk { // the next recorder reads all of it again
		return r.update(ctx, func(b *bolt.Batch) error {
			return b.PutMark(t.key, bolt.MarkTalkAt, strconv.FormatInt(math.MaxInt64, 10))
		})
	}
	return nil
}

// lacking tells whether an error means that the source does not have what it was asked for.
func lacking(err error) bool {
	for _, kind := range []error{model.ErrNotOffered, model.ErrNoData, model.ErrNotStarted, model.ErrNoExperiment} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// alone tells whether an error is about what was asked for, not about the source: its table
// may be missing, a value in it broken, or the server have failed on it this once.
func alone(err error) bool {
	return errors.Is(err, model.ErrNoData) || errors.Is(err, model.ErrAnswer)
}
