package sqldb

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/sqldb/table"
)

// columns is a selection of columns of the experiments.
type columns struct {
	scan  table.Scan
	whole bool // with the config, not only its length
}

// record is an experiment as it was read.
type record struct {
	summary model.Summary
	config  int64  // its length, −1 where that was not read
	state   string // see entry
}

// whole is all columns.
func (s *Source) whole() columns {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := columns{table.Of(table.Experiment.Name, table.Experiment.Select(s.seen.has)...), true}
	c.scan.Limit = table.ValueLimit
	return c
}

// has reports whether there is a column of the experiments.
func (s *Source) has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.has[name]
}

// light is all columns, but of the config its length.
func (s *Source) light() columns {
	c := s.whole()
	c.whole = false
	if s.has("config") {
		c.scan.Columns[configColumn] = `octet_length("config")`
	}
	return c
}

// bare is all columns but the config, as if there were none.
func (s *Source) bare() columns {
	c := s.whole()
	c.scan.Columns[configColumn] = "NULL"
	return c
}

// states is the columns that say which experiment it is, and how far.
func (s *Source) states() columns {
	c := s.light()
	for i, f := range model.Fields {
		if f.Name != "tenant_id" && f.Name != "id" && !slices.Contains(stateColumns, i) {
			c.scan.Columns[i] = "NULL"
		}
	}
	return c
}

var (
	tenantColumn = columnOf("tenant_id")
	idColumn     = columnOf("id")
	configColumn = columnOf("config")
	// stateColumns are stored before the config, and change with a step.
	stateColumns = []int{columnOf("status"), columnOf("cur_day"), columnOf("cur_t")}
)

// columnOf is the place of a column.
func columnOf(name string) int {
	return slices.IndexFunc(model.Fields[:], func(f model.Field) bool { return f.Name == name })
}

// stateOf is the state of a row.
func stateOf(cells []table.Cell) string {
	var b strings.Builder
	for _, c := range stateColumns {
		b.WriteString(cells[c].Text)
		b.WriteByte(' ')
	}
	return b.String()
}

// keyOf is the key of a row; ok is false where it has none.
func keyOf(cells []table.Cell) (k model.Key, ok bool) {
	id, err := table.ParseID(cells[idColumn].Text)
	return model.Key{Tenant: text.Clean(cells[tenantColumn].Text), ID: id}, err == nil
}

// record makes a record of a row; ok is false where it has no usable id.
func (c columns) record(cells []table.Cell) (r record, ok bool) {
	config := cells[configColumn]
	cells[configColumn] = table.Cell{}
	e, _, err := table.FieldsOf(cells).Experiment()
	if err != nil {
		return r, false
	}
	r = record{summary: e.Summary, config: int64(len(config.Text)), state: stateOf(cells)}
	if c.whole {
		r.summary.Plan, r.summary.Models = plan.Read(config.Text)
	} else if r.config, ok = table.ParseInteger(config.Text); !ok {
		r.config = 0
	}
	return r, true
}

// records makes records of rows.
func (c columns) records(rows []table.Row) (all []record, strange int) {
	for _, row := range rows {
		r, ok := record{}, false
		if !row.Long {
			r, ok = c.record(row.Cells)
		}
		if !ok {
			strange++
			continue
		}
		all = append(all, r)
	}
	return all, strange
}

// scan reads the rows that fit into the mirror. While it reads, others take what was read apart, for
// that takes as long.
func (s *Source) scan(ctx context.Context, c columns, sweep uint64) error {
	var stale staleKeys
	pages := make(chan []table.Row, 2)
	var workers sync.WaitGroup
	var once sync.Mutex
	var failed error
	for range min(max(runtime.GOMAXPROCS(0), 1), 4) {
		workers.Go(func() {
			for rows := range pages {
				err := safely(func() error {
					all, strange := c.records(rows)
					stale.add(s.take(c, all, sweep))
					s.mu.Lock()
					defer s.mu.Unlock()
					if sweep > 0 {
						s.seen.strange += strange
					}
					return nil
				})
				if err != nil {
					once.Lock()
					failed = err
					once.Unlock()
				}
			}
		})
	}
	err := s.db.Scan(ctx, c.scan, func(rows []table.Row) error {
		pages <- rows
		return ctx.Err()
	})
	close(pages)
	workers.Wait()
	if err == nil {
		err = failed
	}
	if err != nil || len(stale.keys) == 0 {
		return err
	}
	return s.reread(ctx, stale.keys, s.whole())
}

// staleKeys are the experiments whose config was changed, or is not known.
type staleKeys struct {
	mu   sync.Mutex
	keys []model.Key
}

func (k *staleKeys) add(keys []model.Key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = append(k.keys, keys...)
}

// take puts records into the mirror, and returns the keys of those whose config is to be read.
func (s *Source) take(c columns, all []record, sweep uint64) (stale []model.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range all {
		if !c.whole {
			e := s.mirror.seen(r.summary.Key, sweep)
			if e == nil || e.config != r.config || r.summary.BeganAgain(&e.Summary) {
				stale = append(stale, r.summary.Key)
				continue
			}
			r.summary.Plan, r.summary.Models = e.Plan, e.Models
		}
		if r.summary.Updated.After(s.seen.newest) {
			s.seen.newest = r.summary.Updated
		}
		s.mirror.put(r, sweep)
	}
	s.moves()
	return stale
}

// compare reads the states of all rows, and those rows whole, but for their config, that are in
// another state than is known.
func (s *Source) compare(ctx context.Context, c columns, sweep uint64) error {
	var other []model.Key
	err := s.db.Scan(ctx, c.scan, func(rows []table.Row) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, row := range rows {
			k, ok := model.Key{}, false
			if !row.Long {
				k, ok = keyOf(row.Cells)
			}
			if !ok {
				s.seen.strange++
				continue
			}
			if e := s.mirror.seen(k, sweep); e == nil || e.state != stateOf(row.Cells) {
				other = append(other, k)
			}
		}
		return ctx.Err()
	})
	if err != nil || len(other) == 0 {
		return err
	}
	return s.reread(ctx, other, s.light())
}

// keysPage is how many rows one statement reads by their keys.
const keysPage = 32

// reread reads experiments by their keys into the mirror; those that are gone stay. Those that it finds
// are there, also for the reading of all keys that found them.
func (s *Source) reread(ctx context.Context, keys []model.Key, c columns) error {
	var stale []model.Key
	err := s.byKey(ctx, keys, c, func(rows []table.Row) {
		all, _ := c.records(rows)
		stale = append(stale, s.take(c, all, s.seen.sweep)...)
	})
	if err != nil || len(stale) == 0 {
		return err
	}
	return s.reread(ctx, stale, s.whole())
}

// byKey reads rows by their keys, some at a time.
func (s *Source) byKey(ctx context.Context, keys []model.Key, c columns, take func([]table.Row)) error {
	tenants := map[string][]uuid.UUID{}
	for _, k := range keys {
		tenants[k.Tenant.Raw()] = append(tenants[k.Tenant.Raw()], k.ID)
	}
	for tenant, ids := range tenants {
		for part := range slices.Chunk(ids, keysPage) {
			where, args := s.condition(&tenant, part...)
			var rows []table.Row
			query := "SELECT " + strings.Join(c.scan.Columns, ", ") + " FROM " + table.Experiment.Name + " WHERE " + where
			err := s.db.Query(ctx, query, args, func(cells []table.Cell) { rows = append(rows, table.Row{Cells: cells}) })
			if err != nil {
				return err
			}
			take(rows)
		}
	}
	return nil
}

// condition is that of the rows of some ids; a nil tenant is any.
func (s *Source) condition(tenant *string, ids ...uuid.UUID) (where string, args []any) {
	if tenant != nil && s.has("tenant_id") {
		where, args = `"tenant_id" = ? AND `, []any{*tenant}
	}
	n := len(args)
	for _, id := range ids {
		args = append(args, s.traits.ID(id)...)
	}
	return where + `"id" IN (?` + strings.Repeat(", ?", len(args)-n-1) + ")", args
}
