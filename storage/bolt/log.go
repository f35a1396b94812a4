package bolt

import (
	"context"
	"slices"
	"strings"

	"societop/model"
	"societop/storage/bolt/layout"
)

// AppendLog adds lines to a run's log. raw may begin with the lines at the end of the log, which are
// not written again, so that a server's last thousand lines can be passed as they are. A last line
// without a newline counts as complete. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) AppendLog(k model.Key, raw string) error {
	return b.withRun(k, layout.HasLines, func(r *layout.Run) (bool, error) {
		if raw == "" {
			return false, nil
		}
		if !strings.HasSuffix(raw, "\n") {
			raw += "\n"
		}
		tail, err := b.logTail(r.Number, len(raw))
		if err != nil {
			return false, err
		}
		end, known := layout.Chunk{}, ""
		for _, c := range tail {
			end, known = c, known+c.Text
		}
		fresh := raw[overlap(known, raw):]
		return fresh != "", b.appendLines(r.Number, end, fresh)
	})
}

// logTail reads the newest chunks of a log, oldest first, that have at least some bytes.
func (b *Batch) logTail(number uint64, size int) (all []layout.Chunk, err error) {
	t := b.tables[layout.Lines]
	for _, key := range t.Under(layout.RunKey(number)) {
		payload, err := t.Get([]byte(key))
		if err != nil {
			return nil, err
		}
		c, ok := layout.ParseChunk([]byte(key), payload)
		if !ok {
			return nil, layout.Lines.Undecodable([]byte(key))
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
func (b *Batch) appendLines(number uint64, end layout.Chunk, fresh string) error {
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
		b.tables[layout.Lines].Put(layout.ChunkKey(number, end.N), end.Append(nil))
	}
	return nil
}

// Log returns the end of the run's log. It reads no more of it than the budget needs.
func (o runData) Log(ctx context.Context, budget model.LogBudget) (model.Log, error) {
	var lines, size uint64
	list, err := o.scan(ctx, layout.HasLines, layout.Lines, ofRun, func(all *items) bool {
		if len(all.list) == 1 {
			lines, size = 0, 0
		}
		_, payload, err := all.open(len(all.list) - 1)
		_, n, of, _, _ := layout.ChunkHead(payload)
		lines, size = lines+n, size+of
		return err != nil || (budget.Lines > 0 && lines > uint64(budget.Lines)) || (budget.Bytes > 0 && size > uint64(budget.Bytes))
	})
	if err != nil {
		return model.Log{}, err
	}
	var texts []string
	var first layout.Chunk
	room := layout.NewRoom()
	err = list.each(func(key, payload []byte) (ok bool) {
		last := first
		first, ok = layout.ParseChunk(key, payload)
		texts = append(texts, first.Text)
		return ok && room.Take(len(first.Text)) && (len(texts) == 1 || first.N+1 == last.N)
	})
	if err != nil {
		return model.Log{}, o.explain(err)
	}
	slices.Reverse(texts)
	log := model.TailLog(strings.Join(texts, ""), budget)
	log.Dropped += int(first.Before)
	return log, nil
}
