package pgtest

import (
	"strconv"
	"testing"
	"time"
)

// Work is the time for which the server planned and executed statements of readers of the database
// since the last call. Where the server can't tell, the benchmark is skipped.
func (d *Database) Work(b *testing.B) time.Duration {
	b.Helper()
	if len(d.Query(b, "SELECT 1 FROM pg_available_extensions, pg_settings WHERE pg_available_extensions.name = 'pg_stat_statements' AND pg_settings.name = 'pg_stat_statements.track'")) == 0 {
		b.Skip("skipped: this PostgreSQL has no pg_stat_statements")
	}
	d.Exec(b, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
	rows := d.Query(b, `SELECT coalesce(sum(total_plan_time + total_exec_time), 0), pg_stat_statements_reset() FROM pg_stat_statements
		WHERE userid = (SELECT oid FROM pg_roles WHERE rolname = '`+User+`')`)
	ms, err := strconv.ParseFloat(rows[0][0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(ms * float64(time.Millisecond))
}
