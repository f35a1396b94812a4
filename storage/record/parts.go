package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/storage/bolt"
)

// readFrame reads the oldest frame that is missing, with its prompt; done when none is.
func (r *recorder) readFrame(ctx context.Context, t *track, s model.RunData) (done bool, err error) {
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
	if err := r.writeFrame(ctx, t, f, prompt); err != nil {
		return false, err
	}
	t.doubted = prompt.Created.IsZero() && t.prompts && at == t.newest && !t.ended
	t.prompts = t.prompts || !prompt.Created.IsZero()
	r.progress.Frames++
	return r.past(t), nil
}

// writeFrame puts a frame and its prompt, where there is one, into the lab file in one batch.
func (r *recorder) writeFrame(ctx context.Context, t *track, f model.Frame, prompt model.Prompt) error {
	return r.update(ctx, func(b *bolt.Batch) error {
		if err := b.PutFrame(t.key, f); err != nil || prompt.Created.IsZero() {
			return err
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
func (r *recorder) findMissing(ctx context.Context, t *track, s model.RunData) error {
	there, err := s.Timeline(ctx)
	if err != nil {
		return err
	}
	here, err := r.store.RunData(t.key).Timeline(ctx)
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
		return had[at] || now.Before(t.broken[at])
	})
	r.progress.Pending += int64(len(t.missing))
	t.asked, t.doubted = t.state, false
	return nil
}

// readProfiles reads who the agents are.
func (r *recorder) readProfiles(ctx context.Context, t *track, s model.RunData) error {
	all, err := s.Profiles(ctx)
	if err != nil {
		return err
	}
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutProfiles(t.key, all) })
}

// readMetrics reads the measured series.
func (r *recorder) readMetrics(ctx context.Context, t *track, s model.RunData) error {
	all, err := s.Metrics(ctx)
	if err != nil {
		return err
	}
	return r.update(ctx, func(b *bolt.Batch) error { return b.PutMetrics(t.key, all) })
}

// agentsAtOnce is how many agents are read in one piece, and written in one batch.
const agentsAtOnce = 4

// said is what some agents said and answered.
type said struct {
	messages []model.Message
	answers  []model.Answer
	talks    bool // somebody's talk, or answers, could be read
	replies  bool
}

// readAgents reads the talk and the answers of the next agents; done when there is none. An
// agent that the source does not know has none. How far it has come is marked in the lab, so
// that the next recorder goes on there.
func (r *recorder) readAgents(ctx context.Context, t *track, s model.RunData) (done bool, err error) {
	if len(t.agents) == 0 {
		if err := r.findAgents(ctx, t, s); err != nil {
			return false, err
		}
	}
	if len(t.agents) == 0 {
		return true, r.writeSaid(ctx, t, said{talks: true, replies: true}, "")
	}
	var all said
	n := 0
	for ; n < min(len(t.agents), agentsAtOnce) && err == nil; n++ {
		err = r.readAgent(ctx, t, s.Agent(t.agents[n]), &all)
	}
	if err != nil {
		n--
	}
	if n > 0 {
		at := fmt.Sprintf("%d %s", t.agents[n-1], t.sweep)
		if failed := r.writeSaid(ctx, t, all, at); failed != nil {
			return false, failed
		}
		t.agents = t.agents[n:]
		r.progress.Agents -= int64(n)
	}
	if err != nil {
		return false, r.skipAgents(t, err)
	}
	return len(t.agents) == 0, nil
}

// readAgent reads the talk and the answers of an agent.
func (r *recorder) readAgent(ctx context.Context, t *track, agent model.Agent, all *said) error {
	messages, noTalk := agent.Talk(ctx)
	if noTalk = some(noTalk); noTalk != nil && !alone(noTalk) {
		return noTalk
	}
	answers, noAnswers := agent.Answers(ctx)
	if noAnswers = some(noAnswers); noAnswers != nil && !alone(noAnswers) {
		return noAnswers
	}
	if t.refusals++; noTalk == nil || noAnswers == nil {
		t.refusals = 0
	}
	if t.refusals == maxRefusals {
		return noTalk
	}
	if err := cmp.Or(noTalk, noAnswers); err != nil {
		t.withheld[talk] = err
	}
	all.talks, all.replies = all.talks || noTalk == nil, all.replies || noAnswers == nil
	if noTalk == nil {
		all.messages = append(all.messages, messages...)
	}
	if noAnswers == nil {
		all.answers = append(all.answers, answers...)
	}
	return nil
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
// frame, which may have come later. As long as no frame is recorded, it is that of the source.
func (r *recorder) findAgents(ctx context.Context, t *track, s model.RunData) error {
	here := r.store.RunData(t.key)
	all, err := here.Profiles(ctx)
	if err != nil && !lacking(err) {
		return err
	}
	newest, failed := here.Frame(ctx, model.Latest)
	if lacking(failed) {
		newest, failed = s.Frame(ctx, model.Latest)
	}
	if failed != nil && !lacking(failed) && !alone(failed) {
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
	if last, sweep, ok := strings.Cut(t.resume, " "); ok {
		id, _ := strconv.ParseInt(last, 10, 64)
		t.agents = slices.DeleteFunc(t.agents, func(agent int64) bool { return agent <= id })
		t.sweep = sweep
	}
	t.resume = ""
	r.progress.Agents += int64(len(t.agents))
	if len(known) == 0 {
		return err // not known to have none
	}
	return nil
}

// writeSaid writes what agents said and answered, as far as it could be read, with the mark of
// how far that is. Nothing says that there is none.
func (r *recorder) writeSaid(ctx context.Context, t *track, all said, at string) error {
	return r.update(ctx, func(b *bolt.Batch) error {
		var err error
		if all.talks {
			err = b.PutMessages(t.key, all.messages)
		}
		if all.replies && err == nil {
			err = b.PutAnswers(t.key, all.answers)
		}
		if at != "" && err == nil {
			err = b.PutMark(t.key, bolt.MarkTalkAt, at)
		}
		return err
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
