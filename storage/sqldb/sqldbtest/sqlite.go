package sqldbtest

import (
	"encoding/json"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// SQLite is the dialect of a sqlite.db.
var SQLite = Dialect{
	ID: "CHAR(32)", Time: "TIMESTAMP", JSON: "JSON", Float: "FLOAT", Int: "INTEGER",
	IDOf:   func(id uuid.UUID) any { return strings.ReplaceAll(id.String(), "-", "") },
	TimeOf: func(t time.Time) any { return t.UTC().Format("2006-01-02 15:04:05.000000") },
	NumberOf: func(f float64) any {
		if math.IsNaN(f) || f == 0 && math.Signbit(f) { // which SQLite would not keep as numbers
			return []byte(strconv.FormatFloat(f, 'g', -1, 64))
		}
		return f
	},
}

// jsonOf is the JSON of a text.
func jsonOf(text string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a text always can be
	return strings.TrimSpace(b.String())
}

// Connect opens a sqlite.db for writing as the engine does, which is made where there is none.
func Connect(t testing.TB, path string) *sqlite.Conn {
	t.Helper()
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	c.SetBusyTimeout(5 * time.Second)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ExecOn runs statements on a connection.
func ExecOn(c *sqlite.Conn) Exec {
	return func(query string, args ...any) error {
		return sqlitex.Execute(c, query, &sqlitex.ExecOptions{Args: args})
	}
}

// NewFile makes a sqlite.db without experiments, and returns its path and a way to write it.
func NewFile(t testing.TB) (string, *sqlite.Conn) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sqlite.db")
	c := Connect(t, path)
	if err := SQLite.Create(ExecOn(c)); err != nil {
		t.Fatal(err)
	}
	return path, c
}
