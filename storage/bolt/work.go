package bolt

import (
	"bytes"
	"context"

	"societop/storage/bolt/layout"
)

// workOf reads plan and models of a config.
func (s *Store) workOf(config string) layout.Work {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.works.Of(config)
}

// readModels reads the models of an experiment whose config a former version has written.
func (b *Batch) readModels(e *entry) error {
	if e.work.Models != nil || e.bits&layout.HasConfig == 0 {
		return nil
	}
	config, err := b.tables[layout.Configs].Get(e.bare)
	if err != nil {
		return err
	}
	if config == nil {
		return layout.Configs.Missing(e.bare)
	}
	e.work.Models = b.store.workOf(string(config)).Models
	return nil
}

// How much of a lab one batch of Upgrade brings up to date.
const (
	upgradeRows  = 500
	upgradeBytes = 4 << 20 // of configs
)

// Upgrade adds what summaries lack in a lab of a former version of the schema, the models of their
// configs, in batches that are small enough for others to read meanwhile. It may be stopped at any time, and goes on
// from there. begin is called once, before the first batch, where there is something to do. It fails
// like Update.
func (s *Store) Upgrade(ctx context.Context, begin func()) error {
	for more, first := true, true; more; {
		err := s.Update(ctx, func(b *Batch) error {
			return b.guard(func() (err error) {
				var todo bool
				todo, more, err = b.upgrade()
				if todo && first {
					first = false
					begin()
				}
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// upgrade brings some experiments up to date: todo where there were any, more where there are
// others.
func (b *Batch) upgrade() (todo, more bool, err error) {
	meta := b.tables[layout.Meta]
	after, err := meta.Get(layout.UpgradeKey)
	if err != nil || after == nil {
		return false, false, err
	}
	b.dirty = true
	c := b.tables[layout.Index].Stored.Cursor()
	rows, size := 0, 0
	for key, value := c.Seek(after); key != nil; key, value = c.Next() {
		if rows == upgradeRows || size >= upgradeBytes {
			meta.Put(layout.UpgradeKey, bytes.Clone(key))
			return true, true, nil
		}
		rows++
		n, err := b.upgradeOne(bytes.Clone(key), value)
		if err != nil {
			return true, false, err
		}
		size += n
	}
	meta.Drop(layout.UpgradeKey)
	return rows > 0, false, nil
}

// upgradeOne brings an experiment up to date, and returns how long its config is.
func (b *Batch) upgradeOne(key, value []byte) (size int, err error) {
	payload, err := layout.Index.Open(key, value)
	if err != nil {
		return 0, err
	}
	r, ok := layout.ParseSummary(payload)
	_, bare, sound := layout.SplitIndexKey(key)
	if !ok || !sound {
		return 0, layout.Index.Undecodable(key)
	}
	if r.Bits&layout.HasDir != 0 {
		return 0, nil // its models are not in a config
	}
	e := entry{bare: bare, bits: r.Bits & layout.HasConfig, work: r.Work}
	if err := b.readModels(&e); err != nil || r.Work.Models != nil || e.work.Models == nil {
		return 0, err
	}
	b.tables[layout.Index].Put(key, layout.WithModels(payload, e.work.Models))
	b.note(bare, key)
	return len(b.tables[layout.Configs].Stored.Get(bare)), nil
}
