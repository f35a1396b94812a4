package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
)

const (
	// pageTime, pageRows and pageBytes end a statement: whichever comes first. A writer waits
	// no longer for one.
	pageTime  = 2 * time.Millisecond
	pageRows  = 4096
	pageBytes = 4 << 20
	// rowLimit is the longest value of a row, in bytes. Reading it takes as long as some
	// thousand rows.
	rowLimit = 8 << 20
	// pageWait is how long a page waits for the engine to end a write: an import has many, and
	// none should be in vain.
	pageWait = 30 * time.Second
)

// tableName is the name of an experiment's table.
func tableName(k model.Key, name string) string {
	return "as_" + strings.ReplaceAll(k.ID.String(), "-", "_") + "_" + name
}

// reading is a table that is read, page by page: between two pages nothing is locked, so the
// engine can write. It only appends, and what has a row number is whole.
type reading struct {
	d     *database
	in    *rows
	table string // its name in the database
	query string
	after int64  // the last row number that was read
	last  int64  // the newest at the beginning: a run may add rows faster than they are read
	page  []line // rows of the statement under way
}

// line is one row.
type line struct {
	number int64
	cells  []cell
}

// begin prepares the reading of a table; nil where there is none.
func (d *database) begin(ctx context.Context, in *intake, t *table, run int, name string) (*reading, error) {
	has, err := d.tableColumns(ctx, name)
	if err != nil || len(has) == 0 {
		return nil, err
	}
	var newest int64
	// The newest row number is at the end of the table's tree. It tells how many rows there are.
	err = d.transient(ctx, fmt.Sprintf("SELECT rowid FROM %q ORDER BY rowid DESC LIMIT 1", name), func(s *sqlite.Stmt) error {
		newest = s.ColumnInt64(0)
		return nil
	})
	if err != nil {
		return nil, d.unreadable(in, name, err)
	}
	return &reading{d: d, in: in.table(t, run, newest), table: name, query: pageQuery(t, name, has), after: -1 << 63, last: newest}, nil
}

// pageQuery selects the row number, a table's columns, and whether a row is done with. Columns
// that this version does not have are null.
func pageQuery(t *table, name string, has map[string]bool) string {
	var b strings.Builder
	b.WriteString("SELECT rowid")
	for _, c := range t.columns {
		from := c.from
		switch {
		case from == "" && has[c.name]:
			from = strconv.Quote(c.name)
		case from == "" || (from[0] >= 'a' && !has[from]):
			from = "NULL"
		}
		b.WriteString(", " + from)
	}
	done := "0"
	if t.unsolved && has["processed"] {
		done = "processed"
	}
	fmt.Fprintf(&b, ", %s FROM %q WHERE rowid > ? AND rowid <= ? ORDER BY rowid", done, name)
	return b.String()
}

// tableColumns are the columns of a table; none where there is no such table.
func (d *database) tableColumns(ctx context.Context, name string) (map[string]bool, error) {
	has := make(map[string]bool)
	err := d.transient(ctx, fmt.Sprintf("PRAGMA table_info(%q)", name), func(s *sqlite.Stmt) error {
		has[s.GetText("name")] = true
		return nil
	})
	return has, err
}

// transient runs one statement that is not used again.
func (d *database) transient(ctx context.Context, query string, row func(*sqlite.Stmt) error) error {
	return d.limited(ctx, pageWait, func() error {
		return sqlitex.ExecuteTransient(d.conn, query, &sqlitex.ExecOptions{ResultFunc: row})
	})
}

// unreadable is what an error of a table means: one of the table itself leaves it out.
func (d *database) unreadable(in *intake, name string, err error) error {
	if code := sqlite.ErrCode(err).ToPrimary(); code != sqlite.ResultError && code != sqlite.ResultSchema {
		return err
	}
	in.leftOut("table %s is left out: %v", name, err)
	return nil
}

// read reads the table to its end.
func (r *reading) read(ctx context.Context) error {
	var st *sqlite.Stmt
	err := r.d.limited(ctx, pageWait, func() (err error) {
		st, _, err = r.d.conn.PrepareTransient(r.query)
		return err
	})
	if err != nil {
		return r.fail(err)
	}
	defer func() { _ = st.Finalize() }() // it tells the error of the last step again
	r.d.conn.Limit(sqlite.LimitLength, rowLimit)
	defer r.d.conn.Limit(sqlite.LimitLength, valueLimit)
	for more := true; more; {
		if more, err = r.next(ctx, st); err != nil {
			return r.fail(err)
		}
		for _, l := range r.page {
			if err := r.in.add(l.number, r.decoded(l.cells)); err != nil {
				return err
			}
		}
	}
	r.in.end()
	if r.in.kind == frameKind {
		return r.in.leaveNewest()
	}
	return nil
}

// fail is what it means that a page can't be read. A table that is gone or is none is
// forgotten: what was read of it may be torn.
func (r *reading) fail(err error) error {
	err = r.d.unreadable(r.in.intake, r.table, err)
	if err == nil && r.in.kind != surveyKind {
		return r.in.forget()
	}
	return err
}

// next reads one page. A row with a value beyond rowLimit is left out.
func (r *reading) next(ctx context.Context, st *sqlite.Stmt) (more bool, err error) {
	r.page = r.page[:0]
	err = r.d.limited(ctx, pageWait, func() error {
		more, err = r.step(st)
		return err
	})
	if sqlite.ErrCode(err) != sqlite.ResultTooBig {
		return more, err
	}
	number, err := r.rowAfter(ctx)
	if err != nil {
		return false, err
	}
	r.in.skip(number, fmt.Sprintf("it has a value of more than %d MiB", rowLimit>>20))
	r.after = number
	return true, nil
}

// step runs the statement until a page is full.
func (r *reading) step(st *sqlite.Stmt) (more bool, err error) {
	start := time.Now()
	defer func() { r.d.held = max(r.d.held, time.Since(start)) }()
	defer func() { _ = st.Reset() }() // it tells the error of the last step again
	st.BindInt64(1, r.after)
	st.BindInt64(2, r.last)
	for n, size := 0, 0; ; n++ {
		if n == pageRows || size >= pageBytes || (n > 0 && time.Since(start) >= pageTime) {
			return true, nil
		}
		ok, err := st.Step()
		if err != nil || !ok {
			return false, err
		}
		r.after = st.ColumnInt64(0)
		l := line{r.after, make([]cell, len(r.in.columns))}
		if done := len(l.cells) + 1; st.ColumnIsNull(done) || st.ColumnBool(done) {
			continue
		}
		for i := range l.cells {
			l.cells[i] = columnCell(st, i+1)
			size += len(l.cells[i].text)
		}
		r.page = append(r.page, l)
	}
}

// rowAfter is the number of the next row.
func (r *reading) rowAfter(ctx context.Context) (number int64, err error) {
	query := fmt.Sprintf("SELECT rowid FROM %q WHERE rowid > %d ORDER BY rowid LIMIT 1", r.table, r.after)
	err = r.d.transient(ctx, query, func(s *sqlite.Stmt) error {
		number = s.ColumnInt64(0)
		return nil
	})
	return number, err
}

// decoded is a row with its JSON decoded once, as AgentSociety reads it: most of it is the JSON
// of a text that is JSON again.
func (r *reading) decoded(cells []cell) []cell {
	for i, c := range r.in.columns {
		if c.format == jsonText && cells[i].ok {
			cells[i] = decodedJSON(cells[i].text)
		}
	}
	return cells
}

// countResults says how many results of tasks are left out.
func (d *database) countResults(ctx context.Context, in *intake, first int) error {
	for _, f := range in.read[first:] {
		name := tableName(f.key, results)
		some := false
		has, err := d.tableColumns(ctx, name)
		if err == nil && len(has) > 0 {
			err = d.transient(ctx, fmt.Sprintf("SELECT 1 FROM %q LIMIT 1", name), func(*sqlite.Stmt) error {
				some = true
				return nil
			})
		}
		if err := d.unreadable(in, name, err); err != nil {
			return err
		}
		if some {
			in.leftOut("%s of experiment %s is left out: AgentSociety's API does not give it out, and a lab has no place for it", results, f.key.ID)
		}
	}
	return nil
}

// decodedJSON is the text that JSON is, or the JSON itself where it is no text.
func decodedJSON(raw string) cell {
	switch s := strings.TrimSpace(raw); {
	case s == "null":
		return cell{}
	case strings.HasPrefix(s, `"`):
		var text string
		if json.Unmarshal([]byte(s), &text) == nil {
			return cell{text, true}
		}
	}
	return cell{raw, true}
}
