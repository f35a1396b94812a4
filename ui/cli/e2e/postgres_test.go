package e2e

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/storage/sqldb/pgtest"
)

// withPassword is the address of a database with another password.
func withPassword(db *pgtest.Database, password string) string {
	return db.Address(url.UserPassword(pgtest.User, password)).String()
}

// TestWhatIsWrongWithADatabase is a sentence each, with its exit code.
func TestWhatIsWrongWithADatabase(t *testing.T) {
	t.Parallel()
	empty, full, second := pgtest.Empty(t), pgtest.New(t), pgtest.Empty(t)
	full.Exec(t, "ALTER DATABASE "+full.Name+" CONNECTION LIMIT 0")
	denied := pgtest.New(t)
	denied.Exec(t, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, "+pgtest.User)
	second.Exec(t, "CREATE TABLE replay_dataset_catalog (dataset TEXT)")
	elsewhere := full.Address(url.UserPassword(pgtest.User, pgtest.Password))
	elsewhere.Path = "/nowhere"
	for _, tc := range []struct {
		address, says string
		code          int
	}{
		{withPassword(full, "s3cret"), "does not accept the user or the password", 3},
		{elsewhere.String(), `the server has no such database (database "nowhere" does not exist)`, 3},
		{full.URL(), "too many connections", 3},
		{empty.URL(), "this is not a database of AgentSociety (it has no table of experiments)", 6},
		{second.URL(), "AgentSociety 2", 6},
		{"postgres://u:s3cret@127.0.0.1:1/x", "the database server can't be reached (connection refused)", 3},
		{denied.URL(), "the server does not allow this (permission denied for table as_experiment); ask for SELECT on AgentSociety's tables (GRANT SELECT)\n", 3},
		{"postgres://u:s3cret@127.0.0.1:1/x?options=-c", "options", 2},
		{"postgres://u:s3/cret@127.0.0.1:1/x", "%2F", 2},
		{"mysql://u:s3cret@127.0.0.1/x", "postgres://", 2},
	} {
		for _, command := range [][]string{{"list"}, {"show", "", "x"}, {"record", "--once", "", filepath.Join(t.TempDir(), "lab.db")}} {
			args := append([]string(nil), command...)
			if len(args) == 1 {
				args = append(args, tc.address)
			}
			for i, arg := range args {
				if arg == "" {
					args[i] = tc.address
				}
			}
			out, errs, code := program.Run(t, args...)
			if code != tc.code || !strings.Contains(errs, tc.says) || out != "" && command[0] == "list" {
				t.Errorf("%s: exit code %d, want %d with %q: %s%s", command[0], code, tc.code, tc.says, out, errs)
			}
			for _, secret := range []string{"s3cret", "s3/cret", pgtest.Password, url.QueryEscape(pgtest.Password)} {
				if strings.Contains(out+errs, secret) {
					t.Errorf("%s: the password is shown: %s%s", command[0], out, errs)
				}
			}
		}
	}
}

// TestASecretInAnAddressIsNeverShown, nor written into a lab.
func TestASecretInAnAddressIsNeverShown(t *testing.T) {
	t.Parallel()
	db := pgtest.Empty(t)
	db.Load(t, filepath.Join(fixtures, "sqlite.db.gz"))
	lab := filepath.Join(t.TempDir(), "lab.db")
	const id = "1c2a67e2"
	for _, args := range [][]string{
		{"list", db.URL()},
		{"list", "--json", db.URL()},
		{"show", db.URL(), id},
		{"info", db.URL()},
		{"talk", db.URL(), id},
		{"log", db.URL(), id},
		{"show", db.URL(), "nobody"},
		{"record", "--once", "--agents", db.URL(), lab},
		{"info", lab},
		{"list", "--json", lab, db.URL()},
		{"grep", "lunch", db.URL()},
		{"__complete", "show", db.URL(), ""},
		{"wait", "--timeout", "1", db.URL(), id},
		{"export", db.URL(), id, filepath.Join(t.TempDir(), "x.zip")},
		{db.URL()},
		{"stop", "--write", "--yes", db.URL(), id},
	} {
		out, errs, _ := program.Run(t, args...)
		for _, secret := range []string{"ssw", "%C3%A4"} { // of pgtest.Password, however it is written
			if strings.Contains(out+errs, secret) {
				t.Errorf("%v: the password is shown:\n%.500s%.500s", args[0], out, errs)
			}
		}
	}
	content, err := os.ReadFile(lab)
	if err != nil || bytes.Contains(content, []byte("sswort")) {
		t.Errorf("the password is in the lab: %v", err)
	}
}

// TestAnOlderSchema has fewer columns and tables; and 300 tenants are 300.
func TestAnOlderSchema(t *testing.T) {
	t.Parallel()
	db := pgtest.Empty(t)
	db.Exec(t, `CREATE TABLE as_experiment (id UUID PRIMARY KEY, name TEXT, num_day INTEGER, status INTEGER, cur_day INTEGER, cur_t DOUBLE PRECISION, config TEXT, error TEXT,
			created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE);
		INSERT INTO as_experiment VALUES ('b3a893be-faca-5688-9599-a8655fc4191c', 'old', 1, 2, 0, 28801, '', '', '2026-11-21 12:40:59+08', '2026-11-21 12:40:59+08');
		CREATE TABLE as_b3a893be_faca_5688_9599_a8655fc4191c_agent_profile (id INTEGER, name VARCHAR, profile JSON);
		INSERT INTO as_b3a893be_faca_5688_9599_a8655fc4191c_agent_profile VALUES (1, 'Ann', '"{\"age\": 20}"');
		CREATE TABLE as_b3a893be_faca_5688_9599_a8655fc4191c_agent_status (id INTEGER, day INTEGER, t DOUBLE PRECISION, action VARCHAR, status JSON)`)
	rows := listed(t, db.URL())
	if len(rows) != 1 || rows[0].Tenant != "" || rows[0].Created != "2026-11-21T04:40:59Z" || rows[0].StatusName != "finished" {
		t.Errorf("%+v", rows)
	}
	if out := program.Done(t, "agents", "--json", db.URL(), "old"); !strings.Contains(out, `"Ann"`) {
		t.Errorf("agents: %s", out)
	}
	if _, errs, code := program.Run(t, "metrics", db.URL(), "old"); code != 1 || !strings.Contains(errs, "table metric is missing") {
		t.Errorf("metrics: exit code %d: %s", code, errs)
	}
	many := pgtest.New(t)
	many.Exec(t, `INSERT INTO as_experiment SELECT 'tenant ' || i, gen_random_uuid(), 'run ' || i, 0, 2, 0, 0, '', '', 1, 1, now(), now() FROM generate_series(1, 300) i`)
	if rows := listed(t, many.URL()); len(rows) != 300 {
		t.Errorf("%d experiments of 300 tenants", len(rows))
	}
	if rows := listed(t, "--tenant", "tenant 7", "--tenant", "tenant 299", many.URL()); len(rows) != 2 {
		t.Errorf("%d experiments of 2 tenants", len(rows))
	}
}
