package run

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"
)

// number is a whole number as text.
func number(n int64) string { return strconv.FormatInt(n, 10) }

// Profiles is all agents, by ascending id, each once: a rerun in the same directory writes them again.
// A run that has no profiles yet, or keeps none, has those of its init_config.json, also before it starts.
func (d *Data) Profiles(ctx context.Context) ([]model.Profile, error) {
	r, err := d.begin(ctx)
	if errors.Is(err, model.ErrNotStarted) {
		if all := d.planned(ctx); len(all) > 0 {
			return all, nil
		}
	}
	if err != nil {
		return nil, err
	}
	defer r.end()
	return r.profiles()
}

// planned is the agents that a run is to have; none where that can't be told.
func (d *Data) planned(ctx context.Context) []model.Profile {
	r, err := d.enter(ctx, d.facts())
	if err != nil {
		return nil
	}
	defer r.end()
	return byID(r.s.configs.agents(r.facts.InitConfig))
}

// byID is agents by ascending id, each once.
func byID(agents []model.Profile) []model.Profile {
	all := make(map[int64]model.Profile, len(agents))
	for _, p := range agents {
		all[p.ID] = p
	}
	return slices.SortedFunc(maps.Values(all), func(a, b model.Profile) int { return cmp.Compare(a.ID, b.ID) })
}

// profiles is all agents.
func (r *reading) profiles() ([]model.Profile, error) {
	var all []model.Profile
	for _, t := range r.s.tables.profiles {
		rows, err := r.rows(t, model.RowQuery{})
		if err != nil {
			return nil, explain(r.s.dir, err)
		}
		name, profile := t.Named("TEXT", "name"), cmp.Or(t.Named("JSON", "profile"), t.Named("TEXT", "profile"))
		for i := range rows.Cells {
			id, ok := rows.integer(i, t.entity)
			if !ok {
				continue
			}
			p := model.Profile{ID: id, Name: rows.get(i, name).Text(), Profile: rows.get(i, profile)}
			if profile == "" {
				p.Profile = rest(t, &rows, i, name)
			}
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		all = r.s.configs.agents(r.facts.InitConfig)
	}
	return byID(all), nil
}

// rest is a row as an object, without its keys and its name.
func rest(t *table, rows *cells, i int, name string) text.Value {
	var b strings.Builder
	for at, column := range rows.Columns {
		if raw := column.Raw(); at < len(rows.Cells[i]) && !t.key(raw) && raw != name {
			member(&b, raw, rows.Cells[i][at].Raw())
		}
	}
	return text.ParseValue("{" + b.String() + "}")
}
