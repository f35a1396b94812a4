package sqldb

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/sqldb/table"
)

const (
	// keysShare and allShare are how many times as long as a reading of all keys, or of all but the
	// configs, takes it is rested after it, and allRest is the least rest.
	keysShare = 50
	allShare  = 200
	allRest   = 30 * time.Second
	// overlap is how far before the newest change a database is read again: a change may be
	// committed later than one that is newer.
	overlap = time.Minute
)

// seen is what the updates know of the database. Only the one that is under way uses it.
type seen struct {
	listed  bool // everything was read once
	version Version
	has     map[string]bool // the columns of the experiments
	last    int64           // the number of the newest row
	sweep   uint64          // how many times all keys were read
	newest  time.Time       // updated_at of all
	keys    occasion        // when all keys were read
	all     occasion        // when all but the configs was
	strange int             // rows without a usable id
	clock   skew
}

// occasion is when something is read that is read rarely.
type occasion struct {
	at    time.Time
	took  time.Duration
	stale bool // something was written since
}

// due reports whether it is to be read again.
func (o *occasion) due(now time.Time, share int, rest time.Duration) bool {
	return o.stale && now.Sub(o.at) >= max(time.Duration(share)*o.took, rest)
}

// skew is how far the clock of the database is ahead.
type skew struct {
	known bool
	by    time.Duration
	at    time.Time
}

// safely makes an error of a panic, which in a goroutine of this package would end the program and
// leave its terminal as it is.
func safely(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: societop failed on it: %v: %s", model.ErrUnreadable, r, debug.Stack())
		}
	}()
	return fn()
}

// update brings the mirror to the state of the database. What was not written to, it does not read.
func (s *Source) update(ctx context.Context, fresh bool) error {
	v, err := s.db.Version(ctx)
	if err != nil {
		return err
	}
	k := &s.seen
	now := s.now()
	again := !k.listed || v.Database != k.version.Database
	if again || !v.Known || v != k.version {
		k.keys.stale, k.all.stale = true, true
		if err := readClock(ctx, s, now); err != nil {
			return err
		}
	}
	switch changed := !v.Known || v != k.version; {
	case again:
		err = s.list(ctx)
	case changed:
		err = s.tick(ctx)
	}
	if err != nil {
		return err
	}
	k.version = v
	switch {
	case k.all.due(now, allShare, allRest), fresh && k.all.stale:
		return timed(&k.all, now, func() error { return s.sweep(ctx, s.light(), true) })
	case k.keys.due(now, keysShare, s.keysRest()):
		return timed(&k.keys, now, func() error { return s.sweep(ctx, s.states(), false) })
	}
	return nil
}

// keysRest is the least rest between two readings of all keys. Where what was updated is known, their
// number tells when one is needed.
func (s *Source) keysRest() time.Duration {
	if s.updatesTell() {
		return time.Hour
	}
	return 0
}

// timed reads something that is read rarely.
func timed(o *occasion, now time.Time, read func() error) error {
	begun := time.Now()
	err := read()
	if err == nil {
		*o = occasion{at: now, took: time.Since(begun)}
	}
	return err
}

// readClock asks for the clock of the database, once a minute.
func readClock(ctx context.Context, s *Source, now time.Time) error {
	k := &s.seen.clock
	if !k.at.IsZero() && now.Sub(k.at) < time.Minute {
		return nil
	}
	at, err := s.db.Clock(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		*k = skew{known: !at.IsZero(), by: at.Sub(now), at: now}
	}
	return err
}

// wall is the wall time of the database; zero where it is this machine's.
func (k *seen) wall(now time.Time) time.Time {
	if !k.clock.known {
		return time.Time{}
	}
	return now.Add(k.clock.by)
}

// list reads everything.
func (s *Source) list(ctx context.Context) error {
	k := &s.seen
	if err := s.look(ctx); err != nil {
		return err
	}
	last, err := s.db.Last(ctx, table.Experiment.Name)
	if err != nil {
		return err
	}
	now := s.now()
	beginSweep(s)
	err = timed(&k.all, now, func() error {
		if err := show(ctx, s); err != nil {
			return err
		}
		return s.scan(ctx, s.whole(), k.sweep)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.mirror.sweepOut(k.sweep)
	k.listed = true
	s.mu.Unlock()
	k.keys = occasion{at: now}
	k.last = last
	return nil
}

// openFirst is of how many experiments that have not ended the plans are read before those of all.
const openFirst = 256

// show reads the experiments without their configs if nothing is known of them yet, which takes a
// fraction of the time, so that they can be shown, and then the plans of some that have not ended.
func show(ctx context.Context, s *Source) error {
	if s.mirror.Count() > 0 { // only updates write to it
		return nil
	}
	if err := s.scan(ctx, s.bare(), 0); err != nil {
		return err
	}
	s.mu.Lock()
	open := slices.SortedFunc(maps.Keys(s.mirror.open), model.Key.Compare)
	s.mu.Unlock()
	return s.reread(ctx, open[:min(len(open), openFirst)], s.whole())
}

// foreign is the error of a database that has no table of experiments.
func (s *Source) foreign(ctx context.Context) error {
	e := &model.Error{Op: "read", Address: s.Info().Address.Raw(), Err: model.ErrNotSociety, Detail: "it has no table of experiments"}
	for _, name := range secondTables {
		if has, err := s.db.Columns(ctx, name); err == nil && len(has) > 0 {
			e.Detail = "it is one of AgentSociety 2: give the directory of the run instead"
		}
	}
	return e
}

// secondTables are tables that a database of AgentSociety 2 has.
var secondTables = []string{"replay_dataset_catalog", "agent_status"}

// updatesTell reports whether updated_at tells what has changed, and costs little to go by.
func (s *Source) updatesTell() bool { return !s.traits.Wide && s.has("updated_at") }

// tick reads what is likely to have changed: what was updated, where that costs little, else the
// experiments that have not ended, and those that are new. Where there are fewer rows than before, or
// more than those, it sees to it that all keys are read.
func (s *Source) tick(ctx context.Context) error {
	k := &s.seen
	if s.updatesTell() {
		if err := s.readUpdated(ctx); err != nil {
			return err
		}
	} else {
		s.mu.Lock()
		open := slices.Collect(maps.Keys(s.mirror.open))
		s.mu.Unlock()
		if err := s.reread(ctx, open, s.light()); err != nil {
			return err
		}
		if err := s.readNew(ctx); err != nil {
			return err
		}
	}
	rows, err := s.db.Count(ctx, table.Experiment.Name)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if rows != int64(s.mirror.Count()+k.strange) {
		k.keys.at = time.Time{} // now
	}
	return nil
}

// readNew reads the rows that were added, where that can be known.
func (s *Source) readNew(ctx context.Context) error {
	k := &s.seen
	if !s.traits.Numbered {
		return nil
	}
	last, err := s.db.Last(ctx, table.Experiment.Name)
	if err != nil || last == k.last {
		return err
	}
	if last > k.last {
		r := s.whole()
		r.scan.After, r.scan.Last = k.last, last
		err = s.scan(ctx, r, 0)
	}
	k.last = last
	return err
}

// readUpdated reads the rows that were updated since the newest that is known, or since the clock of
// the database, if that is earlier: what was updated in the future is read each time.
func (s *Source) readUpdated(ctx context.Context) error {
	k := &s.seen
	from := k.newest
	if wall := k.wall(s.now()); !wall.IsZero() && wall.Before(from) {
		from = wall
	}
	r := s.light()
	r.scan.Where, r.scan.Args = `"updated_at" > ?`, []any{s.traits.Time(from.Add(-overlap))}
	return s.scan(ctx, r, 0)
}

// beginSweep begins to read all keys.
func beginSweep(s *Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.sweep++
	s.seen.strange = 0
}

// sweep reads some columns of all rows; those that are not there any more are gone. whole says that
// the columns are all that change.
func (s *Source) sweep(ctx context.Context, c columns, whole bool) error {
	k := &s.seen
	beginSweep(s)
	var err error
	if whole {
		err = s.scan(ctx, c, k.sweep)
	} else {
		err = s.compare(ctx, c, k.sweep)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.mirror.sweepOut(k.sweep)
	s.mu.Unlock()
	if whole {
		k.keys = occasion{at: s.now()}
	}
	return nil
}

// trouble is what can't be read though the rest can.
func (k *seen) trouble(address text.Text) error {
	if k.strange == 0 {
		return nil
	}
	return &model.Error{Op: "read", Address: address.Raw(), Err: model.ErrNoData, Detail: fmt.Sprintf("%d rows of %s have no usable id", k.strange, table.Experiment.Name)}
}
