package postgres

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/sqldb"
	"societop/storage/sqldb/table"
)

var _ sqldb.Database = (*DB)(nil)

// Info names the server and the database.
func (d *DB) Info() model.Info {
	return model.Info{Kind: "database", Address: d.shown, Guarded: d.config.Password != ""}
}

// Traits are those of PostgreSQL. It keeps a config apart from its row. Rows have no numbers that
// grow: it writes where there is room.
func (d *DB) Traits() sqldb.Traits {
	return sqldb.Traits{
		ID:   func(id uuid.UUID) []any { return []any{id.String()} },
		Time: timeOf,
	}
}

// timeOf is a time as an argument. PostgreSQL has no year 0.
func timeOf(t time.Time) any {
	if t = t.UTC(); t.Year() < 1 {
		return "-infinity"
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}

// Version is unknown: PostgreSQL has no cheap one that is always right.
func (d *DB) Version(context.Context) (sqldb.Version, error) { return sqldb.Version{}, nil }

// Clock is the server's.
func (d *DB) Clock(ctx context.Context) (now time.Time, err error) {
	err = d.Query(ctx, "SELECT extract(epoch FROM clock_timestamp())", nil, func(cells []table.Cell) {
		seconds, _ := strconv.ParseFloat(cells[0].Text, 64)
		now = time.UnixMicro(int64(seconds * 1e6)).UTC()
	})
	return now, err
}

// Columns is the columns of a table; none where there is no such table.
func (d *DB) Columns(ctx context.Context, name string) (map[string]bool, error) {
	has := make(map[string]bool)
	query := "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped"
	err := d.read(ctx, isRun(name), query, []any{quoted(name)}, func(cells []table.Cell) error {
		has[cells[0].Text] = true
		return nil
	})
	return has, err
}

// Count is how many rows a table has.
func (d *DB) Count(ctx context.Context, name string) (n int64, err error) {
	err = d.Query(ctx, "SELECT count(*) FROM "+quoted(name), nil, func(cells []table.Cell) { n, _ = table.ParseInteger(cells[0].Text) })
	return n, err
}

// Last is 0: rows have no numbers.
func (d *DB) Last(context.Context, string) (int64, error) { return 0, nil }

// Query runs one statement, and gives out its rows once it has ended.
func (d *DB) Query(ctx context.Context, query string, args []any, row func(cells []table.Cell)) error {
	var rows [][]table.Cell
	err := d.read(ctx, isRun(query), query, args, func(cells []table.Cell) error {
		rows = append(rows, cells)
		return nil
	})
	if err != nil {
		return err
	}
	for _, cells := range rows {
		row(cells)
	}
	return nil
}

// Missing reports whether an error is one of the table that was read: it is gone, is none, or
// has other columns now.
func (d *DB) Missing(err error) bool {
	switch Code(err) {
	case "42P01", "42703", "42809": // no such table, no such column, no table at all
		return true
	}
	return false
}

// Explain returns err: it says what failed already.
func (d *DB) Explain(err error) error { return err }

// runTable is the name of a table of one experiment.
var runTable = regexp.MustCompile(`as_[0-9a-f]{8}_`)

// isRun reports whether a statement, or the name of a table, is of one experiment.
func isRun(query string) bool { return runTable.MatchString(query) }

// quoted is a name as SQL.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// read runs one statement and gives out its rows as they come.
func (d *DB) read(ctx context.Context, run bool, query string, args []any, row func(cells []table.Cell) error) error {
	sql, err := interpolate(query, args)
	if err != nil {
		return err
	}
	return d.Read(ctx, run, sql, func(values [][]byte) error {
		cells := make([]table.Cell, len(values))
		for i, v := range values {
			cells[i] = table.Cell{Text: string(v), OK: v != nil}
		}
		return row(cells)
	})
}

// interpolate puts arguments in the place of the question marks that are in no quotes.
func interpolate(query string, args []any) (string, error) {
	var b strings.Builder
	var quote rune // of what is under way; 0: nothing
	for _, r := range query {
		switch {
		case quote == 0 && r == '?':
			if len(args) == 0 {
				return "", errors.New("a statement has more question marks than arguments")
			}
			s, err := literal(args[0])
			if err != nil {
				return "", err
			}
			b.WriteString(s)
			args = args[1:]
			continue
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case r == quote:
			quote = 0
		}
		b.WriteRune(r)
	}
	if len(args) > 0 {
		return "", errors.New("a statement has fewer question marks than arguments")
	}
	return b.String(), nil
}

// literal is an argument as SQL.
func literal(arg any) (string, error) {
	switch v := arg.(type) {
	case string:
		return Literal(v), nil
	case int:
		return fmt.Sprintf("(%d)", v), nil
	case int64:
		return fmt.Sprintf("(%d)", v), nil
	case float64:
		return "'" + strconv.FormatFloat(v, 'g', -1, 64) + "'::float8", nil
	}
	return "", fmt.Errorf("an argument of a statement is a %T", arg)
}
