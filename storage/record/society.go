package record

import (
	"context"
	"errors"
	"fmt"
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

// track is how far the recording of one society is.
type track struct {
	key   model.Key
	state string // of the experiment: what a mark says when a part was read to its end
	ended bool   // and will not go on by itself

	loaded  bool // marks were read
	marks   [parts]string
	again   [parts]time.Time // not before, while the experiment runs
	missing []model.SimTime  // moments whose frames are not in the lab, oldest first
	asked   string           // the state in which missing was found
	agents  []int64          // whose talk and answers are yet to be read
	sweep   string           // the state in which agents was found
}

// growsEvery is how often a part of a running experiment is read that has no steps of its
// own: metrics, log, and the talk of all agents.
const growsEvery = time.Minute

// follow takes note of a state of an experiment.
func (r *recorder) follow(s model.Summary) {
	if !r.options.Agents || s.Status == model.NotStarted {
		return
	}
	t := r.tracks[s.Key]
	if t == nil {
		t = &track{key: s.Key}
		r.tracks[s.Key] = t
		r.order = append(r.order, t)
	}
	t.state = fmt.Sprintf("%d %s %d %g", s.Status, s.Updated.UTC().Format(time.RFC3339Nano), s.Now.Day, s.Now.T)
	t.ended = s.Status.Ended()
}

// wants tells whether a part is to be read now.
func (t *track) wants(p part, now time.Time) bool {
	switch {
	case t.marks[p] == t.state:
		return false
	case p == profiles && !t.ended:
		return t.marks[p] == ""
	}
	return t.ended || !now.Before(t.again[p])
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
			r.failed(err)
			return nil
		}
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
	t.loaded = true
	return nil
}

// read reads one piece of a part. What the source does not have is as good as read.
func (r *recorder) read(ctx context.Context, t *track, p part) error {
	state, s := t.state, r.src.Society(t.key)
	var err error
	var done bool
	switch p {
	case frames:
		done, err = r.readFrame(ctx, t, s)
	case profiles:
		err = r.readProfiles(ctx, t, s)
		done = true
	case metrics:
		err = r.readMetrics(ctx, t, s)
		done = true
	case logs:
		err = r.readLog(ctx, t, s)
		done = true
	case talk:
		done, err = r.readAgent(ctx, t, s)
		state = t.sweep
	default:
	}
	if lacking(err) {
		done, err = true, nil
	}
	if err != nil || !done {
		return err
	}
	t.marks[p] = state
	if p != frames {
		t.again[p] = r.options.Now().Add(growsEvery)
	}
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutMark(t.key, names[p], state) })
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

// readFrame reads the oldest frame that is missing, with its prompt; done when none is.
func (r *recorder) readFrame(ctx context.Context, t *track, s model.Society) (done bool, err error) {
	if t.asked != t.state {
		if err := r.findMissing(ctx, t, s); err != nil {
			return false, err
		}
	}
	if len(t.missing) == 0 {
		return true, nil
	}
	at := t.missing[0]
	f, err := s.Frame(ctx, at)
	if err != nil {
		return false, err
	}
	prompt, err := s.Prompt(ctx, at)
	if err != nil && !lacking(err) {
		return false, err
	}
	err = r.update(ctx, func(b *bolt.Batch) error {
		if err := b.PutFrame(t.key, f); err != nil || prompt.Created.IsZero() {
			return err
		}
		return b.PutPrompt(t.key, prompt)
	})
	if err != nil {
		return false, err
	}
	t.missing = t.missing[1:]
	r.progress.Frames++
	r.progress.Pending--
	return len(t.missing) == 0, nil
}

// findMissing compares the source's timeline with the lab's. The newest moment of a run is
// read anew if it may not have been whole.
func (r *recorder) findMissing(ctx context.Context, t *track, s model.Society) error {
	state := t.state
	there, err := s.Timeline(ctx)
	if err != nil {
		return err
	}
	here, err := r.store.Society(t.key).Timeline(ctx)
	if err != nil && !lacking(err) {
		return err
	}
	had := make(map[model.SimTime]bool, len(here))
	for _, at := range here {
		had[at] = true
	}
	r.progress.Pending -= int64(len(t.missing))
	t.missing = slices.DeleteFunc(there, func(at model.SimTime) bool { return had[at] })
	r.progress.Pending += int64(len(t.missing))
	t.asked = state
	return nil
}

// readProfiles reads who the agents are.
func (r *recorder) readProfiles(ctx context.Context, t *track, s model.Society) error {
	all, err := s.Profiles(ctx)
	if err != nil {
		return err
	}
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutProfiles(t.key, all) })
}

// readMetrics reads the measured series.
func (r *recorder) readMetrics(ctx context.Context, t *track, s model.Society) error {
	all, err := s.Metrics(ctx)
	if err != nil {
		return err
	}
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutMetrics(t.key, all) })
}

// readAgent reads the talk and the answers of the next agent; done when there is none. An
// agent that the source does not know has none.
func (r *recorder) readAgent(ctx context.Context, t *track, s model.Society) (done bool, err error) {
	if len(t.agents) == 0 {
		all, err := r.store.Society(t.key).Profiles(ctx)
		if err != nil && !lacking(err) {
			return false, err
		}
		for _, a := range all {
			t.agents = append(t.agents, a.ID)
		}
		t.sweep = t.state
		r.progress.Agents += int64(len(all))
	}
	if len(t.agents) == 0 {
		return true, r.writeTalk(ctx, t, nil, nil)
	}
	agent := s.Agent(t.agents[0])
	said, err := agent.Talk(ctx)
	if err != nil && !errors.Is(err, model.ErrNoExperiment) {
		return false, r.skipAgents(t, err)
	}
	answers, err := agent.Answers(ctx)
	if err != nil && !errors.Is(err, model.ErrNoExperiment) {
		return false, r.skipAgents(t, err)
	}
	if err := r.writeTalk(ctx, t, said, answers); err != nil {
		return false, err
	}
	t.agents = t.agents[1:]
	r.progress.Agents--
	return len(t.agents) == 0, nil
}

// writeTalk writes what an agent said and answered; nothing says that there is none.
func (r *recorder) writeTalk(ctx context.Context, t *track, said []model.Message, answers []model.Answer) error {
	return r.update(ctx, func(b *bolt.Batch) error {
		return errors.Join(b.PutMessages(t.key, said), b.PutAnswers(t.key, answers))
	})
}

// skipAgents gives up the agents of a society whose source has no talk.
func (r *recorder) skipAgents(t *track, err error) error {
	if lacking(err) {
		r.progress.Agents -= int64(len(t.agents))
		t.agents = nil
	}
	return err
}
