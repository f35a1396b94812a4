package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/runfile"
)

const (
	// maxSchema is the longest catalog that is read.
	maxSchema = 16 << 20
)

// catalog is what a run says of its tables.
type catalog struct {
	datasets map[string]model.Dataset // by id
	tables   map[string]tableInfo     // by name; there may be datasets of others
}

// tableInfo is what a catalog says of a table.
type tableInfo struct {
	key     []string
	columns []model.Column
}

// shape is the shape of a table; ok is false where the catalog does not know it.
func (c *catalog) shape(table string) (s shape, ok bool) {
	for _, id := range sortedKeys(c.datasets) {
		if d := c.datasets[id]; d.Table.Raw() == table {
			return shapeOf(&d, c.tables[table].key), true
		}
	}
	info, ok := c.tables[table]
	if !ok {
		return shape{}, false
	}
	d := info.dataset(table)
	s = guessedShape(&d)
	if len(info.key) > 0 {
		s.key = info.key
	}
	return s, true
}

// dataset is that of a table of which there is none in the catalog.
func (i *tableInfo) dataset(table string) model.Dataset {
	names := make([]string, len(i.columns))
	for n := range i.columns {
		names[n] = i.columns[n].Name.Raw()
	}
	d := guessed(table, names)
	d.Columns = i.columns
	return d
}

// The forms of _schema.json, of which every member may be null, missing or of another type.
type (
	schemaJSON struct {
		Tables   map[string]json.RawMessage `json:"tables"`
		Datasets map[string]json.RawMessage `json:"datasets"`
	}
	tableJSON struct {
		Columns list[columnJSON] `json:"columns"`
		Key     list[word]       `json:"primary_key"`
	}
	datasetJSON struct {
		ID           word             `json:"dataset_id"`
		Table        word             `json:"table_name"`
		Module       word             `json:"module_name"`
		Kind         word             `json:"kind"`
		Title        word             `json:"title"`
		Description  word             `json:"description"`
		Entity       word             `json:"entity_key"`
		Step         word             `json:"step_key"`
		Time         word             `json:"time_key"`
		Order        list[word]       `json:"default_order"`
		Capabilities list[word]       `json:"capabilities"`
		Columns      list[columnJSON] `json:"columns"`
	}
	columnJSON struct {
		Name        word `json:"name"`
		Type        word `json:"type"`
		Logical     word `json:"logical_type"`
		Role        word `json:"analysis_role"`
		Title       word `json:"title"`
		Description word `json:"description"`
		Unit        word `json:"unit"`
	}
)

// word is a text, or empty for anything else.
type word string

// UnmarshalJSON never fails.
func (w *word) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*w = word(s)
	}
	return nil
}

// list is a list without what is no T, or empty for anything else.
type list[T any] []T

// UnmarshalJSON never fails.
func (l *list[T]) UnmarshalJSON(raw []byte) error {
	var items []json.RawMessage
	_ = json.Unmarshal(raw, &items) // what is no list is empty
	for _, item := range items {
		var one T
		if json.Unmarshal(item, &one) == nil {
			*l = append(*l, one)
		}
	}
	return nil
}

// parseCatalog reads a _schema.json. It fails where that is not whole; entries of another form are left
// out.
func parseCatalog(raw []byte) (catalog, error) {
	c := catalog{datasets: make(map[string]model.Dataset), tables: make(map[string]tableInfo)}
	var all schemaJSON
	if err := json.Unmarshal(raw, &all); err != nil {
		return c, err
	}
	for name, one := range all.Tables {
		var t tableJSON
		if name != "" && json.Unmarshal(one, &t) == nil {
			c.tables[name] = tableInfo{words(t.Key), columns(t.Columns)}
		}
	}
	for name, one := range all.Datasets {
		var d datasetJSON
		if json.Unmarshal(one, &d) != nil || d.Table == "" {
			continue
		}
		if d.ID == "" {
			d.ID = word(name)
		}
		set := d.dataset()
		if len(set.Columns) == 0 {
			set.Columns = c.tables[string(d.Table)].columns
		}
		c.datasets[string(d.ID)] = set
	}
	return c, nil
}

// dataset is the dataset that an entry describes.
func (d *datasetJSON) dataset() model.Dataset {
	return model.Dataset{
		ID: text.Clean(string(d.ID)), Table: text.Clean(string(d.Table)), Module: text.Clean(string(d.Module)),
		Kind: model.DatasetKind(text.Clean(string(d.Kind)).String()), Title: text.Clean(string(d.Title)),
		Description: text.CleanLines(string(d.Description)), EntityKey: text.Clean(string(d.Entity)),
		StepKey: text.Clean(string(d.Step)), TimeKey: text.Clean(string(d.Time)),
		Order: texts(words(d.Order)), Capabilities: texts(words(d.Capabilities)), Columns: columns(d.Columns),
	}
}

func words(all []word) []string {
	out := make([]string, 0, len(all))
	for _, w := range all {
		if w != "" {
			out = append(out, string(w))
		}
	}
	return out
}

// columns is columns, each name once.
func columns(all []columnJSON) []model.Column {
	var out []model.Column
	seen := make(map[word]bool)
	for _, c := range all {
		if c.Name == "" || seen[c.Name] || len(out) == maxColumns {
			continue
		}
		seen[c.Name] = true
		out = append(out, model.Column{
			Name: text.Clean(string(c.Name)), Type: text.Clean(string(c.Type)), Logical: text.Clean(string(c.Logical)),
			Role: text.Clean(string(c.Role)), Title: text.Clean(string(c.Title)),
			Description: text.CleanLines(string(c.Description)), Unit: text.Clean(string(c.Unit)),
		})
	}
	return out
}

// merge adds the entries of a newer catalog. None is dropped: a writer that finds a broken file writes
// one with its own tables only.
func (c *catalog) merge(o catalog) {
	if c.datasets == nil {
		*c = o
		return
	}
	// Other goroutines may read the maps as they were.
	c.datasets, c.tables = maps.Clone(c.datasets), maps.Clone(c.tables)
	maps.Copy(c.datasets, o.datasets)
	maps.Copy(c.tables, o.tables)
}

// schema is a _schema.json that is read when it has changed.
type schema struct {
	catalog
	info fs.FileInfo // of what was read; nil: nothing
}

// schemaTries is how often a broken file is read as long as there was no good one, and schemaPause the time between.
const (
	schemaTries = 4
	schemaPause = 2 * time.Millisecond
)

// refresh reads the file if it has changed. A broken one changes nothing: it is being written.
func (s *schema) refresh(f files, dir string) (changed bool, err error) {
	path := filepath.Join(dir, runfile.Schema)
	info, err := f.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || !info.Mode().IsRegular() || s.info != nil && sameState(info, s.info) {
		return false, err
	}
	for range schemaTries {
		raw, err := readAll(f, path, info.Size())
		if err != nil {
			return false, err
		}
		c, err := parseCatalog(raw)
		if err == nil {
			s.merge(c)
			s.info = info
			return true, nil
		}
		if s.info != nil {
			break // the last good one is kept
		}
		time.Sleep(schemaPause) // else there is none: writing it takes no longer
	}
	return false, nil
}

// sameState reports whether a file seems to be what it was.
func sameState(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && sameFile(a, b)
}

// readAll reads a file of about size bytes.
func readAll(f files, path string, size int64) ([]byte, error) {
	if size > maxSchema {
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxSchema)
	}
	in, err := f.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(io.NewSectionReader(in, 0, maxSchema))
}

// list returns the datasets of a catalog and those of tables that it does not know, by ascending id.
func (c *catalog) list(tables map[string]*table, ended bool) []model.Dataset {
	var out []model.Dataset
	known := make(map[string]bool)
	for _, d := range c.datasets {
		known[d.Table.Raw()] = true
		out = append(out, d)
	}
	for name, t := range tables {
		info, listed := c.tables[name]
		switch {
		case known[name]:
		case listed:
			out = append(out, info.dataset(name))
		case t.guess != nil:
			d := *t.guess
			d.Columns = guessed(name, t.columns).Columns
			t.guessTypes(d.Columns)
			out = append(out, d)
		}
	}
	for i := range out {
		if t := tables[out[i].Table.Raw()]; t != nil {
			out[i].Rows, out[i].Ambiguous, out[i].Damaged = t.live, t.doubtful, t.damaged
			if ended {
				out[i].Damaged += t.torn
			}
		}
	}
	slices.SortFunc(out, func(a, b model.Dataset) int { return compareText(a.ID, b.ID) })
	return out
}
