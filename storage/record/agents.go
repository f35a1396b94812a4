package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/storage/bolt"
)

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
func (d *reading) readAgents(ctx context.Context) (done bool, err error) {
	w := &d.t.talk
	if len(w.agents) == 0 {
		if err := d.findAgents(ctx); err != nil {
			return false, err
		}
	}
	if len(w.agents) == 0 {
		return true, d.writeSaid(ctx, said{talks: true, replies: true}, "")
	}
	var all said
	n := 0
	for ; n < min(len(w.agents), agentsAtOnce) && err == nil; n++ {
		err = d.readAgent(ctx, d.from.Agent(w.agents[n]), &all)
	}
	if err != nil {
		n--
	}
	if n > 0 {
		at := fmt.Sprintf("%d %s", w.agents[n-1], w.state)
		if failed := d.writeSaid(ctx, all, at); failed != nil {
			return false, failed
		}
		w.agents = w.agents[n:]
		d.progress.Agents -= int64(n)
	}
	if err != nil {
		return false, d.skipAgents(err)
	}
	return len(w.agents) == 0, nil
}

// readAgent reads the talk and the answers of an agent.
func (d *reading) readAgent(ctx context.Context, agent model.Agent, all *said) error {
	w := &d.t.talk
	messages, noTalk := agent.Talk(ctx)
	if noTalk = ignoreMissing(noTalk); noTalk != nil && !ofOnePart(noTalk) {
		return noTalk
	}
	answers, noAnswers := agent.Answers(ctx)
	if noAnswers = ignoreMissing(noAnswers); noAnswers != nil && !ofOnePart(noAnswers) {
		return noAnswers
	}
	if w.refusals++; noTalk == nil || noAnswers == nil {
		w.refusals = 0
	}
	if w.refusals == maxRefusals {
		return noTalk
	}
	if err := cmp.Or(noTalk, noAnswers); err != nil {
		d.t.parts[talk].err = err
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

// ignoreMissing returns an error, but not that of an agent of whom the source has nothing.
func ignoreMissing(err error) error {
	if errors.Is(err, model.ErrNoExperiment) {
		return nil
	}
	return err
}

// findAgents lists the agents of a run: those with a profile, and those of the newest
// frame, which may have come later. As long as no frame is recorded, it is that of the source.
func (d *reading) findAgents(ctx context.Context) error {
	w := &d.t.talk
	here := d.here()
	all, err := here.Profiles(ctx)
	if err != nil && !model.Lacking(err) {
		return err
	}
	newest, failed := here.Frame(ctx, model.Latest)
	if model.Lacking(failed) {
		newest, failed = d.from.Frame(ctx, model.Latest)
	}
	if failed != nil && !model.Lacking(failed) && !ofOnePart(failed) {
		return failed
	}
	known := make(map[int64]bool, len(all))
	for _, a := range all {
		known[a.ID] = true
	}
	if d.t.dir {
		known[model.Everyone] = true
	}
	w.strangers = false
	for _, a := range newest.Agents {
		w.strangers = w.strangers || !known[a.ID]
		known[a.ID] = true
	}
	w.agents, w.state = slices.Sorted(maps.Keys(known)), d.t.sure(d.options.Now())
	if last, sweep, ok := strings.Cut(w.resume, " "); ok {
		id, _ := strconv.ParseInt(last, 10, 64)
		w.agents = slices.DeleteFunc(w.agents, func(agent int64) bool { return agent <= id })
		w.state = sweep
	}
	w.resume = ""
	d.progress.Agents += int64(len(w.agents))
	if len(known) > 0 || err == nil {
		return nil
	}
	if _, none := d.from.Profiles(ctx); errors.Is(none, model.ErrNoTable) {
		return none // it has no agents
	}
	return err // not known to have none
}

// writeSaid writes what agents said and answered, as far as it could be read, with the mark of
// how far that is. Nothing says that there is none.
func (d *reading) writeSaid(ctx context.Context, all said, at string) error {
	return d.update(ctx, func(b *bolt.Batch) error {
		var err error
		if all.talks {
			err = b.PutMessages(d.t.key, all.messages)
		}
		if all.replies && err == nil {
			err = b.PutAnswers(d.t.key, all.answers)
		}
		if at != "" && err == nil {
			err = b.PutCheckpoint(d.t.key, bolt.CheckpointTalkAt, at)
		}
		return err
	})
}

// skipAgents gives up the agents of a run whose source has no talk.
func (d *reading) skipAgents(err error) error {
	w := &d.t.talk
	if model.Lacking(err) || ofOnePart(err) {
		d.progress.Agents -= int64(len(w.agents))
		w.agents, w.refusals = nil, 0
	}
	return err
}
