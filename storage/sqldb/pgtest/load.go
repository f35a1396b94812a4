package pgtest

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// types are what PostgreSQL has where AgentSociety's sqlite.db has another type.
var types = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`CHAR\(32\)`), "UUID"},
	{regexp.MustCompile(`\b(TIMESTAMP|DATETIME)\b`), "TIMESTAMP WITH TIME ZONE"},
	{regexp.MustCompile(`\bFLOAT\b`), "DOUBLE PRECISION"},
	{regexp.MustCompile(`(put_tokens) INTEGER\b`), "$1 BIGINT"},
	{regexp.MustCompile(`\bCREATE TABLE `), "CREATE TABLE IF NOT EXISTS "},
}

// Load adds the tables and rows of a sqlite.db of AgentSociety, which gzip may have compressed.
func (d *Database) Load(t testing.TB, path string) {
	t.Helper()
	conn, err := sqlite.OpenConn(unpacked(t, path), sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	tables := map[string]string{}
	each(t, conn, "SELECT name, sql FROM sqlite_master WHERE type = 'table'", func(s *sqlite.Stmt) {
		tables[s.ColumnText(0)] = s.ColumnText(1)
	})
	for name, ddl := range tables {
		for _, r := range types {
			ddl = r.from.ReplaceAllString(ddl, r.to)
		}
		d.Exec(t, ddl)
		var rows [][]any
		// The columns of both databases have the same order; a row of the one is one of the other.
		each(t, conn, `SELECT * FROM "`+name+`" ORDER BY rowid`, func(s *sqlite.Stmt) {
			row := make([]any, s.ColumnCount())
			for i := range row {
				row[i] = cell(s, i)
			}
			rows = append(rows, row)
		})
		d.Copy(t, name, rows)
	}
	d.Exec(t, "ANALYZE")
}

// cell is a value as PostgreSQL reads it. Times of AgentSociety's sqlite.db are UTC and do not say so.
func cell(s *sqlite.Stmt, i int) any {
	switch kind := s.ColumnType(i); {
	case kind == sqlite.TypeNull:
		return nil
	case kind == sqlite.TypeFloat:
		return s.ColumnFloat(i)
	case strings.HasSuffix(s.ColumnName(i), "_at"):
		return s.ColumnText(i) + "+00"
	default:
		return s.ColumnText(i)
	}
}

func each(t testing.TB, conn *sqlite.Conn, query string, row func(*sqlite.Stmt)) {
	t.Helper()
	err := sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		row(s)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// unpacked is the path of a file, or of a copy of it that is not compressed.
func unpacked(t testing.TB, path string) string {
	t.Helper()
	if !strings.HasSuffix(path, ".gz") {
		return path
	}
	packed, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	in, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "sqlite.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Name()
}
