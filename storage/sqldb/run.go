package sqldb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/storage/sqldb/table"
)

// runData is the data of one experiment in a database.
type runData struct {
	s   *Source
	key model.Key
}

var (
	_ model.RunData         = (*runData)(nil)
	_ model.AllAgentsReader = (*runData)(nil)
)

// RunData is the data of one experiment. A table that is missing is an ErrNoData.
func (s *Source) RunData(k model.Key) model.RunData { return &runData{s, k} }

// errNoTable is the error of a table that an experiment does not have.
var errNoTable = errors.New("there is no such table")

// explain is the error of a reading of a table.
func (r *runData) explain(err error, name string) error {
	fail := &model.Error{Op: "read", Address: r.s.Info().Address.Raw(), Err: model.ErrNoTable, Detail: "table " + name + " is missing"}
	switch {
	case errors.Is(err, errNoTable):
		return fail
	case err != nil && r.s.db.Missing(err): // it may be there again in a moment
		fail.Err = model.ErrNoData
		return fail
	}
	return r.s.explain(err)
}

// runState is how far an experiment is; it is another one when a step was made.
type runState struct {
	row   string
	ended bool
	now   model.SimTime // of the newest step
}

// started fails where the experiment is not there, or has not made a step yet.
func (r *runData) started(ctx context.Context) error {
	_, err := r.state(ctx)
	return err
}

// state is how far the experiment is. It fails where that is not there, or has not made a step yet.
func (r *runData) state(ctx context.Context) (state runState, err error) {
	c, err := r.s.known(ctx)
	if err != nil {
		return state, err
	}
	err = model.ErrNoExperiment
	tenant := r.key.Tenant.Raw()
	where, args := r.s.condition(&tenant, r.key.ID)
	var columns []string
	for _, name := range []string{"status", "cur_day", "cur_t", "created_at", "updated_at"} {
		columns = append(columns, c.scan.Columns[columnOf(name)])
	}
	query := fmt.Sprintf("SELECT %s FROM %s WHERE %s", strings.Join(columns, ", "), table.Experiment.Name, where)
	failed := r.s.db.Query(ctx, query, args, func(cells []table.Cell) {
		err = nil
		if cells[0].Text == "0" {
			err = model.ErrNotStarted
		}
		status, _ := table.ParseInteger(cells[0].Text)
		state.ended = model.Status(status).Ended()
		state.now, _ = momentOf(cells[1].Text, cells[2].Text)
		for _, c := range cells {
			state.row += c.Text + " "
		}
	})
	return state, cmp.Or(failed, err)
}

// tableOf is the table of a name that an export has.
func tableOf(name string) *table.Table {
	return table.OfRun[slices.IndexFunc(table.OfRun, func(t *table.Table) bool { return t.Name == name })]
}

// begin begins a scan of one of the tables of the experiment.
func (r *runData) begin(ctx context.Context, t *table.Table) (s table.Scan, err error) {
	name := table.Name(r.key.ID, t.Name)
	has, err := r.s.db.Columns(ctx, name)
	if err == nil && len(has) == 0 {
		err = errNoTable
	}
	return table.Of(name, t.Select(has)...), err
}

// scan reads rows of a table; narrow says which, if it is not nil. A row that can't be used is left out.
func scan[T any](ctx context.Context, r *runData, t *table.Table, narrow func(*table.Scan), value func(*table.Values) T) (all []T, err error) {
	s, err := r.begin(ctx, t)
	if err != nil {
		return nil, err
	}
	if narrow != nil {
		narrow(&s)
	}
	var v table.Values
	var check table.Checker
	err = r.s.db.Scan(ctx, s, func(rows []table.Row) error {
		for _, row := range rows {
			if cells, ok := usable(&check, t, row); ok {
				all = append(all, value(v.Of(cells)))
			}
		}
		return ctx.Err()
	})
	return all, err
}

// where narrows a scan by a condition.
func where(condition string, args ...any) func(*table.Scan) {
	return func(s *table.Scan) { s.Where, s.Args = condition, args }
}

// atMoment narrows a scan to the rows of one moment.
func atMoment(at model.SimTime) func(*table.Scan) {
	return where(`"day" = ? AND "t" = ?`, int64(at.Day), at.T)
}

// Profiles is all agents.
func (r *runData) Profiles(ctx context.Context) ([]model.Profile, error) {
	if err := r.started(ctx); err != nil {
		return nil, r.s.explain(err)
	}
	all, err := scan(ctx, r, tableOf("agent_profile"), nil, (*table.Values).Profile)
	slices.SortStableFunc(all, func(a, b model.Profile) int { return cmp.Compare(a.ID, b.ID) })
	return all, r.explain(err, "agent_profile")
}

// Prompt is what all agents are told at a moment: of several prompts the newest.
func (r *runData) Prompt(ctx context.Context, at model.SimTime) (found model.Prompt, err error) {
	if at == model.Latest {
		all, err := r.Timeline(ctx)
		if err != nil || len(all) == 0 {
			return found, err
		}
		at = all[len(all)-1]
	} else if err := r.started(ctx); err != nil {
		return found, r.s.explain(err)
	}
	all, err := scan(ctx, r, tableOf("global_prompt"), atMoment(at), (*table.Values).Prompt)
	for i := range all {
		if i == 0 || all[i].Created.After(found.Created) {
			found = all[i]
		}
	}
	return found, r.explain(err, "global_prompt")
}

// Metrics is the measured series.
func (r *runData) Metrics(ctx context.Context) (all []model.Metric, err error) {
	if err := r.started(ctx); err != nil {
		return nil, r.s.explain(err)
	}
	rows, err := scan(ctx, r, tableOf("metric"), nil, (*table.Values).Measurement)
	series := map[string][]model.Point{}
	for _, m := range rows {
		series[m.Key] = append(series[m.Key], m.Point)
	}
	for key, points := range series {
		all = append(all, model.Metric{Key: text.Clean(key), Points: points})
	}
	model.SortMetrics(all)
	return all, r.explain(err, "metric")
}

// Log fails: AgentSociety keeps logs outside its database.
func (r *runData) Log(ctx context.Context, _ model.LogBudget) (model.Log, error) {
	if err := r.started(ctx); err != nil {
		return model.Log{}, r.s.explain(err)
	}
	return model.Log{}, &model.Error{Op: "read", Address: r.s.Info().Address.Raw(), Err: model.ErrNotOffered, Detail: "logs are not in the database; the web server has them"}
}
