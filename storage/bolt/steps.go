package bolt

import (
	"bytes"
	"context"
	"slices"

	"societop/model"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
	"societop/storage/bolt/txn"
)

// PutSteps notes when steps of a run were done. Of several times of a step the earliest counts: a
// run says the newest one again when it ends. It fails with ErrNoExperiment where the experiment is
// not in the lab.
func (b *Batch) PutSteps(k model.Key, all []model.StepTime) error {
	if len(all) == 0 {
		return nil
	}
	all = layout.SortSteps(slices.Clone(all))
	return b.withRun(k, layout.HasSteps, func(r *layout.Run) (bool, error) { return b.putSteps(r.Number, all, false) })
}

// putFrameStep notes when the step of a frame was done, whatever was noted before.
func (b *Batch) putFrameStep(r *layout.Run, at model.SimTime, agents []model.AgentStatus) error {
	for _, a := range agents {
		if !a.Created.IsZero() {
			_, err := b.putSteps(r.Number, layout.SortSteps([]model.StepTime{{At: at, Wall: a.Created}}), true)
			return err
		}
	}
	return nil
}

// putSteps writes steps, which ascend, into the chunks in which they belong. Chunks go into the
// bucket at once, because a batch that has many steps looks for many.
func (b *Batch) putSteps(number uint64, all []model.StepTime, replace bool) (changed bool, err error) {
	t := b.tables[layout.Steps]
	for len(all) > 0 {
		key, next := stepChunk(t, number, all[0].At)
		var old []model.StepTime
		if key != nil {
			payload, err := t.Get(key)
			if err != nil {
				return false, err
			}
			var ok bool
			if old, ok = layout.ParseSteps(nil, key, payload); !ok {
				return false, layout.Steps.Undecodable(key)
			}
		}
		n := len(all)
		if next != nil {
			until := layout.ParseMoment(next[layout.RunSize:])
			n, _ = slices.BinarySearchFunc(all, until, func(s model.StepTime, at model.SimTime) int { return layout.CompareMoments(s.At, at) })
		}
		differs, err := putChunks(t, number, old, layout.MergeSteps(old, all[:n], replace))
		if err != nil {
			return false, err
		}
		changed, all = changed || differs, all[n:]
	}
	return changed, nil
}

// putChunks writes a chunk with the steps that were merged into it, as several where they are too
// many for one: full ones where the steps came after those that were there.
func putChunks(t *txn.Table, number uint64, old, merged []model.StepTime) (changed bool, err error) {
	size := layout.ChunkSteps
	if n := len(old); n > 0 && layout.CompareMoments(old[n-1].At, merged[n-1].At) != 0 {
		pieces := (len(merged) + size - 1) / size
		size = (len(merged) + pieces - 1) / pieces
	}
	for chunk := range slices.Chunk(merged, size) {
		key, payload := layout.MomentKey(number, chunk[0].At), layout.AppendSteps(nil, chunk)
		before, err := t.Get(key)
		if err != nil {
			return false, err
		}
		if before != nil && bytes.Equal(before, payload) {
			continue
		}
		if err := t.Stored.Put(key, t.Seal(key, payload)); err != nil {
			return false, err
		}
		changed = true
	}
	return changed, nil
}

// stepChunk finds the chunk in which a moment of a run belongs, the last that does not begin after it,
// and where the one after that begins. Either may be nil.
func stepChunk(t *txn.Table, number uint64, at model.SimTime) (key, next []byte) {
	prefix, from := layout.RunKey(number), layout.MomentKey(number, at)
	c := t.Stored.Cursor()
	ofRun := func(k []byte) []byte {
		if len(k) != layout.RunSize+layout.MomentSize || !bytes.HasPrefix(k, prefix) {
			return nil
		}
		return bytes.Clone(k)
	}
	k, _ := c.Seek(from)
	if bytes.Equal(k, from) {
		key = bytes.Clone(k)
		k, _ = c.Next()
		return key, ofRun(k)
	}
	next = ofRun(k)
	k, _ = c.Prev()
	return ofRun(k), next
}

// stepTimes reads when the steps of a run were done.
type stepTimes struct {
	chunks *items
	read   bool // all chunks were
	frames join // first blocks of the frames whose steps are in no chunk
	all    []model.StepTime
	known  map[model.SimTime]bool // nil: that of a run whose frames need not be read
}

// Steps returns when the steps were done: what was noted of them, and for frames of labs of former
// versions of the schema, when their first agent was written.
func (o runData) Steps(ctx context.Context) ([]model.StepTime, error) {
	s := stepTimes{chunks: &items{Bucket: layout.Steps}}
	s.frames = join{index: &items{Bucket: layout.Moments}, values: &items{Bucket: layout.Frames}, within: ofRun, find: s.find}
	for _, err := range o.leases(ctx, layout.AnySteps, s.take) {
		if err == nil {
			err = o.explain(s.decode())
		}
		if err != nil {
			return nil, err
		}
	}
	return s.all, nil
}

// take reads the chunks, and in further leases the frames.
func (s *stepTimes) take(l *lease, r *layout.Run, first bool) (more bool, err error) {
	if first {
		s.chunks.clear()
		s.read, s.all, s.known = false, nil, nil
	}
	if !s.read {
		from, prefix := ofRun(r)
		if more, err := l.collect(s.chunks, from, prefix, nil); more || err != nil {
			return more, err
		}
		s.read = true
		if timed := r.Kinds&layout.Timed != 0; timed || r.Kinds&layout.HasFrames == 0 {
			return false, nil
		}
		s.known = make(map[model.SimTime]bool)
		s.frames.restart()
		return true, nil
	}
	return s.frames.take(l, r, first)
}

// decode decodes what was read.
func (s *stepTimes) decode() error {
	if !s.read {
		return nil
	}
	err := s.chunks.each(func(key, payload []byte) (ok bool) {
		s.all, ok = layout.ParseSteps(s.all, key, payload)
		return ok
	})
	s.chunks.clear()
	if err != nil || s.known == nil {
		return err
	}
	if len(s.known) == 0 {
		for _, t := range s.all {
			s.known[t.At] = true
		}
	}
	err = s.frames.values.each(func(key, payload []byte) bool {
		c, ok := layout.ParseBlock(payload)
		if !ok || !c.Under(key) || c.Second {
			return false
		}
		at := layout.ParseMoment(key[layout.RunSize:])
		for _, a := range c.All(nil, at) {
			if !a.Created.IsZero() {
				s.all = append(s.all, model.StepTime{At: at, Wall: a.Created})
				break
			}
		}
		return true
	})
	s.frames.values.clear()
	return err
}

// find moves a cursor to the first block of a frame whose step is not known.
func (s *stepTimes) find(_ *lease, c *page.Cursor, at []byte) (ok bool, err error) {
	if s.known[layout.ParseMoment(at[layout.RunSize:])] {
		return false, nil
	}
	c.Seek(at)
	return c.Valid() && bytes.HasPrefix(c.Key, at), nil
}
