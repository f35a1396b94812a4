package bolt

import (
	"context"
	"slices"
	"strings"

	"societop/model"
)

// AppendLog writes lines of a run's log behind those that are there. raw may begin with lines
// that the lab has already: what of its beginning is the end of the log is not written again,
// so that a server's last thousand lines can be given as they come. A last line without an
// end counts as whole. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) AppendLog(k model.Key, raw string) error {
	return b.given(k, hasLines, func(r *run) (bool, error) {
		if raw == "" {
			return false, nil
		}
		if !strings.HasSuffix(raw, "\n") {
			raw += "\n"
		}
		tail, err := b.logTail(r.number, len(raw))
		if err != nil {
			return false, err
		}
		end, known := chunk{}, ""
		for _, c := range tail {
			end, known = c, known+c.text
		}
		fresh := raw[overlap(known, raw):]
		return fresh != "", b.appendLines(r.number, end, fresh)
	})
}

// logTail reads the newest chunks of a log, oldest first, that have at least some bytes.
func (b *Batch) logTail(number uint64, size int) (all []chunk, err error) {
	t := b.tables[linesBucket]
	for _, key := range t.under(runKey(number)) {
		payload, err := t.get([]byte(key))
		if err != nil {
			return nil, err
		}
		c, ok := parseChunk([]byte(key), payload)
		if !ok {
			return nil, linesBucket.undecodable([]byte(key))
		}
		all = append(all, c)
		if size -= len(c.text); size <= 0 {
			break
		}
	}
	slices.Reverse(all)
	return all, nil
}

// overlap is the length of the longest end of known, in whole lines, that raw begins with.
func overlap(known, raw string) (n int) {
	have, lines := strings.SplitAfter(known, "\n"), strings.SplitAfter(raw, "\n")
	have, lines = have[:len(have)-1], lines[:len(lines)-1] // behind the last end there is nothing
	for _, line := range lines[:model.Overlap(have, lines)] {
		n += len(line)
	}
	return n
}

// appendLines fills the newest chunk of a log, and further ones.
func (b *Batch) appendLines(number uint64, end chunk, fresh string) error {
	for fresh != "" {
		n := chunkBytes - len(end.text)
		if n <= 0 {
			end = chunk{n: end.n + 1, before: end.before + uint64(strings.Count(end.text, "\n"))}
			n = chunkBytes
		}
		if n < len(fresh) {
			n += strings.IndexByte(fresh[n:], '\n') + 1
		}
		n = min(n, len(fresh))
		end.text += fresh[:n]
		fresh = fresh[n:]
		b.tables[linesBucket].put(chunkKey(number, end.n), end.append(nil))
	}
	return nil
}

// Log is the end of the run's log. It reads no more of it than the budget needs.
func (o society) Log(ctx context.Context, budget model.LogBudget) (model.Log, error) {
	var lines, size uint64
	list, err := o.scan(ctx, hasLines, linesBucket, ofRun, func(all *items) bool {
		if len(all.list) == 1 {
			lines, size = 0, 0
		}
		_, payload, err := all.open(len(all.list) - 1)
		_, n, of, _, _ := chunkHead(payload)
		lines, size = lines+n, size+of
		return err != nil || (budget.Lines > 0 && lines > uint64(budget.Lines)) || (budget.Bytes > 0 && size > uint64(budget.Bytes))
	})
	if err != nil {
		return model.Log{}, err
	}
	var texts []string
	var first chunk
	room := newRoom()
	err = list.each(func(key, payload []byte) (ok bool) {
		last := first
		first, ok = parseChunk(key, payload)
		texts = append(texts, first.text)
		return ok && room.take(len(first.text)) && (len(texts) == 1 || first.n+1 == last.n)
	})
	if err != nil {
		return model.Log{}, o.explain(err)
	}
	slices.Reverse(texts)
	log := model.TailLog(strings.Join(texts, ""), budget)
	log.Dropped += int(first.before)
	return log, nil
}
