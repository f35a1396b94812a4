package bolt

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
)

// keepTexts writes the texts of an agent at a moment, encoded, where they differ.
func (b *Batch) keepTexts(t *layout.Texts, number uint64, id int64, at model.SimTime, count int, raw []byte) (changed bool, err error) {
	changed, err = b.tables[t.Values].Keep(layout.TextsKey(number, id, at), layout.Pack(nil, raw))
	if err != nil {
		return false, err
	}
	counted, err := b.tables[t.Times].Keep(layout.TimesKey(number, id, at), binary.AppendUvarint(nil, uint64(count)))
	return changed || counted, err
}

// A textFunc is given the texts of an agent at a moment, encoded, and reports whether it could
// decode them.
type textFunc func(id int64, at model.SimTime, raw []byte) bool

// decode returns a function for values of talk or answers that decodes them with fn, as long as
// they are not too many.
func (fn textFunc) decode() func(key, payload []byte) bool {
	left := layout.NewRoom()
	return func(key, payload []byte) bool {
		id, at, raw, ok := layout.ParseTexts(key, payload)
		return ok && left.Take(len(raw)) && fn(id, at, raw)
	}
}

// eachText reads all texts of the agent, oldest first, and gives them to fn.
func (a agent) eachText(ctx context.Context, t *layout.Texts, fn textFunc) error {
	list, err := a.scan(ctx, t.Kind, t.Values, func(r *layout.Run) (from, prefix []byte) {
		key := layout.AgentKey(r.Number, a.id)
		return key, key
	}, nil)
	if err == nil && list.Len() == 0 {
		err = a.notReadYet(ctx)
	}
	if err != nil {
		return err
	}
	return a.explain(list.Each(fn.decode()))
}

// notReadYet returns ErrNotRecorded where a recorder has not come to what the agent said yet: it reads
// one agent after the other.
func (a agent) notReadYet(ctx context.Context) error {
	return a.once(ctx, 0, func(l *lease, r *layout.Run) error {
		err := l.requireCheckpoint(r, CheckpointTalk)
		if errors.Is(err, model.ErrNotRecorded) {
			at, failed := l.Get(layout.Checkpoints, checkpointKey(r.Number, CheckpointTalkAt))
			digits, _, _ := strings.Cut(string(at), " ")
			if last, wrong := strconv.ParseInt(digits, 10, 64); wrong == nil && a.id <= last {
				return nil
			}
			err = cmp.Or(failed, err)
		}
		return err
	})
}

// eachTextUntil reads the texts of all agents up to a moment, oldest first, and gives them to fn:
// at least the newest up to a limit, and at most one agent's at one moment beyond it.
func (o runData) eachTextUntil(ctx context.Context, t *layout.Texts, until model.SimTime, limit int, fn textFunc) error {
	within := func(r *layout.Run) (from, prefix []byte) {
		prefix = layout.RunKey(r.Number)
		if until == model.Latest {
			return prefix, prefix
		}
		return layout.TimesKey(r.Number, 0, until)[:layout.RunSize+layout.MomentSize], prefix
	}
	found := 0
	enough := func(all *labfile.Items) bool {
		if all.Len() == 1 {
			found = 0
		}
		_, payload, err := all.At(all.Len() - 1)
		n, _ := binary.Uvarint(payload)
		found += int(min(n, 1<<20))
		return err != nil || (limit > 0 && found >= limit)
	}
	j := join{
		index: &labfile.Items{Bucket: t.Times}, values: &labfile.Items{Bucket: t.Values}, within: within, enough: enough,
		find: func(_ *lease, c *page.Cursor, key []byte) (bool, error) {
			of, ok := layout.ParseTimesKey(key)
			if !ok {
				return false, t.Times.Undecodable(key)
			}
			if c.Get(of) == nil {
				return false, t.Values.Missing(of)
			}
			return true, nil
		},
	}
	for _, err := range o.leases(ctx, t.Kind, j.take) {
		if err != nil {
			return err
		}
	}
	if err := j.index.Each(func(_, _ []byte) bool { return true }); err != nil {
		return o.explain(err)
	}
	return o.explain(j.values.Backwards(fn.decode()))
}

// newest cuts a list down to the last of it.
func newest[T any](all []T, limit int) []T {
	if limit > 0 && len(all) > limit {
		return all[len(all)-limit:]
	}
	return all
}
