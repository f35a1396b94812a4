package replay

import (
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
)

// shape is what the catalog says of the rows of a table. Shapes are compared with equal.
type shape struct {
	key      []string // the columns of the primary key; none: a row is its own key
	entity   string   // a column, as the next two; empty: none
	step     string
	time     string
	order    []string
	earliest bool // of several rows of a key, that of the earliest time counts
}

// equal reports whether rows are kept in the same way.
func (s *shape) equal(o *shape) bool {
	return slices.Equal(s.key, o.key) && s.entity == o.entity && s.step == o.step && s.time == o.time &&
		slices.Equal(s.order, o.order) && s.earliest == o.earliest
}

// shapeOf is the shape of the table of a dataset, of which primary is the primary key, if it is known.
func shapeOf(d *model.Dataset, primary []string) shape {
	s := shape{
		key: primary, entity: d.EntityKey.Raw(), step: d.StepKey.Raw(), time: d.TimeKey.Raw(), order: raws(d.Order),
		earliest: d.Can(model.StepTimeline),
	}
	if len(s.key) == 0 {
		switch d.Kind {
		case model.EntityStatic:
			s.key = named(s.entity)
		case model.EntitySnapshot:
			s.key = named(s.entity, s.step)
		case model.EnvSnapshot:
			s.key = named(s.step)
		default: // a row is its own key
		}
	}
	if len(s.order) == 0 {
		s.order = named(s.step, s.entity)
		s.order = slices.DeleteFunc(s.order, func(c string) bool { return c == "" })
	}
	return s
}

// guessedShape is the shape of a table whose dataset was guessed. A row a step may as well be one of
// several, which no key would tell apart.
func guessedShape(d *model.Dataset) shape {
	s := shapeOf(d, nil)
	if d.Kind == model.EnvSnapshot && !s.earliest {
		s.key = nil
	}
	return s
}

// named is the names if none of them is empty, and none otherwise.
func named(names ...string) []string {
	if slices.Contains(names, "") {
		return nil
	}
	return names
}

// raws is texts as the source had them.
func raws(all []text.Text) []string {
	out := make([]string, len(all))
	for i, t := range all {
		out[i] = t.Raw()
	}
	return out
}

// texts is clean texts.
func texts(all []string) []text.Text {
	out := make([]text.Text, len(all))
	for i, s := range all {
		out[i] = text.Clean(s)
	}
	return out
}

// guessed is the dataset of a table of which there is no catalog, by the names of its columns.
func guessed(table string, columns []string) model.Dataset {
	d := model.Dataset{ID: text.Clean(table), Table: text.Clean(table), Title: text.Clean(table)}
	for _, c := range columns {
		d.Columns = append(d.Columns, model.Column{Name: text.Clean(c)})
	}
	has := func(name string) bool { return slices.Contains(columns, name) }
	key := func(name string) text.Text {
		if has(name) {
			return text.Clean(name)
		}
		return text.Text{}
	}
	d.StepKey, d.TimeKey = key("step"), key("t")
	switch {
	case has("step") && has("agent_id"):
		d.Kind, d.EntityKey, d.Capabilities = model.EntitySnapshot, key("agent_id"), texts([]string{model.AgentSnapshot})
		if has("lng") && has("lat") {
			d.Capabilities = append(d.Capabilities, text.Clean(model.GeoPoint), text.Clean(model.Trajectory))
		}
	case has("step") && has("sender_id"):
		d.Kind, d.EntityKey, d.Capabilities = model.EventStream, key("sender_id"), texts([]string{string(model.EventStream), model.SocialEvent})
	case has("id") && has("profile"):
		d.Kind, d.EntityKey, d.Capabilities = model.EntityStatic, key("id"), texts([]string{model.AgentProfile, string(model.EntityStatic)})
	case has("step") && len(columns) == 2 && has("t"):
		d.Kind, d.Capabilities = model.EnvSnapshot, texts([]string{model.StepTimeline, string(model.EnvSnapshot)})
	case has("step"):
		d.Kind, d.Capabilities = model.EnvSnapshot, texts([]string{string(model.EnvSnapshot)})
	}
	d.Order = texts(slices.DeleteFunc([]string{d.StepKey.Raw(), d.EntityKey.Raw()}, func(c string) bool { return c == "" }))
	return d
}

// guessRows is in how many rows the types of columns are looked for.
const guessRows = 16

// guessTypes gives a type to the columns that hold nothing but numbers, and null, in the first rows. The others
// have none: anything may be in them.
func (t *table) guessTypes(columns []model.Column) {
	for i := range columns {
		kind := ""
		for id := range min(len(t.rows), guessRows) {
			cell := string(cellAt(t.bytes(uint32(id)), i))
			if cell == "" || cell == "null" {
				continue
			}
			if !isNumber(cell) {
				kind = ""
				break
			}
			if kind != "REAL" {
				kind = "INTEGER"
			}
			if strings.ContainsAny(cell, ".eE") {
				kind = "REAL"
			}
		}
		columns[i].Type = text.Clean(kind)
	}
}
