package bolt

import (
	"bytes"
	"context"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

// PutFrame writes what all agents do at one moment, in place of what the lab had of it. Of
// agents with the same id the last one counts, and the moment is the frame's. It fails with
// ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutFrame(k model.Key, f model.Frame) error {
	agents := layout.ByAgent(f.Agents)
	return b.withRun(k, layout.HasFrames, func(r *layout.Run) (bool, error) {
		if r.Kinds&layout.HasFrames == 0 || f.At.Compare(r.Frame) > 0 {
			r.Frame = f.At
		}
		changed, err := b.putFrame(r.Number, f.At, agents)
		if changed && err == nil {
			err = b.putFrameStep(r, f.At, agents)
		}
		return changed, err
	})
}

func (b *Batch) putFrame(number uint64, at model.SimTime, agents []model.AgentStatus) (changed bool, err error) {
	moments, frames := b.tables[layout.Moments], b.tables[layout.Frames]
	key := layout.MomentKey(number, at)
	old, err := moments.Get(key)
	if err != nil {
		return false, err
	}
	fresh := make(map[string][]byte)
	m := layout.NewMoment()
	for len(agents) > 0 {
		n := layout.BlockEnd(agents)
		payload := layout.AppendBlock(nil, m.Head(), agents[:n])
		m.AddBlock(n, agents[n-1].ID, payload)
		fresh[string(layout.BlockKey(number, at, m.Last))] = payload
		agents = agents[n:]
	}
	payload := m.Append(nil)
	if old != nil && bytes.Equal(old, payload) {
		return false, nil
	}
	if old != nil {
		for _, k := range frames.Under(key) {
			if fresh[k] == nil {
				frames.Drop([]byte(k))
			}
		}
	}
	moments.Put(key, payload)
	for k, payload := range fresh {
		frames.Put([]byte(k), payload)
	}
	return true, nil
}

// Timeline returns the moments of which the lab has a frame.
func (o runData) Timeline(ctx context.Context) ([]model.SimTime, error) {
	var all []model.SimTime
	err := o.each(ctx, layout.AnyFrames, layout.Moments, func(key, _ []byte) bool {
		if len(key) != layout.RunSize+layout.MomentSize {
			return false
		}
		all = append(all, layout.ParseMoment(key[layout.RunSize:]))
		return true
	})
	return all, err
}

// Frame returns what all agents do at one moment.
func (o runData) Frame(ctx context.Context, at model.SimTime) (model.Frame, error) {
	blocks := &labfile.Items{Bucket: layout.Frames}
	var state []byte // of the moment, sealed: where it changes between two leases, the reading starts over
	latest := at == model.Latest
	for _, err := range o.leases(ctx, layout.AnyFrames, func(l *lease, r *layout.Run, first bool) (bool, error) {
		if latest {
			at = r.Frame
		}
		key := layout.MomentKey(r.Number, at)
		value, err := l.CopyOf(layout.Moments, key)
		if err == nil && value == nil {
			err = l.VerifyAbsent(layout.Moments, key)
		}
		if first || !bytes.Equal(value, state) {
			blocks.Clear()
			state = value
		}
		if err != nil || value == nil {
			return false, err
		}
		return l.collect(blocks, key, key, nil)
	}) {
		if err != nil {
			return model.Frame{}, err
		}
	}
	if state == nil {
		return model.Frame{}, nil
	}
	f, err := decodeFrame(at, state, blocks)
	return f, o.explain(err)
}

// decodeFrame makes a frame of its blocks.
func decodeFrame(at model.SimTime, state []byte, blocks *labfile.Items) (model.Frame, error) {
	m, ok := layout.ParseMomentValue(state)
	if !ok || m.Blocks != uint64(blocks.Len()) || m.Agents > m.Blocks*layout.MaxAgents {
		return model.Frame{}, model.Damaged("the frame of %v has %d blocks, of %d", at, blocks.Len(), m.Blocks)
	}
	f := model.Frame{At: at, Agents: make([]model.AgentStatus, 0, min(m.Agents, 1<<16))}
	have, left := layout.NewMoment(), layout.NewRoom()
	err := blocks.Each(func(key, payload []byte) bool {
		c, ok := layout.ParseBlock(payload)
		if !ok || !c.Under(key) || !left.Take(c.Size) || (have.Blocks > 0 && c.First() <= have.Last) {
			return false
		}
		have.AddBlock(c.Agents, c.Last(), payload)
		f.Agents = c.All(f.Agents, at)
		return true
	})
	if err != nil {
		return model.Frame{}, err
	}
	if have != m {
		return model.Frame{}, model.Damaged("the frame of %v has %d agents, of %d, or another state of them", at, len(f.Agents), m.Agents)
	}
	return f, nil
}
