package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"societop/model"
	"societop/storage/bolt"
)

// part is a part of a society that is read by itself.
type part int8

// The parts, those first that are read first.
const (
	frames part = iota
	profiles
	metrics
	logs
	talk
	parts // how many there are
)

// names are what the marks in the lab file are called.
var names = [parts]string{"frames", "profiles", "metrics", "log", "talk"}

// anew is the mark of a run that has begun again under the same id: up to which moment its
// frames have been read since.
const (
	anew      = "anew"
	fromStart = "start"
)

// track is how far the recording of one society is.
type track struct {
	key   model.Key
	state string    // of the experiment: what a mark says when a part was read to its end
	since time.Time // it was seen to become this
	ended bool      // and will not go on by itself
	now   model.SimTime
	late  bool // the moment now was looked for a second time

	loaded  bool // marks were read
	marks   [parts]string
	again   [parts]time.Time // not before, while the experiment runs
	missing []model.SimTime  // moments whose frames are not in the lab, oldest first
	asked   string           // the state in which missing was found
	newest  model.SimTime    // of the source's timeline then
	prompts bool             // there are some
	doubted bool             // the newest frame came without one
	agents  []int64          // whose talk and answers are yet to be read
	sweep   string           // the state in which agents was found

	anew bool          // the run has begun again: frames are read whatever the lab has,
	till model.SimTime // behind this moment

	given     [parts]string               // the state in which the source could not give all of a part
	retry     [parts]time.Time            // not before, in that state
	withheld  [parts]error                // why
	faults    [parts]int                  // times in a row that the source went away
	broken    map[model.SimTime]time.Time // moments that it could not give out: not before
	refusals  int                         // agents in a row of whom it gave out nothing
	strangers bool                        // there are agents whose profiles were not read
	told      bool                        // that not all can be read
}

// growsEvery is how often a part of a running experiment is read that has no steps of its
// own: metrics, log, and the talk of all agents.
const growsEvery = time.Minute

// retryEvery is how often the source is asked again for what it could not give out.
const retryEvery = time.Hour

// follow takes note of a state of an experiment.
func (r *recorder) follow(s model.Summary) {
	if !r.options.Agents || s.Status == model.NotStarted {
		return
	}
	t := r.tracks[s.Key]
	if t == nil {
		t = &track{key: s.Key, broken: map[model.SimTime]time.Time{}}
		r.tracks[s.Key] = t
		r.order = append(r.order, t)
	}
	state := fmt.Sprintf("%d %s %d %g", s.Status, s.Updated.UTC().Format(time.RFC3339Nano), s.Now.Day, s.Now.T)
	if s.Status.Ended() && !t.ended && t.state != "" {
		t.settle(r.options.Now())
	}
	if t.state != "" && t.state != state {
		t.since = r.options.Now()
	}
	t.state, t.ended, t.now, t.late = state, s.Status.Ended(), s.Now, false
}

// settle lets a run that was seen to end write what it still has to say, before its data is
// read for the last time.
func (t *track) settle(now time.Time) {
	for p := profiles; p < parts; p++ {
		t.again[p] = now.Add(growsEvery)
	}
}

// sure is the state with which a part may be marked that is read from now on; empty while a run
// may still be writing what belongs to its last step.
func (t *track) sure(now time.Time) string {
	if !t.ended && now.Sub(t.since) < earlyRest {
		return ""
	}
	return t.state
}

// wants tells whether a part is to be read now.
func (t *track) wants(p part, now time.Time) bool {
	switch {
	case t.marks[p] == t.state, now.Before(t.again[p]), t.given[p] == t.state && now.Before(t.retry[p]):
		return false
	case p == profiles && !t.ended:
		return t.marks[p] == "" || t.strangers
	}
	return true
}

// societies reads parts of societies until a time; with Once, until nothing is left.
func (r *recorder) societies(ctx context.Context, until time.Time) error {
	if err := r.questionnaires(ctx); err != nil {
		return err
	}
	for r.options.Agents && r.failures == 0 {
		t, p, err := r.next(ctx)
		if err != nil || t == nil {
			return err
		}
		begun := r.options.Now()
		if err := r.read(ctx, t, p); err != nil {
			if !r.away(err) || r.options.Once {
				return err
			}
			t.fail(p, r.options.Now())
			r.failed(err)
			return nil
		}
		t.faults[p] = 0
		now := r.options.Now()
		if err := rest(ctx, now.Sub(begun)); err != nil {
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

// next is what is to be read next: the first part that any experiment wants, of each of them
// in turn. It is nil when nothing is left.
func (r *recorder) next(ctx context.Context) (*track, part, error) {
	now := r.options.Now()
	for p := range parts {
		for i, t := range r.order {
			if r.tracks[t.key] != t {
				continue // gone
			}
			if err := r.load(ctx, t); err != nil {
				return nil, 0, err
			}
			if t.wants(p, now) {
				r.order = append(slices.Delete(r.order, i, i+1), t)
				return t, p, nil
			}
		}
	}
	return nil, 0, nil
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
	}
	t.anew, t.till = readAnew(marks[anew])
	t.loaded = true
	return nil
}

// readAnew is the meaning of the mark anew.
func readAnew(mark string) (ok bool, till model.SimTime) {
	if _, err := fmt.Sscanf(mark, "%d %g", &till.Day, &till.T); err != nil {
		till = model.SimTime{Day: math.MinInt}
	}
	return mark != "", till
}

// read reads one piece of a part, and marks a part that was read to its end. What the source
// does not have is as good as read; what it could not give out is asked for again, later.
func (r *recorder) read(ctx context.Context, t *track, p part) error {
	state := t.state
	if p == metrics || p == logs {
		state = t.sure(r.options.Now())
	}
	done, err := r.readPart(ctx, t, p, r.src.Society(t.key))
	if p == talk {
		state = t.sweep
	}
	now := r.options.Now()
	switch {
	case alone(err), done && t.withheld[p] != nil:
		err = cmp.Or(err, t.withheld[p])
		t.withheld[p] = nil
		return r.skip(ctx, t, p, state, err)
	case errors.Is(err, model.ErrNoExperiment): // the next tick tells what became of it
		t.again[p] = now.Add(growsEvery)
		return nil
	case lacking(err):
		done, err = true, nil
	}
	if err != nil || !done {
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
func (r *recorder) readPart(ctx context.Context, t *track, p part, s model.Society) (done bool, err error) {
	switch p {
	case frames:
		return r.readFrame(ctx, t, s)
	case profiles:
		return true, r.readProfiles(ctx, t, s)
	case metrics:
		return true, r.readMetrics(ctx, t, s)
	case logs:
		return true, r.readLog(ctx, t, s)
	case talk:
		return r.readAgent(ctx, t, s)
	default:
		return true, nil
	}
}

// mark notes that a part was read to its end in a state of its experiment.
func (r *recorder) mark(ctx context.Context, t *track, p part, state string) error {
	t.marks[p] = state
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutMark(t.key, names[p], state) })
}

// skip leaves a part that the source can't give out, or not all of it, for later. A log is
// missing of every run that was not started from the web page: that is no news, and final.
func (r *recorder) skip(ctx context.Context, t *track, p part, state string, err error) error {
	if p == logs && errors.Is(err, model.ErrNoData) {
		t.again[p] = r.options.Now().Add(growsEvery)
		return r.mark(ctx, t, p, state)
	}
	now := r.options.Now()
	t.given[p], t.retry[p] = state, now.Add(retryEvery)
	if p == frames {
		t.asked = ""
	} else {
		t.again[p] = now.Add(growsEvery)
	}
	if !t.told {
		t.told = true
		r.tell.Say(model.Clean(fmt.Sprintf("%s: not all of it can be read: %s", named(r.known[t.key]), model.Explain(err))), true)
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
