package sqlite

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/storage/sqldb/table"
)

const (
	// pageTime, pageRows and pageBytes end a statement: whichever comes first. A writer waits
	// no longer for one.
	pageTime  = 2 * time.Millisecond
	pageRows  = 4096
	pageBytes = 4 << 20
	// firstWindow is in how many rows a condition is looked for at first.
	firstWindow = 1024
)

// scan is a scan under way, page by page: between two pages nothing is locked, so the engine can
// write.
type scan struct {
	*table.Scan
	query  string
	window int64       // how many row numbers a statement goes through; 0: as many as time allows
	page   []table.Row // of the statement under way
}

// Scan reads rows, and gives them out page by page, while the database is free. It ends with the first
// error of page.
func (d *DB) Scan(ctx context.Context, s table.Scan, page func([]table.Row) error) error {
	r := scan{Scan: &s}
	var b strings.Builder
	b.WriteString("SELECT rowid")
	for _, c := range s.Columns {
		b.WriteString(", " + c)
	}
	fmt.Fprintf(&b, " FROM %s WHERE rowid > ? AND rowid <= ?", table.Quote(s.Table))
	if s.Where != "" {
		b.WriteString(" AND (" + s.Where + ")")
		r.window = firstWindow
	}
	r.query = b.String() + " ORDER BY rowid"
	if r.window > 0 { // which begins at the first row
		newest, err := d.Last(ctx, s.Table)
		if err != nil {
			return err
		}
		s.Last = min(s.Last, newest)
	}
	for more := true; more; {
		var err error
		if more, err = d.next(ctx, &r); err != nil {
			return err
		}
		if len(r.page) > 0 {
			if err := page(r.page); err != nil {
				return err
			}
		}
		r.page = nil
	}
	return nil
}

// next reads one page. A row with a value beyond the limit is passed over, and marked.
func (d *DB) next(ctx context.Context, r *scan) (more bool, err error) {
	err = d.limited(ctx, func(c *sqlite.Conn) error {
		c.Limit(sqlite.LimitLength, int32(r.Limit))
		defer c.Limit(sqlite.LimitLength, table.ValueLimit)
		begun := time.Now()
		defer func() { d.held = max(d.held, time.Since(begun)) }()
		more, err = r.read(c, begun)
		return err
	})
	if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultTooBig {
		return more, err
	}
	if r.window > 1 { // it is not known which row it is
		r.window = max(r.window/16, 1)
		return true, nil
	}
	query := fmt.Sprintf("SELECT rowid FROM %s WHERE rowid > %d ORDER BY rowid LIMIT 1", table.Quote(r.Table), r.After)
	err = d.Query(ctx, query, nil, func(cells []table.Cell) { r.After, _ = table.ParseInteger(cells[0].Text) })
	r.page = append(r.page, table.Row{Number: r.After, Long: true})
	return true, err
}

// read runs the statement until a page is full.
func (r *scan) read(c *sqlite.Conn, begun time.Time) (more bool, err error) {
	st, _, err := c.PrepareTransient(r.query)
	if err != nil {
		return false, err
	}
	defer func() { _ = st.Finalize() }() // it tells the error of the last step again
	if r.window > 0 && r.After == math.MinInt64 {
		if err := r.begin(c); err != nil {
			return false, err
		}
	}
	end := r.end()
	st.BindInt64(1, r.After)
	st.BindInt64(2, end)
	for i, arg := range r.Args {
		bind(st, 3+i, arg)
	}
	for n, size := 0, 0; ; n++ {
		if n == pageRows || size >= pageBytes || (n > 0 && time.Since(begun) >= pageTime) {
			return true, nil
		}
		ok, err := st.Step()
		if err != nil {
			return false, err
		}
		if !ok {
			return r.turn(end, time.Since(begun)), nil
		}
		row := table.Row{Number: st.ColumnInt64(0), Cells: make([]table.Cell, len(r.Columns))}
		r.After = row.Number
		for i := range row.Cells {
			row.Cells[i] = cellOf(st, i+1)
			size += len(row.Cells[i].Text)
		}
		r.page = append(r.page, row)
	}
}

// begin goes to the first row.
func (r *scan) begin(c *sqlite.Conn) error {
	r.After = r.Last
	return sqlitex.ExecuteTransient(c, fmt.Sprintf("SELECT rowid FROM %s ORDER BY rowid LIMIT 1", table.Quote(r.Table)), &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error {
			if first := s.ColumnInt64(0); first > math.MinInt64 {
				r.After = first - 1
			}
			return nil
		},
	})
}

// end is the number of the last row of the window.
func (r *scan) end() int64 {
	if r.window == 0 || r.After >= r.Last || r.Last-r.After > 0 && r.Last-r.After <= r.window {
		return r.Last
	}
	return r.After + r.window
}

// turn goes on to the next window, which is such that it takes about half of what a page may. It
// reports whether there is one.
func (r *scan) turn(end int64, took time.Duration) bool {
	if r.window == 0 {
		return false
	}
	switch {
	case took < pageTime/4 && r.window < math.MaxInt64/4:
		r.window *= 2
	case took > pageTime && r.window > 1:
		r.window /= 2
	}
	r.After = end
	return end < r.Last
}

// bind binds one argument: a text, a whole number or a float.
func bind(st *sqlite.Stmt, param int, arg any) {
	switch v := arg.(type) {
	case string:
		st.BindText(param, v)
	case int:
		st.BindInt64(param, int64(v))
	case int64:
		st.BindInt64(param, v)
	case []byte:
		st.BindBytes(param, v)
	case float64:
		st.BindFloat(param, v)
	default:
		panic(fmt.Sprintf("sqlite: an argument is a %T", arg))
	}
}

// cellOf is a value as text. SQLite's own text of a number would have but 15 digits.
func cellOf(s *sqlite.Stmt, i int) table.Cell {
	switch s.ColumnType(i) {
	case sqlite.TypeNull:
		return table.Cell{}
	case sqlite.TypeFloat:
		return table.Cell{Text: strconv.FormatFloat(s.ColumnFloat(i), 'g', -1, 64), OK: true}
	case sqlite.TypeBlob:
		b := make([]byte, s.ColumnLen(i))
		return table.Cell{Text: string(b[:s.ColumnBytes(i, b)]), OK: true}
	default:
		return table.Cell{Text: s.ColumnText(i), OK: true}
	}
}
