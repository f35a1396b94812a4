package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
)

// Batch collects changes of a lab that are written together. It is valid only in the function that
// Update calls.
type Batch struct {
	store  *Store
	format layout.Format
	tables map[*layout.Bucket]*txn.Table

	changed []string          // experiments by their bare keys, in order
	noted   map[string][]byte // their index keys; nil of one that was deleted
	dirty   bool              // something has changed that belongs to no experiment
	asOf    model.Liveness    // see SetAsOf
	origins []layout.Origin   // see SetSource
	err     error             // damage that was met: the batch will not be written
}

// fillPercent is how full bbolt leaves the pages that it splits. Keys come sorted, so that
// there is little to be inserted between them later.
const fillPercent = 0.9

// newBatch begins a batch in a transaction of a lab file.
func newBatch(s *Store, tx *bbolt.Tx) (*Batch, error) {
	b := &Batch{store: s, tables: make(map[*layout.Bucket]*txn.Table, len(layout.Buckets)), noted: make(map[string][]byte)}
	for _, k := range layout.Buckets {
		stored := tx.Bucket([]byte(k.Name))
		if stored == nil {
			return nil, model.Damaged("the bucket %q is missing", k.Name)
		}
		stored.FillPercent = fillPercent
		b.tables[k] = txn.NewTable(k, stored)
	}
	var err error
	b.format, err = layout.ParseFormat(func(k *layout.Bucket, key []byte) ([]byte, error) { return b.tables[k].Get(key) })
	b.asOf = b.format.AsOf
	if err == nil {
		var payload []byte
		if payload, err = b.tables[layout.Meta].Get(layout.OriginsKey); err == nil {
			b.origins, err = layout.ParseOrigins(payload)
		}
	}
	return b, err
}

// Put writes an experiment: its summary, its config and its error. Plan and models are read from
// the config; where that is empty, or of a run directory, those of the summary are kept. changed is false where
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
		b.tables[layout.Index].Drop(e.key)
		for _, k := range []*layout.Bucket{layout.Keys, layout.Configs, layout.Errors} {
			b.tables[k].Drop(e.bare)
		}
		b.format.Experiments--
		b.note(e.bare, nil)
		return b.detachRun(e.bare)
	})
}

// Sweep makes a batch remove some of the data of deleted experiments, and reports whether any is left.
func Sweep(b *Batch) (left bool) {
	key, _ := b.tables[layout.DeletedRuns].Stored.Cursor().First()
	b.dirty = b.dirty || key != nil
	return key != nil
}

// entry is an experiment as the lab has it, or is to have it.
type entry struct {
	bare   []byte
	exists bool
	key    []byte // of the index
	value  []byte // summary
	bits   byte   // HasConfig, HasError and HasRun
	work   layout.Work
	texts  bool // config or error changed
}

// find looks an experiment up.
func (b *Batch) find(k model.Key) (e entry, err error) {
	if n := len(k.Tenant.Raw()); n > layout.MaxTenant {
		return e, fmt.Errorf("%w: a tenant of %d bytes", model.ErrImport, n)
	}
	if n := len(k.Source.Raw()); n > layout.MaxSource {
		return e, fmt.Errorf("%w: the name of a source of %d bytes", model.ErrImport, n)
	}
	e.bare = layout.BareKey(k)
	payload, err := b.tables[layout.Keys].Get(e.bare)
	if err != nil || payload == nil {
		return e, err
	}
	created, err := layout.ParseCreated(e.bare, payload)
	if err != nil {
		return e, err
	}
	e.exists, e.key = true, layout.IndexKey(created, e.bare)
	if e.value, err = b.tables[layout.Index].Get(e.key); err != nil {
		return e, err
	}
	r, ok := layout.ParseSummary(e.value)
	if !ok {
		return e, model.Damaged("%s is no summary", layout.Index.Describe(e.key))
	}
	e.bits, e.work = r.Bits&(layout.HasConfig|layout.HasError|layout.HasRun), r.Work
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
	if s.Dir == nil {
		err = b.readModels(&e)
	}
	if err != nil {
		return false, err
	}
	created := s.Created.UnixMicro()
	key := layout.IndexKey(created, e.bare)
	value := layout.AppendSummary(nil, s, e.bits, e.work)
	moved := !bytes.Equal(key, e.key)
	if !moved && !e.texts && bytes.Equal(value, e.value) {
		return false, nil
	}
	if moved {
		if e.exists {
			b.tables[layout.Index].Drop(e.key)
		} else {
			b.format.Experiments++
		}
		b.tables[layout.Keys].Put(e.bare, binary.BigEndian.AppendUint64(nil, uint64(created)))
	}
	b.tables[layout.Index].Put(key, value)
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
	case config == "" || e.Dir != nil:
		old.work = layout.NewWork(e.Plan, e.Models)
	case differs:
		old.work = b.store.workOf(config)
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
		old, err := t.Get(bare)
		if err != nil || string(old) == text {
			return false, err
		}
	}
	switch {
	case text != "":
		t.Put(bare, append(make([]byte, 0, len(text)+layout.SumSize), text...))
	case had:
		t.Drop(bare)
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
	return layout.Change{Key: key, Entry: b.tables[layout.Index].Sealed(key)}
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
			log.Put(layout.LogKey(n), b.change(bare).Append(nil))
		}
	}
	f.Newest += uint64(len(b.changed))
	for ; f.Oldest+layout.MaxLog <= f.Newest; f.Oldest++ {
		if f.Oldest <= f.Newest-uint64(len(b.changed)) {
			log.Drop(layout.LogKey(f.Oldest))
		}
	}
	b.tables[layout.Meta].Put(layout.CountersKey, f.Counters.Append(nil))
	if err := b.putAsOf(); err != nil {
		return err
	}
	if err := b.removeDeletedRuns(); err != nil {
		return err
	}
	for _, k := range layout.Buckets {
		if err := b.tables[k].Flush(); err != nil {
			return err
		}
	}
	return nil
}
