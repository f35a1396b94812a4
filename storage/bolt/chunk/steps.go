// Package chunk writes what a run has in chunks into a batch of a lab file: lines of logs, and when its
// steps were done.
package chunk

import (
	"bytes"
	"slices"

	"societop/model"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
)

// PutSteps writes steps, which ascend, into the chunks in which they belong. Chunks go into the
// bucket at once, because a batch that has many steps looks for many.
func PutSteps(t *txn.Table, number uint64, all []model.StepTime, replace bool) (changed bool, err error) {
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
