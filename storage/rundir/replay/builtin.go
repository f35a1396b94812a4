package replay

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	dbtable "societop/storage/sqldb/table"
)

const (
	datasetCatalog = "replay_dataset_catalog"
	columnCatalog  = "replay_column_catalog"
)

// isReplay reports whether tables are those of AgentSociety 2: since 2.1.3 with a catalog, before with
// fixed names. Version 1 has a table of its experiments.
func isReplay(names map[string]bool) bool {
	return names[datasetCatalog] || names["agent_profile"] && names["agent_status"] && !names["as_experiment"]
}

// readCatalog reads the catalog of a database, with the tables that it does not have.
func (d *database) readCatalog(ctx context.Context, names map[string]bool) (catalog, error) {
	c := catalog{datasets: make(map[string]model.Dataset), tables: make(map[string]tableInfo)}
	if names[datasetCatalog] {
		if err := d.readDatasets(ctx, names, &c); err != nil {
			return c, err
		}
	}
	known := make(map[string][]string) // the ids of the datasets of a table
	for _, id := range sortedKeys(c.datasets) {
		name := c.datasets[id].Table.Raw()
		known[name] = append(known[name], id)
	}
	for name := range names {
		if internal(name) {
			continue
		}
		columns, err := d.columnsOf(ctx, name)
		if err != nil {
			return c, err
		}
		if known[name] == nil {
			c.datasets[name] = completed(withoutCatalog(name, columns), columns)
		}
		for _, id := range known[name] {
			c.datasets[id] = completed(c.datasets[id], columns)
		}
		info := tableInfo{}
		for _, col := range columns {
			if col.key {
				info.key = append(info.key, col.name)
			}
		}
		c.tables[name] = info
	}
	return c, nil
}

// readDatasets reads the datasets and their columns.
func (d *database) readDatasets(ctx context.Context, names map[string]bool, c *catalog) error {
	const datasets = "SELECT dataset_id, table_name, module_name, kind, title, description, entity_key, step_key, time_key," +
		" default_order_json, capabilities_json FROM " + datasetCatalog
	err := d.db.Query(ctx, datasets, nil, func(cells []dbtable.Cell) {
		w := func(i int) word { return word(cells[i].Text) }
		set := datasetJSON{
			ID: w(0), Table: w(1), Module: w(2), Kind: w(3), Title: w(4), Description: w(5), Entity: w(6), Step: w(7), Time: w(8),
			Order: wordsOf(cells[9].Text), Capabilities: wordsOf(cells[10].Text),
		}
		if names[string(set.Table)] {
			c.datasets[string(set.ID)] = set.dataset()
		}
	})
	if err != nil || !names[columnCatalog] {
		return err
	}
	all := make(map[string][]columnJSON)
	const query = "SELECT dataset_id, column_name, sqlite_type, logical_type, analysis_role, title, description, unit FROM " + columnCatalog + " ORDER BY rowid"
	err = d.db.Query(ctx, query, nil, func(cells []dbtable.Cell) {
		w := func(i int) word { return word(cells[i].Text) }
		all[cells[0].Text] = append(all[cells[0].Text], columnJSON{w(1), w(2), w(3), w(4), w(5), w(6), w(7)})
	})
	for id, list := range all {
		if set, ok := c.datasets[id]; ok {
			set.Columns = columns(list)
			c.datasets[id] = set
		}
	}
	return err
}

// wordsOf is a list of texts in JSON.
func wordsOf(raw string) (out list[word]) {
	_ = json.Unmarshal([]byte(raw), &out) // anything else is empty
	return out
}

// completed is a dataset with those columns of its table that its catalog does not have, and without keys
// that are no columns.
func completed(set model.Dataset, all []dbColumn) model.Dataset {
	has := func(name text.Text) bool {
		return slices.ContainsFunc(all, func(c dbColumn) bool { return c.name == name.Raw() })
	}
	for _, c := range all {
		if !slices.ContainsFunc(set.Columns, func(o model.Column) bool { return o.Name.Raw() == c.name }) {
			set.Columns = append(set.Columns, model.Column{Name: text.Clean(c.name), Type: text.Clean(c.kind)})
		}
	}
	for _, key := range []*text.Text{&set.EntityKey, &set.StepKey, &set.TimeKey} {
		if !has(*key) {
			*key = text.Text{}
		}
	}
	set.Order = slices.DeleteFunc(set.Order, func(name text.Text) bool { return !has(name) })
	return set
}

// fixed is a table of 2.0 to 2.1.2, which have no catalog.
type fixed struct {
	table, title string
	kind         model.DatasetKind
	entity       []string // of these the first that is a column
	order        []string // after the step
	can          []string
}

// builtin is the tables of 2.0 to 2.1.2.
var builtin = []fixed{
	{"agent_profile", "Agent profiles", model.EntityStatic, []string{"id"}, nil, []string{model.AgentProfile, string(model.EntityStatic)}},
	{"agent_status", "Agent status", model.EntitySnapshot, []string{"id"}, nil, []string{model.AgentSnapshot, "timeseries"}},
	{"agent_position", "Agent positions", model.EntitySnapshot, []string{"agent_id", "id"}, nil, []string{model.AgentSnapshot, "timeseries", model.GeoPoint, model.Trajectory}},
	{"agent_dialog", "Agent dialogs", model.EventStream, []string{"agent_id", "id"}, []string{"id"}, []string{string(model.EventStream), model.SocialEvent}},
	{"social_user", "Users of the social network", model.EntityStatic, []string{"user_id"}, nil, []string{string(model.EntityStatic)}},
	{"social_post", "Posts", model.EventStream, []string{"author_id"}, []string{"post_id"}, []string{string(model.EventStream), model.SocialEvent}},
	{"social_comment", "Comments", model.EventStream, []string{"author_id"}, []string{"comment_id"}, []string{string(model.EventStream), model.SocialEvent}},
	{"social_follow", "Follows", model.EventStream, []string{"follower_id"}, []string{"id"}, []string{string(model.EventStream), model.SocialEvent}},
	{"social_like", "Likes", model.EventStream, []string{"user_id"}, []string{"id"}, []string{string(model.EventStream), model.SocialEvent}},
	{"social_dm", "Direct messages", model.EventStream, []string{"from_user_id"}, []string{"message_id"}, []string{string(model.EventStream), model.SocialEvent}},
	{"social_group", "Groups", model.EntityStatic, []string{"group_id"}, nil, []string{string(model.EntityStatic)}},
	{"social_group_message", "Messages in groups", model.EventStream, []string{"from_user_id"}, []string{"message_id"}, []string{string(model.EventStream), model.SocialEvent}},
	{"step_executions", "Executions of the plan", model.EventStream, nil, []string{"step_index"}, []string{string(model.EventStream)}},
}

// internal reports whether a table holds no data of a run.
func internal(table string) bool {
	return table == datasetCatalog || table == columnCatalog || table == "experiment_state" || strings.HasPrefix(table, "sqlite_")
}

// withoutCatalog is the dataset of a table that no catalog has, by its columns.
func withoutCatalog(table string, columns []dbColumn) model.Dataset {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	for i := range builtin {
		if builtin[i].table == table {
			return builtin[i].dataset(names)
		}
	}
	set := guessed(table, names)
	set.Columns = nil // their types are known
	return set
}

// dataset is the dataset that a fixed table with some columns is.
func (f *fixed) dataset(columns []string) model.Dataset {
	first := func(names ...string) text.Text {
		for _, name := range names {
			if slices.Contains(columns, name) {
				return text.Clean(name)
			}
		}
		return text.Text{}
	}
	set := model.Dataset{
		ID: text.Clean(f.table), Table: text.Clean(f.table), Module: text.Clean("AgentSociety"), Kind: f.kind, Title: text.Clean(f.title),
		EntityKey: first(f.entity...), Capabilities: texts(f.can),
	}
	if f.kind != model.EntityStatic {
		set.StepKey, set.TimeKey = first("step"), first("t", "created_at", "start_time")
	}
	order := append(append([]string{set.StepKey.Raw()}, f.order...), set.EntityKey.Raw())
	set.Order = texts(slices.DeleteFunc(order, func(c string) bool { return c == "" }))
	return set
}
