package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"societop/storage/sqldb/table"
)

const (
	// firstWindow is how many blocks of a table the first statement of a scan reads.
	firstWindow = 64
	// firstRows is how many experiments the first one reads.
	firstRows = 1000
	// A statement of less time and bytes is followed by one of four times as much, one of more by
	// one of half.
	shortPage, shortBytes = 50 * time.Millisecond, 2 << 20
	longPage, longBytes   = 300 * time.Millisecond, 8 << 20
)

// scan is a scan under way, a statement at a time.
type scan struct {
	table.Scan
	window int64 // of the next statement: blocks, or rows of experiments
	limit  int64 // the largest that it may get
	page   []table.Row
	bytes  int
}

// Scan reads rows, and gives them out page by page, while nothing is read. It ends with the first
// error of page.
func (d *DB) Scan(ctx context.Context, s table.Scan, page func([]table.Row) error) error {
	r := &scan{Scan: s}
	if !isRun(s.Table) {
		return d.scanByKey(ctx, r, page)
	}
	blocks, whole, err := d.size(ctx, s.Table)
	if err != nil {
		return err
	}
	r.window, r.limit = firstWindow, max(blocks, firstWindow)
	if whole || (s.Where != "" && blocks > firstWindow && d.indexed(ctx, s.Table)) {
		r.window = r.limit
	}
	for at := int64(0); at == 0 || at < blocks; {
		end := at + r.window
		where := ""
		if at > 0 {
			where = fmt.Sprintf("ctid >= '(%d,0)'", at)
		}
		if end < blocks {
			where = strings.TrimPrefix(where+fmt.Sprintf(" AND ctid < '(%d,0)'", end), " AND ")
		}
		again, err := d.statement(ctx, r, s.Columns, where, "")
		if err != nil {
			return err
		}
		if again {
			continue
		}
		if at = end; len(r.page) > 0 {
			if err := page(r.page); err != nil {
				return err
			}
		}
	}
	return nil
}

// size is how many blocks a table has, and whether it can be read only as a whole: what is no plain
// table has no blocks, and before version 14 any part of one takes as long as all of it.
func (d *DB) size(ctx context.Context, name string) (blocks int64, whole bool, err error) {
	const query = `SELECT pg_relation_size(oid) / current_setting('block_size')::int, relkind <> 'r' OR current_setting('server_version_num')::int < 140000
		FROM pg_class WHERE oid = to_regclass(?)`
	err = d.read(ctx, true, query, []any{quoted(name)}, func(cells []table.Cell) error {
		blocks, _ = table.ParseInteger(cells[0].Text)
		whole = cells[1].Text == "t"
		return nil
	})
	return blocks, whole, err
}

// indexed reports whether somebody gave a table an index, by which a condition may be looked up in all
// of it at once.
func (d *DB) indexed(ctx context.Context, name string) (is bool) {
	query := "SELECT relhasindex FROM pg_class WHERE oid = to_regclass(?)"
	err := d.read(ctx, true, query, []any{quoted(name)}, func(cells []table.Cell) error {
		is = cells[0].Text == "t"
		return nil
	})
	return is && err == nil
}

// scanByKey reads a table whose rows are updated, and move then: in the order of its key.
func (d *DB) scanByKey(ctx context.Context, r *scan, page func([]table.Row) error) error {
	key := []string{`"id"`}
	if slices.Contains(r.Columns, `"tenant_id"`) { // an old database has none
		key = []string{`"tenant_id"`, `"id"`}
	}
	names := strings.Join(key, ", ")
	columns := append(append([]string(nil), r.Columns...), key...)
	r.window, r.limit = firstRows, 100_000
	for where := ""; ; {
		rows := r.window
		again, err := d.statement(ctx, r, columns, where, fmt.Sprintf(" ORDER BY %s LIMIT %d", names, rows))
		if err != nil {
			return err
		}
		if again {
			continue
		}
		n := int64(len(r.page))
		if n > 0 {
			last := r.page[n-1].Cells[len(r.Columns):]
			values := make([]string, len(last))
			for i, c := range last {
				values[i] = Literal(c.Text)
			}
			where = fmt.Sprintf("(%s) > (%s)", names, strings.Join(values, ", "))
			if err := page(r.cut()); err != nil {
				return err
			}
		}
		if n < rows {
			return nil
		}
	}
}

// cut is the page without the keys, and without the cells of rows that are too long.
func (r *scan) cut() []table.Row {
	for i := range r.page {
		r.page[i] = r.row(r.page[i].Cells[:len(r.Columns)])
	}
	return r.page
}

// row is a row of cells, unless one is too long.
func (r *scan) row(cells []table.Cell) table.Row {
	for _, c := range cells {
		if r.Limit > 0 && len(c.Text) > r.Limit {
			return table.Row{Long: true}
		}
	}
	return table.Row{Cells: cells}
}

// statement reads one page, and adapts the window to how long that took. It asks for another try
// where the database gave up.
func (d *DB) statement(ctx context.Context, r *scan, columns []string, where, order string) (again bool, err error) {
	query := "SELECT " + strings.Join(columns, ", ") + " FROM " + quoted(r.Table) // of no columns, too
	if r.Where != "" {
		where = strings.TrimSuffix("("+r.Where+") AND "+where, " AND ")
	}
	if where != "" {
		query += " WHERE " + where
	}
	if r.Group != "" {
		query += " GROUP BY " + r.Group
	}
	r.page, r.bytes = nil, 0
	begun := time.Now()
	err = d.read(ctx, isRun(r.Table), query+order, r.Args, func(cells []table.Cell) error {
		row := table.Row{Cells: cells}
		if order == "" {
			row = r.row(cells)
		}
		for _, c := range cells {
			r.bytes += len(c.Text)
		}
		r.page = append(r.page, row)
		return nil
	})
	switch took := time.Since(begun); {
	case Code(err) == "57014" && r.window > 1 && ctx.Err() == nil:
		r.limit = max(min(r.window/16, 16*firstWindow), 1)
		r.window = r.limit
		return true, nil
	case err != nil:
		return false, err
	case took < shortPage && r.bytes < shortBytes:
		r.window = min(r.window*4, r.limit)
	case took > longPage || r.bytes > longBytes:
		r.window = max(r.window/2, 1)
	}
	return false, nil
}
