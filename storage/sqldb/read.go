package sqldb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/sqldb/table"
)

// look finds out which columns the experiments have.
func (s *Source) look(ctx context.Context) error {
	has, err := s.db.Columns(ctx, table.Experiment.Name)
	if err == nil && !has["id"] {
		err = s.foreign(ctx)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.has = has
	return nil
}

// known makes sure that the columns of the experiments are known.
func (s *Source) known(ctx context.Context) (whole columns, err error) {
	if !s.has("id") {
		if err := s.look(ctx); err != nil {
			return columns{}, err
		}
	}
	return s.whole(), nil
}

// Experiment reads one experiment whole.
func (s *Source) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	all, err := s.Experiments(ctx, []model.Key{k})
	if err == nil && len(all) == 0 {
		err = model.ErrNoExperiment
	}
	if err != nil {
		return model.Experiment{}, err
	}
	return all[0], nil
}

// Experiments reads some experiments whole.
func (s *Source) Experiments(ctx context.Context, keys []model.Key) ([]model.Experiment, error) {
	c, err := s.known(ctx)
	if err != nil {
		return nil, s.explain(err)
	}
	found := make(map[model.Key]model.Experiment, len(keys))
	err = s.byKey(ctx, keys, c, func(rows []table.Row) {
		for _, row := range rows {
			if e, ok := experiment(row.Cells); ok {
				found[e.Key] = e
			}
		}
	})
	if err != nil {
		return nil, s.explain(err)
	}
	var all []model.Experiment
	for _, k := range keys {
		if e, ok := found[k]; ok {
			all = append(all, e)
		}
	}
	return all, nil
}

// experiment makes an experiment of a row of all columns.
func experiment(cells []table.Cell) (e model.Experiment, ok bool) {
	e, _, err := table.FieldsOf(cells).Experiment()
	if err != nil {
		return e, false
	}
	e.Plan, e.Models = plan.Read(e.Config.Raw())
	return e, true
}

// Find reads the experiment of an id: that of model.OnlyTenant, else of the first tenant.
func (s *Source) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	c, err := s.known(ctx)
	if err != nil {
		return model.Experiment{}, s.explain(err)
	}
	var keys []model.Key
	where, args := s.condition(nil, id)
	query := fmt.Sprintf("SELECT %s FROM %s WHERE %s", c.scan.Columns[tenantColumn], table.Experiment.Name, where)
	err = s.db.Query(ctx, query, args, func(cells []table.Cell) {
		keys = append(keys, model.Key{Tenant: text.Clean(cells[0].Text), ID: id})
	})
	if err != nil {
		return model.Experiment{}, s.explain(err)
	}
	if len(keys) == 0 {
		return model.Experiment{}, model.ErrNoExperiment
	}
	return s.Experiment(ctx, slices.MinFunc(keys, func(a, b model.Key) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Compare(b))
	}))
}

// rank is 0 of model.OnlyTenant, 1 of another tenant.
func rank(k model.Key) int {
	if k.Tenant.Raw() == model.OnlyTenant {
		return 0
	}
	return 1
}

// Surveys is the questionnaires of all tenants.
func (s *Source) Surveys(ctx context.Context) ([]model.Survey, error) {
	has, err := s.db.Columns(ctx, table.Questionnaires.Name)
	if err != nil || len(has) == 0 {
		return nil, s.explain(err)
	}
	var v table.Values
	var check table.Checker
	var all []model.Survey
	err = s.db.Scan(ctx, table.Of(table.Questionnaires.Name, table.Questionnaires.Select(has)...), func(rows []table.Row) error {
		for _, row := range rows {
			if cells, ok := usable(&check, table.Questionnaires, row); ok {
				all = append(all, v.Of(cells).Survey())
			}
		}
		return ctx.Err()
	})
	return all, s.explain(err)
}

// usable is the cells of a row of a table, with its JSON decoded; ok is false where it can't be used.
func usable(check *table.Checker, t *table.Table, row table.Row) (cells []table.Cell, ok bool) {
	if row.Long || t.Done(row.Cells) {
		return nil, false
	}
	cells = row.Cells[:len(t.Columns)]
	if broken, _ := check.Row(t, cells); broken != "" {
		return nil, false
	}
	return t.Decode(cells), true
}

// believed is the table of what the server believes to be running. It holds tokens, which are not read.
const believed = "as_running_experiment"

// readBelieved finds out how many runs the server believes to be running.
func (s *Source) readBelieved(ctx context.Context, r *model.EndpointReport) error {
	has, err := s.db.Columns(ctx, believed)
	if err != nil || len(has) == 0 {
		return err
	}
	n, err := s.db.Count(ctx, believed)
	if count := int(n); err == nil {
		r.Believed = &count
	}
	return err
}

// Probe tells of which AgentSociety the database is, as far as its tables tell.
func (s *Source) Probe(ctx context.Context) (model.EndpointReport, error) {
	begun := time.Now()
	r := model.EndpointReport{Title: text.Clean("AgentSociety's tables")}
	_, err := s.known(ctx)
	if err == nil {
		r.Took = time.Since(begun)
		err = s.release(ctx, &r)
	}
	if err == nil {
		err = s.readBelieved(ctx, &r)
	}
	return r, s.explain(err)
}

// release finds out which tables and columns there are.
func (s *Source) release(ctx context.Context, r *model.EndpointReport) error {
	var newest uuid.UUID
	query := `SELECT "id" FROM ` + table.Experiment.Name + ` ORDER BY "created_at" DESC LIMIT 1`
	err := s.db.Query(ctx, query, nil, func(cells []table.Cell) { newest, _ = table.ParseID(cells[0].Text) })
	if err != nil {
		return err
	}
	metrics, err := s.db.Columns(ctx, table.Name(newest, "metric"))
	if err != nil {
		return err
	}
	switch {
	case len(metrics) > 0:
		r.Release = text.Clean("1.5 or later")
	case s.has("tenant_id"):
		r.Release = text.Clean("1.3 or 1.4")
	}
	at, err := s.db.Clock(ctx)
	if !at.IsZero() {
		r.Skew = at.Sub(s.now())
	}
	r.Lacks = []text.Text{text.Clean("log")}
	return err
}
