package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"
)

// words are talk or answers: what one agent said at one moment is one value, and an index
// has how much there is of it in the order of time.
type words struct {
	kind         byte
	texts, times *bucket
}

var (
	talkWords   = words{hasTalk, talkBucket, talkTimesBucket}
	answerWords = words{hasAnswers, answersBucket, answerTimesBucket}
)

// put writes what an agent said at a moment: some number of texts, encoded.
func (w *words) put(b *Batch, number uint64, id int64, at model.SimTime, count int, raw []byte) (changed bool, err error) {
	changed, err = b.tables[w.texts].keep(wordsKey(number, id, at), pack(nil, raw))
	if err != nil {
		return false, err
	}
	counted, err := b.tables[w.times].keep(timesKey(number, id, at), binary.AppendUvarint(nil, uint64(count)))
	return changed || counted, err
}

// ofAgent reads all that one agent said, oldest first, and gives it to fn.
func (w *words) ofAgent(ctx context.Context, a agent, fn func(id int64, at model.SimTime, raw []byte) bool) error {
	list, err := a.scan(ctx, w.kind, w.texts, func(r *run) (from, prefix []byte) {
		key := agentKey(r.number, a.id)
		return key, key
	}, nil)
	if err == nil && len(list.list) == 0 {
		err = a.unheard(ctx)
	}
	if err != nil {
		return err
	}
	return a.explain(list.each(wordsOf(fn)))
}

// unheard is ErrNotRecorded where a recorder has not come to what the agent said yet: it reads
// one agent after the other.
func (a agent) unheard(ctx context.Context) error {
	return a.gather(ctx, 0, func(l *lease, r *run, _ bool) (bool, error) {
		err := l.unmarked(r, MarkTalk)
		if errors.Is(err, model.ErrNotRecorded) {
			mark, failed := l.get(marksBucket, markKey(r.number, MarkTalkAt))
			digits, _, _ := strings.Cut(string(mark), " ")
			if last, wrong := strconv.ParseInt(digits, 10, 64); wrong == nil && a.id <= last {
				return false, nil
			}
			err = cmp.Or(failed, err)
		}
		return false, err
	}, nil)
}

// wordsOf takes keys and payloads of words apart.
func wordsOf(fn func(id int64, at model.SimTime, raw []byte) bool) func(key, payload []byte) bool {
	left := newRoom()
	return func(key, payload []byte) bool {
		raw, ok := unpack(payload)
		if !ok || len(key) != runSize+agentSize+momentSize || !left.take(len(raw)) {
			return false
		}
		return fn(parseInt(key[runSize:]), parseMoment(key[runSize+agentSize:]), raw)
	}
}

// until reads what all agents said up to a moment, oldest first, and gives it to fn: no less
// than the newest of it up to a limit, and no more than one agent's at one moment beyond it.
func (w *words) until(ctx context.Context, o society, until model.SimTime, limit int, fn func(id int64, at model.SimTime, raw []byte) bool) error {
	within := func(r *run) (from, prefix []byte) {
		prefix = runKey(r.number)
		if until == model.Latest {
			return prefix, prefix
		}
		return timesKey(r.number, 0, until)[:runSize+momentSize], prefix
	}
	index, texts := &items{bucket: w.times}, &items{bucket: w.texts}
	found := 0
	enough := func(all *items) bool {
		if len(all.list) == 1 {
			found = 0
		}
		_, payload, err := all.open(len(all.list) - 1)
		n, _ := binary.Uvarint(payload)
		found += int(min(n, 1<<20))
		return err != nil || (limit > 0 && found >= limit)
	}
	err := o.follow(ctx, &pairs{
		kind: w.kind, index: index, values: texts, within: within, enough: enough,
		find: func(_ *lease, c *cursor, key []byte) (bool, error) {
			words, ok := parseTimesKey(key)
			if !ok {
				return false, unreadable(w.times, key)
			}
			if c.get(words) == nil {
				return false, damaged("%s is missing", describe(w.texts, words))
			}
			return true, nil
		},
	})
	if err != nil {
		return err
	}
	if err := index.each(func(_, _ []byte) bool { return true }); err != nil {
		return o.explain(err)
	}
	return o.explain(texts.backwards(wordsOf(fn)))
}

// newest cuts a list down to the last of it.
func newest[T any](all []T, limit int) []T {
	if limit > 0 && len(all) > limit {
		return all[len(all)-limit:]
	}
	return all
}

// one is a moment of an agent.
type one struct {
	id int64
	at string // the moment, as in keys: NaN is equal to itself
}

// grouped puts what belongs to one agent and one moment together, in the order given.
func grouped[T any](all []T, of func(*T) (int64, model.SimTime)) [][]T {
	places := make(map[one]int)
	var groups [][]T
	for i := range all {
		id, at := of(&all[i])
		k := one{id, string(appendMoment(nil, at))}
		n, ok := places[k]
		if !ok {
			n = len(groups)
			places[k] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], all[i])
	}
	return groups
}

// PutMessages writes talk and thoughts. What the lab has of the same agent and the same
// moment is replaced; the order of messages of one agent and moment is kept. An empty list
// says that there may be none: without it, readers are told that the lab has no such data.
// It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutMessages(k model.Key, all []model.Message) error {
	return b.given(k, hasTalk, func(r *run) (changed bool, err error) {
		for _, group := range grouped(all, func(m *model.Message) (int64, model.SimTime) { return m.ID, m.At }) {
			var raw []byte
			group = model.Distinct(group)
			for i := range group {
				raw = appendMessage(raw, &group[i])
			}
			differs, err := talkWords.put(b, r.number, group[0].ID, group[0].At, len(group), raw)
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
		return changed, nil
	})
}

// appendMessage encodes a message: kind, microseconds since 1970, speaker and content. The
// rest is in the key.
func appendMessage(b []byte, m *model.Message) []byte {
	b = append(b, byte(m.Kind))
	b = binary.AppendVarint(b, m.Created.UnixMicro())
	b = appendText(b, m.Speaker.Raw())
	return appendText(b, m.Content.Raw())
}

// parseMessages is the inverse for all messages of one agent and moment.
func parseMessages(all []model.Message, id int64, at model.SimTime, raw []byte) ([]model.Message, bool) {
	d := decoder{b: raw}
	for len(d.b) > 0 {
		m := model.Message{ID: id, At: at, Kind: model.MessageKind(d.byte()), Created: micro(d.varint())}
		speaker, content := d.text(), d.text()
		if d.bad {
			return nil, false
		}
		m.Speaker, m.Content = text.Clean(string(speaker)), text.CleanLines(string(content))
		all = append(all, m)
	}
	return all, true
}

// Talk is what the agent thought and said, oldest first.
func (a agent) Talk(ctx context.Context) (all []model.Message, err error) {
	err = talkWords.ofAgent(ctx, a, func(id int64, at model.SimTime, raw []byte) bool {
		said, ok := parseMessages(nil, id, at, raw)
		all = append(all, model.Distinct(said)...) // older labs have some twice
		return ok
	})
	return all, err
}

// TalkUntil is the talk of all agents up to a moment, oldest first.
func (o society) TalkUntil(ctx context.Context, until model.SimTime, limit int) (all []model.Message, err error) {
	err = talkWords.until(ctx, o, until, limit, func(id int64, at model.SimTime, raw []byte) bool {
		said, ok := parseMessages(nil, id, at, raw)
		all = append(all, model.Distinct(said)...) // older labs have some twice
		return ok
	})
	return newest(all, limit), err
}

// PutAnswers writes answers to surveys. What the lab has of the same agent, moment and survey
// is replaced. An empty list says that there may be none, as for PutMessages. It fails with
// ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutAnswers(k model.Key, all []model.Answer) error {
	return b.given(k, hasAnswers, func(r *run) (changed bool, err error) {
		for _, group := range grouped(all, func(a *model.Answer) (int64, model.SimTime) { return a.ID, a.At }) {
			merged, err := b.mergeAnswers(r.number, group)
			if err != nil {
				return false, err
			}
			var raw []byte
			for i := range merged {
				raw = appendAnswer(raw, &merged[i])
			}
			differs, err := answerWords.put(b, r.number, group[0].ID, group[0].At, len(merged), raw)
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
		return changed, nil
	})
}

// mergeAnswers puts answers of one agent and moment among those that the lab has.
func (b *Batch) mergeAnswers(number uint64, fresh []model.Answer) (all []model.Answer, err error) {
	id, at := fresh[0].ID, fresh[0].At
	key := wordsKey(number, id, at)
	old, err := b.tables[answersBucket].get(key)
	if err != nil {
		return nil, err
	}
	if old != nil {
		raw, ok := unpack(old)
		if ok {
			all, ok = parseAnswers(nil, id, at, raw)
		}
		if !ok {
			return nil, unreadable(answersBucket, key)
		}
	}
	for _, a := range fresh {
		i := slices.IndexFunc(all, func(o model.Answer) bool { return bytes.Equal(o.Survey[:], a.Survey[:]) })
		if i < 0 {
			all = append(all, a)
		} else {
			all[i] = a
		}
	}
	return all, nil
}

// appendAnswer encodes an answer: survey, whether it is pending, microseconds since 1970 and
// result. The rest is in the key.
func appendAnswer(b []byte, a *model.Answer) []byte {
	b = append(b, a.Survey[:]...)
	if a.Pending {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	b = binary.AppendVarint(b, a.Created.UnixMicro())
	return appendText(b, a.Result.Raw())
}

// parseAnswers is the inverse for all answers of one agent and moment.
func parseAnswers(all []model.Answer, id int64, at model.SimTime, raw []byte) ([]model.Answer, bool) {
	d := decoder{b: raw}
	for len(d.b) > 0 {
		a := model.Answer{ID: id, At: at}
		copy(a.Survey[:], d.take(uint64(len(a.Survey))))
		a.Pending = d.byte() != 0
		a.Created = micro(d.varint())
		result := d.text()
		if d.bad {
			return nil, false
		}
		a.Result = text.CleanLines(string(result))
		all = append(all, a)
	}
	return all, true
}

// Answers is the agent's answers to surveys, oldest first.
func (a agent) Answers(ctx context.Context) (all []model.Answer, err error) {
	err = answerWords.ofAgent(ctx, a, func(id int64, at model.SimTime, raw []byte) (ok bool) {
		all, ok = parseAnswers(all, id, at, raw)
		return ok
	})
	return all, err
}

// AnswersUntil is the answers of all agents up to a moment, oldest first.
func (o society) AnswersUntil(ctx context.Context, until model.SimTime, limit int) (all []model.Answer, err error) {
	err = answerWords.until(ctx, o, until, limit, func(id int64, at model.SimTime, raw []byte) (ok bool) {
		all, ok = parseAnswers(all, id, at, raw)
		return ok
	})
	return newest(all, limit), err
}

// count tells how many texts a value holds; 0 where it can't be decoded.
func (w *words) count(key, payload []byte) (n int) {
	ok := wordsOf(func(id int64, at model.SimTime, raw []byte) bool {
		if w.kind == hasTalk {
			all, _ := parseMessages(nil, id, at, raw)
			n = len(all)
		} else {
			all, _ := parseAnswers(nil, id, at, raw)
			n = len(all)
		}
		return n > 0
	})(key, payload)
	if !ok {
		return 0
	}
	return n
}
