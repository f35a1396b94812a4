package bolt

import (
	"bytes"
	"encoding/binary"

	"societop/model"
	"societop/storage/bolt/layout"
)

// withRun runs a step that writes data of a run. What the step changes of the run is kept, and
// where it says that something has changed, readers are told.
func (b *Batch) withRun(k model.Key, kind layout.Kinds, step func(*layout.Run) (changed bool, err error)) error {
	return b.guard(func() error {
		e, err := b.findExisting(k)
		if err != nil {
			return err
		}
		r, err := b.runOf(&e)
		if err != nil {
			return err
		}
		changed, err := step(&r)
		if err != nil {
			return err
		}
		r.Kinds |= kind
		noticed, err := b.tables[layout.Runs].Keep(e.bare, r.Append(nil))
		if changed || noticed {
			b.note(e.bare, e.key)
		}
		if err == nil && e.bits&layout.HasRun == 0 {
			value := bytes.Clone(e.value)
			value[0] |= layout.HasRun
			b.tables[layout.Index].Put(e.key, value)
		}
		return err
	})
}

// runOf finds the run of an experiment, or begins one.
func (b *Batch) runOf(e *entry) (r layout.Run, err error) {
	payload, err := b.tables[layout.Runs].Get(e.bare)
	if err != nil {
		return r, err
	}
	if payload != nil {
		return layout.ParseRun(e.bare, payload)
	}
	if e.bits&layout.HasRun != 0 {
		return r, layout.Runs.Missing(e.bare)
	}
	payload, err = b.tables[layout.Meta].Get(layout.RunsKey)
	if err != nil {
		return r, err
	}
	newest := uint64(0)
	if payload != nil {
		n := 0
		if newest, n = binary.Uvarint(payload); n <= 0 {
			return r, model.Damaged("the lab does not know how many runs it has")
		}
	}
	r.Number, r.Kinds = newest+1, layout.Timed
	b.tables[layout.Meta].Put(layout.RunsKey, binary.AppendUvarint(nil, r.Number))
	return r, nil
}

// Restart removes the data of an experiment, checkpoints included, because its run begins again under
// the same id: what is written from here on belongs to another run. Readers never
// see both. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) Restart(k model.Key) error {
	return b.guard(func() error {
		e, err := b.findExisting(k)
		if err != nil {
			return err
		}
		if e.bits&layout.HasRun == 0 {
			return nil
		}
		if err := b.detachRun(e.bare); err != nil {
			return err
		}
		value := bytes.Clone(e.value)
		value[0] &^= layout.HasRun
		b.tables[layout.Index].Put(e.key, value)
		b.note(e.bare, e.key)
		return nil
	})
}

// detachRun takes the run from an experiment that is deleted, or begins again. Its data stays for later
// batches to remove: all of it at once could be most of the file.
func (b *Batch) detachRun(bare []byte) error {
	payload, err := b.tables[layout.Runs].Get(bare)
	if err != nil || payload == nil {
		return err
	}
	r, err := layout.ParseRun(bare, payload)
	if err != nil {
		return err
	}
	b.tables[layout.Runs].Drop(bare)
	b.tables[layout.DeletedRuns].Put(layout.RunKey(r.Number), nil)
	return nil
}

// How much of the deleted runs one batch removes.
const (
	maxDeletedKeys  = 512
	maxDeletedBytes = 4 << 20
)

// removeDeletedRuns removes some of the data of deleted experiments.
func (b *Batch) removeDeletedRuns() error {
	deleted := b.tables[layout.DeletedRuns]
	key, value := deleted.Stored.Cursor().First()
	if key == nil {
		return nil
	}
	if deleted.Verify(key, value) != nil || len(key) != layout.RunSize {
		return layout.DeletedRuns.WrongSum(key)
	}
	keys, size := 0, 0
	for _, k := range layout.RunBuckets {
		c := b.tables[k].Stored.Cursor()
		for at, value := c.Seek(key); at != nil && string(at[:min(layout.RunSize, len(at))]) == string(key); at, value = c.Next() {
			if keys == maxDeletedKeys || size >= maxDeletedBytes {
				return nil
			}
			b.tables[k].Drop(at)
			keys++
			size += len(value)
		}
	}
	deleted.Drop(key)
	return nil
}

// run finds the run of an experiment. It fails with ErrNotStarted or ErrNotRecorded where the lab
// has no data of it.
func (l *lease) run(k model.Key) (r layout.Run, err error) {
	bare := layout.BareKey(k)
	payload, err := l.Get(layout.Runs, bare)
	if err != nil {
		return r, err
	}
	if payload != nil {
		return layout.ParseRun(bare, payload)
	}
	created, err := l.Created(bare)
	if err != nil {
		return r, err
	}
	summary, err := l.Get(layout.Index, layout.IndexKey(created, bare))
	if err != nil {
		return r, err
	}
	s, ok := layout.ParseSummary(summary)
	switch {
	case !ok:
		return r, model.Damaged("%s is no summary", layout.Runs.Describe(bare))
	case s.Bits&layout.HasRun != 0:
		return r, layout.Runs.Missing(bare)
	case s.Status == model.NotStarted:
		return r, model.ErrNotStarted
	}
	return r, model.ErrNotRecorded
}

// has fails with ErrNotRecorded where a run was not given any data of a kind; 0 is none in
// particular.
func (l *lease) has(r *layout.Run, kind layout.Kinds) error {
	switch {
	case kind == 0, r.Kinds&kind != 0:
		return nil
	case kind != layout.AnyFrames && kind != layout.AnySteps:
		return model.ErrNotRecorded
	case r.Kinds&layout.HasFrames != 0:
		return nil
	}
	return l.requireCheckpoint(r, CheckpointFrames)
}

// requireCheckpoint returns ErrNotRecorded where a recorder has not read a part of a run to its end yet,
// or reads none of it but when its steps were done.
func (l *lease) requireCheckpoint(r *layout.Run, part string) error {
	origin, err := l.Get(layout.Checkpoints, checkpointKey(r.Number, CheckpointOrigin))
	if err != nil || (len(origin) == 0 && r.Kinds&^layout.Timed != layout.HasSteps) {
		return err
	}
	done, err := l.Get(layout.Checkpoints, checkpointKey(r.Number, part))
	if len(done) == 0 && err == nil {
		err = model.ErrNotRecorded
	}
	return err
}
