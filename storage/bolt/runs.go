package bolt

import (
	"bytes"
	"encoding/binary"

	"societop/model"
)

// given runs a step that writes data of a run. What the step changes of the run is kept, and
// where it says that something has changed, readers are told.
func (b *Batch) given(k model.Key, kind byte, step func(*run) (changed bool, err error)) error {
	return b.guard(func() error {
		e, err := b.find(k)
		if err != nil {
			return err
		}
		if !e.exists {
			return model.ErrNoExperiment
		}
		r, err := b.runOf(&e)
		if err != nil {
			return err
		}
		changed, err := step(&r)
		if err != nil {
			return err
		}
		r.kinds |= kind
		noticed, err := b.tables[runsBucket].keep(e.bare, r.append(nil))
		if changed || noticed {
			b.note(e.bare, e.key)
		}
		if err == nil && e.bits&hasRun == 0 {
			value := bytes.Clone(e.value)
			value[0] |= hasRun
			b.tables[indexBucket].put(e.key, value)
		}
		return err
	})
}

// runOf finds the run of an experiment, or begins one.
func (b *Batch) runOf(e *entry) (r run, err error) {
	payload, err := b.tables[runsBucket].get(e.bare)
	if err != nil {
		return r, err
	}
	if payload != nil {
		r, ok := parseRun(payload)
		if !ok {
			return r, model.Damaged("%s is no run", runsBucket.describe(e.bare))
		}
		return r, nil
	}
	if e.bits&hasRun != 0 {
		return r, runsBucket.missing(e.bare)
	}
	payload, err = b.tables[metaBucket].get(runsKey)
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
	r.number = newest + 1
	b.tables[metaBucket].put(runsKey, binary.AppendUvarint(nil, r.number))
	return r, nil
}

// Restart takes the data of an experiment away, all kinds and the marks, because its run begins
// again under the same id: what is written from here on is that of another run. Readers never
// see both. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) Restart(k model.Key) error {
	return b.guard(func() error {
		e, err := b.find(k)
		if err != nil {
			return err
		}
		if !e.exists {
			return model.ErrNoExperiment
		}
		if e.bits&hasRun == 0 {
			return nil
		}
		if err := b.throwAway(e.bare); err != nil {
			return err
		}
		value := bytes.Clone(e.value)
		value[0] &^= hasRun
		b.tables[indexBucket].put(e.key, value)
		b.note(e.bare, e.key)
		return nil
	})
}

// throwAway takes the run from an experiment that is deleted, or begins again. Its data stays for later
// batches to remove: all of it at once could be most of the file.
func (b *Batch) throwAway(bare []byte) error {
	payload, err := b.tables[runsBucket].get(bare)
	if err != nil || payload == nil {
		return err
	}
	r, ok := parseRun(payload)
	if !ok {
		return model.Damaged("%s is no run", runsBucket.describe(bare))
	}
	b.tables[runsBucket].drop(bare)
	b.tables[trashBucket].put(runKey(r.number), nil)
	return nil
}

// How much of the trash one batch removes.
const (
	maxTrashKeys  = 512
	maxTrashBytes = 4 << 20
)

// emptyTrash removes some of the data of deleted experiments.
func (b *Batch) emptyTrash() error {
	trash := b.tables[trashBucket]
	key, value := trash.stored.Cursor().First()
	if key == nil {
		return nil
	}
	if trash.verify(key, value) != nil || len(key) != runSize {
		return trashBucket.wrongSum(key)
	}
	keys, size := 0, 0
	for _, k := range runBuckets {
		c := b.tables[k].stored.Cursor()
		for at, value := c.Seek(key); at != nil && string(at[:min(runSize, len(at))]) == string(key); at, value = c.Next() {
			if keys == maxTrashKeys || size >= maxTrashBytes {
				return nil
			}
			b.tables[k].drop(at)
			keys++
			size += len(value)
		}
	}
	trash.drop(key)
	return nil
}

// run finds the run of an experiment. It fails with ErrNotStarted or ErrNotRecorded where the lab
// has no data of it.
func (l *lease) run(k model.Key) (r run, err error) {
	bare := bareKey(k)
	payload, err := l.get(runsBucket, bare)
	if err != nil {
		return r, err
	}
	if payload != nil {
		r, ok := parseRun(payload)
		if !ok {
			return r, model.Damaged("%s is no run", runsBucket.describe(bare))
		}
		return r, nil
	}
	created, err := l.created(bare)
	if err != nil {
		return r, err
	}
	summary, err := l.get(indexBucket, indexKey(created, bare))
	if err != nil {
		return r, err
	}
	s, ok := parseSummary(summary)
	switch {
	case !ok:
		return r, model.Damaged("%s is no summary", runsBucket.describe(bare))
	case s.bits&hasRun != 0:
		return r, runsBucket.missing(bare)
	case model.Status(s.status) == model.NotStarted:
		return r, model.ErrNotStarted
	}
	return r, model.ErrNotRecorded
}

// has fails with ErrNotRecorded where a run was not given any data of a kind; 0 is none in
// particular.
func (l *lease) has(r *run, kind byte) error {
	switch {
	case kind == 0, r.kinds&kind != 0:
		return nil
	case kind != anyFrames:
		return model.ErrNotRecorded
	case r.kinds&hasFrames != 0:
		return nil
	}
	return l.unmarked(r, MarkFrames)
}

// unmarked is ErrNotRecorded where a recorder has not read a part of a run to its end yet.
func (l *lease) unmarked(r *run, part string) error {
	origin, err := l.get(marksBucket, markKey(r.number, MarkOrigin))
	if len(origin) == 0 || err != nil {
		return err
	}
	done, err := l.get(marksBucket, markKey(r.number, part))
	if len(done) == 0 && err == nil {
		err = model.ErrNotRecorded
	}
	return err
}
