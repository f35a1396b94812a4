package exporter

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/dataset"
	"societop/storage/pyjson"
)

// datasets writes those of a run of AgentSociety 2: each as lines of JSON, which are those of its
// replay, and the catalog.
func (a *archive) datasets(ctx context.Context) error {
	of, ok := a.run.(model.DatasetReader)
	if !ok || a.Dir == nil {
		return nil
	}
	all, err := of.Datasets(ctx)
	if err != nil || len(all) == 0 {
		return a.lacks("datasets", err)
	}
	m, err := a.member("datasets/_schema.json")
	if err == nil {
		_, err = m.Write(appendCatalog(nil, all))
	}
	names := map[string]bool{"_schema": true}
	for i := range all {
		if err != nil {
			return err
		}
		d := &all[i]
		name := memberName(cmp.Or(d.Table.Raw(), d.ID.Raw()), names)
		err = a.lacks("dataset "+d.ID.String(), a.dataset(ctx, of, d, "datasets/"+name+".jsonl"))
	}
	return err
}

// memberName is a name of a table as that of a file, which no other one has.
func memberName(table string, taken map[string]bool) string {
	name := strings.Map(func(c rune) rune {
		if c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			return c
		}
		return '_'
	}, table)
	if len(name) > 100 {
		name = name[:100]
	}
	for n, first := 2, name; taken[strings.ToLower(name)] || name == ""; n++ {
		name = fmt.Sprintf("%s_%d", first, n)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// dataset writes the rows of a dataset, some steps at a time where it has many. One without rows has no
// member.
func (a *archive) dataset(ctx context.Context, of model.DatasetReader, d *model.Dataset, name string) error {
	windows, _, err := dataset.Windows(ctx, of, d, 0)
	if err != nil {
		return err
	}
	var out *bufio.Writer
	for _, q := range windows {
		rows, err := of.Rows(ctx, d.ID.Raw(), q)
		if err != nil {
			return err
		}
		for _, row := range rows.Cells {
			if out == nil {
				m, err := a.member(name)
				if err != nil {
					return err
				}
				out = bufio.NewWriterSize(m, 1<<16)
			}
			if _, err := out.Write(appendRow(nil, rows.Columns, row)); err != nil {
				return err
			}
		}
	}
	if out == nil {
		return nil
	}
	return out.Flush()
}

// appendRow encodes a row as AgentSociety does: a list or an object is a text of JSON.
func appendRow(b []byte, columns []text.Text, row []text.Value) []byte {
	b = append(b, '{')
	for i, v := range row {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(pyjson.AppendText(b, columns[i].Raw()), ": "...)
		switch v.Kind() {
		case text.ListValue, text.ObjectValue:
			b = pyjson.AppendText(b, v.Raw())
		default:
			b = append(b, v.Raw()...)
		}
	}
	return append(b, "}\n"...)
}

// catalog is what _schema.json of AgentSociety 2 says of datasets.
type catalog struct {
	b []byte
}

// appendCatalog encodes the catalog as AgentSociety's _schema.json has it.
func appendCatalog(b []byte, all []model.Dataset) []byte {
	c := catalog{append(b, "{\n  \"tables\": {"...)}
	for i := range all {
		d := &all[i]
		c.entry(i, d.Table.Raw())
		c.columns("columns", d.Columns)
		c.plain(", \"primary_key\": [], \"indexes\": []}")
	}
	c.plain("\n  },\n  \"datasets\": {")
	for i := range all {
		d := &all[i]
		c.entry(i, d.ID.Raw())
		for _, m := range []struct{ name, value string }{
			{"dataset_id", d.ID.Raw()},
			{"table_name", d.Table.Raw()},
			{"module_name", d.Module.Raw()},
			{"kind", string(d.Kind)},
			{"title", d.Title.Raw()},
			{"description", d.Description.Raw()},
			{"entity_key", d.EntityKey.Raw()},
			{"step_key", d.StepKey.Raw()},
			{"time_key", d.TimeKey.Raw()},
		} {
			c.text(m.name, m.value)
			c.plain(", ")
		}
		c.texts("default_order", d.Order)
		c.plain(", ")
		c.texts("capabilities", d.Capabilities)
		c.plain(", ")
		c.columns("columns", d.Columns)
		c.plain("}")
	}
	c.plain("\n  }\n}\n")
	return c.b
}

func (c *catalog) plain(s string) { c.b = append(c.b, s...) }

// entry begins the i-th member of an object.
func (c *catalog) entry(i int, name string) {
	if i > 0 {
		c.plain(",")
	}
	c.plain("\n    ")
	c.b = pyjson.AppendText(c.b, name)
	c.plain(": {")
}

// text is a member that is a text; null for an empty one.
func (c *catalog) text(name, value string) {
	c.b = append(pyjson.AppendText(c.b, name), ": "...)
	if value == "" {
		c.plain("null")
		return
	}
	c.b = pyjson.AppendText(c.b, value)
}

// texts is a member that is a list of texts.
func (c *catalog) texts(name string, all []text.Text) {
	c.b = append(pyjson.AppendText(c.b, name), ": ["...)
	for i, t := range all {
		if i > 0 {
			c.plain(", ")
		}
		c.b = pyjson.AppendText(c.b, t.Raw())
	}
	c.plain("]")
}

// columns is a member that describes columns.
func (c *catalog) columns(name string, all []model.Column) {
	c.b = append(pyjson.AppendText(c.b, name), ": ["...)
	for i := range all {
		col := &all[i]
		if i > 0 {
			c.plain(", ")
		}
		for j, m := range []struct{ name, value string }{
			{"name", col.Name.Raw()},
			{"type", col.Type.Raw()},
			{"title", col.Title.Raw()},
			{"description", col.Description.Raw()},
			{"logical_type", col.Logical.Raw()},
			{"analysis_role", col.Role.Raw()},
			{"unit", col.Unit.Raw()},
		} {
			c.plain([]string{"{", ", "}[min(j, 1)])
			c.text(m.name, m.value)
		}
		c.plain("}")
	}
	c.plain("]")
}

// runDir writes what a run of AgentSociety 2 says of itself, as far as experiment.yaml has no
// place for it.
func (a *archive) runDir() error {
	d := a.Dir
	if d == nil {
		return nil
	}
	m, err := a.member("run.yaml")
	if err != nil {
		return err
	}
	_, err = m.Write(appendRunYAML(nil, d, a.Status))
	return err
}

// appendRunYAML encodes it, by AgentSociety's names as far as it has some. What is not known is not in
// it.
func appendRunYAML(b []byte, d *model.RunDir, status model.Status) []byte {
	line := func(name, value string) {
		if value != "" {
			b = quoted(fmt.Appendf(b, "%s: ", name), value)
		}
	}
	if d.Agents >= 0 {
		b = fmt.Appendf(b, "agents: %d\n", d.Agents)
	}
	line("alive", d.Alive.Raw())
	if !d.Epoch.IsZero() {
		b = fmt.Appendf(b, "epoch: %q\n", d.Epoch.Format("2006-01-02"))
	}
	line("experiment_id", d.Label.Raw())
	line("path", d.Path.Raw())
	line("phase", d.Phase.Kind.Raw())
	if d.Phase.Count > 0 {
		b = fmt.Appendf(b, "phase_index: %d\nphase_count: %d\n", d.Phase.Index, d.Phase.Count)
	}
	line("status_name", status.String())
	if d.Done >= 0 {
		b = fmt.Appendf(b, "step_count: %d\n", d.Done)
	}
	if d.Uncounted {
		b = append(b, "uncounted: true\n"...)
	}
	if len(d.Warnings) > 0 {
		b = append(b, "warnings:\n"...)
		for _, w := range d.Warnings {
			b = quoted(append(b, "- "...), w.Raw())
		}
	}
	return b
}

// questionnaires writes those of a run of AgentSociety 2, and why answers are missing.
func (a *archive) questionnaires(ctx context.Context, troubled []model.Answer) error {
	err := a.table("survey_trouble", troubleColumns, func(t *table) error {
		for i := range troubled {
			one := &troubled[i]
			day, at := moment(one.At)
			if err := t.row(integer(one.ID), day, at, one.Survey.String(), one.Trouble.Raw()); err != nil {
				return err
			}
		}
		return nil
	})
	of, ok := a.run.(model.Surveyor)
	if err != nil || !ok || a.Dir == nil {
		return err
	}
	all, err := of.Surveys(ctx)
	if err != nil || len(all) == 0 {
		return a.lacks("questionnaires", err)
	}
	m, err := a.member("surveys.json")
	if err != nil {
		return err
	}
	_, err = m.Write(appendSurveys(nil, all, a.offset))
	return err
}

// appendSurveys encodes questionnaires as AgentSociety 1's API does.
func appendSurveys(b []byte, all []model.Survey, offset string) []byte {
	b = append(b, '[')
	for i := range all {
		s := &all[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(pyjson.AppendText(append(b, "\n  {\"id\": "...), s.ID.String()), ", \"name\": "...)
		b = append(pyjson.AppendText(b, s.Name.Raw()), ", \"data\": "...)
		b = append(b, s.Data.Raw()...)
		for _, at := range []struct {
			name string
			wall string
		}{{"created_at", wall(s.Created, offset)}, {"updated_at", wall(s.Updated, offset)}} {
			if at.wall != "" {
				b = pyjson.AppendText(fmt.Appendf(b, ", %q: ", at.name), at.wall)
			}
		}
		b = append(b, '}')
	}
	return append(b, "\n]\n"...)
}
