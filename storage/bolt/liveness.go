package bolt

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

// SetAsOf notes up to when the lab knows its source once the batch is written, and why nothing
// newer comes while nobody has claimed the lab. It is part of a batch, not a reason to write
// one, and never goes back in time.
func (b *Batch) SetAsOf(l model.Liveness) {
	if !l.AsOf.Before(b.asOf.AsOf) {
		l.AsOf = l.AsOf.UTC().Truncate(time.Second) // as it is stored
		b.asOf = l
	}
}

// SetSource notes the same of one of several sources that the lab records. Liveness that is live says
// only that there is such a source.
func SetSource(b *Batch, name model.SourceName, l model.Liveness) {
	l.AsOf = l.AsOf.UTC().Truncate(time.Second)
	for i, o := range b.origins {
		if o.Name == name {
			if l.AsOf.After(o.AsOf.AsOf) || l.Why != o.AsOf.Why && l.AsOf.Equal(o.AsOf.AsOf) {
				b.origins[i].AsOf = l
			}
			return
		}
	}
	b.origins = append(b.origins, layout.Origin{Name: name, AsOf: l})
}

// origins returns the sources of a lab that records several.
func (l *lease) origins() ([]layout.Origin, error) {
	payload, err := l.Get(layout.Meta, layout.OriginsKey)
	if err != nil {
		return nil, err
	}
	return layout.ParseOrigins(payload)
}

// Origin returns what the lab says of its source before the batch, and its number of experiments.
func (b *Batch) Origin() (model.Liveness, uint64) { return b.format.AsOf, b.format.Experiments }

// putAsOf writes what SetAsOf and SetSource noted.
func (b *Batch) putAsOf() error {
	if len(b.origins) > 0 {
		if _, err := b.tables[layout.Meta].Keep(layout.OriginsKey, layout.AppendOrigins(nil, b.origins)); err != nil {
			return err
		}
	}
	if b.asOf == b.format.AsOf {
		return nil
	}
	text, err := b.asOf.MarshalText()
	if err == nil {
		b.tables[layout.Meta].Put(layout.AsOfKey, text)
	}
	return err
}

// Settle notes up to when the lab knows its source, as SetAsOf does, in a batch that is
// written only where the lab does not say so yet. of is the same of each of several sources.
func (s *Store) Settle(ctx context.Context, l model.Liveness, of ...layout.Origin) error {
	if _, err := labfile.Stat(s.path); errors.Is(err, os.ErrNotExist) {
		return nil // a lab that was removed is not made again
	}
	return s.Update(ctx, func(b *Batch) error {
		b.SetAsOf(l)
		before := slices.Clone(b.origins)
		for _, o := range of {
			SetSource(b, o.Name, o.AsOf)
		}
		b.dirty = b.dirty || b.asOf != b.format.AsOf || !slices.Equal(b.origins, before)
		return nil
	})
}

// Liveness reports whether somebody records into the lab, or else up to when the lab knows its
// source.
func (s *Store) Liveness(ctx context.Context) (model.Liveness, error) {
	c := s.claims.Look(s.path)
	if c.Live() {
		return model.Liveness{}, nil
	}
	var own model.Liveness
	err := s.read(ctx, func(l *lease) error {
		own = l.asOf()
		return nil
	})
	return c.LivenessOf(own), err
}

// asOf returns what a lab says of itself. A lab of an older version knows only the time of its newest
// change, or when its file was written.
func (l *lease) asOf() model.Liveness {
	own := l.Format.AsOf
	if own.Why.Empty() {
		own.Why = text.Clean(model.NoRecorder)
	}
	if !own.AsOf.IsZero() {
		return own
	}
	own.AsOf = l.newestChange()
	if written := l.State.Info.ModTime().UTC(); own.AsOf.IsZero() || own.AsOf.After(written) {
		own.AsOf = written
	}
	return model.Liveness{AsOf: own.AsOf.Truncate(time.Second), Why: own.Why}
}

// newestChanges is how many changes are looked through for the newest: those of a batch have
// no order in time.
const newestChanges = 64

// newestChange returns the latest time that one of the newest changes has; zero where none has one.
// It leaves damage of the log to the readers that follow it.
func (l *lease) newestChange() (newest time.Time) {
	if l.Format.Schema < layout.EntriesSince || l.Format.Newest == 0 {
		return newest
	}
	c := l.Cursor(layout.Log)
	first := l.Format.Newest - min(newestChanges-1, l.Format.Newest-l.Format.Oldest)
	for c.Seek(layout.LogKey(first)); c.Valid(); c.Next() {
		payload, err := layout.Log.Open(c.Key, c.Value)
		change, ok := layout.ParseChange(payload, l.Format.Schema)
		if err != nil || !ok || len(change.Entry) < layout.SumSize {
			continue
		}
		created, _, keyed := layout.SplitIndexKey(change.Key)
		r, ok := layout.ParseSummary(change.Entry[:len(change.Entry)-layout.SumSize])
		if at := layout.Micro(created + r.Updated); keyed && ok && at.After(newest) {
			newest = at
		}
	}
	return newest
}

// Claim makes the caller the lab's recorder, of which there is one at a time: another gets
// ErrRecorder, with the first one's name. who says what records ("record http://lab-7"),
// state how that is going. The claim binds recorders only; batches can be written without it.
func (s *Store) Claim(who string, state claim.State) (*claim.Claim, error) {
	if err := s.MayWrite(labfile.OpRecord); err != nil {
		return nil, err
	}
	return claim.Take(s.path, who, state)
}
