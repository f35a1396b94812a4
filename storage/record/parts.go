package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"societop/model"
	"societop/storage/bolt"
)

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
	if alone(err) {
		t.withheld[frames], t.broken[at] = err, r.options.Now().Add(retryEvery)
		return r.past(t), nil
	}
	if err != nil {
		return false, err
	}
	prompt, err := s.Prompt(ctx, at)
	if err != nil && !lacking(err) && !alone(err) {
		return false, err
	}
	if err := r.writeFrame(ctx, t, at, f, prompt); err != nil {
		return false, err
	}
	t.till = at
	t.doubted = prompt.Created.IsZero() && t.prompts && at == t.newest && !t.ended
	t.prompts = t.prompts || !prompt.Created.IsZero()
	r.progress.Frames++
	return r.past(t), nil
}

// writeFrame puts a frame and its prompt, where there is one, into the lab file in one batch, with the mark
// of how far a reading anew has come.
func (r *recorder) writeFrame(ctx context.Context, t *track, at model.SimTime, f model.Frame, prompt model.Prompt) error {
	return r.update(ctx, func(b *bolt.Batch) error {
		if err := b.PutFrame(t.key, f); err != nil {
			return err
		}
		if t.anew {
			if err := b.PutMark(t.key, anew, fmt.Sprintf("%d %g", at.Day, at.T)); err != nil {
				return err
			}
		}
		if prompt.Created.IsZero() {
			return nil
		}
		return b.PutPrompt(t.key, prompt)
	})
}

// past goes on to the next moment that is missing; done when there is none.
func (r *recorder) past(t *track) (done bool) {
	t.missing = t.missing[1:]
	r.progress.Pending--
	return len(t.missing) == 0
}

// findMissing compares the source's timeline with the lab's. The newest moment is read anew
// where its prompt, which the server writes last, was not there yet. Moments that the source could
// not give out are left alone for a while.
func (r *recorder) findMissing(ctx context.Context, t *track, s model.Society) error {
	there, err := s.Timeline(ctx)
	if err != nil {
		return err
	}
	here, err := r.store.Society(t.key).Timeline(ctx)
	if err != nil && !lacking(err) {
		return err
	}
	before := t.newest
	t.newest = model.SimTime{Day: math.MinInt}
	if len(there) > 0 {
		t.newest = there[len(there)-1]
	}
	had := make(map[model.SimTime]bool, len(here))
	for _, at := range here {
		had[at] = true
	}
	now := r.options.Now()
	r.progress.Pending -= int64(len(t.missing))
	t.missing = slices.DeleteFunc(there, func(at model.SimTime) bool {
		if t.doubted && at == before {
			return false
		}
		stale := t.anew && at.Compare(t.till) > 0 // of the run before
		return (had[at] && !stale) || now.Before(t.broken[at])
	})
	r.progress.Pending += int64(len(t.missing))
	t.asked, t.doubted = t.state, false
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
		if err := r.findAgents(ctx, t); err != nil {
			return false, err
		}
	}
	if len(t.agents) == 0 {
		return true, r.writeTalk(ctx, t, nil, nil)
	}
	agent := s.Agent(t.agents[0])
	said, noTalk := agent.Talk(ctx)
	if noTalk = some(noTalk); noTalk != nil && !alone(noTalk) {
		return false, r.skipAgents(t, noTalk)
	}
	answers, noAnswers := agent.Answers(ctx)
	if noAnswers = some(noAnswers); noAnswers != nil && !alone(noAnswers) {
		return false, r.skipAgents(t, noAnswers)
	}
	if t.refusals++; noTalk == nil || noAnswers == nil {
		t.refusals = 0
	}
	if t.refusals == maxRefusals {
		return false, r.skipAgents(t, noTalk)
	}
	if err := r.writeAgent(ctx, t, said, noTalk, answers, noAnswers); err != nil {
		return false, err
	}
	t.agents = t.agents[1:]
	r.progress.Agents--
	return len(t.agents) == 0, nil
}

// maxRefusals is after how many agents in a row, of whom the source can't give out anything,
// the others are not asked for: the tables are missing.
const maxRefusals = 4

// some is an error but for that of an agent of whom the source has nothing.
func some(err error) error {
	if errors.Is(err, model.ErrNoExperiment) {
		return nil
	}
	return err
}

// findAgents lists the agents of a society: those with a profile, and those of the newest
// frame, which may have come later.
func (r *recorder) findAgents(ctx context.Context, t *track) error {
	here := r.store.Society(t.key)
	all, err := here.Profiles(ctx)
	if err != nil && !lacking(err) {
		return err
	}
	newest, failed := here.Frame(ctx, model.Latest)
	if failed != nil && !lacking(failed) {
		return failed
	}
	known := make(map[int64]bool, len(all))
	for _, a := range all {
		known[a.ID] = true
	}
	t.strangers = false
	for _, a := range newest.Agents {
		t.strangers = t.strangers || !known[a.ID]
		known[a.ID] = true
	}
	t.agents, t.sweep = slices.Sorted(maps.Keys(known)), t.sure(r.options.Now())
	r.progress.Agents += int64(len(t.agents))
	if len(t.agents) == 0 {
		return err // not known to have none
	}
	return nil
}

// writeAgent writes what an agent said and answered, as far as it could be read.
func (r *recorder) writeAgent(ctx context.Context, t *track, said []model.Message, noTalk error, answers []model.Answer, noAnswers error) error {
	if noTalk == nil && noAnswers == nil {
		return r.writeTalk(ctx, t, said, answers)
	}
	t.withheld[talk] = cmp.Or(noTalk, noAnswers)
	return r.update(ctx, func(b *bolt.Batch) error {
		switch {
		case noTalk == nil:
			return b.PutMessages(t.key, said)
		case noAnswers == nil:
			return b.PutAnswers(t.key, answers)
		}
		return nil
	})
}

// writeTalk writes what an agent said and answered; nothing says that there is none.
func (r *recorder) writeTalk(ctx context.Context, t *track, said []model.Message, answers []model.Answer) error {
	return r.update(ctx, func(b *bolt.Batch) error {
		return errors.Join(b.PutMessages(t.key, said), b.PutAnswers(t.key, answers))
	})
}

// skipAgents gives up the agents of a society whose source has no talk.
func (r *recorder) skipAgents(t *track, err error) error {
	if lacking(err) || alone(err) {
		r.progress.Agents -= int64(len(t.agents))
		t.agents, t.refusals = nil, 0
	}
	return err
}
