package pgtest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"societop/storage/sqldb/table"
)

// ask connects to an address and returns the first value of a query's answer.
func ask(t *testing.T, address, query string) (string, error) {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), address)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.Background())
	all, err := conn.Exec(t.Context(), query).ReadAll()
	if err != nil {
		return "", err
	}
	return string(all[len(all)-1].Rows[0][0]), nil
}

// The rows of a sqlite.db are those of the database, seen by one that may only read them.
func TestLoad(t *testing.T) {
	d := New(t)
	d.Load(t, "../../importer/testdata/sqlite.db.gz")
	for _, address := range []string{d.URL(), d.Pooled(t)} {
		for query, want := range map[string]string{
			"SELECT count(*) FROM as_experiment":                                                              "14",
			`SELECT count(*) FROM "as_1c2a67e2_8cf0_5168_b697_66e0f003a377_agent_status"`:                     "8000",
			"SELECT (created_at AT TIME ZONE 'UTC')::text FROM as_experiment WHERE name LIKE 'Polarization%'": "2026-11-20 06:57:09.227281",
		} {
			if got, err := ask(t, address, query); err != nil || got != want {
				t.Errorf("%s: %q, %v, want %q", query, got, err, want)
			}
		}
		if _, err := ask(t, address, "DELETE FROM as_experiment"); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("the reader deletes: %v", err)
		}
	}
}

// The pgbouncer is as strict as it is by itself: a startup parameter that it does not know is refused.
func TestBouncerRefusesParameters(t *testing.T) {
	d := New(t)
	_, err := ask(t, d.Pooled(t)+"&statement_timeout=2000", "SELECT 1")
	if err == nil || !strings.Contains(err.Error(), "unsupported startup parameter") {
		t.Errorf("%v", err)
	}
}

// Generated experiments have configs of the length that is asked for, and their data.
func TestGenerate(t *testing.T) {
	d := New(t)
	g := Generated{Experiments: 100, ConfigBytes: 20_000, Agents: 10, Steps: 300}
	d.Generate(t, g)
	got := d.Query(t, `SELECT count(*), min(length(config)) > 19000, max(length(config)) < 21000, (SELECT count(*) FROM "`+table.Name(g.ID(1), "agent_status")+`") FROM as_experiment`)
	if want := "[[100 t t 3000]]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}
