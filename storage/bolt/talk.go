package bolt

import (
	"context"

	"societop/model"
	"societop/storage/bolt/layout"
)

// PutMessages writes talk and thoughts. What the lab has of the same agent and the same
// moment is replaced; the order of messages of one agent and moment is kept. An empty list
// says that there may be none: without it, readers are told that the lab has no such data.
// It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutMessages(k model.Key, all []model.Message) error {
	return b.withRun(k, layout.HasTalk, func(r *layout.Run) (changed bool, err error) {
		for _, group := range layout.Grouped(all, func(m *model.Message) (int64, model.SimTime) { return m.ID, m.At }) {
			var raw []byte
			group = model.Distinct(group)
			for i := range group {
				raw = layout.AppendMessage(raw, &group[i])
			}
			differs, err := b.keepTexts(&layout.TalkTexts, r.Number, group[0].ID, group[0].At, len(group), raw)
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
		return changed, nil
	})
}

// Talk returns what the agent thought and said, oldest first.
func (a agent) Talk(ctx context.Context) (all []model.Message, err error) {
	err = a.eachText(ctx, &layout.TalkTexts, func(id int64, at model.SimTime, raw []byte) bool {
		said, ok := layout.ParseMessages(nil, id, at, raw)
		all = append(all, model.Distinct(said)...) // older labs have some twice
		return ok
	})
	return all, err
}

// TalkUntil returns the talk of all agents up to a moment, oldest first.
func (o runData) TalkUntil(ctx context.Context, until model.SimTime, limit int) (all []model.Message, err error) {
	err = o.eachTextUntil(ctx, &layout.TalkTexts, until, limit, func(id int64, at model.SimTime, raw []byte) bool {
		said, ok := layout.ParseMessages(nil, id, at, raw)
		all = append(all, model.Distinct(said)...) // older labs have some twice
		return ok
	})
	return newest(all, limit), err
}
