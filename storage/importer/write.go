package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
	"societop/storage/sqldb/table"
)

const (
	// batchRows and batchBytes bound a batch: experiments, and bytes of their text.
	batchRows  = 256
	batchBytes = 2 << 20
	// defaultTenant is what AgentSociety's own server calls its only tenant.
	defaultTenant = "default"
)

// write brings what was read into the lab. Nobody else records into it meanwhile.
func (r *run) write(ctx context.Context, store *bolt.Store) error {
	claim, err := store.Claim("import", claim.State{Liveness: model.Liveness{Why: text.Clean("an import is at work")}})
	if err != nil {
		return err
	}
	err = r.settle(ctx, store)
	if err == nil {
		err = r.copy(ctx, store)
	}
	if err == nil {
		err = r.copyData(ctx, store)
	}
	if err == nil {
		err = store.Upgrade(ctx, func() { r.report.Upgraded = true })
	}
	return errors.Join(err, claim.Release())
}

// settle gives the experiments of files that name no tenant the one that has them, and
// counts the experiments.
func (r *run) settle(ctx context.Context, lab model.Source) error {
	owners := map[uuid.UUID]map[text.Text]bool{}
	for _, f := range r.read {
		if f.bare {
			owners[f.key.ID] = map[text.Text]bool{}
		}
	}
	own := func(k model.Key) {
		if tenants, wanted := owners[k.ID]; wanted {
			tenants[k.Tenant] = true
		}
	}
	for _, f := range r.read {
		if !f.bare {
			own(f.key)
		}
	}
	if len(owners) > 0 {
		if err := eachKey(ctx, lab, own); err != nil {
			return err
		}
	}
	for i := range r.read {
		if f := &r.read[i]; f.bare {
			f.key.Tenant = owner(owners[f.key.ID])
		}
	}
	r.choose()
	return nil
}

// choose leaves the experiments of tenants out that are not asked for, and counts the others.
func (r *run) choose() {
	distinct, others := map[model.Key]bool{}, map[model.Key]bool{}
	tenants, all := map[text.Text]bool{}, map[text.Text]bool{}
	for i := range r.read {
		f := &r.read[i]
		all[f.key.Tenant] = true
		if f.others = len(r.tenants) > 0 && !slices.Contains(r.tenants, f.key.Tenant.Raw()); f.others {
			others[f.key] = true
			continue
		}
		distinct[f.key], tenants[f.key.Tenant] = true, true
	}
	r.report.Experiments = len(distinct)
	r.report.Tenants = slices.SortedFunc(maps.Keys(tenants), func(a, b text.Text) int { return cmp.Compare(a.Raw(), b.Raw()) })
	r.report.Missing = model.MissingTenants(r.tenants, all)
	if n := len(others); n > 0 {
		r.leaveOut(func() string { return fmt.Sprintf("%d experiments of other tenants", n) })
	}
}

// owner is the only one of tenants, or the default where there is none or are several.
func owner(tenants map[text.Text]bool) text.Text {
	if len(tenants) == 1 {
		for t := range tenants {
			return t
		}
	}
	return text.Clean(defaultTenant)
}

// eachKey goes through the keys of all experiments of a lab; one that is not there has none.
func eachKey(ctx context.Context, lab model.Source, fn func(model.Key)) error {
	for cursor := (model.Cursor{}); ; {
		c, err := lab.Changes(ctx, cursor, model.Budget{Rows: 10_000, Time: 10 * time.Millisecond})
		if errors.Is(err, model.ErrNoLab) {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range c.Put {
			fn(c.Put[i].Key)
		}
		if cursor = c.Next; !c.More {
			return nil
		}
	}
}

// copy writes the experiments into the lab, batch by batch. Of several states of one
// experiment it takes the last.
func (r *run) copy(ctx context.Context, store *bolt.Store) error {
	last := make(map[model.Key]int, len(r.read))
	for i, f := range r.read {
		if !f.others {
			last[f.key] = i
		}
	}
	var batch []model.Experiment
	size := 0
	for i := range r.read {
		if r.read[i].others || last[r.read[i].key] != i {
			r.step(1)
			continue
		}
		e, err := r.experiment(i)
		if err != nil {
			return err
		}
		batch = append(batch, e)
		if size += len(e.Config.Raw()) + len(e.Error.Raw()); len(batch) < batchRows && size < batchBytes {
			continue
		}
		if err := r.put(ctx, store, batch); err != nil {
			return err
		}
		batch, size = batch[:0], 0
	}
	return r.put(ctx, store, batch)
}

// experiment reads one back from the spool.
func (r *run) experiment(i int) (e model.Experiment, err error) {
	err = r.spool.moments(table.Experiments, i, func(_ model.SimTime, rows []byte) (err error) {
		eachRow(rows, len(model.Fields), func(cells []table.Cell) {
			e, _, err = table.FieldsOf(cells).Experiment()
		})
		return err
	})
	e.Key = r.read[i].key
	return e, err
}

// put writes one batch.
func (r *run) put(ctx context.Context, store *bolt.Store, batch []model.Experiment) error {
	changed := 0
	err := store.Update(ctx, func(b *bolt.Batch) error {
		changed = 0
		asOf := slices.MinFunc([]time.Time{r.asOf, time.Now()}, time.Time.Compare) // whatever its clock said
		b.SetAsOf(model.Liveness{AsOf: asOf, Why: text.Clean(model.Imported)})
		for _, e := range batch {
			c, err := b.Put(e)
			if err != nil {
				return err
			}
			if c {
				changed++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.report.Changed += changed
	r.step(len(batch))
	return nil
}

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
	if errors.Is(err, model.ErrNoLab) || model.Lacking(err) {
		return false, nil
	}
	if len(all) == 0 || err != nil {
		return false, err
	}
	first, err := here.Frame(ctx, all[0])
	if err != nil {
		return false, err
	}
	created := make(map[int64]time.Time, len(first.Agents))
	for _, a := range first.Agents {
		created[a.ID] = a.Created
	}
	err = r.spool.moments(table.Frames, i, func(at model.SimTime, rows []byte) error {
		if at.Compare(all[0]) < 0 {
			return nil
		}
		if at == all[0] {
			other = apart(created, decodeRows(rows, table.Frames, (*table.Values).Status))
		}
		return errSeen
	})
	if errors.Is(err, errSeen) {
		err = nil
	}
	return other, err
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
