package importer

import (
	"context"
	"errors"
	"time"

	"societop/model"
	"societop/storage/bolt"
)

// zoneStep is what zones differ by. Times that are whole steps of it apart may be of one row whose
// zone was not known.
const zoneStep = 15 * time.Minute

// errSeen ends a walk over the spool.
var errSeen = errors.New("seen")

// anotherRun reports whether the frames of an experiment in the spool are of another run than those
// that the lab has of it: a run that begins again has the same moments, and rows of its own.
func (r *run) anotherRun(ctx context.Context, store *bolt.Store, i int) (other bool, err error) {
	here := store.RunData(r.read[i].key)
	all, err := here.Timeline(ctx)
	if len(all) == 0 || err != nil {
		return false, known(err)
	}
	first, err := here.Frame(ctx, all[0])
	if err != nil {
		return false, err
	}
	created := make(map[int64]time.Time, len(first.Agents))
	for _, a := range first.Agents {
		created[a.ID] = a.Created
	}
	err = r.spool.moments(frameKind, i, func(at model.SimTime, rows []byte) error {
		if at.Compare(all[0]) < 0 {
			return nil
		}
		if at == all[0] {
			other = apart(created, decodeRows(rows, frameKind, (*values).status))
		}
		return errSeen
	})
	if errors.Is(err, errSeen) {
		err = nil
	}
	return other, err
}

// known is an error but for that of a lab that has no such data.
func known(err error) error {
	for _, kind := range []error{model.ErrNoLab, model.ErrNoExperiment, model.ErrNoData, model.ErrNotStarted} {
		if errors.Is(err, kind) {
			return nil
		}
	}
	return err
}

// apart reports whether no row of a moment was created when that of the same agent was that the
// lab has.
func apart(created map[int64]time.Time, rows []model.AgentStatus) (other bool) {
	for _, a := range rows {
		at := created[a.ID]
		if at.IsZero() || a.Created.IsZero() {
			continue
		}
		if a.Created.Truncate(time.Microsecond).Sub(at)%zoneStep == 0 {
			return false
		}
		other = true
	}
	return other
}
