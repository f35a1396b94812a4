package bolt

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
)

// history collects the history of one agent. A long run is decoded as it is read, so that no more
// of it is in memory than the blocks of one lease.
type history struct {
	id     int64
	states *labfile.Items // of the moments, as they were when the blocks were read
	blocks *labfile.Items
	all    []model.AgentStatus
}

// History returns the agent's status at each step, oldest first. It reads the block of each frame
// that the agent is in, and no other.
func (a agent) History(ctx context.Context) ([]model.AgentStatus, error) {
	h := history{id: a.id, states: &labfile.Items{Bucket: layout.Moments}, blocks: &labfile.Items{Bucket: layout.Frames}}
	j := join{index: &labfile.Items{Bucket: layout.Moments}, values: h.blocks, within: ofRun, find: h.find}
	for first, err := range a.leases(ctx, layout.AnyFrames, j.take) {
		if first {
			h.all = nil
		}
		if err == nil {
			err = a.explain(h.decode())
		}
		if err != nil {
			return nil, err
		}
	}
	return h.all, nil
}

// find moves a cursor to the block of a moment that the agent is in, if it is in any.
func (h *history) find(l *lease, c *page.Cursor, at []byte) (ok bool, err error) {
	moments := l.Cursor(layout.Moments)
	state := moments.Get(at)
	if state == nil {
		return false, cmp.Or(moments.Err, layout.Moments.Missing(at))
	}
	h.states.Add(at, state)
	c.Seek(layout.AppendInt(slices.Clone(at), h.id))
	return c.Valid() && bytes.HasPrefix(c.Key, at), nil
}

// decode finds the agent in the blocks of a lease. Where it is in none, it makes sure that
// none is missing.
func (h *history) decode() error {
	next := 0
	err := h.states.Each(func(at, payload []byte) bool {
		m, ok := layout.ParseMomentValue(payload)
		if !ok || len(at) != layout.RunSize+layout.MomentSize {
			return false
		}
		if next < h.blocks.Len() {
			if key, _ := h.blocks.Raw(next); bytes.HasPrefix(key, at) {
				next++
				return h.status(next-1, at)
			}
		}
		return m.Blocks == 0 || h.id > m.Last
	})
	h.states.Clear()
	h.blocks.Clear()
	return err
}

// status takes the agent out of a block.
func (h *history) status(n int, at []byte) bool {
	key, payload, err := h.blocks.At(n)
	if err != nil {
		return false
	}
	c, ok := layout.ParseBlock(payload)
	if !ok || !c.Under(key) || (c.Second && h.id <= c.After) {
		return false
	}
	if a, ok := c.Agent(h.id, layout.ParseMoment(at[layout.RunSize:])); ok {
		h.all = append(h.all, a)
	}
	return true
}
