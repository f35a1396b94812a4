package bolt

import (
	"bytes"
	"context"
	"slices"

	"societop/model"
	"societop/storage/bolt/layout"
)

// PutAnswers writes answers to surveys. What the lab has of the same agent, moment and survey
// is replaced. An empty list says that there may be none, as for PutMessages. It fails with
// ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutAnswers(k model.Key, all []model.Answer) error {
	return b.withRun(k, layout.HasAnswers, func(r *layout.Run) (changed bool, err error) {
		for _, group := range layout.Grouped(all, func(a *model.Answer) (int64, model.SimTime) { return a.ID, a.At }) {
			merged, err := b.mergeAnswers(r.Number, group)
			if err != nil {
				return false, err
			}
			var raw []byte
			for i := range merged {
				raw = layout.AppendAnswer(raw, &merged[i])
			}
			differs, err := b.keepTexts(&layout.AnswerTexts, r.Number, group[0].ID, group[0].At, len(merged), raw)
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
		return changed, nil
	})
}

// mergeAnswers puts answers of one agent and moment among those that the lab has.
func (b *Batch) mergeAnswers(number uint64, fresh []model.Answer) (all []model.Answer, err error) {
	id, at := fresh[0].ID, fresh[0].At
	key := layout.TextsKey(number, id, at)
	old, err := b.tables[layout.Answers].Get(key)
	if err != nil {
		return nil, err
	}
	if old != nil {
		raw, ok := layout.Unpack(old)
		if ok {
			all, ok = layout.ParseAnswers(nil, id, at, raw)
		}
		if !ok {
			return nil, layout.Answers.Undecodable(key)
		}
	}
	for _, a := range fresh {
		i := slices.IndexFunc(all, func(o model.Answer) bool { return bytes.Equal(o.Survey[:], a.Survey[:]) })
		if i < 0 {
			all = append(all, a)
		} else {
			all[i] = a
		}
	}
	return all, nil
}

// Answers returns the agent's answers to surveys, oldest first.
func (a agent) Answers(ctx context.Context) (all []model.Answer, err error) {
	err = a.eachText(ctx, &layout.AnswerTexts, func(id int64, at model.SimTime, raw []byte) (ok bool) {
		all, ok = layout.ParseAnswers(all, id, at, raw)
		return ok
	})
	return all, err
}

// AnswersUntil returns the answers of all agents up to a moment, oldest first.
func (o runData) AnswersUntil(ctx context.Context, until model.SimTime, limit int) (all []model.Answer, err error) {
	err = o.eachTextUntil(ctx, &layout.AnswerTexts, until, limit, func(id int64, at model.SimTime, raw []byte) (ok bool) {
		all, ok = layout.ParseAnswers(all, id, at, raw)
		return ok
	})
	return newest(all, limit), err
}
