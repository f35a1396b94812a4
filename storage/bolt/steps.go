package bolt

import (
	"bytes"
	"context"
	"slices"

	"societop/model"
	"societop/storage/bolt/chunk"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
)

// PutSteps notes when steps of a run were done. Of several times of a step the earliest counts: a
// run says the newest one again when it ends. It fails with ErrNoExperiment where the experiment is
// not in the lab.
func (b *Batch) PutSteps(k model.Key, all []model.StepTime) error {
	if len(all) == 0 {
		return nil
	}
	all = layout.SortSteps(slices.Clone(all))
	return b.withRun(k, layout.HasSteps, func(r *layout.Run) (bool, error) { return chunk.PutSteps(b.tables[layout.Steps], r.Number, all, false) })
}

// putFrameStep notes when the step of a frame was done, whatever was noted before.
func (b *Batch) putFrameStep(r *layout.Run, at model.SimTime, agents []model.AgentStatus) error {
	for _, a := range agents {
		if !a.Created.IsZero() {
			_, err := chunk.PutSteps(b.tables[layout.Steps], r.Number, layout.SortSteps([]model.StepTime{{At: at, Wall: a.Created}}), true)
			return err
		}
	}
	return nil
}

// stepTimes reads when the steps of a run were done.
type stepTimes struct {
	chunks *labfile.Items
	read   bool // all chunks were
	frames join // first blocks of the frames whose steps are in no chunk
	all    []model.StepTime
	known  map[model.SimTime]bool // nil: that of a run whose frames need not be read
}

// Steps returns when the steps were done: what was noted of them, and for frames of labs of former
// versions of the schema, when their first agent was written.
func (o runData) Steps(ctx context.Context) ([]model.StepTime, error) {
	s := stepTimes{chunks: &labfile.Items{Bucket: layout.Steps}}
	s.frames = join{index: &labfile.Items{Bucket: layout.Moments}, values: &labfile.Items{Bucket: layout.Frames}, within: ofRun, find: s.find}
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
		s.chunks.Clear()
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
	err := s.chunks.Each(func(key, payload []byte) (ok bool) {
		s.all, ok = layout.ParseSteps(s.all, key, payload)
		return ok
	})
	s.chunks.Clear()
	if err != nil || s.known == nil {
		return err
	}
	if len(s.known) == 0 {
		for _, t := range s.all {
			s.known[t.At] = true
		}
	}
	err = s.frames.values.Each(func(key, payload []byte) bool {
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
	s.frames.values.Clear()
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
