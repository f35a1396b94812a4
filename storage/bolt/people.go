package bolt

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"

	"societop/model"
	"societop/model/text"
)

// A block of profiles, by ascending id: for each its id, varint, then name and profile, each
// with its length; all packed.
const (
	blockProfiles     = 256
	blockProfileBytes = 256 << 10
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

// profileBlock encodes the next block of profiles, and tells its last id and how many of
// them are in it.
func profileBlock(all []model.Profile) (payload []byte, last int64, n int) {
	var raw []byte
	for i := 0; n < len(all) && i < blockProfiles && len(raw) < blockProfileBytes; n++ {
		p := &all[n]
		if n+1 < len(all) && all[n+1].ID == p.ID {
			continue
		}
		raw = binary.AppendVarint(raw, p.ID)
		raw = appendText(raw, p.Name.Raw())
		raw = appendText(raw, p.Profile.Raw())
		last = p.ID
		i++
	}
	return pack(nil, raw), last, n
}

// parseProfiles is the inverse of profileBlock. size is that of the block, unpacked.
func parseProfiles(all []model.Profile, payload []byte) (more []model.Profile, size int, ok bool) {
	raw, ok := unpack(payload)
	if !ok || len(raw) == 0 {
		return nil, 0, false
	}
	d := decoder{b: raw}
	for len(d.b) > 0 {
		id, name, profile := d.varint(), d.text(), d.text()
		if n := len(all); d.bad || (n > 0 && all[n-1].ID >= id) {
			return nil, 0, false
		}
		all = append(all, model.Profile{ID: id, Name: text.Clean(string(name)), Profile: text.ParseValue(string(profile))})
	}
	return all, len(raw), true
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
		payload := binary.AppendVarint(nil, p.Created.UnixMicro())
		return b.tables[promptsBucket].keep(momentKey(r.number, p.At), pack(payload, []byte(p.Text.Raw())))
	})
}

// parsePrompt is the inverse of PutPrompt's encoding.
func parsePrompt(at model.SimTime, payload []byte) (p model.Prompt, ok bool) {
	d := decoder{b: payload}
	created := micro(d.varint())
	s, ok := unpack(d.b)
	return model.Prompt{At: at, Text: text.CleanLines(string(s)), Created: created}, ok && !d.bad
}

// Prompt is what all agents are told of the world at a moment.
func (o society) Prompt(ctx context.Context, at model.SimTime) (p model.Prompt, err error) {
	var key, value []byte
	latest := at == model.Latest
	err = o.gather(ctx, anyFrames, func(l *lease, r *run, _ bool) (more bool, err error) {
		if latest {
			at = r.prompt
		}
		key = momentKey(r.number, at)
		if value, err = l.copyOf(promptsBucket, key); value == nil && err == nil {
			err = l.sure(promptsBucket, key)
		}
		return false, err
	}, nil)
	if err != nil || value == nil {
		return p, err
	}
	p, ok := parsePrompt(at, value)
	if !ok {
		return model.Prompt{}, o.explain(unreadable(promptsBucket, key))
	}
	return p, nil
}
