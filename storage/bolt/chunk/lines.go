package chunk

import (
	"slices"
	"strings"

	"societop/model"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
)

// AppendLines adds lines to a log, of which all keys begin with a prefix. raw may begin with the lines at
// the end of the log, which are not written again.
func AppendLines(t *txn.Table, prefix []byte, raw string) (changed bool, err error) {
	if raw == "" {
		return false, nil
	}
	if !strings.HasSuffix(raw, "\n") {
		raw += "\n"
	}
	tail, err := tailOf(t, prefix, len(raw))
	if err != nil {
		return false, err
	}
	end, known := layout.Chunk{}, ""
	for _, c := range tail {
		end, known = c, known+c.Text
	}
	fresh := raw[overlap(known, raw):]
	appendLines(t, prefix, end, fresh)
	return fresh != "", nil
}

// tailOf reads the newest chunks of a log, oldest first, that have at least some bytes.
func tailOf(t *txn.Table, prefix []byte, size int) (all []layout.Chunk, err error) {
	for _, key := range t.Under(prefix) {
		payload, err := t.Get([]byte(key))
		if err != nil {
			return nil, err
		}
		c, ok := layout.ParseChunk([]byte(key), payload)
		if !ok {
			return nil, t.Undecodable([]byte(key))
		}
		all = append(all, c)
		if size -= len(c.Text); size <= 0 {
			break
		}
	}
	slices.Reverse(all)
	return all, nil
}

// overlap returns the length of the longest end of known, in whole lines, that raw begins with.
func overlap(known, raw string) (n int) {
	have, lines := strings.SplitAfter(known, "\n"), strings.SplitAfter(raw, "\n")
	have, lines = have[:len(have)-1], lines[:len(lines)-1] // nothing follows the last end
	for _, line := range lines[:model.Overlap(have, lines)] {
		n += len(line)
	}
	return n
}

// appendLines fills the newest chunk of a log, and further ones.
func appendLines(t *txn.Table, prefix []byte, end layout.Chunk, fresh string) {
	for fresh != "" {
		n := layout.ChunkBytes - len(end.Text)
		if n <= 0 {
			end = layout.Chunk{N: end.N + 1, Before: end.Before + uint64(strings.Count(end.Text, "\n"))}
			n = layout.ChunkBytes
		}
		if n < len(fresh) {
			n += strings.IndexByte(fresh[n:], '\n') + 1
		}
		n = min(n, len(fresh))
		end.Text += fresh[:n]
		fresh = fresh[n:]
		t.Put(layout.ChunkKey(prefix, end.N), end.Append(nil))
	}
}
