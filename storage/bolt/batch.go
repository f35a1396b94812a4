package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/model/plan"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
)

// Batch collects changes of a lab that are written together. It is valid only in the function that
// Update calls.
type Batch struct {
	store  *Store
	format layout.Format
	tables map[*layout.Bucket]*table

	changed []string          // experiments by their bare keys, in order
	noted   map[string][]byte // their index keys; nil of one that was deleted
	dirty   bool              // something has changed that belongs to no experiment
	asOf    model.Liveness    // see SetAsOf
	err     error             // damage that was met: the batch will not be written
}

// table is a bucket with changes that are not in it yet. They go in sorted: bbolt is fast
// at that, and needs quadratic time for a bulk in the opposite order.
type table struct {
	*layout.Bucket
	stored  *bbolt.Bucket
	pending map[string][]byte // by key, sealed; nil: to be deleted
}

// get returns the payload under a key, verified; nil when there is none. It must not be changed.
func (t *table) get(key []byte) ([]byte, error) {
	value := t.sealed(key)
	if value == nil {
		return nil, nil
	}
	return t.Open(key, value)
}

// sealed returns the value under a key; nil when there is none.
func (t *table) sealed(key []byte) []byte {
	if value, ok := t.pending[string(key)]; ok {
		return value
	}
	return t.stored.Get(key)
}

func (t *table) put(key, payload []byte) { t.pending[string(key)] = t.Seal(key, payload) }
func (t *table) drop(key []byte)         { t.pending[string(key)] = nil }

// keep puts a payload where it differs from what is there.
func (t *table) keep(key, payload []byte) (changed bool, err error) {
	old, err := t.get(key)
	if err != nil || (old != nil && bytes.Equal(old, payload)) {
		return false, err
	}
	t.put(key, payload)
	return true, nil
}

// under returns the keys that begin with a prefix, in order.
func (t *table) under(prefix []byte) (keys []string) {
	c := t.stored.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		if _, ok := t.pending[string(k)]; !ok {
			keys = append(keys, string(k))
		}
	}
	for k, value := range t.pending {
		if value != nil && strings.HasPrefix(k, string(prefix)) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// flush moves the pending changes into the bucket.
func (t *table) flush() error {
	keys := make([]string, 0, len(t.pending))
	for k := range t.pending {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		var err error
		if value := t.pending[k]; value == nil {
			err = t.stored.Delete([]byte(k))
		} else {
			err = t.stored.Put([]byte(k), value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fillPercent is how full bbolt leaves the pages that it splits. Keys come sorted, so that
// there is little to be inserted between them later.
const fillPercent = 0.9

// newBatch begins a batch in a transaction of a lab file.
func newBatch(s *Store, tx *bbolt.Tx) (*Batch, error) {
	b := &Batch{store: s, tables: make(map[*layout.Bucket]*table, len(layout.Buckets)), noted: make(map[string][]byte)}
	for _, k := range layout.Buckets {
		stored := tx.Bucket([]byte(k.Name))
		if stored == nil {
			return nil, model.Damaged("the bucket %q is missing", k.Name)
		}
		stored.FillPercent = fillPercent
		b.tables[k] = &table{k, stored, make(map[string][]byte)}
	}
	var err error
	b.format, err = layout.ParseFormat(func(k *layout.Bucket, key []byte) ([]byte, error) { return b.tables[k].get(key) })
	b.asOf = b.format.AsOf
	return b, err
}

// Put writes an experiment: its summary, its config and its error. The plan is read from
// the config; where that is empty, the plan of the summary is kept. changed is false where
// the lab has all of it already: then nothing is written, and no reader is told.
func (b *Batch) Put(e model.Experiment) (changed bool, err error) {
	err = b.guard(func() error {
		changed, err = b.put(&e.Summary, func(old *entry) error { return b.putTexts(old, &e) })
		return err
	})
	return changed, err
}

// PutSummary writes a step of a run: the summary of an experiment whose config, plan and
// error stay as they are. It fails with ErrNoExperiment where there is none.
func (b *Batch) PutSummary(s model.Summary) error {
	return b.guard(func() error {
		_, err := b.put(&s, func(e *entry) error {
			if !e.exists {
				return model.ErrNoExperiment
			}
			return nil
		})
		return err
	})
}

// Delete removes an experiment. It fails with ErrNoExperiment where there is none.
func (b *Batch) Delete(k model.Key) error {
	return b.guard(func() error {
		e, err := b.findExisting(k)
		if err != nil {
			return err
		}
		b.tables[layout.Index].drop(e.key)
		for _, k := range []*layout.Bucket{layout.Keys, layout.Configs, layout.Errors} {
			b.tables[k].drop(e.bare)
		}
		b.format.Experiments--
		b.note(e.bare, nil)
		return b.detachRun(e.bare)
	})
}

// entry is an experiment as the lab has it, or is to have it.
type entry struct {
	bare   []byte
	exists bool
	key    []byte // of the index
	value  []byte // summary
	bits   byte   // HasConfig, HasError and HasRun
	plan   []byte
	texts  bool // config or error changed
}

// find looks an experiment up.
func (b *Batch) find(k model.Key) (e entry, err error) {
	if n := len(k.Tenant.Raw()); n > layout.MaxTenant {
		return e, fmt.Errorf("%w: a tenant of %d bytes", model.ErrImport, n)
	}
	e.bare = layout.BareKey(k)
	payload, err := b.tables[layout.Keys].get(e.bare)
	if err != nil || payload == nil {
		return e, err
	}
	created, err := layout.ParseCreated(e.bare, payload)
	if err != nil {
		return e, err
	}
	e.exists, e.key = true, layout.IndexKey(created, e.bare)
	if e.value, err = b.tables[layout.Index].get(e.key); err != nil {
		return e, err
	}
	r, ok := layout.ParseSummary(e.value)
	if !ok {
		return e, model.Damaged("%s is no summary", layout.Index.Describe(e.key))
	}
	e.bits, e.plan = r.Bits&(layout.HasConfig|layout.HasError|layout.HasRun), r.Plan
	return e, nil
}

// findExisting looks up an experiment that has to be there.
func (b *Batch) findExisting(k model.Key) (e entry, err error) {
	if e, err = b.find(k); err == nil && !e.exists {
		err = model.ErrNoExperiment
	}
	return e, err
}

// put writes a summary. texts says what becomes of the rest of the entry.
func (b *Batch) put(s *model.Summary, texts func(*entry) error) (changed bool, err error) {
	e, err := b.find(s.Key)
	if err != nil {
		return false, err
	}
	if err := texts(&e); err != nil {
		return false, err
	}
	created := s.Created.UnixMicro()
	key := layout.IndexKey(created, e.bare)
	value := layout.AppendSummary(nil, s, e.bits, e.plan)
	moved := !bytes.Equal(key, e.key)
	if !moved && !e.texts && bytes.Equal(value, e.value) {
		return false, nil
	}
	if moved {
		if e.exists {
			b.tables[layout.Index].drop(e.key)
		} else {
			b.format.Experiments++
		}
		b.tables[layout.Keys].put(e.bare, binary.BigEndian.AppendUint64(nil, uint64(created)))
	}
	b.tables[layout.Index].put(key, value)
	b.note(e.bare, key)
	return true, nil
}

// putTexts writes the config and the error of an experiment where they differ.
func (b *Batch) putTexts(old *entry, e *model.Experiment) error {
	config, text := e.Config.Raw(), e.Error.Raw()
	differs, err := b.putText(layout.Configs, old.bare, config, old.bits&layout.HasConfig != 0)
	if err != nil {
		return err
	}
	failed, err := b.putText(layout.Errors, old.bare, text, old.bits&layout.HasError != 0)
	if err != nil {
		return err
	}
	old.texts = differs || failed
	switch {
	case config == "":
		old.plan = layout.AppendPlan(nil, e.Plan)
	case differs:
		old.plan = b.store.planOf(config)
	}
	old.bits &= layout.HasRun
	if config != "" {
		old.bits |= layout.HasConfig
	}
	if text != "" {
		old.bits |= layout.HasError
	}
	return nil
}

// putText writes one text, or drops it where it is empty, and reports whether it differs.
func (b *Batch) putText(k *layout.Bucket, bare []byte, text string, had bool) (differs bool, err error) {
	t := b.tables[k]
	if had {
		old, err := t.get(bare)
		if err != nil || string(old) == text {
			return false, err
		}
	}
	switch {
	case text != "":
		t.put(bare, append(make([]byte, 0, len(text)+layout.SumSize), text...))
	case had:
		t.drop(bare)
	default:
		return false, nil
	}
	return true, nil
}

// note notes a change for the log, which gets one for each experiment of a batch. key is the key of
// the experiment in the index, nil where it was deleted.
func (b *Batch) note(bare, key []byte) {
	if _, ok := b.noted[string(bare)]; !ok {
		b.changed = append(b.changed, string(bare))
	}
	b.noted[string(bare)] = key
}

// change returns what the log is to say of an experiment.
func (b *Batch) change(bare string) layout.Change {
	key := b.noted[bare]
	if key == nil {
		return layout.Change{Key: layout.IndexKey(0, []byte(bare))}
	}
	return layout.Change{Key: key, Entry: b.tables[layout.Index].sealed(key)}
}

// guard runs a step of a batch. Damage that it meets, such as a panic of bbolt, fails the whole
// batch, even if the caller ignores the error.
func (b *Batch) guard(step func() error) error {
	if b.err != nil {
		return b.err
	}
	err := txn.Protect(step)
	if errors.Is(err, model.ErrDamaged) {
		b.err = err
	}
	return err
}

// write writes the batch into its transaction.
func (b *Batch) write() error {
	f, log := &b.format, b.tables[layout.Log]
	for i, bare := range b.changed {
		if left := len(b.changed) - i; left <= layout.MaxLog {
			n := f.Newest + 1 + uint64(i)
			log.put(layout.LogKey(n), b.change(bare).Append(nil))
		}
	}
	f.Newest += uint64(len(b.changed))
	for ; f.Oldest+layout.MaxLog <= f.Newest; f.Oldest++ {
		if f.Oldest <= f.Newest-uint64(len(b.changed)) {
			log.drop(layout.LogKey(f.Oldest))
		}
	}
	b.tables[layout.Meta].put(layout.CountersKey, f.Counters.Append(nil))
	if err := b.putAsOf(); err != nil {
		return err
	}
	if err := b.removeDeletedRuns(); err != nil {
		return err
	}
	for _, k := range layout.Buckets {
		if err := b.tables[k].flush(); err != nil {
			return err
		}
	}
	return nil
}

// maxPlans bounds how many plans a Store keeps.
const maxPlans = 1 << 12

var planSeed = maphash.MakeSeed()

// planCache keeps the encoded plan of a config by the config's hash: reading a plan is
// slow, and most experiments of a lab share a few configs. One writer uses it at a time.
type planCache map[uint64][]byte

// planOf reads the plan of a config.
func (s *Store) planOf(config string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := maphash.String(planSeed, config)
	p, ok := s.plans[h]
	if !ok {
		if s.plans == nil || len(s.plans) >= maxPlans {
			s.plans = make(planCache)
		}
		work, _ := plan.Read(config)
		p = layout.AppendPlan(nil, work)
		s.plans[h] = p
	}
	return p
}
