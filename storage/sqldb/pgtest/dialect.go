package pgtest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/storage/sqldb/sqldbtest"
)

// Dialect is that of PostgreSQL. Whole numbers have twice the room that AgentSociety gives them.
var Dialect = sqldbtest.Dialect{
	ID: "UUID", Time: "TIMESTAMP WITH TIME ZONE", JSON: "JSON", Float: "DOUBLE PRECISION", Int: "BIGINT",
	IDOf:     func(id uuid.UUID) any { return id.String() },
	TimeOf:   func(t time.Time) any { return t.UTC().Format("2006-01-02 15:04:05.000000+00") },
	NumberOf: func(f float64) any { return f },
}

// Do runs one statement as the owner of the database, with a ? for each of args.
func (d *Database) Do(query string, args ...any) error {
	values := make([][]byte, len(args))
	for i, arg := range args {
		query = strings.Replace(query, "?", "$"+strconv.Itoa(i+1), 1)
		switch v := arg.(type) {
		case nil:
		case float64:
			values[i] = []byte(strings.Replace(strconv.FormatFloat(v, 'g', -1, 64), "Inf", "Infinity", 1))
		default:
			values[i] = fmt.Append([]byte{}, v)
		}
	}
	_, err := d.conn.ExecParams(context.Background(), query, values, nil, nil, nil).Close()
	return err
}

// RunTables makes the tables of an experiment.
func (d *Database) RunTables(t testing.TB, id uuid.UUID) {
	t.Helper()
	if err := Dialect.CreateRun(d.Do, id); err != nil {
		t.Fatal(err)
	}
}
