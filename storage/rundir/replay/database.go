package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"societop/model/text"
	"societop/storage/sqldb"
	"societop/storage/sqldb/sqlite"
	dbtable "societop/storage/sqldb/table"
)

const (
	// readPause is how rarely a database is read: a run fails that waits 5 s for its readers. Who reads it
	// every second does so a little early at times.
	readPause = 900 * time.Millisecond
	// writePause is how long a statement waits for the run to end a write.
	writePause = 200 * time.Millisecond
	// rowNumber is a column that holds the number of a row, of tables without a primary key. It is not
	// given out.
	rowNumber = "\x00rowid"
)

// database is a replay in a sqlite.db.
type database struct {
	*content
	db      *sqlite.DB
	version sqldb.Version
	read    time.Time // when it was last read; zero: not yet
	tables  map[string]*source
}

// source is a table of a database.
type source struct {
	table   *table
	columns []dbColumn
	newest  int64 // the step of the newest row
	first   int64 // the number of the first row of that step
	last    int64 // that of the last row
}

// dbColumn is a column of a database.
type dbColumn struct {
	name, kind string
	key        bool
}

// openDatabase opens a sqlite.db of AgentSociety 2. Without an error it is nil where there is none.
func openDatabase(ctx context.Context, path string, c *content) (*database, error) {
	if !sqlite.IsFile(path) {
		return nil, nil
	}
	db, err := sqlite.New(path, sqlite.Options{Patience: writePause})
	if err != nil {
		return nil, err
	}
	d := &database{content: c, db: db, tables: make(map[string]*source)}
	names, err := d.names(ctx)
	if err == nil && isReplay(names) {
		return d, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // it has vanished
	}
	return nil, errors.Join(db.Explain(err), db.Close())
}

func (d *database) close() error { return d.db.Close() }

// refresh reads what was written since the last call, if that is some time ago. whole reports whether
// that is all that there was when it began.
func (d *database) refresh(ctx context.Context) (changed, whole bool, err error) {
	if !d.read.IsZero() && time.Since(d.read) < readPause {
		return false, false, nil
	}
	d.read = time.Now()
	now, err := d.db.Version(ctx)
	if err != nil {
		return false, false, d.db.Explain(err)
	}
	if now == d.version {
		return false, true, nil
	}
	if now.Database != d.version.Database { // another file, or another copy
		d.tables = make(map[string]*source)
	}
	changed, err = d.all(ctx)
	if err != nil {
		return changed, false, d.db.Explain(err)
	}
	d.version = now
	return changed, true, nil
}

// all reads the catalog and the rows that are new.
func (d *database) all(ctx context.Context) (changed bool, err error) {
	names, err := d.names(ctx)
	if err != nil {
		return false, err
	}
	c, err := d.readCatalog(ctx, names)
	if err != nil {
		return false, err
	}
	rows := make(map[string]*table)
	for _, name := range sortedKeys(c.tables) {
		one, err := d.rows(ctx, name, &c)
		changed = changed || one
		if d.db.Missing(err) { // it is gone, or of a kind that can't be read
			delete(d.tables, name)
			continue
		}
		if err != nil {
			return changed, fmt.Errorf("table %s: %w", name, err)
		}
		rows[name] = d.tables[name].table
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	changed = changed || len(rows) != len(d.content.tables) || len(c.datasets) != len(d.catalog.datasets)
	d.catalog, d.content.tables = c, rows
	return changed, nil
}

// names is the tables that there are.
func (d *database) names(ctx context.Context) (map[string]bool, error) {
	names := make(map[string]bool)
	err := d.db.Query(ctx, "SELECT name FROM sqlite_master WHERE type = 'table'", nil, func(cells []dbtable.Cell) {
		if name := cells[0].Text; usable(name) {
			names[name] = true
		}
	})
	return names, err
}

// usable reports whether a name can stand in a statement.
func usable(name string) bool { return name != "" && !strings.ContainsRune(name, 0) }

// columnsOf is the columns of a table.
func (d *database) columnsOf(ctx context.Context, name string) (all []dbColumn, err error) {
	err = d.db.Query(ctx, fmt.Sprintf("PRAGMA table_info(%s)", dbtable.Quote(name)), nil, func(cells []dbtable.Cell) {
		if c := cells[1].Text; usable(c) && len(all) < maxColumns {
			all = append(all, dbColumn{c, strings.ToUpper(cells[2].Text), cells[5].Text != "0"})
		}
	})
	return all, err
}

// rows reads the new rows of a table, and those of its newest step again.
func (d *database) rows(ctx context.Context, name string, c *catalog) (changed bool, err error) {
	last, err := d.db.Last(ctx, name)
	if err != nil {
		return false, err
	}
	src := d.tables[name]
	s, _ := c.shape(name)
	if s.key = c.tables[name].key; len(s.key) == 0 {
		s.key = []string{rowNumber}
	}
	if src == nil || last < src.last || !s.equal(&src.table.shape) {
		columns, err := d.columnsOf(ctx, name)
		if err != nil {
			return false, err
		}
		// What was read stays until all is read again.
		src = &source{table: newTable(s, nil), columns: columns, newest: noStep, first: math.MinInt64, last: math.MinInt64}
		for _, c := range columns {
			src.table.column(c.name)
		}
		src.table.column(rowNumber)
		changed = true
	}
	more, err := d.scan(ctx, name, src)
	if err == nil || d.tables[name] == nil {
		d.tables[name] = src
	}
	return changed || more, err
}

// scan adds the rows of a table that are not known.
func (d *database) scan(ctx context.Context, name string, src *source) (changed bool, err error) {
	columns := make([]string, len(src.columns))
	for i, c := range src.columns {
		columns[i] = dbtable.Quote(c.name)
	}
	rows := dbtable.Of(name, columns...)
	rows.After = src.last
	if src.newest != noStep && src.first > math.MinInt64 {
		rows.After = src.first - 1
	}
	err = d.db.Scan(ctx, rows, func(page []dbtable.Row) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		for i := range page {
			changed = src.add(&page[i]) || changed
		}
		return nil
	})
	return changed, err
}

// add adds one row.
func (s *source) add(r *dbtable.Row) (changed bool) {
	t := s.table
	if r.Long {
		if r.Number > s.last {
			t.damaged++
			s.last, changed = r.Number, true
		}
		return changed
	}
	t.cells = t.cells[:0]
	for i, cell := range r.Cells {
		t.cells = append(t.cells, s.columns[i].json(cell))
	}
	number := ""
	if len(t.key) == 1 && t.key[0] == rowNumber {
		number = strconv.FormatInt(r.Number, 10)
	}
	t.cells = append(t.cells, number)
	step := stepOf(t.cell(t.known.step))
	if step > s.newest || s.first == math.MinInt64 {
		s.newest, s.first = step, r.Number
	}
	s.last = max(s.last, r.Number)
	return t.put(sight{})
}

// json is a cell as JSON on one line; empty for null.
func (c *dbColumn) json(cell dbtable.Cell) string {
	switch {
	case !cell.OK:
		return ""
	case c.kind == "JSON":
		v := text.ParseValue(cell.Text)
		if v.Kind() == text.TextValue || v.Kind() == text.NullValue {
			break
		}
		var b bytes.Buffer
		if json.Compact(&b, []byte(v.Raw())) == nil {
			return b.String()
		}
	case c.kind == "TEXT" || strings.Contains(c.kind, "CHAR") || strings.Contains(c.kind, "CLOB"):
	default:
		if isNumber(cell.Text) {
			return cell.Text
		}
		if f, err := strconv.ParseFloat(cell.Text, 64); err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
			return "" // as in JSON
		}
	}
	if c.kind == "JSON" && text.ParseValue(cell.Text).Kind() == text.NullValue {
		return ""
	}
	return text.ValueOf(cell.Text).Raw()
}

// isNumber reports whether a text is a number in JSON.
func isNumber(s string) bool {
	return s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') && json.Valid([]byte(s))
}

// IsDatabase reports whether the file at path is a sqlite.db of AgentSociety 2, by its tables. Version 1
// writes a file of the same name.
func IsDatabase(ctx context.Context, path string) (bool, error) {
	d, err := openDatabase(ctx, path, new(content))
	if d == nil {
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return false, err
	}
	return true, d.close()
}
