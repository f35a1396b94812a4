package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
)

// Database is a database of the test's own, removed at its end.
type Database struct {
	Server *Server
	Name   string

	conn *pgconn.PgConn // its owner's
}

// databases counts those that were made.
var databases atomic.Int64

// New makes a database with AgentSociety's tables, without rows.
func New(t testing.TB) *Database {
	t.Helper()
	d := Empty(t)
	d.Exec(t, Schema)
	return d
}

// Empty makes a database without any table. What its owner makes, the reader may read.
func Empty(t testing.TB) *Database {
	t.Helper()
	s := Running(t)
	d := &Database{Server: s, Name: fmt.Sprintf("lab%d", databases.Add(1))}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	admin, err := s.connect(ctx, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close(ctx) }()
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+d.Name+" STRATEGY file_copy").ReadAll(); err != nil {
		t.Fatal(err)
	}
	if d.conn, err = s.connect(ctx, d.Name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.drop(t) })
	d.Exec(t, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "+User)
	return d
}

func (d *Database) drop(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = d.conn.Close(ctx)
	admin, err := d.Server.connect(ctx, "postgres")
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = admin.Close(ctx) }()
	if _, err := admin.Exec(ctx, "DROP DATABASE "+d.Name+" WITH (FORCE)").ReadAll(); err != nil {
		t.Error(err)
	}
}

// Exec runs statements as the owner of the database.
func (d *Database) Exec(t testing.TB, query string) { t.Helper(); _ = d.Query(t, query) }

// Query runs statements as the owner of the database, and returns the rows of the last one.
func (d *Database) Query(t testing.TB, query string) [][]string {
	t.Helper()
	results, err := d.conn.Exec(context.Background(), query).ReadAll()
	if err != nil {
		t.Fatalf("%.200s: %v", query, err)
	}
	var rows [][]string
	if len(results) > 0 {
		for _, r := range results[len(results)-1].Rows {
			row := make([]string, len(r))
			for i, v := range r {
				row[i] = string(v)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// Copy adds rows to a table; a nil value is null.
func (d *Database) Copy(t testing.TB, table string, rows [][]any) {
	t.Helper()
	var b strings.Builder
	for _, row := range rows {
		for i, v := range row {
			if i > 0 {
				b.WriteByte('\t')
			}
			if v == nil {
				b.WriteString(`\N`)
				continue
			}
			_, _ = copyEscapes.WriteString(&b, fmt.Sprint(v))
		}
		b.WriteByte('\n')
	}
	if _, err := d.conn.CopyFrom(context.Background(), strings.NewReader(b.String()), fmt.Sprintf("COPY %q FROM STDIN", table)); err != nil {
		t.Fatalf("%s: %v", table, err)
	}
}

var copyEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// URL is its address, with the reader's name and password.
func (d *Database) URL() string { return d.Address(url.UserPassword(User, Password)).String() }

// Address is its address for a user.
func (d *Database) Address(user *url.Userinfo) *url.URL {
	return &url.URL{Scheme: "postgres", User: user, Host: fmt.Sprintf("127.0.0.1:%d", d.Server.Port), Path: "/" + d.Name, RawQuery: "sslmode=disable"}
}

// Disconnect cuts all connections of readers to the database, and returns how many there were.
func (d *Database) Disconnect(t testing.TB) int {
	t.Helper()
	return len(d.Query(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+d.Name+"' AND pid <> pg_backend_pid()"))
}

// Table is the name of a table of an experiment.
func Table(id uuid.UUID, name string) string {
	return "as_" + strings.ReplaceAll(id.String(), "-", "_") + "_" + name
}
