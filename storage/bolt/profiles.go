package bolt

import (
	"cmp"
	"context"
	"slices"

	"societop/model"
	"societop/storage/bolt/layout"
)

// PutProfiles writes who the agents are, in place of all profiles that the lab has of the
// experiment. Of profiles with the same id the last one counts; an empty list says that there
// are none. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutProfiles(k model.Key, all []model.Profile) error {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b model.Profile) int { return cmp.Compare(a.ID, b.ID) })
	return b.withRun(k, layout.HasProfiles, func(r *layout.Run) (changed bool, err error) {
		t := b.tables[layout.Profiles]
		fresh := make(map[string]bool)
		for len(all) > 0 {
			payload, last, n := layout.ProfileBlock(all)
			all = all[n:]
			key := layout.AgentKey(r.Number, last)
			fresh[string(key)] = true
			differs, err := t.Keep(key, payload)
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
		for _, key := range t.Under(layout.RunKey(r.Number)) {
			if !fresh[key] {
				t.Drop([]byte(key))
				changed = true
			}
		}
		return changed, nil
	})
}

// Profiles returns all agents, by ascending id.
func (o runData) Profiles(ctx context.Context) (all []model.Profile, err error) {
	left := layout.NewRoom()
	err = o.each(ctx, layout.HasProfiles, layout.Profiles, func(_, payload []byte) (ok bool) {
		var size int
		all, size, ok = layout.ParseProfiles(all, payload)
		return ok && left.Take(size)
	})
	return all, err
}

// PutPrompt writes what all agents are told of the world at a moment, in place of what the
// lab had of it. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutPrompt(k model.Key, p model.Prompt) error {
	return b.withRun(k, layout.HasPrompts, func(r *layout.Run) (bool, error) {
		if r.Kinds&layout.HasPrompts == 0 || p.At.Compare(r.Prompt) > 0 {
			r.Prompt = p.At
		}
		return b.tables[layout.Prompts].Keep(layout.MomentKey(r.Number, p.At), layout.AppendPrompt(nil, &p))
	})
}

// Prompt returns what all agents are told of the world at a moment.
func (o runData) Prompt(ctx context.Context, at model.SimTime) (p model.Prompt, err error) {
	var key, value []byte
	latest := at == model.Latest
	err = o.once(ctx, layout.AnyFrames, func(l *lease, r *layout.Run) (err error) {
		if latest {
			at = r.Prompt
		}
		key = layout.MomentKey(r.Number, at)
		if value, err = l.CopyOf(layout.Prompts, key); value == nil && err == nil {
			err = l.VerifyAbsent(layout.Prompts, key)
		}
		return err
	})
	if err != nil || value == nil {
		return p, err
	}
	p, ok := layout.ParsePrompt(at, value)
	if !ok {
		return model.Prompt{}, o.explain(layout.Prompts.Undecodable(key))
	}
	return p, nil
}

// Prompts returns all prompts, by ascending moment.
func (o runData) Prompts(ctx context.Context) (all []model.Prompt, err error) {
	left := layout.NewRoom()
	err = o.each(ctx, 0, layout.Prompts, func(key, payload []byte) bool {
		p, ok := layout.ParsePrompt(layout.ParseMoment(key[layout.RunSize:]), payload)
		all = append(all, p)
		return ok && left.Take(len(p.Text.Raw()))
	})
	return all, err
}
