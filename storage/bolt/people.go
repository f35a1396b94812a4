package bolt

import (
	"cmp"
	"context"
	"slices"

	"societop/model"
)

// PutProfiles writes who the agents are, in place of all profiles that the lab has of the
// experiment. Of profiles with the same id the last one counts; an empty list says that there
// are none. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutProfiles(k model.Key, all []model.Profile) error {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b model.Profile) int { return cmp.Compare(a.ID, b.ID) })
	return b.given(k, hasProfiles, func(r *run) (changed bool, err error) {
		t := b.tables[profilesBucket]
		fresh := make(map[string]bool)
		for len(all) > 0 {
			payload, last, n := profileBlock(all)
			all = all[n:]
			key := agentKey(r.number, last)
			fresh[string(key)] = true
			differs, err := t.keep(key, payload)
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
		for _, key := range t.under(runKey(r.number)) {
			if !fresh[key] {
				t.drop([]byte(key))
				changed = true
			}
		}
		return changed, nil
	})
}

// Profiles is all agents, by ascending id.
func (o society) Profiles(ctx context.Context) (all []model.Profile, err error) {
	list, err := o.scan(ctx, hasProfiles, profilesBucket, ofRun, nil)
	if err != nil {
		return nil, err
	}
	left := newRoom()
	err = list.each(func(_, payload []byte) (ok bool) {
		var size int
		all, size, ok = parseProfiles(all, payload)
		return ok && left.take(size)
	})
	return all, o.explain(err)
}

// PutPrompt writes what all agents are told of the world at a moment, in place of what the
// lab had of it. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutPrompt(k model.Key, p model.Prompt) error {
	return b.given(k, hasPrompts, func(r *run) (bool, error) {
		if r.kinds&hasPrompts == 0 || p.At.Compare(r.prompt) > 0 {
			r.prompt = p.At
		}
		return b.tables[promptsBucket].keep(momentKey(r.number, p.At), appendPrompt(nil, &p))
	})
}

// Prompt is what all agents are told of the world at a moment.
func (o society) Prompt(ctx context.Context, at model.SimTime) (p model.Prompt, err error) {
	var key, value []byte
	latest := at == model.Latest
	err = o.once(ctx, anyFrames, func(l *lease, r *run) (err error) {
		if latest {
			at = r.prompt
		}
		key = momentKey(r.number, at)
		if value, err = l.copyOf(promptsBucket, key); value == nil && err == nil {
			err = l.verifyAbsent(promptsBucket, key)
		}
		return err
	})
	if err != nil || value == nil {
		return p, err
	}
	p, ok := parsePrompt(at, value)
	if !ok {
		return model.Prompt{}, o.explain(promptsBucket.undecodable(key))
	}
	return p, nil
}
