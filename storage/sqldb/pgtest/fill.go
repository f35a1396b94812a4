package pgtest

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// Put adds experiments, or replaces those of the same keys.
func (d *Database) Put(t testing.TB, all ...model.Experiment) {
	t.Helper()
	d.Delete(t, keys(all)...)
	rows := make([][]any, len(all))
	for i, e := range all {
		rows[i] = []any{
			e.Tenant.Raw(), e.ID, e.Name.Raw(), e.NumDay, e.Status, e.Now.Day, number(e.Now.T), e.Config.Raw(), e.Error.Raw(),
			e.InputTokens, e.OutputTokens, wall(e.Created), wall(e.Updated),
		}
	}
	d.Copy(t, "as_experiment", rows)
}

func keys(all []model.Experiment) []model.Key {
	out := make([]model.Key, len(all))
	for i, e := range all {
		out[i] = e.Key
	}
	return out
}

// Delete removes experiments with their tables, as AgentSociety does.
func (d *Database) Delete(t testing.TB, all ...model.Key) {
	t.Helper()
	var b strings.Builder
	for _, k := range all {
		fmt.Fprintf(&b, "DELETE FROM as_experiment WHERE id = '%s' AND tenant_id = '%s';", k.ID, strings.ReplaceAll(k.Tenant.Raw(), "'", "''"))
	}
	d.Exec(t, b.String())
}

// SetRunData makes the tables of an experiment, with all data that AgentSociety keeps.
func (d *Database) SetRunData(t testing.TB, e model.Experiment, data storagetest.RunData) {
	t.Helper()
	d.Exec(t, "DROP TABLE IF EXISTS "+strings.Join(runTableNames(e), ", ")+";"+RunTables(e.ID))
	rows := map[string][][]any{}
	add := func(table string, row ...any) { rows[table] = append(rows[table], row) }
	for _, p := range data.Profiles {
		add("agent_profile", p.ID, p.Name.Raw(), stored(p.Profile))
	}
	for _, f := range data.Frames {
		for _, a := range f.Agents {
			add("agent_status", a.ID, a.At.Day, number(a.At.T), place(a.Lng), place(a.Lat), a.Parent, a.Action.Raw(), stored(a.Status), wall(a.Created))
		}
	}
	for _, m := range data.Messages {
		add("agent_dialog", m.ID, m.At.Day, number(m.At.T), int(m.Kind), m.Speaker.Raw(), m.Content.Raw(), wall(m.Created))
	}
	for i, a := range data.Answers {
		if a.Pending {
			add("pending_survey", i+1, a.ID, a.At.Day, number(a.At.T), a.Survey, "{}", wall(a.Created), false)
			continue
		}
		add("agent_survey", a.ID, a.At.Day, number(a.At.T), a.Survey, encoded(a.Result.Raw()), wall(a.Created))
	}
	for _, p := range data.Prompts {
		add("global_prompt", p.At.Day, number(p.At.T), p.Text.Raw(), wall(p.Created))
	}
	for _, m := range data.Metrics {
		for _, p := range m.Points {
			add("metric", len(rows["metric"])+1, m.Key.Raw(), number(p.Value), p.Tick, wall(e.Created))
		}
	}
	for table, all := range rows {
		d.Copy(t, Table(e.ID, table), all)
	}
}

// runTableNames are the tables of an experiment.
func runTableNames(e model.Experiment) (names []string) {
	for _, s := range strings.Split(runTables, "CREATE TABLE as_@_")[1:] {
		name, _, _ := strings.Cut(s, " ")
		names = append(names, Table(e.ID, name))
	}
	return names
}

// stored is a value as AgentSociety stores it: a text as the JSON of it, all else as that of its JSON.
func stored(v text.Value) any {
	switch v.Kind() {
	case text.NullValue:
		return nil
	case text.TextValue:
		return v.Raw()
	case text.NumberValue, text.BoolValue, text.ListValue, text.ObjectValue:
	}
	return encoded(v.Raw())
}

// encoded is the JSON of a text.
func encoded(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // no text has none
	}
	return string(b)
}

func wall(t time.Time) any {
	if t.IsZero() {
		return "0001-01-01 00:00:00+00"
	}
	return t.UTC().Format("2006-01-02 15:04:05.999999+00")
}

// number is a number as PostgreSQL reads it.
func number(f float64) any {
	if math.IsInf(f, 0) {
		return strings.Replace(fmt.Sprint(f), "Inf", "Infinity", 1)
	}
	return f
}

// place is a coordinate; NaN is none.
func place(f float64) any {
	if math.IsNaN(f) {
		return nil
	}
	return f
}
